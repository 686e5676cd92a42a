//! The credential that was chosen: tokens that are got by it from the SDK, and what the SDK's errors mean.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use azure_core::credentials::{AccessToken, Secret as SdkSecret, TokenCredential};
use azure_core::http::ClientOptions;
use azure_identity::{
    AzureCliCredential, AzureCliCredentialOptions, ClientAssertionCredentialOptions, ClientSecretCredential,
    ClientSecretCredentialOptions, WorkloadIdentityCredential, WorkloadIdentityCredentialOptions,
};
use jiff::SignedDuration;

use super::azure_cli::AzureCli;
use super::chain::{AzureCredentialSource, ChosenCredential, CredentialIdentity};
use super::error::SignInError;
use super::redaction::Redaction;
use super::transport::{EntraRefusal, client_options};
use crate::wire::{BaseUrl, Transport};

/// A credential that can be asked for tokens. It keeps none.
#[derive(Debug)]
pub(in crate::azure) struct AzureCredential {
    source: AzureCredentialSource,
    identity: CredentialIdentity,
    authority: BaseUrl,
    transport: Transport,
    /// How long `az` may take.
    limit: Duration,
    redaction: Redaction,
}

impl AzureCredential {
    pub(in crate::azure) fn new(
        chosen: &ChosenCredential,
        authority: BaseUrl,
        transport: Transport,
        limit: Duration,
    ) -> Self {
        let redaction = Redaction::default();
        if let CredentialIdentity::ClientSecret { secret, .. } = &chosen.identity {
            redaction.add(secret.clone());
        }
        let (source, identity) = (chosen.source, chosen.identity.clone());
        Self { source, identity, authority, transport, limit, redaction }
    }

    /// Where it is from.
    pub(super) fn source(&self) -> AzureCredentialSource {
        self.source
    }

    /// What must not be shown.
    pub(super) fn redaction(&self) -> &Redaction {
        &self.redaction
    }

    /// A new token. The credentials of the SDK keep theirs for as long as they last, revoked ones too, so that each
    /// acquisition has one of its own.
    pub(super) async fn acquire(&self, scope: &str) -> Result<AccessToken, SignInError> {
        let options = client_options(&self.authority, &self.transport);
        let credential = self.credential(options).map_err(|error| self.failure(&error))?;
        credential.get_token(&[scope], None).await.map_err(|error| self.failure(&error))
    }

    fn credential(&self, client_options: ClientOptions) -> azure_core::Result<Arc<dyn TokenCredential>> {
        Ok(match self.identity.clone() {
            CredentialIdentity::ClientSecret { tenant, client, secret } => {
                let options = ClientSecretCredentialOptions { client_options };
                let secret = SdkSecret::new(secret.expose().to_owned());
                ClientSecretCredential::new(&tenant, client, secret, Some(options))?
            }
            CredentialIdentity::FederatedToken { tenant, client, token_file } => {
                WorkloadIdentityCredential::new(Some(WorkloadIdentityCredentialOptions {
                    credential_options: ClientAssertionCredentialOptions { client_options },
                    client_id: Some(client),
                    tenant_id: Some(tenant),
                    token_file_path: Some(token_file),
                }))?
            }
            CredentialIdentity::AzureCli { tenant, search_path, .. } => {
                let executor = Arc::new(AzureCli { search_path, limit: self.limit });
                AzureCliCredential::new(Some(AzureCliCredentialOptions {
                    tenant_id: tenant,
                    executor: Some(executor),
                    ..AzureCliCredentialOptions::default()
                }))?
            }
        })
    }

    /// What an error of the SDK means. It may quote what was sent and what came.
    fn failure(&self, error: &azure_core::Error) -> SignInError {
        if let Some(failure) = causes(error).find_map(|error| error.downcast_ref::<SignInError>()) {
            return failure.clone();
        }
        if let Some(refusal) = causes(error).find_map(|error| error.downcast_ref::<EntraRefusal>()) {
            let (credential, message) = (self.source.to_string(), self.redaction.redact(&refusal.message));
            let client = self.identity.client().unwrap_or_default().to_owned();
            return SignInError::Refused { credential, client, message };
        }
        let cause =
            causes(error).find_map(|error| error.downcast_ref::<std::io::Error>()).map(std::io::Error::kind);
        let message = self.redaction.redact(&innermost(error));
        match (self.source, cause) {
            (AzureCredentialSource::AzureCli, Some(std::io::ErrorKind::NotFound)) => {
                SignInError::CliAbsent { given: self.identity.given().to_vec() }
            }
            (AzureCredentialSource::AzureCli, Some(std::io::ErrorKind::TimedOut)) => {
                SignInError::CliSlow { limit: SignedDuration::try_from(self.limit).unwrap_or_default() }
            }
            (AzureCredentialSource::AzureCli, _) if is_sign_in_needed(&message) => {
                SignInError::CliNotSignedIn { message }
            }
            (AzureCredentialSource::AzureCli, _) => SignInError::CliFailed { message },
            (AzureCredentialSource::WorkloadIdentity, Some(why)) => {
                SignInError::TokenFile { why: why.to_string() }
            }
            _ => SignInError::Malformed { credential: self.source.to_string() },
        }
    }
}

/// An error and what lies in it, the outermost first.
fn causes(error: &azure_core::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    let outermost: &(dyn Error + 'static) = error;
    std::iter::successors(Some(outermost), |error| (*error).source())
}

/// The words of the innermost error, which the others wrap in links to troubleshooting: its first line that says
/// something.
fn innermost(error: &azure_core::Error) -> String {
    let text = causes(error).last().map(ToString::to_string).unwrap_or_default();
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    line.trim_start_matches("ERROR: ").to_owned()
}

/// `az` says in many words that it needs a person: nobody is signed in, the session has expired, or a second factor is
/// wanted.
fn is_sign_in_needed(message: &str) -> bool {
    message.contains("az login") || message.contains("AADSTS")
}
