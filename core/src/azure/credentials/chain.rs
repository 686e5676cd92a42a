//! The chain of credentials: `AZURE_CREDENTIALS_SP`, then a client secret or a federated identity in `AZURE_*`, then the
//! Azure CLI. The first link that is configured counts; that it is refused is an error and no reason to try the next,
//! which would act as somebody else.

use std::error::Error;
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
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
use super::error::SignInError;
use super::redaction::Redaction;
use super::service_principal::{self, ServicePrincipal};
use super::transport::{EntraRefusal, client_options};
use crate::azure::access_error::AzureAccessError;
use crate::wire::{BaseUrl, Secret, Transport};

/// What the variables say. Nothing of it is read or tried yet. `Debug` shows no secret.
#[derive(Clone, Debug, Default)]
pub struct GivenCredentials {
    /// `AZURE_CREDENTIALS_SP`
    pub service_principal: Option<Secret>,
    /// `AZURE_TENANT_ID`
    pub tenant: Option<String>,
    /// `AZURE_CLIENT_ID`
    pub client: Option<String>,
    /// `AZURE_CLIENT_SECRET`
    pub client_secret: Option<Secret>,
    /// `AZURE_FEDERATED_TOKEN_FILE`
    pub token_file: Option<PathBuf>,
    /// Where `az` is looked for; where this process looks without it.
    pub search_path: Option<OsString>,
}

/// A link of the chain, by the name that errors and `-v` have for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialLink {
    /// A service principal in one variable.
    ServicePrincipal,
    /// A client secret.
    ClientSecret,
    /// A federated identity: a token in a file.
    WorkloadIdentity,
    /// Who is signed in at the Azure CLI.
    AzureCli,
}

impl fmt::Display for CredentialLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ServicePrincipal => service_principal::VARIABLE,
            Self::ClientSecret => "AZURE_CLIENT_SECRET",
            Self::WorkloadIdentity => "AZURE_FEDERATED_TOKEN_FILE",
            Self::AzureCli => "az",
        })
    }
}

#[derive(Clone, Debug)]
enum Identity {
    ClientSecret { tenant: String, client: String, secret: Secret },
    FederatedToken { tenant: String, client: String, token_file: PathBuf },
    AzureCli { tenant: Option<String>, search_path: Option<OsString> },
}

/// The link that counts, with what the variables say beside it.
#[derive(Clone, Debug)]
pub(in crate::azure) struct ChosenCredential {
    pub(in crate::azure) link: CredentialLink,
    identity: Identity,
    /// The service principal's document may name these.
    pub(in crate::azure) authority: Option<String>,
    pub(in crate::azure) resource_manager: Option<String>,
}

impl GivenCredentials {
    /// The first link that is configured.
    ///
    /// # Errors
    /// It is configured by half, or by what cannot be.
    pub(in crate::azure) fn choose(&self) -> Result<ChosenCredential, AzureAccessError> {
        let chosen =
            |link, identity| ChosenCredential { link, identity, authority: None, resource_manager: None };
        if let Some(text) = &self.service_principal {
            let ServicePrincipal { tenant, client, secret, authority, resource_manager } =
                ServicePrincipal::read(text.expose())?;
            let tenant = valid_tenant(&tenant, service_principal::VARIABLE)?;
            let identity = Identity::ClientSecret { tenant, client, secret };
            let link = CredentialLink::ServicePrincipal;
            return Ok(ChosenCredential { authority, resource_manager, ..chosen(link, identity) });
        }
        if let Some(secret) = &self.client_secret {
            let (tenant, client) = self.tenant_and_client("AZURE_CLIENT_SECRET")?;
            let identity = Identity::ClientSecret { tenant, client, secret: secret.clone() };
            return Ok(chosen(CredentialLink::ClientSecret, identity));
        }
        if let Some(token_file) = &self.token_file {
            let (tenant, client) = self.tenant_and_client("AZURE_FEDERATED_TOKEN_FILE")?;
            let identity = Identity::FederatedToken { tenant, client, token_file: token_file.clone() };
            return Ok(chosen(CredentialLink::WorkloadIdentity, identity));
        }
        let tenant =
            self.tenant.as_deref().map(|tenant| valid_tenant(tenant, "AZURE_TENANT_ID")).transpose()?;
        let identity = Identity::AzureCli { tenant, search_path: self.search_path.clone() };
        Ok(chosen(CredentialLink::AzureCli, identity))
    }

    fn tenant_and_client(&self, given: &'static str) -> Result<(String, String), AzureAccessError> {
        let variables = [("AZURE_TENANT_ID", &self.tenant), ("AZURE_CLIENT_ID", &self.client)];
        let missing = variables.iter().filter(|(_, value)| value.is_none()).map(|(name, _)| *name).collect();
        let (Some(tenant), Some(client)) = (&self.tenant, &self.client) else {
            return Err(AzureAccessError::Incomplete { given, missing });
        };
        Ok((valid_tenant(tenant, "AZURE_TENANT_ID")?, client.clone()))
    }
}

/// A tenant becomes a word of an address.
fn valid_tenant(tenant: &str, variable: &'static str) -> Result<String, AzureAccessError> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    match !tenant.is_empty() && tenant.chars().all(is_word) {
        true => Ok(tenant.to_owned()),
        false => Err(AzureAccessError::Identifier { variable, what: "a tenant" }),
    }
}

/// A credential that can be asked for tokens. It keeps none.
#[derive(Debug)]
pub(in crate::azure) struct AzureCredential {
    link: CredentialLink,
    identity: Identity,
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
        if let Identity::ClientSecret { secret, .. } = &chosen.identity {
            redaction.add(secret.clone());
        }
        let (link, identity) = (chosen.link, chosen.identity.clone());
        Self { link, identity, authority, transport, limit, redaction }
    }

    /// The link that it is.
    pub(super) fn link(&self) -> CredentialLink {
        self.link
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
            Identity::ClientSecret { tenant, client, secret } => {
                let options = ClientSecretCredentialOptions { client_options };
                let secret = SdkSecret::new(secret.expose().to_owned());
                ClientSecretCredential::new(&tenant, client, secret, Some(options))?
            }
            Identity::FederatedToken { tenant, client, token_file } => {
                WorkloadIdentityCredential::new(Some(WorkloadIdentityCredentialOptions {
                    credential_options: ClientAssertionCredentialOptions { client_options },
                    client_id: Some(client),
                    tenant_id: Some(tenant),
                    token_file_path: Some(token_file),
                }))?
            }
            Identity::AzureCli { tenant, search_path } => {
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
            let (credential, message) = (self.link.to_string(), self.redaction.redact(&refusal.message));
            return SignInError::Refused { credential, message };
        }
        let cause =
            causes(error).find_map(|error| error.downcast_ref::<std::io::Error>()).map(std::io::Error::kind);
        let message = self.redaction.redact(&innermost(error));
        match (self.link, cause) {
            (CredentialLink::AzureCli, Some(std::io::ErrorKind::NotFound)) => SignInError::CliAbsent,
            (CredentialLink::AzureCli, Some(std::io::ErrorKind::TimedOut)) => {
                SignInError::CliSlow { limit: SignedDuration::try_from(self.limit).unwrap_or_default() }
            }
            (CredentialLink::AzureCli, _) if is_sign_in_needed(&message) => {
                SignInError::CliNotSignedIn { message }
            }
            (CredentialLink::AzureCli, _) => SignInError::CliFailed { message },
            (CredentialLink::WorkloadIdentity, Some(why)) => SignInError::TokenFile { why: why.to_string() },
            _ => SignInError::Malformed { credential: self.link.to_string() },
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

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = r#"{"clientId":"c","clientSecret":"hunter2","tenantId":"t","subscriptionId":"s"}"#;

    fn given(names: &[&str]) -> GivenCredentials {
        let is = |name: &str| names.contains(&name);
        GivenCredentials {
            service_principal: is("document").then(|| Secret::new(DOCUMENT)),
            tenant: is("tenant").then(|| "t".to_owned()),
            client: is("client").then(|| "c".to_owned()),
            client_secret: is("secret").then(|| Secret::new("hunter2")),
            token_file: is("file").then(|| PathBuf::from("token")),
            search_path: None,
        }
    }

    #[test]
    fn the_first_link_that_is_configured_counts() {
        for (names, link) in [
            (&["document", "tenant", "client", "secret", "file"][..], "AZURE_CREDENTIALS_SP"),
            (&["tenant", "client", "secret", "file"], "AZURE_CLIENT_SECRET"),
            (&["tenant", "client", "file"], "AZURE_FEDERATED_TOKEN_FILE"),
            (&["tenant", "client"], "az"),
            (&["tenant"], "az"),
            (&[], "az"),
        ] {
            let chosen = given(names).choose().expect("a credential");
            assert_eq!(chosen.link.to_string(), link, "{names:?}");
            assert!(!format!("{chosen:?} {:?}", given(names)).contains("hunter2"));
        }
    }

    #[test]
    fn half_a_credential_is_an_error_that_names_the_other_half() {
        for (names, missing) in [
            (&["secret"][..], "AZURE_CLIENT_SECRET is set, and AZURE_TENANT_ID and AZURE_CLIENT_ID not"),
            (&["secret", "tenant"], "AZURE_CLIENT_SECRET is set, and AZURE_CLIENT_ID not"),
            (&["file", "client"], "AZURE_FEDERATED_TOKEN_FILE is set, and AZURE_TENANT_ID not"),
        ] {
            assert_eq!(given(names).choose().expect_err("half").to_string(), missing);
        }
        for tenant in ["", "a/b", "a?b", "a b", "a\nb", "ä"] {
            let given = GivenCredentials { tenant: Some(tenant.to_owned()), ..given(&["secret", "client"]) };
            let error = given.choose().expect_err(tenant).to_string();
            assert_eq!(error, "AZURE_TENANT_ID does not hold the id of a tenant");
        }
    }
}
