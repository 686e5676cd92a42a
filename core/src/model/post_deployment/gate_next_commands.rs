//! What to type where the gate is not open.

use super::{ConfigurationState, GateOutcome, GateRow, RowOutcome};
use crate::model::azure::ClusterKind;
use crate::model::compliance::{list_configurations, resume_configuration, show_cluster, show_configuration};
use crate::model::pipeline::ClusterRef;
use crate::model::verdict::NextCommand;

/// So many commands are advised: one a cluster, of the worst.
const MOST: usize = 3;

/// The commands for the rows that keep the gate closed, which are sorted.
pub(super) fn next_commands(outcome: GateOutcome, rows: &[GateRow]) -> Vec<NextCommand> {
    let closed =
        rows.iter().filter(|row| !matches!(row.outcome, RowOutcome::Succeeded | RowOutcome::Pending));
    let own: Vec<NextCommand> = closed.filter_map(next_command).take(MOST).collect();
    match outcome {
        GateOutcome::ClusterMissing | GateOutcome::NoConfiguration if own.is_empty() => vec![list_fleet()],
        _ => own,
    }
}

/// What follows which repository and branch, whatever its names.
fn list_fleet() -> NextCommand {
    NextCommand::new("kubectl gitops-status --fleet", "see which configurations this sign-in can see")
}

fn next_command(row: &GateRow) -> Option<NextCommand> {
    let ClusterRef::Arc(cluster) = &row.cluster else { return None };
    Some(match row.state {
        ConfigurationState::Missing => list_configurations(cluster),
        ConfigurationState::Offline | ConfigurationState::CertificateExpired
            if cluster.kind() == ClusterKind::Connected =>
        {
            show_cluster(cluster)
        }
        ConfigurationState::Suspended => resume_configuration(cluster, &row.configuration),
        _ => show_configuration(cluster, &row.configuration),
    })
}
