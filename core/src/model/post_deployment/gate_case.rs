//! The decision of the gate, from the verdicts on all configurations.
//!
//! Clusters are counted, not configurations: one with several targets has succeeded when each of them has. A failure
//! ends the gate at once where what is left cannot be enough; what somebody may still mend (a suspension, a silent
//! cluster) ends it when nothing else is under way. Absence is never success: neither no configuration, nor a listed
//! cluster that cannot be seen.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::gate_next_commands::next_commands;
use super::gate_tally::Tally;
use super::{
    AwaitedDeployment, ConfigurationState, ConfigurationVerdict, EvidenceSource, GateDecision, GateOutcome,
    GatePolicy, GateRow, ListedCluster, OfflinePolicy, RememberedVerdict, RequiredShare, RowOutcome,
    WantedCommit,
};
use crate::model::azure::ComplianceState;
use crate::model::counted;
use crate::model::pipeline::ClusterRef;

/// How a commit relates to the wanted one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommitRelation {
    /// It is an ancestor.
    Older,
    /// It came later, and deploys something else.
    Newer,
    /// Neither leads to the other: the branch's history was rewritten.
    Diverged,
}

/// A commit other than the wanted one, as GitHub knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherCommit {
    /// How it relates.
    pub relation: CommitRelation,
    /// The version that it deploys, where its tracking files tell.
    pub version: Option<String>,
}

/// One configuration that follows the branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateConfiguration {
    /// Its cluster.
    pub cluster: ClusterRef,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub verdict: RememberedVerdict,
    /// Azure's word for it, where Azure has one.
    pub compliance: Option<ComplianceState>,
    /// Who tells.
    pub told_by: EvidenceSource,
}

/// Everything that the gate decides by.
#[derive(Clone, Debug)]
pub struct GateCase<'a> {
    /// What is waited for.
    pub wanted: &'a WantedCommit,
    /// The revision that was asked for, where one was.
    pub asked: Option<&'a str>,
    /// The version that it deploys, where its tracking files tell.
    pub version: Option<&'a str>,
    /// The branch that configurations follow.
    pub branch: &'a str,
    /// The folder that they apply, where only one deployment target is meant.
    pub folder: Option<&'a str>,
    /// The folders that configurations which follow the branch apply, where only one is meant.
    pub folders: &'a BTreeSet<String>,
    /// The newest commit of the branch, where that is known.
    pub head: Option<&'a str>,
    /// What is known of other commits than the wanted one.
    pub others: &'a BTreeMap<String, OtherCommit>,
    /// How it decides.
    pub policy: &'a GatePolicy,
    /// The configurations.
    pub configurations: &'a [GateConfiguration],
    /// Whether it is certain which configurations there are: the list was answered, and again a while later.
    pub is_list_certain: bool,
    /// The time.
    pub now: Timestamp,
}

impl GateCase<'_> {
    /// What is decided now.
    pub fn decide(&self) -> GateDecision {
        let mut rows: Vec<GateRow> =
            self.configurations.iter().map(|configuration| self.row(configuration)).collect();
        let missing: Vec<&ListedCluster> = self.missing();
        rows.extend(missing.iter().map(|listed| missing_row(listed, self.is_list_certain)));
        rows.sort_by(|a, b| {
            let key =
                |row: &GateRow| (row.outcome, row.state, row.cluster.clone(), row.configuration.clone());
            key(a).cmp(&key(b))
        });
        let tally = Tally::of(&rows);
        let required = self.policy.required.of(tally.counted()).max(1);
        let (outcome, message) = self.outcome(&rows, &tally, required);
        let next = next_commands(outcome, &rows);
        let (succeeded, counted) = (tally.succeeded.len(), tally.counted());
        GateDecision { outcome, message, succeeded, counted, required, rows, next }
    }

    fn outcome(&self, rows: &[GateRow], tally: &Tally, required: usize) -> (GateOutcome, String) {
        let has_missing = rows.iter().any(|row| row.state == ConfigurationState::Missing);
        let too_few = self.too_few(tally);
        let is_certain = self.is_list_certain;
        if is_certain && !has_missing && too_few.is_none() && tally.succeeded.len() >= required {
            return (GateOutcome::Passed, self.success(tally));
        }
        if let Some(message) = self.superseded(rows) {
            return (GateOutcome::Superseded, message);
        }
        let left = tally.counted() - tally.failed.len();
        let is_required_known = is_certain || self.policy.required == RequiredShare::All;
        if !tally.failed.is_empty() && is_required_known && left < required {
            let first = rows.iter().find(|row| row.outcome == RowOutcome::Failed);
            let first = first.map(|row| format!(": {}: {}", row.cluster, row.message)).unwrap_or_default();
            let (failed, counted) = (tally.failed.len(), counted(tally.counted(), "cluster"));
            return (GateOutcome::Failed, format!("{failed} of {counted} failed{first}"));
        }
        let is_awaited = rows.iter().any(|row| row.outcome == RowOutcome::Pending);
        match is_certain && self.wanted.commit.is_some() && !is_awaited {
            true => self.outcome_of_rest(rows, tally, required),
            false => (GateOutcome::Pending, self.pending(rows, tally, required)),
        }
    }

    /// What it comes to where nothing is under way any more and the list is certain.
    fn outcome_of_rest(&self, rows: &[GateRow], tally: &Tally, required: usize) -> (GateOutcome, String) {
        if rows.is_empty() {
            return self.outcome_of_none();
        }
        let missing: Vec<String> = rows
            .iter()
            .filter(|row| row.state == ConfigurationState::Missing)
            .map(|row| row.cluster.clone())
            .collect();
        if !missing.is_empty() {
            return (GateOutcome::ClusterMissing, self.clusters_missing(&missing));
        }
        let too_few = self.too_few(tally).or_else(|| self.too_few_for_share(tally));
        match too_few {
            Some(message) => (GateOutcome::ClusterMissing, message),
            None => (GateOutcome::Blocked, self.blocked(rows, tally, required)),
        }
    }

    fn outcome_of_none(&self) -> (GateOutcome, String) {
        match self.policy.allows_none {
            true => (GateOutcome::Passed, self.none_is_allowed()),
            false => (GateOutcome::NoConfiguration, self.no_configuration()),
        }
    }

    /// Whether a commit takes the place of the wanted one.
    pub(super) fn is_replaced_by(&self, commit: &str) -> bool {
        if self.wanted.includes(commit) {
            return false;
        }
        match self.others.get(commit).map(|other| other.relation) {
            Some(CommitRelation::Newer) => true,
            // Where the branch is at the wanted commit, a cluster that is elsewhere will follow it.
            Some(CommitRelation::Diverged) => !self.head.is_some_and(|head| self.wanted.includes(head)),
            Some(CommitRelation::Older) | None => false,
        }
    }

    /// The listed clusters without a configuration.
    fn missing(&self) -> Vec<&ListedCluster> {
        let is_there =
            |listed: &&ListedCluster| self.configurations.iter().any(|own| listed.is(&own.cluster));
        self.policy.listed.iter().filter(|listed| !is_there(listed)).collect()
    }

    fn row(&self, configuration: &GateConfiguration) -> GateRow {
        let RememberedVerdict { verdict, failing_since } = &configuration.verdict;
        let outcome = self.row_outcome(configuration, verdict);
        let replaced = verdict.fetched.as_deref().filter(|_| outcome == RowOutcome::Superseded);
        GateRow {
            cluster: configuration.cluster.to_string(),
            cluster_id: id_of(&configuration.cluster),
            cluster_ref: configuration.cluster.clone(),
            configuration: configuration.name.clone(),
            outcome,
            state: verdict.state,
            reason: verdict.failure.as_ref().map(|failure| failure.reported.reason).or(verdict.reason),
            next: verdict.next.clone(),
            commit: replaced.map(str::to_owned).or_else(|| verdict.applied.clone()),
            message: format!("{}{}", verdict.message, self.lacking_compliance(configuration, outcome)),
            compliance: configuration.compliance.as_ref().map(ToString::to_string),
            failing_since: *failing_since,
            told_by: configuration.told_by,
            as_of: verdict.as_of,
        }
    }

    fn row_outcome(&self, configuration: &GateConfiguration, verdict: &ConfigurationVerdict) -> RowOutcome {
        let elsewhere = [verdict.fetched.as_deref(), verdict.applied.as_deref()];
        match verdict.state {
            ConfigurationState::Applied => self.applied(configuration),
            ConfigurationState::ReadinessUnknown if self.policy.awaited == AwaitedDeployment::Deployed => {
                RowOutcome::Blocked
            }
            ConfigurationState::ReadinessUnknown => self.applied(configuration),
            ConfigurationState::Failed => self.failed(&configuration.verdict),
            ConfigurationState::Offline | ConfigurationState::CertificateExpired => match self.policy.offline
            {
                OfflinePolicy::Fail => RowOutcome::Blocked,
                OfflinePolicy::Defer => RowOutcome::Deferred,
            },
            ConfigurationState::Suspended | ConfigurationState::ProvisioningFailed => RowOutcome::Blocked,
            ConfigurationState::OtherApplied | ConfigurationState::Pending
                if elsewhere.into_iter().flatten().any(|commit| self.is_replaced_by(commit)) =>
            {
                RowOutcome::Superseded
            }
            _ => RowOutcome::Pending,
        }
    }

    fn applied(&self, configuration: &GateConfiguration) -> RowOutcome {
        match (self.policy.awaited, &configuration.compliance) {
            (AwaitedDeployment::Compliant, Some(ComplianceState::Compliant)) => RowOutcome::Succeeded,
            // Nobody will ever say it of what is not Azure's.
            (AwaitedDeployment::Compliant, None) if !is_azures(configuration) => RowOutcome::Blocked,
            (AwaitedDeployment::Compliant, _) => RowOutcome::Pending,
            _ => RowOutcome::Succeeded,
        }
    }

    /// What of Azure's word is missing where everything is applied and that is waited for; else nothing.
    fn lacking_compliance(&self, configuration: &GateConfiguration, outcome: RowOutcome) -> String {
        let is_applied = configuration.verdict.verdict.state.is_applied();
        let is_lacking = is_applied && outcome != RowOutcome::Succeeded;
        if self.policy.awaited != AwaitedDeployment::Compliant || !is_lacking {
            return String::new();
        }
        match &configuration.compliance {
            Some(state) => format!("; Azure says {state}"),
            None if is_azures(configuration) => "; Azure has not said whether it complies".to_owned(),
            None => "; it is not Azure's, which therefore says nothing of it".to_owned(),
        }
    }

    /// A failure that is final by its kind, or that has not mended within the grace.
    fn failed(&self, verdict: &RememberedVerdict) -> RowOutcome {
        let is_final = verdict.verdict.failure.as_ref().is_some_and(|failure| failure.reported.is_final);
        let lasts = verdict.failing_since.map(|since| self.now.duration_since(since)).unwrap_or_default();
        if is_final || lasts >= self.policy.grace { RowOutcome::Failed } else { RowOutcome::Pending }
    }
}

/// The resource id of a cluster that Azure knows.
fn id_of(cluster: &ClusterRef) -> Option<String> {
    match cluster {
        ClusterRef::Arc(cluster) => Some(cluster.id()),
        _ => None,
    }
}

fn is_azures(configuration: &GateConfiguration) -> bool {
    matches!(configuration.cluster, ClusterRef::Arc(_))
}

fn missing_row(listed: &ListedCluster, is_certain: bool) -> GateRow {
    let cluster_ref = match listed {
        ListedCluster::Identified(cluster) => ClusterRef::Arc(cluster.clone()),
        ListedCluster::Named(_) => ClusterRef::NotKnown,
    };
    GateRow {
        cluster: listed.to_string(),
        cluster_id: id_of(&cluster_ref),
        cluster_ref,
        configuration: String::new(),
        outcome: if is_certain { RowOutcome::Blocked } else { RowOutcome::Pending },
        state: ConfigurationState::Missing,
        reason: None,
        next: Vec::new(),
        commit: None,
        message: "it is listed, and has no configuration that can be seen".to_owned(),
        compliance: None,
        failing_since: None,
        told_by: EvidenceSource::Nobody,
        as_of: None,
    }
}
