//! One Helm release as the rules see it, and the verdict on it.
//!
//! Ready says what the newest action of Helm came to, and on a release that gave up it may say anything: `Stalled`, the
//! history and the versions that were tried decide. Every change of status arrives in two patches, conditions first, so
//! that for a moment a release is ready at a version that its history does not have yet.

use super::fetch_failure::FetchFailure;
use super::observation::Observation;
use super::timing::CONTROLLER_PATIENCE_SECONDS;
use super::{Finding, Reason, Remark, Since, SinceFrom, release_drift, release_rules, workload_remarks};
use crate::model::cluster::ReleaseFacts;
use crate::model::objects::{Condition, HelmRelease, Reference, Snapshot, Source, SourceKind};

/// The verdict on a Helm release.
pub(super) fn finding(observation: Observation<'_>, facts: &ReleaseFacts) -> Finding {
    let case = ReleaseCase::new(observation, facts);
    let mut finding = release_rules::decide(&case);
    let created = SinceFrom::Creation.at(case.object.meta.created);
    finding.since = finding.since.map(|since| {
        let since = Some(since).max(created).unwrap_or(since);
        Since { time: since.time.min(observation.now), ..since }
    });
    workload_remarks::add_of_delivered(observation, &facts.delivered, &mut finding);
    if finding.reason != Reason::ChartNotReady {
        finding.remarks.extend(case.chart_failure.as_ref().map(|failure| {
            let message = format!("newer charts are blocked: {}", failure.message(observation.now));
            Remark::new(failure.reason, message)
        }));
    }
    if finding.reason != Reason::Deleting {
        finding.remarks.extend(release_drift::remarks(&case));
    }
    if case.object.is_remote {
        let message = "its objects are in another cluster (spec.kubeConfig), which is not asked";
        finding.remarks.push(Remark::new(Reason::RemoteCluster, message));
    }
    finding.remarks.sort();
    finding.remarks.dedup();
    finding
}

/// A Helm release with everything that rules look at.
pub(super) struct ReleaseCase<'a> {
    pub(super) observation: Observation<'a>,
    /// With what belongs to it.
    pub(super) facts: &'a ReleaseFacts,
    /// The release itself.
    pub(super) object: &'a HelmRelease,
    /// Why its chart, or what that is taken from, cannot be fetched, if that is so.
    pub(super) chart_failure: Option<FetchFailure>,
}

impl<'a> ReleaseCase<'a> {
    fn new(observation: Observation<'a>, facts: &'a ReleaseFacts) -> Self {
        let of_source = facts.chart_source.as_deref();
        let of_source =
            of_source.and_then(|source| FetchFailure::of_source(source, &facts.chart_source_events));
        let of_chart = facts.chart.as_deref();
        let of_chart = of_chart.and_then(|chart| FetchFailure::of_source(chart, &facts.chart_events));
        Self { observation, facts, object: &facts.object, chart_failure: of_source.or(of_chart) }
    }

    /// What cannot be fetched: where the chart is taken from, else the chart itself.
    pub(super) fn failed_source(&self) -> Option<&'a Source> {
        let sources = [&self.facts.chart_source, &self.facts.chart].into_iter().flatten();
        let mut failed = sources.filter(|source| super::fetch_failure::failed_condition(source).is_some());
        failed.next().map(AsRef::as_ref)
    }

    /// The condition `Ready`, where it stands at `status` for one of these reasons.
    pub(super) fn ready_for(&self, status: &str, reasons: &[&str]) -> Option<&'a Condition> {
        let ready = self.object.conditions.at("Ready", status)?;
        reasons.contains(&ready.reason.as_str()).then_some(ready)
    }

    /// Whether its status is of the first versions of the API, which knew neither `Stalled` nor a history.
    pub(super) fn is_of_first_versions(&self) -> bool {
        let conditions = &self.object.conditions;
        self.object.history.is_empty()
            && conditions.get("Ready").is_some()
            && conditions.observed_generation() < 0
    }

    /// Whether its specification was tried as it stands. A suspension is no change to try.
    pub(super) fn is_specification_tried(&self) -> bool {
        let tried = self.object.observed_generation.max(self.object.attempted_generation);
        self.object.suspended || tried >= self.object.meta.generation
    }

    /// The revision of a chart that is fetched and was not tried yet.
    pub(super) fn waiting_chart(&self) -> Option<&'a str> {
        let chart = self.facts.chart.as_deref()?;
        let artifact = chart.artifact.as_deref()?;
        let is_tried = match (&chart.kind, &self.object.attempted, &self.object.attempted_digest) {
            (_, None, _) => false,
            (SourceKind::HelmChart, Some(attempted), _) => is_same_version(artifact, attempted),
            (_, _, Some(digest)) => artifact.ends_with(digest.as_str()),
            // Which revision of the source a chart without a digest came from nobody can say.
            (_, Some(_), None) => true,
        };
        (!is_tried).then_some(artifact)
    }

    /// Whether what is wanted was tried, as far as anything tells.
    pub(super) fn is_tried(&self) -> bool {
        self.is_specification_tried() && self.waiting_chart().is_none()
    }

    /// Whether what was tried last is deployed.
    pub(super) fn is_in_sync(&self) -> bool {
        let object = self.object;
        if !self.is_tried() {
            return false;
        }
        let ready = object.conditions.at("Ready", "True");
        let is_long_ready =
            ready.is_some_and(|ready| self.observation.is_older(ready.since, CONTROLLER_PATIENCE_SECONDS));
        match object.history.first() {
            Some(newest) => is_long_ready || self.is_deployed_as_tried(newest),
            None => ready.is_some() && (object.applied.is_none() || object.applied == object.attempted),
        }
    }

    fn is_deployed_as_tried(&self, newest: &Snapshot) -> bool {
        let HelmRelease { attempted, attempted_values, .. } = self.object;
        let is_chart = attempted.as_ref().is_none_or(|tried| is_same_version(tried, &newest.chart_version));
        let values = newest.values.as_ref().zip(attempted_values.as_ref());
        newest.is_deployed() && is_chart && values.is_none_or(|(deployed, tried)| deployed == tried)
    }

    /// The condition that says that an action of Helm goes on.
    pub(super) fn running_action(&self) -> Option<&'a Condition> {
        running_action(self.object)
    }

    /// The limit of the action that goes on, in seconds, with the patience that Flux deserves.
    pub(super) fn longest_action(&self) -> i64 {
        longest_action(self.object)
    }

    /// The chart with the version that was tried last: `runner 1.4.0`.
    pub(super) fn tried_chart(&self) -> String {
        self.chart_at(self.object.attempted.as_deref().unwrap_or_default())
    }

    /// The chart at a version.
    pub(super) fn chart_at(&self, version: &str) -> String {
        let name = match (&self.object.wanted_chart, self.object.history.first(), &self.object.chart) {
            (Some((name, _)), ..) => name.as_str(),
            (_, Some(newest), _) => &newest.chart,
            (.., Some(reference)) => &reference.name,
            _ => "the chart",
        };
        format!("{name} {version}").trim_end().to_owned()
    }

    /// The dependencies that are not ready, each with how it stands.
    pub(super) fn unready_dependencies(&self) -> Vec<(&'a Reference, Option<&'a Condition>)> {
        let unready = self.object.depends_on.iter().filter_map(|dependency| {
            let known = self.observation.facts.release(&dependency.namespace, &dependency.name);
            let ready = known.and_then(|known| known.object.conditions.get("Ready"));
            let is_seen =
                known.is_some_and(|known| known.object.observed_generation >= known.object.meta.generation);
            let is_ready = ready.is_some_and(|ready| ready.status == "True");
            (!is_ready || !is_seen).then_some((dependency, ready))
        });
        unready.collect()
    }

    /// The end of a sentence: which revision stays deployed, and whether its pods are ready.
    pub(super) fn what_runs(&self) -> String {
        let stays =
            if self.facts.delivered.missing.is_empty() { "is still deployed" } else { "was deployed before" };
        let deployed = match (self.object.deployed(), &self.object.applied) {
            (Some(deployed), _) => {
                format!("; revision {} ({}) {stays}", deployed.revision, deployed.title())
            }
            (None, Some(applied)) => format!("; {} {stays}", self.chart_at(applied)),
            (None, None) if self.object.was_deployed() => String::new(),
            (None, None) => "; no revision of it was ever deployed with success".to_owned(),
        };
        deployed + &self.ready_pods()
    }

    /// The end of a sentence: how many pods of its workloads are ready.
    fn ready_pods(&self) -> String {
        const NAMED: usize = 3;
        let workloads: Vec<_> =
            self.facts.delivered.workloads.iter().map(|workload| &workload.object).collect();
        if workloads.len() > NAMED {
            let sum = |count: fn(&crate::model::objects::Workload) -> i64| -> i64 {
                workloads.iter().map(|workload| count(workload)).sum()
            };
            let (ready, desired) = (sum(|workload| workload.ready), sum(|workload| workload.desired));
            return format!("; {ready} of {desired} pods of its workloads are ready");
        }
        let named = workloads.iter().map(|workload| {
            format!("; {} has {} of {} pods ready", workload.title(), workload.ready, workload.desired)
        });
        named.collect()
    }
}

/// The condition of a release that says that an action of Helm goes on.
pub(super) fn running_action(release: &HelmRelease) -> Option<&Condition> {
    let conditions = &release.conditions;
    let trying = conditions.at("Reconciling", "True");
    let is_waiting = trying.is_some_and(|trying| trying.reason == "ProgressingWithRetry");
    conditions.at("Ready", "Unknown").filter(|_| !is_waiting)
}

/// The limit of an action of Helm, in seconds, with the patience that Flux deserves.
pub(super) fn longest_action(release: &HelmRelease) -> i64 {
    release.last_action().1.timeout.max(release.timeout) + CONTROLLER_PATIENCE_SECONDS
}

/// Whether two versions are the same, with or without the letter that some begin with.
fn is_same_version(one: &str, other: &str) -> bool {
    let plain = |version: &str| version.strip_prefix('v').unwrap_or(version).to_owned();
    plain(one) == plain(other)
}

/// What Helm said of a failure, without the names that it begins with, and without the lines of its log.
pub(super) fn helm_words(message: &str) -> &str {
    let line = message.lines().next().unwrap_or_default();
    let rest = line.strip_prefix("Helm ").and_then(|rest| rest.split_once(": "));
    rest.map_or(line, |(_, words)| words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_helm_said_is_told_without_its_names() {
        for (message, words) in [
            ("Helm upgrade failed for release a/b with chart c@1.0.0: context canceled", "context canceled"),
            ("Helm install failed: timed out\n\nLast Helm logs:\n\nx", "timed out"),
            ("upgrade retries exhausted", "upgrade retries exhausted"),
            ("", ""),
        ] {
            assert_eq!(helm_words(message), words);
        }
        assert!(is_same_version("v1.2.0", "1.2.0") && !is_same_version("1.2.0", "1.2.1"));
    }
}
