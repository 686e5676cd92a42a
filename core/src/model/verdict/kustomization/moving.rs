//! Rules for what is on its way: waiting, fetched, being applied; or standing still because nobody works.

use super::super::{Finding, Reason, Standing, controllers, short};
use super::subject::Subject;

impl Subject<'_> {
    pub(super) fn not_deployed(&self) -> Option<Finding> {
        if self.one.applied.is_some() {
            return None;
        }
        if self.ready_reason("False") == "DependencyNotReady" {
            let message = format!("waits for {}", self.awaited());
            let since = self.one.conditions.get("Ready").and_then(|ready| ready.since);
            return Some(
                Finding::new(Standing::NotDeployed, Reason::DependencyNotReady, message).since(since),
            );
        }
        let source = self.source.filter(|source| source.artifact.is_none())?;
        let message = format!("GitRepository {} is not fetched yet", source.meta.key());
        Some(Finding::new(Standing::NotDeployed, Reason::SourceNotReady, message).since(source.meta.created))
    }

    pub(super) fn syncing(&self) -> Option<Finding> {
        if !self.is_source_current() {
            let message = format!("the change of GitRepository {} is not fetched yet", self.one.source.key());
            return Some(Finding::new(Standing::Syncing, Reason::SourceNotReady, message + &self.running()));
        }
        if self.is_attempted() {
            return None;
        }
        let Some(artifact) = self.artifact() else {
            let message =
                format!("GitRepository {} has nothing stored yet{}", self.one.source.key(), self.running());
            return Some(Finding::new(Standing::Syncing, Reason::SourceNotReady, message));
        };
        let since = self.source.and_then(|source| source.stored);
        if let Some(finding) = self.waiting_behind(artifact) {
            return Some(finding.since(since));
        }
        if self.ready_reason("False") == "DependencyNotReady" {
            let message = format!("{} waits for {}", short(artifact), self.awaited());
            return Some(Finding::new(Standing::Syncing, Reason::DependencyNotReady, message).since(since));
        }
        let message = format!("{} is fetched and not attempted yet{}", short(artifact), self.running());
        Some(Finding::new(Standing::Syncing, Reason::NewRevision, message).since(since))
    }

    /// A newer revision waits until the health check of the attempted one ends: Flux does not cancel it.
    fn waiting_behind(&self, artifact: &str) -> Option<Finding> {
        let attempted = self.one.attempted.as_deref()?;
        self.one.conditions.at("Ready", "Unknown")?;
        let checking = self.one.conditions.at("Healthy", "Unknown")?;
        let until = checking
            .since
            .and_then(|since| since.checked_add(jiff::SignedDuration::from_secs(self.one.timeout)).ok());
        let until = until.map(|until| format!(", which ends by {until:.0}")).unwrap_or_default();
        let message = format!(
            "{} is fetched and waits behind the health check of {}{until}",
            short(artifact),
            short(attempted)
        );
        Some(Finding::new(Standing::Syncing, Reason::WaitingBehind, message))
    }

    pub(super) fn reconciling(&self) -> Finding {
        let revision = short(self.artifact().unwrap_or_default());
        let since = self.one.conditions.get("Ready").and_then(|ready| ready.since);
        if let Some(checking) = self.one.conditions.at("Healthy", "Unknown") {
            let message =
                format!("{revision} is applied and its health awaited, up to {} s", self.one.timeout);
            return Finding::new(Standing::Reconciling, Reason::HealthCheck, message).since(checking.since);
        }
        if let Some(checked) = self.checked() {
            let message = format!("{revision} is applied and healthy, which Flux is about to record");
            return Finding::new(Standing::Reconciling, Reason::HealthCheck, message).since(checked);
        }
        if self.ready_reason("False") == "DependencyNotReady" {
            let message = format!("{revision} waits for {}", self.awaited());
            return Finding::new(Standing::Reconciling, Reason::DependencyNotReady, message).since(since);
        }
        let message = format!("{revision} is being built and applied");
        Finding::new(Standing::Reconciling, Reason::Progressing, message).since(since)
    }

    /// Since when the health check of this attempt has passed: status arrives in two patches, conditions
    /// first. An older `Healthy=True` is that of the revision before.
    fn checked(&self) -> Option<Option<jiff::Timestamp>> {
        let healthy = self.one.conditions.at("Healthy", "True")?;
        let ready = self.one.conditions.get("Ready")?;
        (ready.status == "True" || healthy.since > ready.since).then_some(healthy.since)
    }

    /// Every sign of a dead controller, in place of a finding that rests on what it wrote.
    pub(super) fn unless_dead(&self, finding: Finding) -> Finding {
        let dead = match finding.standing {
            Standing::Failed | Standing::Suspended | Standing::Unknown => None,
            _ if finding.reason == Reason::Deleting => None,
            _ => controllers::dead(self.scene, self.one, self.source),
        };
        self.replaced(finding, dead)
    }

    /// The one sign that counts even where nothing can be fetched or nothing is there to apply.
    pub(super) fn unless_stopped(&self, finding: Finding) -> Finding {
        let dead =
            if finding.standing == Standing::NotDeployed { controllers::stopped(self.scene) } else { None };
        self.replaced(finding, dead)
    }

    fn replaced(&self, finding: Finding, dead: Option<controllers::Dead>) -> Finding {
        match dead {
            None => finding,
            Some(dead) => Finding { remarks: finding.remarks, ..dead.finding(self.one.applied.as_deref()) },
        }
    }
}
