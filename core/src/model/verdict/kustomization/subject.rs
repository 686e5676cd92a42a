//! What is judged, and in which order the rules are asked.

use super::super::environment::Scene;
use super::super::fetch::FetchFailure;
use super::super::{Finding, settled, short};
use crate::model::objects::{GitRepository, Kustomization, Reference};

/// Where a kustomization stands.
pub(in crate::model::verdict) fn finding(scene: &Scene<'_>, one: &Kustomization) -> Finding {
    let source = scene.facts.source(one);
    let subject = Subject { scene, one, source, fetch: source.and_then(FetchFailure::of) };
    let mut finding = subject.decide();
    subject.remark(&mut finding);
    finding.remarks.sort();
    finding.remarks.dedup();
    finding
}

pub(super) struct Subject<'a> {
    pub(super) scene: &'a Scene<'a>,
    pub(super) one: &'a Kustomization,
    pub(super) source: Option<&'a GitRepository>,
    pub(super) fetch: Option<FetchFailure>,
}

impl Subject<'_> {
    pub(super) fn decide(&self) -> Finding {
        let first = self
            .deleting()
            .or_else(|| self.suspended())
            .or_else(|| self.not_followed())
            .or_else(|| self.attempt_failed())
            .or_else(|| self.path_missing())
            .or_else(|| self.fetch_failed())
            .or_else(|| self.source_missing());
        if let Some(finding) = first {
            return self.unless_stopped(finding);
        }
        let finding = if self.is_applied() {
            settled::finding(self.scene, self.one, self.source)
        } else {
            self.not_deployed().or_else(|| self.syncing()).unwrap_or_else(|| self.reconciling())
        };
        self.unless_dead(finding)
    }

    pub(super) fn artifact(&self) -> Option<&str> {
        self.source.and_then(|source| source.artifact.as_deref())
    }

    /// The source's artifact is the attempted revision.
    pub(super) fn is_attempted(&self) -> bool {
        self.artifact().is_some() && self.artifact() == self.one.attempted.as_deref()
    }

    /// What the source says is about its specification as it stands.
    pub(super) fn is_source_current(&self) -> bool {
        self.source.is_none_or(|source| {
            source.artifact.is_none() || source.observed_generation >= source.meta.generation
        })
    }

    /// The source's artifact is applied, and so are the specifications.
    pub(super) fn is_applied(&self) -> bool {
        self.artifact().is_some()
            && self.artifact() == self.one.applied.as_deref()
            && self.one.observed_generation >= self.one.meta.generation
            && self.is_source_current()
    }

    pub(super) fn ready_reason(&self, status: &str) -> &str {
        self.one.conditions.at("Ready", status).map_or("", |ready| &ready.reason)
    }

    /// The dependencies that are not ready, each with how it stands; all where that is not known.
    pub(super) fn awaited(&self) -> String {
        let told = |one: &Reference| {
            let known = self.scene.facts.kustomization(&one.namespace, &one.name);
            let ready = known.and_then(|known| known.conditions.get("Ready"));
            match ready {
                Some(ready) if ready.status == "True" => None,
                Some(ready) => Some(format!("Kustomization {} ({})", one.key(), ready.reason)),
                None => Some(format!("Kustomization {}", one.key())),
            }
        };
        let unready: Vec<String> = self.one.depends_on.iter().filter_map(told).collect();
        if unready.is_empty() {
            "Flux to look again at what it depends on".to_owned()
        } else {
            unready.join(", ")
        }
    }

    pub(super) fn running(&self) -> String {
        match &self.one.applied {
            Some(applied) => format!("; {} stays applied", short(applied)),
            None => "; nothing was applied before".to_owned(),
        }
    }
}
