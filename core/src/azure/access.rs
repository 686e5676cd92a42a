//! Where Azure is and who asks it, before any of it is used: no document is read, no process run and no certificate
//! loaded until a command needs Azure.

use std::path::PathBuf;
use std::time::Duration;

use super::access_error::AzureAccessError;
use super::client::Azure;
use super::cloud::{AUTHORITY_VARIABLE, CloudEndpoints, ENDPOINT_VARIABLE, GivenEndpoints};
use super::connection::ArmConnection;
use super::credentials::{
    AzureCredential, ChosenCredential, GivenCredentials, SERVICE_PRINCIPAL_VARIABLE, TokenStore,
};
use crate::wire::retry::Patience;
use crate::wire::{BaseUrl, Clock, Configured, Proxies, Roots, Settings, Transport, ValueSource};

/// Everything that a client is made from. `Debug` shows no secret.
#[derive(Clone, Debug)]
pub struct AzureAccess {
    /// Where credentials are exchanged for tokens and where Resource Manager is, as far as that is configured.
    pub endpoints: GivenEndpoints,
    /// The credentials, as far as they are configured.
    pub credentials: GivenCredentials,
    /// A file with further authorities (`GITOPS_CA_FILE`).
    pub authorities: Option<PathBuf>,
    /// The proxies in use.
    pub proxies: Proxies,
    /// How long one answer may take.
    pub timeout: Duration,
    /// How long signing in through `az` may take.
    pub sign_in_limit: Duration,
    /// How requests are repeated.
    pub patience: Patience,
}

impl AzureAccess {
    /// The same in the cloud that a cluster's agents name (`AZURE_ENVIRONMENT`), where no address is configured.
    #[must_use]
    pub fn in_cloud(mut self, name: &str) -> Self {
        self.endpoints.cloud = Some(name.to_owned());
        self
    }

    /// The same for answers that take their time and are worth it: they may take so long each, with all attempts, and limits
    /// are waited for.
    #[must_use]
    pub fn patiently(self, timeout: Duration) -> Self {
        let patience = Patience { limit: timeout, ..Patience::default() };
        Self { timeout, sign_in_limit: timeout, patience, ..self }
    }

    /// Chooses the credential and makes a client. Asks nobody for anything yet.
    ///
    /// # Errors
    /// A variable holds what cannot be used, or the transport cannot be made.
    pub fn open(&self, clock: Clock) -> Result<Azure, AzureAccessError> {
        let chosen = self.credentials.choose()?;
        let endpoints = self.endpoints(&chosen)?;
        let authority = base_url(&endpoints.authority)?;
        let resource_manager = base_url(&endpoints.resource_manager)?;
        tracing::info!("Azure at {resource_manager} ({})", endpoints.resource_manager.source);
        tracing::info!("Azure credential from {}", chosen.source);
        let transport = Transport::new(&Settings {
            roots: Roots::read(self.authorities.as_deref())?,
            proxies: self.proxies.clone(),
            agent: concat!("kubectl-gitops/", env!("CARGO_PKG_VERSION")).to_owned(),
            timeout: self.timeout,
            patience: self.patience,
        })?;
        let credential = AzureCredential::new(&chosen, authority, transport.clone(), self.sign_in_limit);
        let scope = format!("{resource_manager}/.default");
        let tokens = TokenStore::new(credential, scope, clock.clone());
        let connection = ArmConnection::new(transport, resource_manager, tokens, clock);
        Azure::new(connection, self.patience.waits_for_limits)
    }

    /// The addresses in use: those of variables, else those of the service principal's document.
    fn endpoints(&self, chosen: &ChosenCredential) -> Result<CloudEndpoints, AzureAccessError> {
        let of_document = |value: &Option<String>| {
            let source = ValueSource::Variable(SERVICE_PRINCIPAL_VARIABLE);
            value.clone().map(|value| Configured { value, source })
        };
        let given = &self.endpoints;
        let is_configured = given.authority.is_some() || given.resource_manager.is_some();
        match is_configured {
            true => given.decide(),
            false => GivenEndpoints {
                authority: of_document(&chosen.authority),
                resource_manager: of_document(&chosen.resource_manager),
                cloud: given.cloud.clone(),
            }
            .decide(),
        }
    }
}

impl GivenEndpoints {
    /// The addresses that variables hold.
    pub fn of_variables(authority: Option<&str>, resource_manager: Option<&str>) -> Self {
        let given = |value: Option<&str>, name| {
            value.map(|value| Configured { value: value.to_owned(), source: ValueSource::Variable(name) })
        };
        Self {
            authority: given(authority, AUTHORITY_VARIABLE),
            resource_manager: given(resource_manager, ENDPOINT_VARIABLE),
            cloud: None,
        }
    }
}

/// An address as the place of a service: secrets go there, and its paths are the service's own.
fn base_url(address: &Configured<String>) -> Result<BaseUrl, AzureAccessError> {
    let base_url = BaseUrl::parse(&address.value).filter(|base_url| !base_url.has_path());
    base_url.ok_or_else(|| AzureAccessError::Address { origin: address.source.to_string() })
}
