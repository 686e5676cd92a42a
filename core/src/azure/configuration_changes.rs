//! Changes to Flux configurations, each followed to its end. All of them can be run again: what is there already is
//! taken, what is gone already is done, and what is still going on is waited for.
//!
//! They can because Resource Manager's `PUT` and `DELETE` are idempotent and a `PATCH` of ours sets values that do not
//! depend on what is there. A request whose answer was lost is therefore sent again, and Azure may refuse the second as
//! a conflict with the first; then the first is waited for.

use super::client::Azure;
use super::configuration::{
    ConfigurationName, FluxConfigurationPatch, FluxConfigurationSpec, ProtectedSettings,
};
use super::error::AzureError;
use super::flux_configurations::{configuration_target, read};
use super::operation::{AwaitedChange, AwaitedState};
use super::response::ArmResponse;
use crate::model::argument::valid_subject;
use crate::model::azure::{ArcCluster, FluxConfiguration, ProvisioningState};

/// A configuration after it was asked to be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatedConfiguration {
    /// As it is now.
    pub configuration: FluxConfiguration,
    /// Whether it was made, and not there before.
    pub is_new: bool,
}

impl Azure {
    /// Creates a configuration, and waits until Azure has settled it. One of this name that is there already is
    /// returned as it is, whatever it consists of; one whose creation failed is made again.
    ///
    /// # Errors
    /// It is not valid; the cluster cannot have one; or Azure cannot be asked, refuses or fails.
    pub async fn create_flux_configuration(
        &self,
        cluster: &ArcCluster,
        name: &str,
        specification: &FluxConfigurationSpec,
    ) -> Result<CreatedConfiguration, AzureError> {
        let name = ConfigurationName::new(name)?;
        specification.check(&name)?;
        self.redact(&specification.protected);
        let change = awaited_change("creating", cluster, &name, AwaitedState::Settled);
        if let Some(configuration) = self.settled_configuration(cluster, &name, &change).await? {
            return Ok(CreatedConfiguration { configuration, is_new: false });
        }
        self.prepare_for_flux(cluster).await?;
        match self.flux_configuration_requests.put(cluster, &name, specification).await {
            Ok(begun) => self.follow(begun, &change).await?,
            Err(error @ AzureError::Conflict { .. }) => self.settle_after(error, &change).await?,
            Err(error) => return Err(error),
        }
        let configuration = self.existing_configuration(cluster, &name).await?;
        Ok(CreatedConfiguration { configuration, is_new: true })
    }

    /// Changes a configuration, and waits until Azure has settled it.
    ///
    /// # Errors
    /// The change is not valid; there is no such configuration; or Azure cannot be asked, refuses or fails.
    pub async fn update_flux_configuration(
        &self,
        cluster: &ArcCluster,
        name: &str,
        patch: &FluxConfigurationPatch,
    ) -> Result<FluxConfiguration, AzureError> {
        let name = ConfigurationName::existing(name)?;
        patch.check(&name)?;
        self.redact(&patch.protected);
        let change = awaited_change("changing", cluster, &name, AwaitedState::Settled);
        let send = || self.flux_configuration_requests.patch(cluster, &name, patch);
        let begun = self.again_after_conflict(send, &change).await?;
        self.follow(begun, &change).await?;
        self.existing_configuration(cluster, &name).await
    }

    /// Stops delivery, or lets it go on. Where it is so already, nothing is sent.
    ///
    /// # Errors
    /// There is no such configuration; or Azure cannot be asked, refuses or fails.
    pub async fn suspend_flux_configuration(
        &self,
        cluster: &ArcCluster,
        name: &str,
        suspend: bool,
    ) -> Result<FluxConfiguration, AzureError> {
        let existing = ConfigurationName::existing(name)?;
        let configuration = self.existing_configuration(cluster, &existing).await?;
        let is_settled = matches!(configuration.provisioning, Some(ProvisioningState::Succeeded));
        if configuration.is_suspended == suspend && is_settled {
            return Ok(configuration);
        }
        self.update_flux_configuration(cluster, name, &FluxConfigurationPatch::suspension(suspend)).await
    }

    /// Deletes a configuration, and waits until it is gone. With force Azure forgets it without waiting for the
    /// cluster, which keeps what was made of it. That there is none is done.
    ///
    /// # Errors
    /// Azure cannot be asked, refuses or fails.
    pub async fn delete_flux_configuration(
        &self,
        cluster: &ArcCluster,
        name: &str,
        is_forced: bool,
    ) -> Result<(), AzureError> {
        let Ok(name) = ConfigurationName::existing(name) else { return Ok(()) };
        let change = awaited_change("deleting", cluster, &name, AwaitedState::Deleted);
        let send = || self.flux_configuration_requests.delete(cluster, &name, is_forced);
        match self.again_after_conflict(send, &change).await {
            Ok(begun) => self.follow(begun, &change).await,
            Err(error) if error.is_absent() => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The configuration that is there, once nothing changes it any more; `None` where there is none that came to be.
    async fn settled_configuration(
        &self,
        cluster: &ArcCluster,
        name: &ConfigurationName,
        change: &AwaitedChange,
    ) -> Result<Option<FluxConfiguration>, AzureError> {
        let Some(configuration) = self.flux_configuration(cluster, name.as_str()).await? else {
            return Ok(None);
        };
        match configuration.provisioning {
            None | Some(ProvisioningState::Succeeded) => Ok(Some(configuration)),
            Some(ProvisioningState::Failed | ProvisioningState::Canceled) => Ok(None),
            Some(_) => match self.settle(change).await {
                Ok(()) => self.existing_configuration(cluster, name).await.map(Some),
                // Another deletes it, or it fails: it can be made again.
                Err(error) if error.is_absent() => Ok(None),
                Err(AzureError::Operation(_)) => Ok(None),
                Err(error) => Err(error),
            },
        }
    }

    /// Keeps protected settings out of what is shown: Azure may quote what it refuses.
    fn redact(&self, protected: &ProtectedSettings) {
        let redaction = self.connection.tokens().redaction();
        protected.secrets().for_each(|secret| redaction.add(secret.clone()));
    }

    async fn existing_configuration(
        &self,
        cluster: &ArcCluster,
        name: &ConfigurationName,
    ) -> Result<FluxConfiguration, AzureError> {
        read(&self.flux_configuration_requests.get(cluster, name).await?, cluster, name)
    }

    /// Sends a change. Where something else changes the configuration, that is waited for and the change sent once more.
    async fn again_after_conflict<F>(
        &self,
        send: impl Fn() -> F,
        change: &AwaitedChange,
    ) -> Result<ArmResponse, AzureError>
    where
        F: Future<Output = Result<ArmResponse, AzureError>>,
    {
        match send().await {
            Err(error @ AzureError::Conflict { .. }) => {
                let other = AwaitedChange { until: AwaitedState::Settled, ..change.clone() };
                self.settle_after(error, &other).await?;
                send().await
            }
            result => result,
        }
    }

    /// Waits for what a request conflicted with; where nothing is going on, the conflict is the error.
    async fn settle_after(&self, conflict: AzureError, change: &AwaitedChange) -> Result<(), AzureError> {
        match self.settle(change).await {
            Ok(()) => Ok(()),
            // That what was in the way failed or is gone leaves the way free.
            Err(AzureError::Operation(_)) if change.until == AwaitedState::Deleted => Ok(()),
            Err(error) if error.is_absent() => Err(conflict),
            Err(error) => Err(error),
        }
    }
}

fn awaited_change(
    doing: &str,
    cluster: &ArcCluster,
    name: &ConfigurationName,
    until: AwaitedState,
) -> AwaitedChange {
    AwaitedChange {
        operation: format!("{doing} Flux configuration {name} on {cluster}"),
        resource: configuration_target(cluster, name),
        until,
        show_command: format!(
            "az k8s-configuration flux show {} -n {}",
            cluster.az_flags(),
            valid_subject(name.as_str(), "'<configuration>'")
        ),
    }
}
