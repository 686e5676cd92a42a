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

/// The same command in the cluster's subscription: another may be the default of whoever types it.
pub(super) fn in_subscription(next: NextCommand, cluster: &ArcCluster) -> NextCommand {
    let of_az = next.command.strip_prefix("az ").unwrap_or_default();
    let is_of_cluster = ["k8s-", "connectedk8s "].iter().any(|group| of_az.starts_with(group));
    if !is_of_cluster || next.command.contains("--subscription") {
        return next;
    }
    let subscription = valid_subject(cluster.subscription(), "'<subscription>'");
    NextCommand { command: format!("{} --subscription {subscription}", next.command), ..next }
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
    NextCommand::new(
        format!("az connectedk8s show -g {group} -n {name}"),
        "whether Azure hears of the cluster, and until when its agents' certificate counts",
    )
}
