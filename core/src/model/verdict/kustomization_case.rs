//! One kustomization as the rules see it, and the verdict on it.

use super::fetch_failure::FetchFailure;
use super::observation::Observation;
use super::{Finding, remarks, rules, short};
use crate::model::cluster::KustomizationFacts;
use crate::model::objects::{GitRepository, Kustomization, Reference};

/// The verdict on a kustomization.
pub(super) fn finding(observation: Observation<'_>, facts: &KustomizationFacts) -> Finding {
    let source = facts.source.as_deref();
    let fetch = source.and_then(FetchFailure::of);
    let case = KustomizationCase { observation, facts, object: &facts.object, source, fetch };
    let mut finding = rules::decide(&case);
    remarks::add(&case, &mut finding);
    finding.remarks.sort();
    finding.remarks.dedup();
    finding
}

/// A kustomization with everything that rules look at.
pub(super) struct KustomizationCase<'a> {
    pub(super) observation: Observation<'a>,
    /// With what belongs to it.
    pub(super) facts: &'a KustomizationFacts,
    /// The kustomization itself.
    pub(super) object: &'a Kustomization,
    pub(super) source: Option<&'a GitRepository>,
    /// Why the source cannot be fetched, if that is so.
    pub(super) fetch: Option<FetchFailure>,
}

impl KustomizationCase<'_> {
    /// The revision that was fetched last.
    pub(super) fn artifact(&self) -> Option<&str> {
        self.source.and_then(|source| source.artifact.as_deref())
    }

    /// Whether the source's artifact is the attempted revision.
    pub(super) fn is_attempted(&self) -> bool {
        self.artifact().is_some() && self.artifact() == self.object.attempted.as_deref()
    }

    /// Whether what the source says is about its specification as it stands.
    pub(super) fn is_source_current(&self) -> bool {
        self.source.is_none_or(|source| {
            source.artifact.is_none() || source.observed_generation >= source.meta.generation
        })
    }

    /// Whether the source's artifact is applied, and so are the specifications.
    pub(super) fn is_applied(&self) -> bool {
        self.artifact().is_some()
            && self.artifact() == self.object.applied.as_deref()
            && self.object.observed_generation >= self.object.meta.generation
            && self.is_source_current()
    }

    /// The reason of condition `Ready`, where that stands at `status`; else empty.
    pub(super) fn ready_reason(&self, status: &str) -> &str {
        self.object.conditions.at("Ready", status).map_or("", |ready| &ready.reason)
    }

    /// The dependencies that are not ready, each with how it stands; all where that is not known.
    pub(super) fn awaited_dependencies(&self) -> String {
        let unready: Vec<String> =
            self.object.depends_on.iter().filter_map(|dependency| self.unready(dependency)).collect();
        if unready.is_empty() {
            "Flux to look again at what it depends on".to_owned()
        } else {
            unready.join(", ")
        }
    }

    fn unready(&self, dependency: &Reference) -> Option<String> {
        let known = self.observation.facts.kustomization(&dependency.namespace, &dependency.name);
        let ready = known.and_then(|known| known.object.conditions.get("Ready"));
        match ready {
            Some(ready) if ready.status == "True" => None,
            Some(ready) => Some(format!("Kustomization {} ({})", dependency.key(), ready.reason)),
            None => Some(format!("Kustomization {}", dependency.key())),
        }
    }

    /// The end of a sentence: what stays applied.
    pub(super) fn stays_applied(&self) -> String {
        match &self.object.applied {
            Some(applied) => format!("; {} stays applied", short(applied)),
            None => "; nothing was applied before".to_owned(),
        }
    }
}
