//! The kustomization is being deleted. This outranks all else: nothing of it will be applied again. Its controller
//! removes what it made first, for as long as its timeout.

use jiff::SignedDuration;

use super::super::controllers::{self, KUSTOMIZE};
use super::super::kustomization_case::KustomizationCase;
use super::super::timing::CONTROLLER_PATIENCE_SECONDS;
use super::super::{Finding, Outlook, Reason, SinceFrom, Standing, next_commands};

pub(super) fn decide(case: &KustomizationCase<'_>) -> Option<Finding> {
    let meta = &case.object.meta;
    let deleted = meta.deleted?;
    let held = meta.holders();
    let being_deleted = format!("Kustomization {} is being deleted", meta.key());
    let since = SinceFrom::Deletion.at(Some(deleted));
    let stopped = controllers::stopped(&case.observation, &[KUSTOMIZE]).filter(|_| meta.is_held_by_flux());
    if let Some(stopped) = stopped {
        let rest =
            format!("; {being_deleted} since {deleted:.0} and held by {held}{}", what_still_runs(case));
        return Some(stopped.finding(&rest).since(since));
    }
    let longest = SignedDuration::from_secs(case.object.timeout + CONTROLLER_PATIENCE_SECONDS);
    let end = deleted.checked_add(longest).ok();
    if end.is_some_and(|end| end > case.observation.now) {
        let message = format!("{being_deleted}; held by {held}");
        let mut finding = Finding::new(Standing::Reconciling, Reason::Deleting, message).since(since);
        finding.outlook = Outlook::MayMend { until: end };
        finding.next = next_commands::deletion(case.object);
        return Some(finding);
    }
    let message = format!(
        "{being_deleted} since {deleted:.0}, longer than its timeout; held by {held}{}",
        what_still_runs(case)
    );
    let mut finding = Finding::new(Standing::Failed, Reason::Deleting, message).since(since);
    finding.next = next_commands::deletion(case.object);
    if meta.is_held_by_flux() {
        finding.next.push(next_commands::log_of_controller(KUSTOMIZE));
    }
    Some(finding)
}

/// The end of a sentence: what it made that is still there.
fn what_still_runs(case: &KustomizationCase<'_>) -> String {
    let workloads = case.facts.delivered.workloads.iter().map(|workload| &workload.object);
    let running = workloads.map(|workload| {
        format!("{} has {} of {} pods ready", workload.title(), workload.ready, workload.desired)
    });
    running.map(|running| format!("; {running}")).collect()
}
