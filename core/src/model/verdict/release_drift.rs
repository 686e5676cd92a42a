//! Changes by hand of what a Helm release installed: whether Flux looks for them, and what it does about them.
//!
//! Flux tells what it finds in condition `Drifted`. Where it does not look, who wrote a workload's specification after it
//! was installed is read from the workload itself.

use super::drift::is_by_hand;
use super::durations::ago_in_words;
use super::release_case::ReleaseCase;
use super::timing::DRIFT_NEWS_SECONDS;
use super::{Reason, Remark};
use crate::model::objects::{DriftDetection, Event, Managed, Workload};

/// What is worth knowing of changes by hand.
pub(super) fn remarks(case: &ReleaseCase<'_>) -> Vec<Remark> {
    detected(case).map(|remark| vec![remark]).unwrap_or_else(|| {
        let by_hand = changes_in_force(case).into_iter().map(|(workload, entry)| told(case, workload, entry));
        by_hand.chain(corrected(case)).collect()
    })
}

/// What Flux found.
fn detected(case: &ReleaseCase<'_>) -> Option<Remark> {
    let drifted = case.object.conditions.at("Drifted", "True")?;
    let what = drifted.message.lines().skip(1).map(str::trim).filter(|line| !line.is_empty());
    let what: Vec<&str> = what.collect();
    let what = if what.is_empty() { String::new() } else { format!(": {}", what.join(", ")) };
    let outcome = outcome(case);
    Some(Remark::new(
        Reason::Drift,
        format!("what is installed is no longer as Helm left it{what}; {outcome}"),
    ))
}

/// What Flux does about it.
fn outcome(case: &ReleaseCase<'_>) -> &'static str {
    match (case.object.suspended, case.object.drift_detection) {
        (true, _) => "Flux leaves that alone while it is suspended",
        (_, DriftDetection::Enabled) => "Flux puts that back",
        (_, DriftDetection::Warn) => "Flux tells of that and leaves it alone (spec.driftDetection)",
        (_, DriftDetection::Off) => "Flux does not look for such changes (spec.driftDetection)",
    }
}

/// What somebody wrote since the deployed version was installed.
fn changes_in_force<'a>(case: &ReleaseCase<'a>) -> Vec<(&'a Workload, &'a Managed)> {
    let installed = case.object.deployed().and_then(|deployed| deployed.deployed);
    let Some(installed) = installed.filter(|_| case.is_in_sync()) else { return Vec::new() };
    let workloads = case.facts.delivered.workloads.iter().map(|workload| workload.object.as_ref());
    workloads
        .flat_map(|workload| workload.meta.managed.iter().map(move |entry| (workload, entry)))
        .filter(|(_, entry)| is_by_hand(entry) && entry.manager != "helm" && entry.time > Some(installed))
        .collect()
}

fn told(case: &ReleaseCase<'_>, workload: &Workload, entry: &Managed) -> Remark {
    let when = entry.time.map(|time| format!(" {}", ago_in_words(time, case.observation.now)));
    let verb = if entry.subresource.is_empty() { "changed" } else { "scaled" };
    let change = format!("{} was {verb} by {}{}", workload.title(), entry.manager, when.unwrap_or_default());
    Remark::new(Reason::Drift, format!("{change}; {}", outcome(case)))
}

/// That Flux put changes back: it told of them, and finds none any more.
fn corrected(case: &ReleaseCase<'_>) -> Option<Remark> {
    let clean = case.object.conditions.at("Drifted", "False")?;
    let is_told =
        |event: &&Event| event.reason == "DriftDetected" && event.concerns("HelmRelease", &case.object.meta);
    let told = case.facts.events.iter().map(AsRef::as_ref).rfind(is_told)?;
    let time = clean.since.filter(|since| Some(*since) >= told.last)?;
    let is_news = !case.observation.is_older(Some(time), DRIFT_NEWS_SECONDS);
    let ago = ago_in_words(time, case.observation.now);
    is_news.then(|| Remark::new(Reason::DriftCorrected, format!("changes made by hand were put back {ago}")))
}
