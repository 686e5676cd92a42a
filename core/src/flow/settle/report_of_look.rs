//! What is reported after a look.

use jiff::Timestamp;

use super::azure_evidence::AzureEvidence;
use super::commits::BranchCommits;
use super::gate::Settlement;
use super::report::{GateReport, GateScope};
use crate::model::post_deployment::{EvidenceSource, GateCase};

/// The list is certain when it was answered so often.
pub(super) const CERTAIN: u32 = 2;

impl Settlement<'_> {
    pub(super) fn report(&self) -> GateReport {
        let empty = BranchCommits::default();
        let commits = self.commits.as_ref().unwrap_or(&empty);
        let case = GateCase {
            wanted: &commits.wanted,
            version: commits.tracking.version.as_deref(),
            branch: &self.target.branch,
            head: commits.head.as_deref(),
            others: &commits.others,
            policy: &self.policy,
            configurations: &self.configurations,
            is_list_certain: self.is_list_certain(),
            now: self.now(),
        };
        let decision = case.decide();
        let azure = self.azure.as_ref();
        let at_hand = self.configurations.iter().filter(|one| one.told_by == EvidenceSource::Cluster).count();
        GateReport {
            environment: self.target.environment.clone(),
            project: self.target.project.clone(),
            url: self.target.url.clone(),
            branch: self.target.branch.clone(),
            commit: commits.wanted.commit.clone(),
            equals: commits.wanted.equals.clone(),
            source_commit: commits.tracking.source_commit.clone(),
            version: commits.tracking.version.clone(),
            scope: GateScope {
                configurations: decision.rows.iter().filter(|row| row.is_configuration()).count(),
                subscriptions: azure.and_then(AzureEvidence::subscription_count),
                credential: azure.map(|azure| azure.credential().to_owned()),
                at_hand,
            },
            decision,
            unanswered: self.unanswered.clone(),
            began: self.began,
            at: self.context.now(),
            limit: self.limit(),
            is_over: self.is_over,
        }
    }

    /// Whether it is known which configurations there are.
    fn is_list_certain(&self) -> bool {
        let enough = if self.is_over { 1 } else { CERTAIN };
        self.commits.is_some() && self.azure.as_ref().is_none_or(|azure| azure.lists >= enough)
    }

    /// The time at Azure, else by the run's clock.
    pub(super) fn now(&self) -> Timestamp {
        self.azure.as_ref().map_or_else(|| self.context.now(), AzureEvidence::now)
    }
}
