//! The client: Resource Manager and Resource Graph as the holder of one credential sees them. Asks nobody for anything
//! until it is asked.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::access_error::AzureAccessError;
use super::connection::ArmConnection;
use super::credentials::AzureCredentialSource;
use super::error::AzureError;
use super::management_sdk::FluxConfigurationRequests;
use super::request::ArmRequest;
use super::resource_graph::GraphQuota;

/// How long an operation may take by default: a cluster behind a slow line takes its time, and an extension installs
/// Flux itself.
const OPERATION_LIMIT: Duration = Duration::from_secs(20 * 60);
/// A list with more pages than this has no end.
const MOST_PAGES: usize = 1000;

/// Azure as one person sees it. Cheap to clone.
#[derive(Clone)]
pub struct Azure {
    pub(super) connection: ArmConnection,
    pub(super) flux_configuration_requests: FluxConfigurationRequests,
    pub(super) operation_limit: Duration,
    pub(super) graph_quota: GraphQuota,
    /// Whether a quota that is used up is waited for.
    pub(super) waits_for_limits: bool,
}

/// Shows where it asks, and no secret.
impl std::fmt::Debug for Azure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Azure")
            .field("endpoint", &self.connection.endpoint())
            .field("credential", &self.credential_source())
            .finish_non_exhaustive()
    }
}

impl Azure {
    pub(super) fn new(connection: ArmConnection, waits_for_limits: bool) -> Result<Self, AzureAccessError> {
        let flux_configuration_requests = FluxConfigurationRequests::new(&connection)?;
        Ok(Self {
            connection,
            flux_configuration_requests,
            operation_limit: OPERATION_LIMIT,
            graph_quota: GraphQuota::default(),
            waits_for_limits,
        })
    }

    /// The same with another limit for operations.
    #[must_use]
    pub fn with_operation_limit(self, operation_limit: Duration) -> Self {
        Self { operation_limit, ..self }
    }

    /// Where the credential is from that is used.
    pub fn credential_source(&self) -> AzureCredentialSource {
        self.connection.tokens().source()
    }

    /// The name of that: `AZURE_CLIENT_SECRET`, `az`.
    pub fn credential_name(&self) -> &str {
        self.connection.tokens().credential()
    }

    /// The time at Azure, as far as it is known.
    pub fn now(&self) -> Timestamp {
        self.connection.now()
    }

    /// Reads a document.
    pub(super) async fn read(&self, target: &str) -> Result<Value, AzureError> {
        self.connection.send(ArmRequest::get(target)).await?.json()
    }

    /// Reads all pages of a list, `{"value": […], "nextLink": …}`.
    pub(super) async fn list(&self, target: &str) -> Result<Vec<Value>, AzureError> {
        let mut items = Vec::new();
        let mut seen: Vec<String> = Vec::new();
        let mut next = Some(target.to_owned());
        while let Some(target) = next {
            let response = self.connection.send(ArmRequest::get(&target)).await?;
            let mut page = response.json()?;
            let list = page.get_mut("value").map(Value::take);
            let Some(Value::Array(list)) = list else { return Err(response.malformed()) };
            items.extend(list);
            seen.push(target);
            next = match &page["nextLink"] {
                Value::Null => None,
                Value::String(link) if link.is_empty() => None,
                // A page that leads to one that was read would be read for ever.
                Value::String(link) if !seen.contains(link) && seen.len() < MOST_PAGES => Some(link.clone()),
                _ => return Err(response.malformed()),
            };
        }
        Ok(items)
    }
}

/// `None` for what is not there, which is no error.
pub(super) fn none_if_absent<T>(result: Result<T, AzureError>) -> Result<Option<T>, AzureError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is_absent() => Ok(None),
        Err(error) => Err(error),
    }
}
