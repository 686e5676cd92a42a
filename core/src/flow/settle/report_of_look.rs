//! What is reported after a look.

use jiff::Timestamp;

use super::azure_evidence::AzureEvidence;
use super::commits::BranchCommits;
use super::gate::Settlement;
use super::report::{GateReport, GateScope};
use crate::model::post_deployment::{GateCase, GateConfiguration};

/// The list is certain when it was answered so often.
pub(super) const CERTAIN: u32 = 2;

impl Settlement<'_> {
    pub(super) fn report(&self) -> GateReport {
        let empty = BranchCommits::default();
        let commits = self.commits.as_ref().unwrap_or(&empty);
        let of_azure = self.azure.iter().flat_map(|azure| azure.folders.iter().cloned());
        let folders = of_azure.chain(self.clusters.folders(&self.target)).collect();
        let case = GateCase {
            wanted: &commits.wanted,
            asked: self.request.revision.as_deref(),
            version: commits.tracking.version.as_deref(),
            branch: &self.target.branch,
            folder: self.request.target.as_deref(),
            folders: &folders,
            head: commits.head.as_deref(),
            others: &commits.others,
            policy: &self.policy,
            configurations: &self.configurations,
            is_list_certain: self.is_list_certain(),
            now: self.now(),
        };
        let decision = case.decide();
        let azure = self.azure.as_ref();
        let is_listed = |configuration: &&GateConfiguration| {
            let key = (configuration.cluster.clone(), configuration.name.clone());
            azure.is_some_and(|azure| azure.documents.contains_key(&key))
        };
        let others = self.configurations.iter().filter(|own| !is_listed(own) && !own.name.is_empty());
        let at_hand = others.count();
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
                configurations: azure.map_or(0, |azure| azure.documents.len()),
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
    pub(super) fn is_list_certain(&self) -> bool {
        self.commits.is_some() && self.azure.as_ref().is_none_or(|azure| azure.lists >= CERTAIN)
    }

    /// The time at Azure, else by the run's clock.
    pub(super) fn now(&self) -> Timestamp {
        self.azure.as_ref().map_or_else(|| self.context.now(), AzureEvidence::now)
    }
}
