//! The chart of the release cannot be had: it is not there, cannot be fetched, or cannot be used. What was deployed
//! keeps running, so that this is a remark while it may mend itself.

use super::super::attempt_failure::with_message;
use super::super::release_case::ReleaseCase;
use super::super::timing::FETCH_GRACE_SECONDS;
use super::super::{Finding, Outlook, Reason, Since, SinceFrom, Standing, next_commands};
use crate::model::cluster::Kind;
use crate::model::objects::Condition;

/// What `Ready` says while the chart is not to be had.
const REASONS: [&str; 3] = ["SourceNotReady", "ArtifactFailed", "ChartMutateError"];

/// The release waits for its chart.
pub(super) fn decide(case: &ReleaseCase<'_>) -> Option<Finding> {
    let waiting = case.ready_for("False", &REASONS)?;
    let since = SinceFrom::Condition.at(waiting.since);
    Some(finding(case, sentence(case, waiting), since))
}

/// The chart cannot be fetched any more, while the release has one that was fetched before.
pub(super) fn decide_fetch(case: &ReleaseCase<'_>) -> Option<Finding> {
    let failure = case.chart_failure.as_ref()?;
    let is_failure = failure.is_failure(case.observation.now) || !case.object.was_deployed();
    is_failure.then(|| finding(case, failure.message(case.observation.now), failure.since))
}

fn finding(case: &ReleaseCase<'_>, sentence: String, since: Option<Since>) -> Finding {
    let begun = case.chart_failure.as_ref().and_then(|failure| failure.failing_since);
    let begun = begun.or(since.map(|since| since.time));
    let is_final = case.chart_failure.as_ref().is_some_and(|failure| failure.is_final);
    let grace = Outlook::within(begun, FETCH_GRACE_SECONDS, case.observation.now);
    let standing = match case.object.was_deployed() {
        false => Standing::NotDeployed,
        true if is_final || grace == Outlook::Final => Standing::Failed,
        true => Standing::Syncing,
    };
    let headline = case.chart_failure.as_ref().map_or(sentence.clone(), |failure| failure.sentence.clone());
    let message = format!("its chart cannot be had: {sentence}{}", case.what_runs());
    let mut finding = Finding::new(standing, Reason::ChartNotReady, message).under(headline).since(since);
    finding.outlook = if is_final { Outlook::Final } else { grace };
    finding.next = next(case);
    finding
}

/// What is wrong with the chart, as its own objects say it, else as the release does.
fn sentence(case: &ReleaseCase<'_>, waiting: &Condition) -> String {
    if let Some(failure) = &case.chart_failure {
        return failure.message(case.observation.now);
    }
    let state = case.observation.state;
    let references = [&case.object.chart_source, &case.object.chart].into_iter().flatten();
    let found = [&case.facts.chart_source, &case.facts.chart];
    for reference in references {
        let Some(kind) = reference.source() else { continue };
        let is_there = found.iter().any(|source| {
            source.as_ref().is_some_and(|source| reference.is(source.kind.name(), &source.meta))
        });
        if !is_there && state.looked(Kind::of_source(kind), &reference.namespace) {
            return format!("{} is not there", reference.title());
        }
    }
    let chart = case.object.chart.as_ref().map_or("its chart".to_owned(), |chart| chart.title());
    let is_stored = case.facts.chart.as_ref().is_some_and(|chart| chart.artifact.is_some());
    let what = match is_stored && waiting.reason == "ArtifactFailed" {
        true => format!("{chart} is fetched, and helm-controller could not download or use it"),
        false => format!("{chart} is not ready"),
    };
    with_message(what, waiting.message.lines().next().unwrap_or_default())
}

fn next(case: &ReleaseCase<'_>) -> Vec<super::super::NextCommand> {
    match (case.failed_source(), &case.chart_failure) {
        (Some(source), Some(failure)) => {
            next_commands::fetch(&case.observation.facts.arc, source, failure.reason)
        }
        _ if case.facts.chart.as_ref().is_some_and(|chart| chart.artifact.is_some()) => {
            next_commands::helm::chart_download(case.object)
        }
        _ => next_commands::helm::chart(case.object),
    }
}
