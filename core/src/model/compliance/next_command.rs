//! What to type where Azure's part of an environment needs a look.

use crate::model::argument::{valid_name, valid_subject};
use crate::model::azure::ArcCluster;
use crate::model::verdict::NextCommand;

/// The configuration with the conditions of its objects, as Azure has them.
pub(super) fn show_configuration(cluster: &ArcCluster, name: &str) -> NextCommand {
    let name = valid_name(name, "'<configuration>'");
    NextCommand::new(
        format!("az k8s-configuration flux show {} -n {name}", cluster.az_flags()),
        "what Azure was told of it",
    )
}

/// The configurations that Azure has of a cluster.
pub(super) fn list_configurations(cluster: &ArcCluster) -> NextCommand {
    NextCommand::new(
        format!("az k8s-configuration flux list {} -o table", cluster.az_flags()),
        "which Flux configurations Azure has of the cluster",
    )
}

/// The cluster as Azure has it.
pub(super) fn show_cluster(cluster: &ArcCluster) -> NextCommand {
    let group = valid_subject(cluster.resource_group(), "'<resource-group>'");
    let name = valid_subject(cluster.name(), "'<cluster>'");
    let subscription = valid_subject(cluster.subscription(), "'<subscription>'");
    NextCommand::new(
        format!("az connectedk8s show -g {group} -n {name} --subscription {subscription}"),
        "whether Azure hears of the cluster, and until when its agents' certificate counts",
    )
}
