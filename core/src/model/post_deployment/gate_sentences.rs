//! What the gate says of its decision: one sentence that names commits with their versions, clusters, and what is wrong.

use super::gate_case::GateCase;
use super::gate_tally::Tally;
use super::{AwaitedDeployment, ConfigurationState, GateRow, RowOutcome};
use crate::model::pipeline::ClusterRef;
use crate::model::verdict::short;

impl GateCase<'_> {
    pub(super) fn success(&self, tally: &Tally) -> String {
        let state = match self.policy.awaited {
            AwaitedDeployment::Deployed => "is deployed on",
            AwaitedDeployment::Synced => "is applied on",
            AwaitedDeployment::Compliant => "is applied and compliant on",
        };
        let all = format!("{} of {}", tally.succeeded.len(), tally.counted());
        let deferred = match tally.deferred.len() {
            0 => String::new(),
            count => format!("; {count} deferred"),
        };
        format!("{} {state} {all} cluster{}{deferred}", self.name(), plural(tally.counted()))
    }

    pub(super) fn blocked(&self, rows: &[GateRow], tally: &Tally, required: usize) -> String {
        let first = rows.iter().find(|row| row.outcome != RowOutcome::Succeeded);
        let first = first.map(|row| format!(": {}: {}", row.cluster_name(), row.message)).unwrap_or_default();
        let (succeeded, counted) = (tally.succeeded.len(), tally.counted());
        format!("{succeeded} of {counted} cluster{} succeeded, {required} must{first}", plural(counted))
    }

    pub(super) fn pending(&self, rows: &[GateRow], tally: &Tally, required: usize) -> String {
        if self.wanted.commit.is_none() {
            return format!("no commit of {} deploys it yet", self.branch);
        }
        let waits = rows.iter().find(|row| row.outcome == RowOutcome::Pending);
        let waits = waits.map(|row| format!(": {}: {}", row.cluster, row.message)).unwrap_or_default();
        format!("{} of {required} succeeded{waits}", tally.succeeded.len())
    }

    /// `0.0.1-12 (d61d370)`, or the commit alone.
    fn name(&self) -> String {
        name(self.version, self.wanted.short())
    }

    /// That another commit took the place of the wanted one: on a cluster, or on the branch.
    pub(super) fn superseded(&self, rows: &[GateRow]) -> Option<String> {
        self.wanted.commit.as_ref()?;
        let on_cluster = rows.iter().find(|row| row.outcome == RowOutcome::Superseded);
        if let Some(row) = on_cluster {
            let other = row.commit.as_deref().map(|commit| self.name_of(commit)).unwrap_or_default();
            return Some(format!("{other} took the place of {} on {}", self.name(), row.cluster));
        }
        let head = self.head.filter(|head| self.is_replaced_by(head))?;
        Some(format!("{} was pushed to {} after {}", self.name_of(head), self.branch, self.name()))
    }

    fn name_of(&self, commit: &str) -> String {
        let version = self.others.get(commit).and_then(|other| other.version.as_deref());
        name(version, short(commit))
    }
}

impl GateRow {
    /// Whether it is a configuration, and not a cluster that lacks one.
    pub fn is_configuration(&self) -> bool {
        self.state != ConfigurationState::Missing
    }

    /// The cluster; of one that nobody sees the name that it is listed by.
    pub(super) fn cluster_name(&self) -> String {
        match &self.cluster {
            ClusterRef::NotKnown => self.configuration.clone(),
            cluster => cluster.to_string(),
        }
    }
}

fn name(version: Option<&str>, commit: &str) -> String {
    version.map_or_else(|| commit.to_owned(), |version| format!("{version} ({commit})"))
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
