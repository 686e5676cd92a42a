//! Requests for one Flux configuration, as the SDK builds them, with the version of the API that is spoken here.

use std::sync::Arc;

use azure_core_legacy::{ClientOptions, RetryOptions, TransportOptions, Url};
use azure_mgmt_kubernetesconfiguration::Client;
use azure_mgmt_kubernetesconfiguration::models::{
    FluxConfiguration as SdkConfiguration, FluxConfigurationPatch as SdkPatch,
};
use serde_json::Value;

use super::transport::{NoToken, SdkTransport, failure, raw};
use crate::azure::access_error::AzureAccessError;
use crate::azure::cloud::ENDPOINT_VARIABLE;
use crate::azure::configuration::{ConfigurationName, FluxConfigurationPatch, FluxConfigurationSpec};
use crate::azure::connection::ArmConnection;
use crate::azure::error::AzureError;
use crate::azure::flux_configurations::FLUX_API_VERSION;
use crate::azure::response::ArmResponse;
use crate::model::azure::ArcCluster;

/// Makes and sends requests for Flux configurations. Cheap to clone.
#[derive(Clone)]
pub(in crate::azure) struct FluxConfigurationRequests {
    connection: ArmConnection,
    endpoint: Url,
}

/// A configuration's place, in the words that the SDK takes.
struct ConfigurationPlace<'a> {
    cluster: &'a ArcCluster,
    provider: &'a str,
    kind: &'a str,
    name: &'a str,
}

impl<'a> ConfigurationPlace<'a> {
    fn of(cluster: &'a ArcCluster, name: &'a ConfigurationName) -> Self {
        let (provider, kind) = (cluster.kind().provider(), cluster.kind().resource_type());
        Self { cluster, provider, kind, name: name.as_str() }
    }

    fn request(&self, method: &str) -> String {
        format!("{method} {}", self.cluster.flux_configuration_id(self.name))
    }
}

/// Calls a method of the SDK's client with the words of a place.
macro_rules! at {
    ($client:expr, $method:ident, $place:expr $(, $more:expr)*) => {
        $client.flux_configurations_client().$method(
            $place.cluster.subscription(),
            $place.cluster.resource_group(),
            $place.provider,
            $place.kind,
            $place.cluster.name(),
            $place.name
            $(, $more)*
        )
    };
}

impl FluxConfigurationRequests {
    pub(in crate::azure) fn new(connection: &ArmConnection) -> Result<Self, AzureAccessError> {
        // A version in the endpoint takes the place of the SDK's own.
        let endpoint = format!("{}/?api-version={FLUX_API_VERSION}", connection.endpoint());
        let invalid = |_| AzureAccessError::Address { origin: ENDPOINT_VARIABLE.to_owned() };
        let endpoint = Url::parse(&endpoint).map_err(invalid)?;
        Ok(Self { connection: connection.clone(), endpoint })
    }

    /// The SDK's client, whose requests carry this document and none of its own.
    fn client(&self, document: Option<&Value>) -> Client {
        let body = document.map(|document| document.to_string().into());
        let transport = SdkTransport { connection: self.connection.clone(), body };
        let options =
            ClientOptions::new(TransportOptions::new(Arc::new(transport))).retry(RetryOptions::none());
        Client::new(self.endpoint.clone(), Arc::new(NoToken), Vec::new(), options)
    }

    /// Reads one.
    pub(in crate::azure) async fn get(
        &self,
        cluster: &ArcCluster,
        name: &ConfigurationName,
    ) -> Result<ArmResponse, AzureError> {
        let place = ConfigurationPlace::of(cluster, name);
        let request = place.request("GET");
        match at!(self.client(None), get, place).send().await {
            Ok(response) => raw(response.into_raw_response(), request).await,
            Err(error) => Err(failure(error, &request)),
        }
    }

    /// Creates one, or replaces it.
    pub(in crate::azure) async fn put(
        &self,
        cluster: &ArcCluster,
        name: &ConfigurationName,
        specification: &FluxConfigurationSpec,
    ) -> Result<ArmResponse, AzureError> {
        let place = ConfigurationPlace::of(cluster, name);
        let request = place.request("PUT");
        let client = self.client(Some(&specification.document()));
        match at!(client, create_or_update, place, SdkConfiguration::default()).send().await {
            Ok(response) => raw(response.into_raw_response(), request).await,
            Err(error) => Err(failure(error, &request)),
        }
    }

    /// Changes one.
    pub(in crate::azure) async fn patch(
        &self,
        cluster: &ArcCluster,
        name: &ConfigurationName,
        patch: &FluxConfigurationPatch,
    ) -> Result<ArmResponse, AzureError> {
        let place = ConfigurationPlace::of(cluster, name);
        let request = place.request("PATCH");
        let client = self.client(Some(&patch.document()));
        match at!(client, update, place, SdkPatch::default()).send().await {
            Ok(response) => raw(response.into_raw_response(), request).await,
            Err(error) => Err(failure(error, &request)),
        }
    }

    /// Deletes one; with force without waiting for the cluster.
    pub(in crate::azure) async fn delete(
        &self,
        cluster: &ArcCluster,
        name: &ConfigurationName,
        is_forced: bool,
    ) -> Result<ArmResponse, AzureError> {
        let place = ConfigurationPlace::of(cluster, name);
        let request = place.request("DELETE");
        match at!(self.client(None), delete, place).force_delete(is_forced).send().await {
            Ok(response) => raw(response.into_raw_response(), request).await,
            Err(error) => Err(failure(error, &request)),
        }
    }
}
