//! The one way to Azure of a run: one client for each cloud, made on first use. Clones share them, so that what follows in
//! the background signs in no second time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex as Lock, PoisonError};
use std::time::Duration;

use crate::azure::{Azure, AzureAccess, AzureAccessError};
use crate::wire::Clock;

/// Azure as one run reaches it. Cheap to clone.
#[derive(Clone)]
pub(super) struct AzureConnection {
    access: AzureAccess,
    clock: Clock,
    /// By the name of the cloud, as the agents of a cluster have it.
    clients: Arc<Lock<BTreeMap<Option<String>, Azure>>>,
}

impl AzureConnection {
    /// Connects to nothing yet.
    pub(super) fn new(access: AzureAccess, clock: Clock) -> Self {
        Self { access, clock, clients: Arc::default() }
    }

    /// The same, whose answers may take so long each and whose limits are waited for. It has clients of its own.
    pub(super) fn patiently(&self, timeout: Duration) -> Self {
        Self::new(self.access.clone().patiently(timeout), self.clock.clone())
    }

    /// The client id of the service principal in `AZURE_CREDENTIALS_SP`, where that is one.
    pub(super) fn service_principal_client(&self) -> Option<String> {
        self.access.credentials.service_principal_client()
    }

    /// The clock of the run.
    pub(super) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The client for a cloud, made on first use. Where addresses are configured they count, whatever the cloud is called.
    pub(super) fn client(&self, cloud: Option<&String>) -> Result<Azure, AzureAccessError> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&cloud.cloned()) {
            return Ok(client.clone());
        }
        let access = match cloud {
            Some(cloud) => self.access.clone().in_cloud(cloud),
            None => self.access.clone(),
        };
        let client = access.open(self.clock.clone())?;
        clients.insert(cloud.cloned(), client.clone());
        Ok(client)
    }
}
