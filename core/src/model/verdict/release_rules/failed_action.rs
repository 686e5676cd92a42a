//! The last action of Helm failed, or was undone: remembered while the next try goes on, until a success or until
//! another chart, other values or another specification are tried.

use super::super::attempt_failure::with_message;
use super::super::health;
use super::super::last_try::LastTry;
use super::super::release_case::{ReleaseCase, helm_words};
use super::super::timing::CONTROLLER_PATIENCE_SECONDS;
use super::super::{Finding, NextCommand, Outlook, Reason, SinceFrom, Standing, next_commands};
use crate::model::objects::Condition;

/// Reasons of `Ready` that say that an action of Helm failed, or was undone.
pub(super) const REASONS: [&str; 9] = [
    "InstallFailed",
    "UpgradeFailed",
    "TestFailed",
    "RollbackFailed",
    "UninstallFailed",
    "RollbackSucceeded",
    "UninstallSucceeded",
    "HealthCheckCanceled",
    "PendingRelease",
];

/// A failure of the newest action.
pub(super) struct FailedAction<'a> {
    pub(super) reason: Reason,
    /// What went wrong, told as past.
    pub(super) sentence: String,
    /// The condition that tells of it.
    condition: &'a Condition,
}

impl<'a> FailedAction<'a> {
    /// As the conditions of its actions tell it, in the order in which Flux makes `Ready` of them.
    pub(super) fn of(case: &ReleaseCase<'a>) -> Option<Self> {
        remediated(case).or_else(|| tested(case)).or_else(|| released(case))
    }
}

/// A failure that was undone, or could not be.
fn remediated<'a>(case: &ReleaseCase<'a>) -> Option<FailedAction<'a>> {
    let conditions = &case.object.conditions;
    let condition = conditions.get("Remediated").filter(|remediated| remediated.status != "Unknown")?;
    let chart = case.tried_chart();
    let failed = conditions.at("Released", "False").map(|released| released.message.as_str());
    let failed = failed.unwrap_or_default();
    let (reason, what, words) = match (condition.status.as_str(), condition.reason.as_str()) {
        ("True", "UninstallSucceeded") => {
            (action_reason(case), format!("{chart} failed and was uninstalled again"), failed)
        }
        ("True", _) => {
            let back = case.object.deployed().map(|back| format!(" to {}", back.title()));
            let what = format!("{chart} failed and was rolled back{}", back.unwrap_or_default());
            (Reason::RolledBack, what, failed)
        }
        (_, "UninstallFailed") => {
            let what = format!("{chart} failed and could not be uninstalled");
            (Reason::UninstallFailed, what, condition.message.as_str())
        }
        _ => {
            let what = format!("{chart} failed and could not be rolled back");
            (Reason::RollbackFailed, what, condition.message.as_str())
        }
    };
    Some(FailedAction { reason, sentence: with_message(what, helm_words(words)), condition })
}

/// Tests that failed, where they count.
fn tested<'a>(case: &ReleaseCase<'a>) -> Option<FailedAction<'a>> {
    let condition =
        case.object.conditions.at("TestSuccess", "False").filter(|_| case.object.fails_with_tests)?;
    let failed = case.object.history.first().map(|newest| newest.failed_tests.join(", "));
    let which = failed.filter(|names| !names.is_empty()).map(|names| format!(" ({names})"));
    let what = format!("the tests of {} failed{}", case.tried_chart(), which.unwrap_or_default());
    let sentence = with_message(what, helm_words(&condition.message));
    Some(FailedAction { reason: Reason::TestFailed, sentence, condition })
}

/// An installation or upgrade that failed.
fn released<'a>(case: &ReleaseCase<'a>) -> Option<FailedAction<'a>> {
    let condition = case.object.conditions.at("Released", "False")?;
    let reason = match condition.reason.as_str() {
        "InstallFailed" => Reason::InstallFailed,
        "UpgradeFailed" => Reason::UpgradeFailed,
        _ => action_reason(case),
    };
    let chart = case.tried_chart();
    let what = match reason {
        Reason::InstallFailed => format!("{chart} could not be installed"),
        _ => format!("it could not be upgraded to {chart}"),
    };
    Some(FailedAction { reason, sentence: with_message(what, helm_words(&condition.message)), condition })
}

pub(super) fn decide(case: &ReleaseCase<'_>) -> Option<Finding> {
    if !case.is_tried() {
        return None;
    }
    let ready = case.object.conditions.get("Ready")?;
    let failed = match ready.status.as_str() {
        "True" => return None,
        // What is deployed waits for others before Flux looks at it again.
        "False" if ready.reason == "DependencyNotReady" => return None,
        "False" if is_being_tried_anew(case, ready) => return None,
        "False" => FailedAction::of(case)
            .filter(|_| REASONS.contains(&ready.reason.as_str()))
            .unwrap_or_else(|| other_failure(ready)),
        // Between two tries; the counters are set back when something else is tried.
        _ => FailedAction::of(case).filter(|_| case.object.failures > 0)?,
    };
    let last_try = LastTry::at(failed.condition.since);
    let now = case.observation.now;
    let sentence = &failed.sentence;
    let message =
        format!("{}: {sentence}{}{}", last_try.in_words(now), tries(case, &failed), case.what_runs());
    let mut finding = Finding::new(Standing::Failed, failed.reason, message)
        .under(sentence)
        .since(SinceFrom::Condition.at(failed.condition.since));
    finding.outlook = outlook(case, &failed);
    finding.next = next(case, finding.outlook == Outlook::Final);
    Some(finding)
}

/// A try that was given up for another one, which begins at once.
fn is_being_tried_anew(case: &ReleaseCase<'_>, ready: &Condition) -> bool {
    ready.reason == "HealthCheckCanceled"
        && !case.observation.is_older(ready.since, CONTROLLER_PATIENCE_SECONDS)
}

/// A failure of Flux itself, before it came to an action of Helm.
fn other_failure(ready: &Condition) -> FailedAction<'_> {
    let what = match ready.reason.as_str() {
        "RESTClientError" => "Flux could not reach the cluster or account that the release is for".to_owned(),
        "StateError" => "Flux could not tell how the release stands".to_owned(),
        other => format!("Flux reported {other}"),
    };
    let reason = match ready.reason.as_str() {
        "InstallFailed" => Reason::InstallFailed,
        "UpgradeFailed" | "HealthCheckCanceled" => Reason::UpgradeFailed,
        "TestFailed" => Reason::TestFailed,
        "RollbackFailed" => Reason::RollbackFailed,
        "RollbackSucceeded" => Reason::RolledBack,
        "UninstallFailed" => Reason::UninstallFailed,
        _ => Reason::ReconciliationFailed,
    };
    FailedAction { reason, sentence: with_message(what, helm_words(&ready.message)), condition: ready }
}

fn action_reason(case: &ReleaseCase<'_>) -> Reason {
    match case.object.last_action().0 {
        "install" => Reason::InstallFailed,
        _ => Reason::UpgradeFailed,
    }
}

/// Whether a failure is one of the action that is counted.
fn is_counted(failed: &FailedAction<'_>) -> bool {
    failed.reason != Reason::ReconciliationFailed
}

/// The end of a sentence: how often it has failed, and whether it is tried again.
fn tries(case: &ReleaseCase<'_>, failed: &FailedAction<'_>) -> String {
    let action = case.object.last_action().1;
    if !is_counted(failed) || action.failures == 0 {
        return String::new();
    }
    match action.retries {
        ..0 => format!("; {} tries failed, and it is tried again until one succeeds", action.failures),
        retries if action.is_exhausted() => format!("; all of its {} tries failed", retries + 1),
        retries => format!("; {} of its {} tries failed", action.failures, retries + 1),
    }
}

/// Flux tries again for as long as tries are left.
fn outlook(case: &ReleaseCase<'_>, failed: &FailedAction<'_>) -> Outlook {
    let action = case.object.last_action().1;
    if !is_counted(failed) || action.retries < 0 {
        return Outlook::MayMend { until: None };
    }
    let left = (action.retries + 1 - action.failures).max(0);
    let longest = (action.timeout + CONTROLLER_PATIENCE_SECONDS).saturating_mul(left);
    Outlook::within(failed.condition.since, longest, case.observation.now)
}

/// What to type about a failure: into what crashes first, then what the release says, then a new try.
pub(super) fn next(case: &ReleaseCase<'_>, has_ended: bool) -> Vec<NextCommand> {
    let troubles = health::troubles_of_delivered(case.observation, &case.facts.delivered);
    let trouble = troubles.into_iter().find(|trouble| trouble.is_final || trouble.pod.is_some());
    let look = trouble.map(|trouble| next_commands::workload(&trouble)).unwrap_or_default();
    let own = next_commands::helm::failure(case.object, has_ended);
    [look, own].concat()
}
