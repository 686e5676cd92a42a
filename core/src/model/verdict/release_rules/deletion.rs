//! The release is being deleted, and Helm uninstalls it.

use super::super::attempt_failure::with_message;
use super::super::durations::age_in_words;
use super::super::release_case::{ReleaseCase, helm_words};
use super::super::{Finding, Outlook, Reason, SinceFrom, Standing, next_commands};

pub(super) fn decide(case: &ReleaseCase<'_>) -> Option<Finding> {
    let meta = &case.object.meta;
    let deleted = meta.deleted?;
    let held = if meta.finalizers.is_empty() { "nothing".to_owned() } else { meta.finalizers.join(", ") };
    let limit = case.longest_action();
    let since = SinceFrom::Deletion.at(Some(deleted));
    let mut finding = if let Some(failed) = case.ready_for("False", &["UninstallFailed"]) {
        let sentence = with_message("Helm could not uninstall it".to_owned(), helm_words(&failed.message));
        let message = format!("{sentence}; its deletion is held by {held}");
        Finding::new(Standing::Failed, Reason::UninstallFailed, message)
            .since(SinceFrom::Condition.at(failed.since))
    } else if case.observation.is_older(Some(deleted), limit) {
        let age = age_in_words(deleted, case.observation.now);
        let message = format!("{} has been being deleted for {age}; held by {held}", case.object.title());
        Finding::new(Standing::Unknown, Reason::DeadlineExceeded, message).since(since)
    } else {
        let message = format!("{} is being deleted; held by {held}", case.object.title());
        let mut finding = Finding::new(Standing::Reconciling, Reason::Deleting, message).since(since);
        finding.outlook = Outlook::within(Some(deleted), limit, case.observation.now);
        finding
    };
    finding.next = next_commands::helm::deletion(case.object);
    Some(finding)
}
