//! Flux configurations as Azure has them. One at a time goes through the SDK ([`super::management_sdk`]); lists do not:
//! the SDK has no way to one that does not read the dates in it.

use super::client::{Azure, none_if_absent};
use super::configuration::ConfigurationName;
use super::error::AzureError;
use super::providers::KUBERNETES_CONFIGURATION;
use super::request::versioned;
use super::response::ArmResponse;
use crate::model::azure::{ArcCluster, FluxConfiguration};

/// The version of the API of Flux configurations.
pub(super) const FLUX_API_VERSION: &str = "2025-04-01";

/// The path of one configuration with the version of the API.
pub(super) fn configuration_target(cluster: &ArcCluster, name: &ConfigurationName) -> String {
    versioned(&cluster.flux_configuration_id(name.as_str()), FLUX_API_VERSION)
}

impl Azure {
    /// One configuration, with the messages of its objects; `None` where there is none of this name.
    ///
    /// # Errors
    /// Azure cannot be asked, or refuses.
    pub async fn flux_configuration(
        &self,
        cluster: &ArcCluster,
        name: &str,
    ) -> Result<Option<FluxConfiguration>, AzureError> {
        // What cannot be a name is the name of nothing, and would be another path.
        let Ok(name) = ConfigurationName::existing(name) else { return Ok(None) };
        let response = none_if_absent(self.flux_configuration_requests.get(cluster, &name).await)?;
        response.map(|response| read(&response, cluster, &name)).transpose()
    }

    /// All configurations of a cluster, without the messages of their objects. An entry that cannot be read is left out.
    ///
    /// # Errors
    /// Azure cannot be asked, or refuses.
    pub async fn flux_configurations(
        &self,
        cluster: &ArcCluster,
    ) -> Result<Vec<FluxConfiguration>, AzureError> {
        Ok(self.flux_configuration_list(cluster).await?.0)
    }

    /// The same, and how many entries cannot be read.
    ///
    /// # Errors
    /// Azure cannot be asked, or refuses.
    pub async fn flux_configuration_list(
        &self,
        cluster: &ArcCluster,
    ) -> Result<(Vec<FluxConfiguration>, usize), AzureError> {
        let path = format!("{}/providers/{KUBERNETES_CONFIGURATION}/fluxConfigurations", cluster.id());
        let target = versioned(&path, FLUX_API_VERSION);
        let entries = self.list(&target).await?;
        let read: Vec<FluxConfiguration> = entries.iter().filter_map(FluxConfiguration::read).collect();
        let unreadable = entries.len() - read.len();
        Ok((read, unreadable))
    }
}

/// The configuration in a response. One of another name or cluster tells nothing of the one that was asked for.
pub(super) fn read(
    response: &ArmResponse,
    cluster: &ArcCluster,
    name: &ConfigurationName,
) -> Result<FluxConfiguration, AzureError> {
    let is_meant =
        |read: &FluxConfiguration| read.cluster == *cluster && read.name.eq_ignore_ascii_case(name.as_str());
    FluxConfiguration::read(&response.json()?).filter(is_meant).ok_or_else(|| response.malformed())
}
