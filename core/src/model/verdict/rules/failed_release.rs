//! A health check that failed because of a Helm release among the manifests: what that says of itself is the point, and
//! what to type is about the release.

use super::super::kustomization_case::KustomizationCase;
use super::super::last_try::LastTry;
use super::super::{Finding, Reason, Standing, release_case, short};

/// The verdict on a kustomization whose health check waited for a release that has failed.
pub(super) fn behind_health_check(case: &KustomizationCase<'_>, last_try: LastTry) -> Option<Finding> {
    let judged = case.facts.releases.iter().map(|release| {
        let finding = release_case::finding(case.observation, release);
        (release.object.title(), finding)
    });
    let (title, release) = judged.into_iter().find(|(_, finding)| finding.standing == Standing::Failed)?;
    let revision = short(case.object.attempted.as_deref().unwrap_or_default());
    let word = release.cause.map_or_else(|| release.reason.to_string(), |cause| cause.to_string());
    let message = format!(
        "{revision} failed its health check {}: {title} ({word}): {}{}",
        last_try.in_words(case.observation.now),
        release.message,
        case.last_good(case.artifact())
    );
    let headline = format!("{revision}: the health check failed: {title}: {}", release.headline);
    let mut finding = Finding::new(Standing::Failed, Reason::HealthCheckFailed, message)
        .because(release.cause)
        .under(headline);
    finding.outlook = release.outlook;
    finding.next = release.next;
    Some(finding)
}
