//! The release is being deleted, and Helm uninstalls it.

use super::super::attempt_failure::with_message;
use super::super::controllers::{self, HELM};
use super::super::release_case::{ReleaseCase, helm_words};
use super::super::{Finding, Outlook, Reason, SinceFrom, Standing, next_commands};

pub(super) fn decide(case: &ReleaseCase<'_>) -> Option<Finding> {
    let meta = &case.object.meta;
    let deleted = meta.deleted?;
    let held = meta.holders();
    let limit = case.longest_action();
    let since = SinceFrom::Deletion.at(Some(deleted));
    // Nobody is left to end it.
    let stopped = controllers::stopped(&case.observation, &[HELM]).filter(|_| meta.is_held_by_flux());
    let failed = case.ready_for("False", &["UninstallFailed"]);
    if let (Some(stopped), None) = (stopped, failed) {
        let being_deleted = format!("; {} is being deleted since {deleted:.0}", case.object.title());
        let rest = format!("{being_deleted} and held by {held}{}", case.what_runs());
        return Some(stopped.finding(&rest).since(since));
    }
    let mut finding = if let Some(failed) = failed {
        let sentence = with_message("Helm could not uninstall it".to_owned(), helm_words(&failed.message));
        let message = format!("{sentence}; its deletion is held by {held}");
        Finding::new(Standing::Failed, Reason::UninstallFailed, message)
            .since(SinceFrom::Condition.at(failed.since))
    } else if case.observation.is_older(Some(deleted), limit) {
        let title = case.object.title();
        let message =
            format!("{title} is being deleted since {deleted:.0}, longer than its timeout; held by {held}");
        Finding::new(Standing::Failed, Reason::Deleting, message).since(since)
    } else {
        let message = format!("{} is being deleted; held by {held}", case.object.title());
        let mut finding = Finding::new(Standing::Reconciling, Reason::Deleting, message).since(since);
        finding.outlook = Outlook::within(Some(deleted), limit, case.observation.now);
        finding
    };
    finding.next = next_commands::helm::deletion(case.object);
    Some(finding)
}
