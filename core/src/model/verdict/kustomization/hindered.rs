//! Rules that speak first: it is being deleted, stopped, or something is in its way.

use super::super::{Finding, Reason, Standing, fetch, health, memory, next, short};
use super::subject::Subject;
use crate::model::cluster::Kind;
use crate::model::objects::Condition;

impl Subject<'_> {
    pub(super) fn deleting(&self) -> Option<Finding> {
        let meta = &self.one.meta;
        let deleted = meta.deleted?;
        let held = if meta.finalizers.is_empty() { "nothing".to_owned() } else { meta.finalizers.join(", ") };
        let message = format!("Kustomization {} is being deleted; held by {held}", meta.key());
        let mut finding = Finding::new(Standing::Reconciling, Reason::Deleting, message).since(Some(deleted));
        finding.next = next::deletion(self.one);
        Some(finding)
    }

    pub(super) fn suspended(&self) -> Option<Finding> {
        let source = self.source.filter(|source| source.suspended);
        let (kind, reason, meta) = if self.one.suspended {
            ("kustomization", Reason::KustomizationSuspended, &self.one.meta)
        } else {
            ("gitrepository", Reason::SourceSuspended, &source?.meta)
        };
        let since = meta.written("suspend");
        let by = since.map(|(manager, time)| format!(" since {time:.0} (by {manager})")).unwrap_or_default();
        let what = if self.one.suspended { "Kustomization" } else { "GitRepository" };
        let applied = match &self.one.applied {
            Some(applied) => format!("{} stays applied", short(applied)),
            None => "nothing was ever applied".to_owned(),
        };
        let message = format!("{what} {} is suspended{by}; {applied}", meta.key());
        let mut finding =
            Finding::new(Standing::Suspended, reason, message).since(since.map(|(_, time)| time));
        finding.next = next::resume(&self.scene.facts.arc, kind, meta);
        Some(finding)
    }

    /// The source is of another kind, or may not be read.
    pub(super) fn not_followed(&self) -> Option<Finding> {
        let reference = &self.one.source;
        if !matches!(reference.kind.as_str(), "GitRepository" | "") {
            let message =
                format!("{} {} is a source that is not followed yet", reference.kind, reference.key());
            let mut finding = Finding::new(Standing::Unknown, Reason::SourceKindNotFollowed, message);
            finding.next = next::attempt(self.one);
            return Some(finding);
        }
        let unanswered = self.scene.cluster.unanswered_in(Kind::GitRepository, &reference.namespace);
        let unanswered = unanswered.filter(|_| self.source.is_none())?;
        let message = format!("GitRepository {} is not known: {unanswered}", reference.key());
        let reason = Reason::of_unanswered(&unanswered.why);
        let mut finding = Finding::new(Standing::Unknown, reason, message);
        finding.next = next::unanswered(&unanswered, &reference.namespace);
        Some(finding)
    }

    /// A failure at the revision that is still the newest fetched; and whatever Flux gave up on.
    pub(super) fn attempt_failed(&self) -> Option<Finding> {
        let stalled = self.one.conditions.at("Stalled", "True");
        if let Some(stalled) = stalled.filter(|one| one.observed_generation >= self.one.meta.generation) {
            let sentence = format!("Flux gave up ({}) until something is changed", stalled.reason);
            let message = fetch::told(sentence, &stalled.message) + &self.running();
            let mut finding = Finding::new(Standing::Failed, Reason::Stalled, message).since(stalled.since);
            finding.next = next::attempt(self.one);
            return Some(finding);
        }
        let remembered =
            self.is_attempted().then(|| memory::failure(self.scene.facts, self.one)).flatten()?;
        let failure = remembered.failure;
        let revision = short(self.one.attempted.as_deref().unwrap_or_default());
        let stays = self.one.applied.as_deref().filter(|applied| Some(*applied) != self.artifact());
        let stays =
            stays.map(|applied| format!("; {} was applied before", short(applied))).unwrap_or_default();
        let trouble = (failure.reason == Reason::HealthCheckFailed)
            .then(|| health::troubles(self.scene, self.one).into_iter().next())
            .flatten();
        let sentence = match &trouble {
            Some(trouble) => format!("the health check failed: {}", trouble.sentence),
            None => failure.sentence,
        };
        let message = format!("{revision}: {sentence}{stays}");
        let cause = trouble.as_ref().map(|trouble| trouble.cause).or(failure.cause);
        let mut finding =
            Finding::new(Standing::Failed, failure.reason, message).because(cause).since(remembered.since);
        finding.next = match &trouble {
            Some(trouble) => next::workload(trouble),
            None if matches!(finding.reason, Reason::BuildFailed | Reason::SubstitutionFailed) => {
                next::build(self.one)
            }
            None => next::attempt(self.one),
        };
        Some(finding)
    }

    /// The folder is not in the fetched revision, which is then never attempted: expected before the first
    /// merge, a failure after. The event of that revision remembers it. Without one the condition must have
    /// stood for longer than the retries of an artifact that could not be downloaded, which looks the same.
    pub(super) fn path_missing(&self) -> Option<Finding> {
        let artifact = self.artifact().filter(|_| !self.is_applied())?;
        let event = memory::artifact_failed(self.scene.facts, self.one, artifact);
        let ready = self.one.conditions.at("Ready", "False").filter(|ready| ready.reason == "ArtifactFailed");
        let retrying = self.one.conditions.at("Reconciling", "True");
        let retrying = retrying.is_some_and(|one| one.reason == "ProgressingWithRetry");
        let stands = ready.filter(|_| retrying && (self.is_attempted() || self.is_old(ready)));
        let message = event.map(|event| &event.message).or(stands.map(|ready| &ready.message))?;
        let is_path = message.contains("path not found");
        let revision = short(artifact);
        let sentence = if is_path {
            let path = if self.one.path.is_empty() { "./" } else { &self.one.path };
            let url = self.source.map_or("the repository", |source| &source.url);
            format!("{url} has no folder {path} at {revision}")
        } else {
            fetch::told(format!("the artifact of {revision} cannot be used"), message)
        };
        let (standing, message) = match &self.one.applied {
            None if is_path => (
                Standing::NotDeployed,
                format!("{sentence}: nothing was merged yet, or the path is misspelt"),
            ),
            None => (Standing::NotDeployed, sentence),
            Some(_) => (Standing::Failed, sentence + &self.running()),
        };
        let reason = if is_path { Reason::PathMissing } else { Reason::ArtifactFailed };
        let since = self.source.and_then(|source| source.stored);
        let mut finding = Finding::new(standing, reason, message).since(since);
        finding.next = next::attempt(self.one);
        Some(finding)
    }

    /// Whether a condition has stood for over a minute.
    fn is_old(&self, condition: Option<&Condition>) -> bool {
        let since = condition.and_then(|condition| condition.since);
        since.is_some_and(|since| self.scene.now.as_second() - since.as_second() > 60)
    }

    pub(super) fn fetch_failed(&self) -> Option<Finding> {
        let fetch = self.fetch.as_ref()?;
        let source = self.source?;
        let standing = match &self.one.applied {
            None => Standing::NotDeployed,
            Some(_) if fetch.is_failure(self.scene.now) => Standing::Failed,
            Some(_) => return None,
        };
        let message = match &self.one.applied {
            Some(applied) => {
                format!("{}; {} stays applied, nothing newer can arrive", fetch.message, short(applied))
            }
            None => fetch.message.clone(),
        };
        let mut finding = Finding::new(standing, fetch.reason, message).since(fetch.since);
        finding.next = next::fetch(&self.scene.facts.arc, source, fetch.reason);
        Some(finding)
    }

    pub(super) fn source_missing(&self) -> Option<Finding> {
        if self.source.is_some() {
            return None;
        }
        let standing = if self.one.applied.is_some() { Standing::Failed } else { Standing::NotDeployed };
        let message = format!("GitRepository {} is not there{}", self.one.source.key(), self.running());
        let mut finding = Finding::new(standing, Reason::SourceMissing, message);
        finding.next = next::recreate(&self.scene.facts.arc, Some(&self.one.meta), "gitrepositories");
        Some(finding)
    }
}
