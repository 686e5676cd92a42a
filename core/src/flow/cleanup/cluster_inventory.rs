//! What a named cluster has of a project, as Azure and as the cluster itself tell.

use futures::future::join_all;

use super::error::CleanupError;
use super::request::CleanupRequest;
use crate::azure::Azure;
use crate::flow::context::Context;
use crate::flow::{DeliverySelection, delivery_clusters};
use crate::kubernetes::Connection;
use crate::model::Failure;
use crate::model::azure::{ArcCluster, ClusterKind};
use crate::model::cleanup::{CandidateNamespace, CleanupCluster, ClusterFlux};
use crate::model::cluster::{Answer, Kind, Scope};
use crate::model::objects::{Kustomization, Namespace, Source, SourceKind};
use crate::model::pipeline::ClusterArgument;

/// A named cluster, as it is reached.
#[derive(Clone)]
pub(super) struct NamedCluster {
    pub(super) arc: ArcCluster,
    /// The way to its API server; none where that does not answer and Azure is to forget what is there.
    pub(super) connection: Option<Connection>,
    pub(super) azure: Azure,
}

/// The clusters that are named, each once. What is not reached is an error, unless its deletions are forced and it is
/// named so fully that Azure needs nothing else.
pub(super) async fn named_clusters(
    context: &Context,
    request: &CleanupRequest,
) -> Result<Vec<NamedCluster>, Box<dyn Failure>> {
    let arguments: Vec<Option<&ClusterArgument>> = match request.selection.clusters.as_slice() {
        [] => vec![None],
        clusters => clusters.iter().map(Some).collect(),
    };
    let found = arguments.into_iter().map(|argument| named_cluster(context, request, argument));
    let mut clusters: Vec<NamedCluster> = Vec::new();
    for found in join_all(found).await {
        for cluster in found? {
            if !clusters.iter().any(|known| known.arc == cluster.arc) {
                clusters.push(cluster);
            }
        }
    }
    Ok(clusters)
}

async fn named_cluster(
    context: &Context,
    request: &CleanupRequest,
    argument: Option<&ClusterArgument>,
) -> Result<Vec<NamedCluster>, Box<dyn Failure>> {
    // The environment of an argument chooses no cluster here: whatever follows the project there is the project's.
    let argument = argument.map(|argument| ClusterArgument { environment: None, ..argument.clone() });
    let selection =
        DeliverySelection { clusters: argument.iter().cloned().collect(), ..request.selection.clone() };
    let azure = |cloud: Option<&String>| context.azure().client(cloud).map_err(Box::<dyn Failure>::from);
    match delivery_clusters(context, &selection, &[]).await {
        Ok(found) => found
            .into_iter()
            .map(|found| {
                let azure = azure(found.cloud.as_ref())?;
                Ok(NamedCluster { arc: found.arc, connection: Some(found.connection), azure })
            })
            .collect(),
        Err(failure) => match fully_named(&selection, argument.as_ref()) {
            Some(arc) if request.options.is_delete_forced && is_silence(&*failure) => {
                Ok(vec![NamedCluster { arc, connection: None, azure: azure(None)? }])
            }
            _ => Err(failure),
        },
    }
}

/// Whether a failure says nothing but that a cluster is not reached: a context of another cluster is another matter.
fn is_silence(failure: &dyn Failure) -> bool {
    failure.code() == "ClusterNotIdentified" && failure.exit() == crate::model::Exit::Failed
}

fn fully_named(selection: &DeliverySelection, argument: Option<&ClusterArgument>) -> Option<ArcCluster> {
    let argument = argument?;
    let group = argument.resource_group.as_ref().or(selection.resource_group.as_ref())?;
    ArcCluster::new(selection.subscription.as_ref()?, group, ClusterKind::Connected, &argument.name)
}

/// What Azure and the cluster tell. Namespaces are all of them yet: which may be the project's is known once its
/// environments are.
pub(super) async fn cluster_inventory(cluster: &NamedCluster) -> Result<CleanupCluster, Box<dyn Failure>> {
    let arc = &cluster.arc;
    let (listed, connected, flux) = futures::join!(
        cluster.azure.flux_configuration_list(arc),
        cluster.azure.connected_cluster(arc),
        cluster_flux(cluster),
    );
    let (configurations, count) = listed?;
    if count > 0 {
        let show_command = format!("az k8s-configuration flux list {}", arc.az_flags());
        return Err(CleanupError::Unreadable { cluster: arc.to_string(), count, show_command }.into());
    }
    let connectivity = connected?.and_then(|connected| connected.connectivity);
    Ok(CleanupCluster { arc: arc.clone(), connectivity, configurations, flux: flux? })
}

async fn cluster_flux(cluster: &NamedCluster) -> Result<Option<ClusterFlux>, Box<dyn Failure>> {
    let Some(connection) = &cluster.connection else { return Ok(None) };
    let (namespaces, sources, kustomizations) = futures::join!(
        list(connection, Kind::Namespace),
        list(connection, Kind::GitRepository),
        list(connection, Kind::Kustomization),
    );
    let candidate = |object: &serde_json::Value| CandidateNamespace {
        namespace: Namespace::read(object),
        environment: None,
        content: None,
    };
    Ok(Some(ClusterFlux {
        namespaces: namespaces?.iter().map(candidate).collect(),
        sources: sources?.iter().map(|object| Source::read(SourceKind::GitRepository, object)).collect(),
        kustomizations: kustomizations?.iter().map(Kustomization::read).collect(),
    }))
}

/// All objects of a kind; none where the cluster has no such kind.
async fn list(connection: &Connection, kind: Kind) -> Result<Vec<serde_json::Value>, Box<dyn Failure>> {
    match connection.ask(&Scope::cluster(kind)).await {
        Answer::Objects(objects) => Ok(objects),
        Answer::Absent => Ok(Vec::new()),
        answer => {
            let name = connection.cluster().to_string();
            let error = CleanupError::of_answer(&name, &kind.resource(), &answer);
            Err(connection.flags().add_to_failure(error))
        }
    }
}
