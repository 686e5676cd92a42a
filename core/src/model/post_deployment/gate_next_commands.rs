//! What to type where the gate is not open.

use super::{ConfigurationState, GateRow, RowOutcome};
use crate::model::azure::ClusterKind;
use crate::model::compliance::{list_configurations, resume_configuration, show_cluster, show_configuration};
use crate::model::pipeline::ClusterRef;
use crate::model::verdict::NextCommand;

/// So many commands are advised: one a cluster, of the worst.
const MOST: usize = 3;

/// The commands for the rows that keep the gate closed, which are sorted.
pub(super) fn next_commands(rows: &[GateRow]) -> Vec<NextCommand> {
    let closed =
        rows.iter().filter(|row| !matches!(row.outcome, RowOutcome::Succeeded | RowOutcome::Pending));
    closed.filter_map(next_command).take(MOST).collect()
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
