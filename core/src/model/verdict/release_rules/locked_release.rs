//! An operation of Helm was cut off and left the release pending: Helm begins no other until somebody unlocks it. Flux
//! unlocks what it finds so when it looks again; its first versions never did, and said so in a message alone.

use super::super::release_case::ReleaseCase;
use super::super::{Finding, Reason, SinceFrom, Standing, next_commands};
use super::failed_action;

pub(super) fn decide(case: &ReleaseCase<'_>) -> Option<Finding> {
    let (operation, since) = pending(case).or_else(|| told(case))?;
    let message = format!(
        "an operation of Helm that was cut off ({operation}) keeps the release locked, so that no other can \
         begin{}",
        case.what_runs()
    );
    let mut finding = Finding::new(Standing::Failed, Reason::ReleaseLocked, message).since(since);
    finding.next = next_commands::helm::unlock(case.object);
    Some(finding)
}

type Lock<'a> = (&'a str, Option<super::super::Since>);

/// The newest version is pending for longer than an operation may take, or while none goes on.
fn pending<'a>(case: &ReleaseCase<'a>) -> Option<Lock<'a>> {
    let newest = case.object.history.first().filter(|newest| newest.is_pending())?;
    let begun = newest.deployed.or(case.object.conditions.get("Ready").and_then(|ready| ready.since));
    let is_over = case.observation.is_older(begun, case.longest_action());
    let is_stuck =
        is_over || case.running_action().is_none() && case.object.conditions.get("Ready").is_some();
    is_stuck.then(|| (newest.status.as_str(), SinceFrom::History.at(newest.deployed)))
}

/// What Flux's own action failed with. A message says only of what has failed by its fields that it is locked.
fn told<'a>(case: &ReleaseCase<'a>) -> Option<Lock<'a>> {
    let conditions = &case.object.conditions;
    let failed = conditions.at("Ready", "False")?;
    let is_locked = |message: &str| message.contains("another operation (install/upgrade/rollback)");
    let released = conditions.at("Released", "False").filter(|released| is_locked(&released.message));
    let is_failure =
        failed_action::REASONS.contains(&failed.reason.as_str()) && failed_action::decide(case).is_some();
    let is_told = is_failure && (is_locked(&failed.message) || released.is_some());
    (is_told || failed.reason == "PendingRelease").then(|| ("pending", SinceFrom::Condition.at(failed.since)))
}
