//! What to type where the gate is not open.

use super::{ConfigurationState, GateOutcome, GateRow, RowOutcome};
use crate::model::azure::ClusterKind;
use crate::model::compliance::{list_configurations, resume_configuration, show_cluster, show_configuration};
use crate::model::pipeline::ClusterRef;
use crate::model::verdict::NextCommand;

/// So many commands are advised of the worst rows, and a few more where one of them has several.
const MOST: usize = 3;
/// So many of each.
const MOST_A_ROW: usize = 4;

/// The commands for the rows that keep the gate closed, which are sorted.
pub(super) fn next_commands(outcome: GateOutcome, rows: &[GateRow]) -> Vec<NextCommand> {
    let closed =
        rows.iter().filter(|row| !matches!(row.outcome, RowOutcome::Succeeded | RowOutcome::Pending));
    let mut own: Vec<NextCommand> = Vec::new();
    for row in closed {
        // What its cluster advises comes before a look at what Azure was told.
        let advised = row.next.iter().cloned().chain(next_command(row));
        own.extend(advised.take(MOST_A_ROW));
        if own.len() >= MOST {
            break;
        }
    }
    own.dedup();
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
    let ClusterRef::Arc(cluster) = &row.cluster_ref else { return None };
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
