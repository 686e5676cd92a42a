//! What the gate says of its decision: one sentence that names commits with their versions, clusters, and what is wrong.

use std::collections::BTreeSet;

use super::gate_case::{CommitRelation, GateCase};
use super::gate_tally::Tally;
use super::{AwaitedDeployment, GateRow, RequiredShare, RowOutcome};
use crate::model::counted;
use crate::model::pipeline::ClusterRef;
use crate::model::verdict::short;

/// So many clusters are named in a sentence.
const MOST_NAMES: usize = 3;

impl GateCase<'_> {
    pub(super) fn success(&self, tally: &Tally) -> String {
        let state = match self.policy.awaited {
            AwaitedDeployment::Deployed => "is deployed on",
            AwaitedDeployment::Synced => "is applied on",
            AwaitedDeployment::Compliant => "is applied and compliant on",
        };
        let all = format!("{} of {}", tally.succeeded.len(), counted(tally.counted(), "cluster"));
        let deferred = match tally.deferred.len() {
            0 => String::new(),
            count => format!("; {count} deferred ({})", names_of(&tally.deferred)),
        };
        let since = match self.replacement() {
            Some(head) => format!("; {} was pushed since", self.name_of(head)),
            None => String::new(),
        };
        format!("{} {state} {all}{deferred}{since}", self.name())
    }

    pub(super) fn no_configuration(&self) -> String {
        let others: Vec<&str> = self.folders.iter().map(String::as_str).collect();
        let others = match others.is_empty() || self.folder.is_none() {
            true => String::new(),
            false => format!("; its folders that are applied: {}", others.join(", ")),
        };
        format!("no Flux configuration that can be seen follows {}{others}", self.followed())
    }

    pub(super) fn none_is_allowed(&self) -> String {
        format!("no Flux configuration follows {}, which is allowed", self.followed())
    }

    /// The branch, and the folder where only one is meant.
    fn followed(&self) -> String {
        match self.folder {
            Some(folder) => format!("{} in folder {folder}", self.branch),
            None => self.branch.to_owned(),
        }
    }

    pub(super) fn clusters_missing(&self, names: &[String]) -> String {
        format!("{} must have the environment, and no configuration of it can be seen", names.join(", "))
    }

    /// That there are fewer clusters than there must be.
    pub(super) fn too_few(&self, tally: &Tally) -> Option<String> {
        let expected = self.policy.expected?;
        let there = tally.counted() + tally.deferred.len();
        (there < expected).then(|| {
            format!(
                "{there} of the {expected} clusters that must have the environment can be seen to have it"
            )
        })
    }

    /// That there are fewer clusters than must succeed.
    pub(super) fn too_few_for_share(&self, tally: &Tally) -> Option<String> {
        let RequiredShare::Count(count) = self.policy.required else { return None };
        let there = tally.counted();
        (there < count).then(|| {
            let there = counted(there, "cluster");
            format!("require is {count}, and {there} can be seen to have the environment")
        })
    }

    pub(super) fn blocked(&self, rows: &[GateRow], tally: &Tally, required: usize) -> String {
        let first = rows.iter().find(|row| row.outcome != RowOutcome::Succeeded);
        let first = first.map(|row| format!(": {}: {}", row.cluster, row.message)).unwrap_or_default();
        if tally.counted() == 0 && !tally.deferred.is_empty() {
            let all = counted(tally.deferred.len(), "cluster");
            return format!("{all} deferred, and at least one must succeed{first}");
        }
        let (succeeded, all) = (tally.succeeded.len(), counted(tally.counted(), "cluster"));
        format!("{succeeded} of {all} succeeded, {required} required{first}")
    }

    pub(super) fn pending(&self, rows: &[GateRow], tally: &Tally, required: usize) -> String {
        if self.wanted.commit.is_none() {
            let asked = self.asked.map_or_else(|| "it".to_owned(), |asked| short(asked).to_owned());
            return format!("no commit of {} deploys {asked} yet", self.branch);
        }
        if let Some(unmerged) = self.unmerged() {
            return unmerged;
        }
        if rows.is_empty() || !self.is_list_certain && !rows.iter().any(is_awaited) {
            return format!("looking once more which Flux configurations follow {}", self.followed());
        }
        let waits = rows.iter().find(|row| is_awaited(row));
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
        let head = self.replacement();
        let relation = head.and_then(|head| self.others.get(head)).map(|other| other.relation);
        if let (Some(head), Some(CommitRelation::Diverged)) = (head, relation) {
            let (name, branch) = (self.name(), self.branch);
            return Some(format!("{name} is not on branch {branch}, which is at {}", self.name_of(head)));
        }
        let on_cluster = rows.iter().find(|row| row.outcome == RowOutcome::Superseded);
        if let Some(row) = on_cluster {
            let other = row.commit.as_deref().map(|commit| self.name_of(commit)).unwrap_or_default();
            return Some(format!("{other} took the place of {} on {}", self.name(), row.cluster));
        }
        head.map(|head| format!("{} was pushed to {} after {}", self.name_of(head), self.branch, self.name()))
    }

    /// That the branch has not come to the wanted commit yet: it is that of a pull request.
    fn unmerged(&self) -> Option<String> {
        let head = self.head?;
        let is_older = self.others.get(head).is_some_and(|other| other.relation == CommitRelation::Older);
        is_older.then(|| {
            let (name, branch) = (self.name(), self.branch);
            format!("{name} is not merged to {branch} yet, which is at {}", self.name_of(head))
        })
    }

    /// The newest commit of the branch, where it takes the place of the wanted one.
    fn replacement(&self) -> Option<&str> {
        self.head.filter(|head| self.is_replaced_by(head))
    }

    fn name_of(&self, commit: &str) -> String {
        let version = self.others.get(commit).and_then(|other| other.version.as_deref());
        name(version, short(commit))
    }
}

/// The first clusters by name, and how many more there are.
fn names_of(clusters: &BTreeSet<ClusterRef>) -> String {
    let names: Vec<String> = clusters.iter().take(MOST_NAMES).map(ToString::to_string).collect();
    match clusters.len().saturating_sub(MOST_NAMES) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

fn is_awaited(row: &GateRow) -> bool {
    row.outcome == RowOutcome::Pending
}

fn name(version: Option<&str>, commit: &str) -> String {
    version.map_or_else(|| commit.to_owned(), |version| format!("{version} ({commit})"))
}
