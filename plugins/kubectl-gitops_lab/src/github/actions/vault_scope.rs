//! Whose variables and secrets a path means, and the key that opens what was sealed for them.

use crypto_box::SecretKey;
use ring::digest::{Context, SHA256};

use super::vault::Vault;
use crate::github::api::call::Call;
use crate::github::api::refusal::Refusal;

impl Call<'_> {
    /// The settings that the path names: the repository's, or an environment's.
    pub(super) fn vault(&self) -> Result<&Vault, Refusal> {
        let repository = self.repository()?;
        match self.word("environment_name") {
            "" => Ok(&repository.vault),
            name => repository.environment(name).map(|found| &found.vault).ok_or_else(Refusal::not_found),
        }
    }

    pub(super) fn vault_mut(&mut self) -> Result<&mut Vault, Refusal> {
        let name = self.word("environment_name").to_owned();
        let repository = self.repository_mut()?;
        match name.as_str() {
            "" => Ok(&mut repository.vault),
            name => {
                repository.environment_mut(name).map(|found| &mut found.vault).ok_or_else(Refusal::not_found)
            }
        }
    }

    /// The key that opens what was sealed for these settings, and its name.
    pub(super) fn key(&self) -> Result<(SecretKey, String), Refusal> {
        let mut context = Context::new(&SHA256);
        context.update(&self.github.seed);
        context.update(&self.repository()?.id.to_be_bytes());
        context.update(self.word("environment_name").to_lowercase().as_bytes());
        let digest = context.finish();
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest.as_ref());
        let key = SecretKey::from(bytes);
        let mut name = [0; 8];
        name.copy_from_slice(&key.public_key().as_bytes()[..8]);
        Ok((key, (u64::from_be_bytes(name) >> 4).to_string()))
    }
}
