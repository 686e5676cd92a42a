//! A failure at the revision that is still the newest fetched; and whatever Flux gave up on.

use super::super::attempt_failure::with_message;
use super::super::health::WorkloadTrouble;
use super::super::kustomization_case::KustomizationCase;
use super::super::{
    Cause, Finding, Outlook, Reason, SinceFrom, Standing, attempt_memory, health, next_commands, short,
};
use super::failed_release;
use crate::model::objects::Kustomization;

pub(super) fn decide(case: &KustomizationCase<'_>) -> Option<Finding> {
    stalled(case).or_else(|| failed(case))
}

fn stalled(case: &KustomizationCase<'_>) -> Option<Finding> {
    let stalled = case.object.conditions.at("Stalled", "True")?;
    if stalled.observed_generation < case.object.meta.generation {
        return None;
    }
    let sentence = match stalled.reason.as_str() {
        "AccessDenied" => {
            "Flux follows nothing in another namespace here (references across namespaces are off)".to_owned()
        }
        reason => format!("Flux gave up ({reason}) until something is changed"),
    };
    let message = with_message(sentence, &stalled.message) + &case.what_is_applied();
    let mut finding = Finding::new(Standing::Failed, Reason::Stalled, message)
        .since(SinceFrom::Condition.at(stalled.since));
    finding.next = next_commands::attempt(case.object);
    Some(finding)
}

fn failed(case: &KustomizationCase<'_>) -> Option<Finding> {
    let remembered = case.is_attempted().then(|| attempt_memory::failure(case.facts)).flatten()?;
    let failure = remembered.failure;
    let revision = short(case.object.attempted.as_deref().unwrap_or_default());
    let trouble = (failure.reason == Reason::HealthCheckFailed)
        .then(|| health::troubles(case.observation, case.facts).into_iter().next())
        .flatten();
    let last_try = remembered.last_try;
    if failure.reason == Reason::HealthCheckFailed
        && trouble.is_none()
        && let Some(finding) = failed_release::behind_health_check(case, last_try)
    {
        return Some(finding.since(remembered.since));
    }
    let (headline, failed) = match &trouble {
        // What is wrong with the pods is so now; that the check failed is past.
        Some(trouble) => {
            let failed = format!("failed its health check {}", last_try.in_words(case.observation.now));
            let sentence = trouble.with_beginning();
            (format!("the health check failed: {}", trouble.sentence), format!("{failed}: {sentence}"))
        }
        None => {
            let failed = format!("failed {}", last_try.in_words(case.observation.now));
            let headline = failure.sentence.clone();
            (headline, format!("{failed}: {}{}", failure.sentence, remembered.extent))
        }
    };
    let headline = format!("{revision}: {headline}");
    let message = format!("{revision} {failed}{}", case.last_good(case.artifact()));
    let cause = trouble.as_ref().map(|trouble| trouble.cause).or(failure.cause);
    let mut finding =
        Finding::new(Standing::Failed, failure.reason, message).because(cause).since(remembered.since);
    finding.headline = headline;
    finding.outlook = outlook(case, &finding, trouble.as_ref());
    finding.told_workload = trouble.as_ref().map(|trouble| trouble.title.clone());
    finding.next = match &trouble {
        Some(trouble) => next_commands::workload(trouble),
        None => next_commands::failed_attempt(&case.observation.facts.arc, case.object, &failure),
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
