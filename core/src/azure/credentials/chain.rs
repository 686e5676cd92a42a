//! The chain of credentials: `AZURE_CREDENTIALS_SP`, then a client secret or a federated identity in `AZURE_*`, then the
//! Azure CLI. The first link that is configured counts; that it is refused is an error and no reason to try the next,
//! which would act as somebody else.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use super::service_principal::{self, ServicePrincipal};
use crate::azure::access_error::AzureAccessError;
use crate::wire::Secret;

pub(super) const TENANT: &str = "AZURE_TENANT_ID";
pub(super) const CLIENT: &str = "AZURE_CLIENT_ID";
pub(super) const CLIENT_SECRET: &str = "AZURE_CLIENT_SECRET";
const TOKEN_FILE: &str = "AZURE_FEDERATED_TOKEN_FILE";

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
    /// One of those variables that is set to bytes that are no text: another credential must not take its place.
    pub not_text: Option<&'static str>,
}

/// Where a credential is from: a link of the chain, by the name that errors and `-v` have for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AzureCredentialSource {
    /// A service principal in one variable.
    ServicePrincipal,
    /// A client secret.
    ClientSecret,
    /// A federated identity: a token in a file.
    WorkloadIdentity,
    /// Who is signed in at the Azure CLI.
    AzureCli,
}

impl GivenCredentials {
    /// The client id of the service principal in `AZURE_CREDENTIALS_SP`, where that is one.
    pub fn service_principal_client(&self) -> Option<String> {
        let given = self.service_principal.as_ref()?;
        ServicePrincipal::read(given.expose()).ok().map(|principal| principal.client)
    }
}

impl fmt::Display for AzureCredentialSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ServicePrincipal => service_principal::VARIABLE,
            Self::ClientSecret => CLIENT_SECRET,
            Self::WorkloadIdentity => TOKEN_FILE,
            Self::AzureCli => "az",
        })
    }
}

/// What proves who asks.
#[derive(Clone, Debug)]
pub(super) enum CredentialIdentity {
    ClientSecret { tenant: String, client: String, secret: Secret },
    FederatedToken { tenant: String, client: String, token_file: PathBuf },
    AzureCli { tenant: Option<String>, search_path: Option<OsString>, given: Vec<&'static str> },
}

impl CredentialIdentity {
    /// The id of the application; nothing of whoever is signed in at the Azure CLI.
    pub(super) fn client(&self) -> Option<&str> {
        match self {
            Self::ClientSecret { client, .. } | Self::FederatedToken { client, .. } => Some(client),
            Self::AzureCli { .. } => None,
        }
    }

    /// The variables that are set, though no credential is.
    pub(super) fn given(&self) -> &[&'static str] {
        if let Self::AzureCli { given, .. } = self { given } else { &[] }
    }
}

/// The link that counts, with what the variables say beside it.
#[derive(Clone, Debug)]
pub(in crate::azure) struct ChosenCredential {
    pub(in crate::azure) source: AzureCredentialSource,
    pub(super) identity: CredentialIdentity,
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
            |source, identity| ChosenCredential { source, identity, authority: None, resource_manager: None };
        if let Some(variable) = self.not_text {
            return Err(AzureAccessError::NotText { variable });
        }
        if let Some(text) = &self.service_principal {
            let ServicePrincipal { tenant, client, secret, authority, resource_manager } =
                ServicePrincipal::read(text.expose())?;
            let tenant = valid_tenant(&tenant, service_principal::VARIABLE)?;
            let identity = CredentialIdentity::ClientSecret { tenant, client, secret };
            let source = AzureCredentialSource::ServicePrincipal;
            return Ok(ChosenCredential { authority, resource_manager, ..chosen(source, identity) });
        }
        if let Some(secret) = &self.client_secret {
            let (tenant, client) = self.tenant_and_client(CLIENT_SECRET)?;
            let identity = CredentialIdentity::ClientSecret { tenant, client, secret: secret.clone() };
            return Ok(chosen(AzureCredentialSource::ClientSecret, identity));
        }
        if let Some(token_file) = &self.token_file {
            let (tenant, client) = self.tenant_and_client(TOKEN_FILE)?;
            let identity =
                CredentialIdentity::FederatedToken { tenant, client, token_file: token_file.clone() };
            return Ok(chosen(AzureCredentialSource::WorkloadIdentity, identity));
        }
        let tenant = self.tenant.as_deref().map(|tenant| valid_tenant(tenant, TENANT)).transpose()?;
        let variables = [(TENANT, self.tenant.is_some()), (CLIENT, self.client.is_some())];
        let given = variables.iter().filter(|(_, is_set)| *is_set).map(|(name, _)| *name).collect();
        let identity = CredentialIdentity::AzureCli { tenant, search_path: self.search_path.clone(), given };
        Ok(chosen(AzureCredentialSource::AzureCli, identity))
    }

    fn tenant_and_client(&self, given: &'static str) -> Result<(String, String), AzureAccessError> {
        let variables = [(TENANT, &self.tenant), (CLIENT, &self.client)];
        let missing = variables.iter().filter(|(_, value)| value.is_none()).map(|(name, _)| *name).collect();
        let (Some(tenant), Some(client)) = (&self.tenant, &self.client) else {
            return Err(AzureAccessError::Incomplete { given, missing });
        };
        Ok((valid_tenant(tenant, TENANT)?, client.clone()))
    }
}

/// A tenant becomes a word of an address.
fn valid_tenant(tenant: &str, variable: &'static str) -> Result<String, AzureAccessError> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let is_name = tenant.starts_with(|c: char| c.is_ascii_alphanumeric());
    match is_name && tenant.chars().all(is_word) {
        true => Ok(tenant.to_owned()),
        false => Err(AzureAccessError::Identifier { variable, what: "a tenant" }),
    }
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
            ..GivenCredentials::default()
        }
    }

    #[test]
    fn the_first_link_that_is_configured_counts() {
        for (names, source) in [
            (&["document", "tenant", "client", "secret", "file"][..], "AZURE_CREDENTIALS_SP"),
            (&["tenant", "client", "secret", "file"], "AZURE_CLIENT_SECRET"),
            (&["tenant", "client", "file"], "AZURE_FEDERATED_TOKEN_FILE"),
            (&["tenant", "client"], "az"),
            (&["tenant"], "az"),
            (&[], "az"),
        ] {
            let chosen = given(names).choose().expect("a credential");
            assert_eq!(chosen.source.to_string(), source, "{names:?}");
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
