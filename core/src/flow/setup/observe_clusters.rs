//! What each cluster has: in Azure the extension of Flux and configurations, in itself namespaces and pull secrets.

use std::collections::BTreeMap;

use futures::future::{join_all, try_join_all};
use serde_json::Value;

use super::error::SetupError;
use crate::azure::{Azure, AzureError, Extension};
use crate::flow::DeliveryCluster;
use crate::kubernetes::Connection;
use crate::model::azure::{FluxConfiguration, ProvisioningState};
use crate::model::cluster::{Answer, Kind, Scope};
use crate::model::contract::PULL_SECRET;
use crate::model::setup::{ObservedArcCluster, ObservedNamespace, SetupRequest};

/// What Azure has of a cluster.
pub(super) struct AzureState {
    pub(super) extension: Option<Extension>,
    pub(super) configurations: Vec<FluxConfiguration>,
}

/// Asks Azure about a cluster.
pub(super) async fn observe_azure(
    azure: &Azure,
    cluster: &DeliveryCluster,
) -> Result<AzureState, AzureError> {
    let extensions = azure.extensions(&cluster.arc);
    let configurations = azure.flux_configurations(&cluster.arc);
    let (extensions, configurations) = futures::try_join!(extensions, configurations)?;
    Ok(AzureState { extension: extensions.into_iter().find(Extension::is_flux), configurations })
}

/// Asks a cluster about its namespaces, and puts what Azure has beside them.
pub(super) async fn observe_cluster(
    request: &SetupRequest,
    cluster: &DeliveryCluster,
    azure: &AzureState,
) -> Result<ObservedArcCluster, SetupError> {
    let namespaces = try_join_all(cluster.environments.iter().map(async |environment| {
        let namespace = request.project.namespace(environment);
        let found = observe_namespace(&cluster.connection, &namespace).await?;
        Ok::<_, SetupError>(found.map(|found| (namespace, found)))
    }));
    let is_settled =
        |extension: &Extension| matches!(extension.provisioning, None | Some(ProvisioningState::Succeeded));
    Ok(ObservedArcCluster {
        has_flux: azure.extension.as_ref().is_some_and(is_settled),
        namespaces: namespaces.await?.into_iter().flatten().collect(),
        configurations: azure
            .configurations
            .iter()
            .map(|found| (found.name.clone(), found.clone()))
            .collect(),
    })
}

async fn observe_namespace(
    connection: &Connection,
    namespace: &str,
) -> Result<Option<ObservedNamespace>, SetupError> {
    let scopes = [
        Scope::object(Kind::Namespace, "", namespace),
        Scope::object(Kind::GitSecret, namespace, PULL_SECRET),
    ];
    let answers = join_all(scopes.iter().map(|scope| connection.ask(scope))).await;
    let mut found = Vec::new();
    for (scope, answer) in scopes.iter().zip(answers) {
        found.push(match answer {
            Answer::Objects(objects) => objects.into_iter().next(),
            Answer::Absent => None,
            other => return Err(SetupError::not_read(connection, scope, &other)),
        });
    }
    let has_pull_secret = found.pop().flatten().is_some();
    let Some(object) = found.pop().flatten() else { return Ok(None) };
    let metadata = &object["metadata"];
    let text = |(key, value): (&String, &Value)| Some((key.clone(), value.as_str()?.to_owned()));
    let labels: BTreeMap<String, String> =
        metadata["labels"].as_object().into_iter().flatten().filter_map(text).collect();
    let is_terminating = metadata["deletionTimestamp"].is_string();
    Ok(Some(ObservedNamespace { labels, is_terminating, has_pull_secret }))
}
