//! What does not decide and is worth knowing.

use super::super::{Cause, Finding, Reason, Remark, Standing, fetch, health, next, settled};
use super::subject::Subject;
use crate::model::cluster::Kind;

impl Subject<'_> {
    /// What does not decide and is worth knowing.
    pub(super) fn remark(&self, finding: &mut Finding) {
        if let Some(fetch) = self.fetch.as_ref().filter(|fetch| fetch.reason != finding.reason) {
            finding.remarks.push(Remark::new(fetch.reason, fetch.message.clone()));
            if finding.next.is_empty() && finding.standing == Standing::Deployed {
                finding.next = self
                    .source
                    .map(|source| next::fetch(&self.scene.facts.arc, source, fetch.reason))
                    .unwrap_or_default();
            }
        }
        if let Some(source) = self.source.filter(|source| source.meta.deleted.is_some()) {
            let message = format!("GitRepository {} is being deleted", source.meta.key());
            finding.remarks.push(Remark::new(Reason::SourceDeleting, message));
        }
        if self.tells_of_workloads(finding) {
            let troubles = health::troubles(self.scene, self.one).into_iter();
            let telling = troubles.filter(|trouble| trouble.cause != Cause::NotReady);
            finding.remarks.extend(telling.map(|trouble| settled::remark(&trouble)));
        }
        if finding.standing == Standing::Deployed && self.ready_reason("False") == "DependencyNotReady" {
            let message = format!("its next reconciliation waits for {}", self.awaited());
            finding.remarks.push(Remark::new(Reason::DependencyNotReady, message));
        }
        if self.one.is_remote {
            let message = "its objects are in another cluster (spec.kubeConfig), which is not asked";
            finding.remarks.push(Remark::new(Reason::RemoteCluster, message));
        }
        if matches!(finding.reason, Reason::HealthCheck | Reason::Progressing) {
            self.remark_on_memory(finding);
        }
        finding.remarks.extend(self.releases());
    }

    /// Whether troubles of workloads are news: not where they decided, nor while what runs is being replaced.
    fn tells_of_workloads(&self, finding: &Finding) -> bool {
        let runs = self.one.applied.is_some() || finding.reason == Reason::HealthCheck;
        let decided =
            [Reason::Applied, Reason::WorkloadNotReady, Reason::WorkloadMissing, Reason::HealthCheckFailed];
        let replaced = [Reason::Deleting, Reason::Progressing, Reason::NewRevision];
        let was_told = finding.remarks.iter().any(|remark| remark.reason == Reason::WorkloadNotReady);
        runs && !was_told && !decided.contains(&finding.reason) && !replaced.contains(&finding.reason)
    }

    fn remark_on_memory(&self, finding: &mut Finding) {
        let unanswered = self.scene.cluster.unanswered_in(Kind::KustomizationEvent, &self.one.meta.namespace);
        if let Some(unanswered) = unanswered.filter(|_| self.one.history.is_empty()) {
            let message = format!("whether this revision failed before is not known: {unanswered}");
            finding.remarks.push(Remark::new(Reason::MemoryMissing, message));
        }
    }

    fn releases(&self) -> impl Iterator<Item = Remark> {
        let listed = |name: &str, namespace: &str| {
            self.one.inventory.iter().any(|entry| {
                entry.kind == "HelmRelease" && entry.name == name && entry.namespace == namespace
            })
        };
        let own = self
            .scene
            .facts
            .releases
            .iter()
            .filter(move |release| listed(&release.meta.name, &release.meta.namespace));
        own.filter_map(|release| {
            let ready = release.conditions.at("Ready", "False")?;
            let sentence = format!("HelmRelease {} is not ready ({})", release.meta.key(), ready.reason);
            Some(Remark::new(Reason::ReleaseNotReady, fetch::told(sentence, &ready.message)))
        })
    }
}
