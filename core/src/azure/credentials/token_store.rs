//! The token of one run: got once for everybody who waits for it, kept until it is about to expire, and got anew once it
//! was refused.
//!
//! It is kept by the time that it lasts on the machine's clock, added to the clock of the run: a run that was given a time
//! does not take every token for expired. Resource Graph takes the tokens of Resource Manager, so there is one audience.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;

use super::chain::AzureCredentialSource;
use super::credential::AzureCredential;
use super::error::SignInError;
use super::redaction::Redaction;
use crate::wire::{Clock, Secret};

/// A token is got anew so long before it expires, or in the middle of its life where that is short.
const MARGIN: Duration = Duration::from_secs(300);

/// A token. Clones are the same token.
#[derive(Clone, Debug)]
pub(in crate::azure) struct AccessToken(Arc<TokenValidity>);

#[derive(Debug)]
struct TokenValidity {
    secret: Secret,
    renew_at: Timestamp,
    expires: Timestamp,
}

impl AccessToken {
    /// The text that follows `Bearer` in a request.
    pub(in crate::azure) fn secret(&self) -> &Secret {
        &self.0.secret
    }
}

/// The token and the credential that it is got by.
#[derive(Debug)]
pub(in crate::azure) struct TokenStore {
    credential: AzureCredential,
    name: String,
    scope: String,
    clock: Clock,
    /// Held while a token is got, so that everybody else waits for that one.
    current: Mutex<Option<AccessToken>>,
}

impl TokenStore {
    pub(in crate::azure) fn new(credential: AzureCredential, scope: String, clock: Clock) -> Self {
        let name = credential.source().to_string();
        Self { credential, name, scope, clock, current: Mutex::default() }
    }

    /// Where the credential is from that tokens are got by.
    pub(in crate::azure) fn source(&self) -> AzureCredentialSource {
        self.credential.source()
    }

    /// The name of that: `AZURE_CLIENT_SECRET`, `az`.
    pub(in crate::azure) fn credential(&self) -> &str {
        &self.name
    }

    /// What must not be shown.
    pub(in crate::azure) fn redaction(&self) -> &Redaction {
        self.credential.redaction()
    }

    /// A token that has not expired. One that is about to is kept where no other is to be had.
    pub(in crate::azure) async fn current(&self) -> Result<AccessToken, SignInError> {
        let mut current = self.current.lock().await;
        let now = self.clock.now();
        match current.as_ref() {
            Some(token) if now < token.0.renew_at => Ok(token.clone()),
            Some(token) if now < token.0.expires => {
                let token = self.acquire().await.unwrap_or_else(|_| token.clone());
                Ok(current.insert(token).clone())
            }
            _ => Ok(current.insert(self.acquire().await?).clone()),
        }
    }

    /// A token other than one that was refused: what another request got meanwhile, else a new one.
    pub(in crate::azure) async fn renewed(&self, refused: &AccessToken) -> Result<AccessToken, SignInError> {
        let mut current = self.current.lock().await;
        match current.as_ref() {
            Some(token) if !Arc::ptr_eq(&token.0, &refused.0) => Ok(token.clone()),
            _ => {
                tracing::info!("Azure token refused; getting another by {}", self.name);
                *current = None;
                Ok(current.insert(self.acquire().await?).clone())
            }
        }
    }

    async fn acquire(&self) -> Result<AccessToken, SignInError> {
        let token = self.credential.acquire(&self.scope).await?;
        let text = token.token.secret();
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(SignInError::Malformed { credential: self.name.clone() });
        }
        let secret = Secret::new(text.to_owned());
        self.redaction().add(secret.clone());
        let lasts = token.expires_on.unix_timestamp().saturating_sub(Timestamp::now().as_second());
        let lasts = SignedDuration::from_secs(lasts.max(0));
        let margin = SignedDuration::try_from(MARGIN).unwrap_or_default().min(lasts / 2);
        let now = self.clock.now();
        let after = |duration| now.saturating_add(duration).unwrap_or(Timestamp::MAX);
        Ok(AccessToken(Arc::new(TokenValidity {
            secret,
            renew_at: after(lasts - margin),
            expires: after(lasts),
        })))
    }
}
