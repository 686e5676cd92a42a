//! The clusters of a gate, counted: the worst configuration of each decides.

use std::collections::BTreeSet;

use super::{ConfigurationState, GateRow, RowOutcome};
use crate::model::pipeline::ClusterRef;

/// The clusters by what has become of them.
pub(super) struct Tally {
    /// Have what was waited for.
    pub(super) succeeded: BTreeSet<ClusterRef>,
    /// Failed for good.
    pub(super) failed: BTreeSet<ClusterRef>,
    /// Are listed and not counted.
    pub(super) deferred: BTreeSet<ClusterRef>,
    /// All others.
    undecided: BTreeSet<ClusterRef>,
}

impl Tally {
    /// Rows are sorted, so that the worst configuration of a cluster decides.
    pub(super) fn of(rows: &[GateRow]) -> Self {
        let mut tally = Self {
            succeeded: BTreeSet::new(),
            failed: BTreeSet::new(),
            deferred: BTreeSet::new(),
            undecided: BTreeSet::new(),
        };
        let mut seen: BTreeSet<&ClusterRef> = BTreeSet::new();
        for row in rows.iter().filter(|row| row.state != ConfigurationState::Missing) {
            if !seen.insert(&row.cluster_ref) {
                continue;
            }
            let clusters = match row.outcome {
                RowOutcome::Failed => &mut tally.failed,
                RowOutcome::Succeeded => &mut tally.succeeded,
                RowOutcome::Deferred => &mut tally.deferred,
                _ => &mut tally.undecided,
            };
            clusters.insert(row.cluster_ref.clone());
        }
        tally
    }

    /// How many are counted.
    pub(super) fn counted(&self) -> usize {
        self.succeeded.len() + self.failed.len() + self.undecided.len()
    }
}
