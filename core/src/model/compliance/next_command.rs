//! What to type where Azure's part of an environment needs a look.

use crate::model::argument::{valid_name, valid_subject};
use crate::model::azure::ArcCluster;
use crate::model::verdict::NextCommand;

/// The configuration with the conditions of its objects, as Azure has them.
pub(in crate::model) fn show_configuration(cluster: &ArcCluster, name: &str) -> NextCommand {
    let name = valid_name(name, "'<configuration>'");
    NextCommand::new(
        format!("az k8s-configuration flux show {} -n {name}", cluster.az_flags()),
        "what Azure was told of it",
    )
}

/// Delivery again of what is suspended.
pub(in crate::model) fn resume_configuration(cluster: &ArcCluster, name: &str) -> NextCommand {
    let name = valid_name(name, "'<configuration>'");
    NextCommand::new(
        format!("az k8s-configuration flux update {} -n {name} --suspend false", cluster.az_flags()),
        "let it be delivered again",
    )
    .changing_azure()
}

/// The configurations that Azure has of a cluster.
pub(in crate::model) fn list_configurations(cluster: &ArcCluster) -> NextCommand {
    NextCommand::new(
        format!("az k8s-configuration flux list {} -o table", cluster.az_flags()),
        "which Flux configurations Azure has of the cluster",
    )
}

/// The cluster as Azure has it.
pub(in crate::model) fn show_cluster(cluster: &ArcCluster) -> NextCommand {
    let group = valid_subject(cluster.resource_group(), "'<resource-group>'");
    let name = valid_subject(cluster.name(), "'<cluster>'");
    let subscription = valid_subject(cluster.subscription(), "'<subscription>'");
    NextCommand::new(
        format!("az connectedk8s show -g {group} -n {name} --subscription {subscription}"),
        "whether Azure hears of the cluster, and until when its agents' certificate counts",
    )
}
