//! One kustomization as the rules see it, and the verdict on it.

use jiff::Timestamp;

use super::fetch_failure::FetchFailure;
use super::observation::Observation;
use super::{Finding, changes, dependencies, remarks, rules, short, since_limits};
use crate::model::cluster::KustomizationFacts;
use crate::model::objects::{Kustomization, Source};

/// The verdict on a kustomization.
pub(super) fn finding(observation: Observation<'_>, facts: &KustomizationFacts) -> Finding {
    observation.judged.finding(observation, facts, || judge(observation, facts))
}

fn judge(observation: Observation<'_>, facts: &KustomizationFacts) -> Finding {
    let source = facts.source.as_deref();
    let fetch = FetchFailure::of(facts);
    let case = KustomizationCase { observation, facts, object: &facts.object, source, fetch };
    let mut finding = rules::decide(&case);
    since_limits::limit(&case, &mut finding);
    remarks::add(&case, &mut finding);
    changes::add(&case, &mut finding);
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
    pub(super) source: Option<&'a Source>,
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

    /// Since when an attempt at the fetched revision has been under way that nothing names: controllers before 0.37
    /// write the attempted revision when an attempt has ended, and have neither condition `Reconciling` nor a history.
    pub(super) fn unnamed_attempt(&self) -> Option<Timestamp> {
        let conditions = &self.object.conditions;
        let stored = self.source.and_then(|source| source.stored)?;
        let trying = conditions.at("Ready", "Unknown").filter(|_| !self.names_attempts())?;
        let begun = conditions.at("Healthy", "Unknown").unwrap_or(trying).since;
        begun.filter(|begun| *begun >= stored)
    }

    /// Whether the controller writes the attempted revision when an attempt begins.
    pub(super) fn names_attempts(&self) -> bool {
        self.object.conditions.get("Reconciling").is_some() || !self.object.history.is_empty()
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

    /// The dependencies that are not ready, each with how it stands; that Flux must look again where all are.
    pub(super) fn awaited_dependencies(&self) -> String {
        let unready = self.unready_dependencies();
        if unready.is_empty() {
            "Flux to look again at what it depends on, which is ready now".to_owned()
        } else {
            unready.join(", ")
        }
    }

    /// The dependencies that are not ready, each with how it stands.
    pub(super) fn unready_dependencies(&self) -> Vec<String> {
        dependencies::unready_in_words(&self.observation, self.facts)
    }

    /// The end of a sentence: what stays applied, whether it runs, and what that means; nothing where nothing was
    /// ever applied.
    pub(super) fn still_applied(&self, consequence: &str) -> String {
        let Some(applied) = self.object.applied.as_deref().map(short) else { return String::new() };
        if self.facts.delivered.workloads.iter().any(|workload| workload.object.ready > 0) {
            format!("; still running {applied}{consequence}")
        } else {
            format!("; {applied} stays applied{consequence}")
        }
    }

    /// The end of a sentence: what stays applied, or that nothing is.
    pub(super) fn what_is_applied(&self) -> String {
        match &self.object.applied {
            Some(_) => self.still_applied(""),
            None => "; nothing is applied yet".to_owned(),
        }
    }

    /// The end of a sentence about another revision: the one that was applied with success before it.
    pub(super) fn last_good(&self, revision: Option<&str>) -> String {
        let applied = self.object.applied.as_deref().filter(|applied| Some(*applied) != revision);
        applied.map(|applied| format!("; last good: {}", short(applied))).unwrap_or_default()
    }
}
