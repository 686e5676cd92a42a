//! What the agents have seen and Azure does not know yet.

use jiff::Timestamp;

use crate::azure::{Azure, ConfigurationReport, ResourceId};

/// Reports on their way, in the order in which they were made.
#[derive(Debug, Default)]
pub(super) struct Outbox(Vec<(Timestamp, ResourceId, ConfigurationReport)>);

impl Outbox {
    /// When the next arrives.
    pub(super) fn due(&self) -> Option<Timestamp> {
        self.0.iter().map(|(at, ..)| *at).min()
    }

    /// Sends a report that arrives at `at`, and not before any that was made earlier.
    pub(super) fn add(&mut self, at: Timestamp, id: ResourceId, report: ConfigurationReport) {
        let last = self.0.iter().map(|(at, ..)| *at).max();
        self.0.push((last.map_or(at, |last| last.max(at)), id, report));
    }

    /// Tells Azure what has arrived by `now`.
    pub(super) fn send(&mut self, azure: &mut Azure, now: Timestamp) {
        let (arrived, coming) = std::mem::take(&mut self.0).into_iter().partition(|(at, ..)| *at <= now);
        self.0 = coming;
        let arrived: Vec<(Timestamp, ResourceId, ConfigurationReport)> = arrived;
        arrived.iter().for_each(|(_, id, report)| azure.report_configuration(id, report, now));
    }
}
