//! A chart, values or a specification are about to be tried, or an action of Helm goes on.

use jiff::{SignedDuration, Timestamp};

use super::super::deadline;
use super::super::durations::age_in_words;
use super::super::health;
use super::super::release_case::ReleaseCase;
use super::super::timing::{CONTROLLER_PATIENCE_SECONDS, UNKNOWN_BEGINNING_SECONDS};
use super::super::{Finding, Outlook, Reason, SinceFrom, Standing, next_commands};
use super::stopped_helm_controller::turn;

/// Speaks always: whatever no rule before it knows is under way.
pub(super) fn decide(case: &ReleaseCase<'_>) -> Option<Finding> {
    Some(
        first_chart(case)
            .or_else(|| running(case))
            .or_else(|| waiting(case))
            .unwrap_or_else(|| recording(case)),
    )
}

/// Nothing was tried yet, and the chart is not there.
fn first_chart(case: &ReleaseCase<'_>) -> Option<Finding> {
    if case.object.was_deployed() || case.object.attempted.is_some() {
        return None;
    }
    let chart = case.facts.chart.as_deref().filter(|chart| chart.artifact.is_none())?;
    let message = format!("its chart is awaited: {} is not fetched yet", chart.title());
    let since = SinceFrom::Creation.at(chart.meta.created);
    let until = first_fetch_end(case);
    if let Some(until) = until.filter(|until| *until <= case.observation.now) {
        let ready = chart.conditions.get("Ready");
        let said = ready.map(deadline::said).unwrap_or_default();
        let message = format!("{message}; that should have ended by {until:.0}{said}");
        let mut finding = Finding::new(Standing::Unknown, Reason::DeadlineExceeded, message).since(since);
        finding.next = next_commands::overdue_fetch(chart);
        return Some(finding);
    }
    let mut finding = Finding::new(Standing::NotDeployed, Reason::ChartNotReady, message).since(since);
    finding.outlook = Outlook::MayMend { until };
    finding.next = next_commands::helm::chart(case.object);
    Some(finding)
}

/// When the first chart must be there at the latest, with what it is taken from: each is fetched within its timeout.
fn first_fetch_end(case: &ReleaseCase<'_>) -> Option<Timestamp> {
    let sources = || [&case.facts.chart_source, &case.facts.chart].into_iter().flatten();
    let seconds: i64 = sources().map(|source| source.timeout).sum();
    let created = case.object.meta.created;
    let begun: Option<Vec<Timestamp>> = sources().map(|source| deadline::fetch_begun(source)).collect();
    match begun.and_then(|begun| begun.into_iter().chain(created).max()) {
        Some(begun) => end(begun, seconds + CONTROLLER_PATIENCE_SECONDS),
        None => {
            let known =
                sources().flat_map(|source| [source.meta.created, source.conditions.last_transition()]);
            let last = known.flatten().chain(created).max()?;
            end(last, seconds + UNKNOWN_BEGINNING_SECONDS)
        }
    }
}

/// An action of Helm goes on. One that outlasts its limit is at a standstill.
fn running(case: &ReleaseCase<'_>) -> Option<Finding> {
    let action = case.running_action()?;
    let since = SinceFrom::Condition.at(action.since);
    let (reason, verb) = verb(case);
    let end = action.since.and_then(|begun| end(begun, case.longest_action()));
    if end.is_none_or(|end| end > case.observation.now) {
        let what = match case.waiting_chart() {
            Some(chart) => format!("{}; {} is fetched and waits", case.tried_chart(), case.chart_at(chart)),
            None => case.tried_chart(),
        };
        let until = end.map(|end| format!(", which ends by {end:.0}")).unwrap_or_default();
        let message = format!("{verb} {what}{until}{}", still_deployed(case));
        let mut finding = Finding::new(Standing::Reconciling, reason, message).since(since);
        finding.outlook = Outlook::MayMend { until: end };
        return Some(finding);
    }
    let age = action.since.map(|begun| age_in_words(begun, case.observation.now)).unwrap_or_default();
    let what = format!("{verb} {} has gone on for {age}, longer than it may", case.tried_chart());
    Some(overdue(case, what).since(since))
}

/// What is overdue has failed where its pods say why, and is not known otherwise.
fn overdue(case: &ReleaseCase<'_>, what: String) -> Finding {
    let troubles = health::troubles_of_delivered(case.observation, &case.facts.delivered);
    let trouble = troubles.iter().find(|trouble| trouble.is_final);
    let mut finding = match trouble {
        Some(trouble) => {
            let message = format!("{what}: {}{}", trouble.sentence, case.what_runs());
            Finding::new(Standing::Failed, Reason::WorkloadNotReady, message).because(Some(trouble.cause))
        }
        None => {
            let message = what + &case.what_runs();
            Finding::new(Standing::Unknown, Reason::DeadlineExceeded, message)
        }
    };
    let look = trouble.map(next_commands::workload).unwrap_or_default();
    finding.next = [look, next_commands::helm::failure(case.object, false)].concat();
    finding
}

/// A chart or a specification that was not tried yet.
fn waiting(case: &ReleaseCase<'_>) -> Option<Finding> {
    if case.is_tried() {
        return None;
    }
    let (what, since) = match case.waiting_chart() {
        Some(chart) => {
            let stored = case.facts.chart.as_ref().and_then(|chart| chart.stored);
            (
                format!("{} is fetched and not applied yet", case.chart_at(chart)),
                SinceFrom::Artifact.at(stored),
            )
        }
        None => {
            let specified = SinceFrom::ManagedFields.at(case.object.meta.specified());
            ("its specification was changed and is not applied yet".to_owned(), specified)
        }
    };
    let (standing, reason) = match case.object.was_deployed() {
        true => (Standing::Syncing, Reason::NewRevision),
        false => (Standing::Reconciling, Reason::Installing),
    };
    let turn = turn(case);
    let until = since.and_then(|since| end(since.time, case.longest_action()));
    let until = until.max(turn.as_ref().map(|work| work.end));
    if let Some(until) = until.filter(|until| *until <= case.observation.now) {
        let what = format!("{what}, and should have been by {until:.0}");
        return Some(overdue(case, what).since(since));
    }
    let ahead = turn.map(|work| work.ahead()).unwrap_or_default();
    let mut finding = Finding::new(standing, reason, what + &ahead + &still_deployed(case)).since(since);
    finding.outlook = Outlook::MayMend { until };
    Some(finding)
}

/// What was tried is done, and its history is about to say so: status arrives in two patches.
fn recording(case: &ReleaseCase<'_>) -> Finding {
    let (reason, verb) = verb(case);
    let ready = case.object.conditions.get("Ready");
    let since = ready.and_then(|ready| ready.since);
    let begun = since.or(case.object.meta.created);
    let until = begun.and_then(|begun| end(begun, CONTROLLER_PATIENCE_SECONDS));
    if until.is_some_and(|until| until <= case.observation.now) {
        let what = match ready {
            Some(_) => format!("{verb} {} should have ended by now", case.tried_chart()),
            None => format!("{} was not taken up by Flux", case.object.title()),
        };
        return overdue(case, what).since(SinceFrom::Condition.at(since));
    }
    let message = match ready {
        Some(ready) if ready.status == "True" => {
            format!("{verb} {} has ended, which Flux is about to record", case.tried_chart())
        }
        _ => format!("{verb} {} is about to begin", case.tried_chart()),
    };
    let mut finding =
        Finding::new(Standing::Reconciling, reason, message).since(SinceFrom::Condition.at(since));
    finding.outlook = Outlook::MayMend { until };
    finding
}

fn verb(case: &ReleaseCase<'_>) -> (Reason, &'static str) {
    match case.object.was_deployed() {
        true => (Reason::Upgrading, "upgrading to"),
        false => (Reason::Installing, "installing"),
    }
}

fn still_deployed(case: &ReleaseCase<'_>) -> String {
    if case.object.was_deployed() { case.what_runs() } else { String::new() }
}

fn end(begun: Timestamp, seconds: i64) -> Option<Timestamp> {
    begun.checked_add(SignedDuration::from_secs(seconds)).ok()
}
