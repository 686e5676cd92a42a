//! Are helm-controller and source-controller at work? A stopped controller leaves what a release said last standing for
//! ever.
//!
//! Two signs: a controller's Deployment that does not run; and a chart or specification that has not been taken up for
//! over a minute, while helm-controller is at work on no release: it acts on a few at a time, and the others wait their
//! turn.

use super::super::controller_work::{self, Work};
use super::super::controllers::{HELM, SOURCE, StoppedController, stopped};
use super::super::release_case::ReleaseCase;
use super::super::timing::CONTROLLER_PATIENCE_SECONDS;
use super::super::{Finding, Since, SinceFrom};

/// Which of the two does not run, by its Deployment.
pub(super) fn by_deployment(case: &ReleaseCase<'_>) -> Option<StoppedController> {
    stopped(&case.observation, &[HELM, SOURCE])
}

/// Which of the two does not run, by any sign.
pub(super) fn any_sign(case: &ReleaseCase<'_>) -> Option<StoppedController> {
    by_deployment(case).or_else(|| untaken(case))
}

/// The verdict on a release whose controller does not run.
pub(super) fn finding(stopped: &StoppedController, case: &ReleaseCase<'_>) -> Finding {
    let waiting = case.waiting_chart().filter(|_| case.object.attempted.is_some());
    let waiting = waiting.map(|chart| format!("; {} is fetched and waits", case.chart_at(chart)));
    stopped.finding(&format!("{}{}", case.what_runs(), waiting.unwrap_or_default()))
}

/// What helm-controller is at work on, where a release has not been taken up for a minute.
pub(super) fn turn(case: &ReleaseCase<'_>) -> Option<Work> {
    controller_work::longest(&case.observation, HELM).filter(|_| sign(case).is_some())
}

/// That helm-controller has not taken up what is new, and does nothing else.
fn untaken(case: &ReleaseCase<'_>) -> Option<StoppedController> {
    let observation = &case.observation;
    let (sign, since) = sign(case)?;
    let is_at_work =
        controller_work::longest(observation, HELM).is_some() || controller_work::was_seen(observation, HELM);
    (!is_at_work).then(|| StoppedController::by_objects(observation, HELM, sign, since))
}

/// What is new and has not been taken up for a minute, and since when.
fn sign(case: &ReleaseCase<'_>) -> Option<(String, Option<Since>)> {
    let meta = &case.object.meta;
    let conditions = &case.object.conditions;
    if case.is_tried() || case.running_action().is_some() {
        return None;
    }
    let is_unseen = meta.generation > conditions.observed_generation() && !case.is_specification_tried();
    let (what, since) = match case.waiting_chart() {
        Some(chart) => {
            let stored = case.facts.chart.as_ref().and_then(|chart| chart.stored).max(meta.created);
            let sign = format!("{} does not take up {}", case.object.title(), case.chart_at(chart));
            (format!("{sign}, fetched over a minute ago"), SinceFrom::Artifact.at(stored))
        }
        None if is_unseen => {
            let specified = SinceFrom::ManagedFields.at(meta.specified());
            (format!("the change of {} is not taken up", case.object.title()), specified)
        }
        None => return None,
    };
    // What holds it up is told by another rule.
    let is_held_up = conditions.at("Ready", "False").is_some() && !is_unseen;
    let is_old = case.observation.is_older(since.map(|since| since.time), CONTROLLER_PATIENCE_SECONDS);
    (is_old && !is_held_up).then_some((what, since))
}
