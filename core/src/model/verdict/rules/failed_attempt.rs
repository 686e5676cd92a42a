//! A failure at the revision that is still the newest fetched; and whatever Flux gave up on.

use super::super::attempt_failure::with_message;
use super::super::health::WorkloadTrouble;
use super::super::kustomization_case::KustomizationCase;
use super::super::{
    Cause, Finding, Outlook, Reason, SinceFrom, Standing, attempt_memory, health, next_commands, short,
};
use crate::model::objects::Kustomization;

pub(super) fn decide(case: &KustomizationCase<'_>) -> Option<Finding> {
    stalled(case).or_else(|| failed(case))
}

fn stalled(case: &KustomizationCase<'_>) -> Option<Finding> {
    let stalled = case.object.conditions.at("Stalled", "True")?;
    if stalled.observed_generation < case.object.meta.generation {
        return None;
    }
    let sentence = format!("Flux gave up ({}) until something is changed", stalled.reason);
    let message = with_message(sentence, &stalled.message) + &case.stays_applied();
    let mut finding = Finding::new(Standing::Failed, Reason::Stalled, message)
        .since(SinceFrom::Condition.at(stalled.since));
    finding.next = next_commands::attempt(case.object);
    Some(finding)
}

fn failed(case: &KustomizationCase<'_>) -> Option<Finding> {
    let remembered = case.is_attempted().then(|| attempt_memory::failure(case.facts)).flatten()?;
    let failure = remembered.failure;
    let revision = short(case.object.attempted.as_deref().unwrap_or_default());
    let former = case.object.applied.as_deref().filter(|applied| Some(*applied) != case.artifact());
    let former = former.map(|applied| format!("; {} was applied before", short(applied))).unwrap_or_default();
    let trouble = (failure.reason == Reason::HealthCheckFailed)
        .then(|| health::troubles(case.observation, case.facts).into_iter().next())
        .flatten();
    let sentence = match &trouble {
        Some(trouble) => format!("the health check failed: {}", trouble.sentence),
        None => failure.sentence,
    };
    let message = format!("{revision}: {sentence}{former}");
    let cause = trouble.as_ref().map(|trouble| trouble.cause).or(failure.cause);
    let mut finding =
        Finding::new(Standing::Failed, failure.reason, message).because(cause).since(remembered.since);
    finding.outlook = outlook(case, &finding, trouble.as_ref());
    finding.next = match &trouble {
        Some(trouble) => next_commands::workload(trouble),
        None if matches!(finding.reason, Reason::BuildFailed | Reason::SubstitutionFailed) => {
            next_commands::build(case.object)
        }
        None => next_commands::attempt(case.object),
    };
    Some(finding)
}

/// Flux tries again. What is wrong with the revision itself stays wrong; what is missing around it may come,
/// for as long as one more attempt takes after the revision was fetched.
fn outlook(case: &KustomizationCase<'_>, finding: &Finding, trouble: Option<&WorkloadTrouble>) -> Outlook {
    let is_about_surroundings = match finding.reason {
        Reason::HealthCheckFailed => trouble.is_none_or(|trouble| !trouble.is_final),
        Reason::ApplyRefused => !matches!(finding.cause, Some(Cause::Immutable | Cause::Invalid)),
        Reason::PruneFailed | Reason::ReconciliationFailed => true,
        _ => false,
    };
    if !is_about_surroundings {
        return Outlook::Final;
    }
    let stored = case.source.and_then(|source| source.stored);
    let Kustomization { timeout, retry, .. } = case.object;
    Outlook::within(stored, timeout + retry + timeout, case.observation.now)
}
