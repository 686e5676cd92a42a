//! Changes by hand of what Flux applied: those that stand now, and those that it put back.
//!
//! A change counts as one by hand where a field manager that is no controller wrote the specification after Flux last
//! began to apply it. What is told as put back is past: it says when, and is no news after an hour, once something newer was
//! fetched, or while another change stands.

use jiff::{SignedDuration, Timestamp};

use super::attempt_failure::with_message;
use super::attempt_memory::events;
use super::durations::ago_in_words;
use super::kustomization_case::KustomizationCase;
use super::timing::DRIFT_NEWS_SECONDS;
use super::{Reason, Remark, rules};
use crate::model::objects::{Event, Managed, Workload};

/// What is worth knowing of changes by hand.
pub(super) fn remarks(case: &KustomizationCase<'_>) -> Vec<Remark> {
    let changes = changes_in_force(case);
    let newest = changes.iter().filter_map(|(_, entry)| entry.time).max();
    let corrected = corrected(case, newest);
    changes.iter().map(|(workload, entry)| drift(case, workload, entry)).chain(corrected).collect()
}

fn drift(case: &KustomizationCase<'_>, workload: &Workload, entry: &Managed) -> Remark {
    let when = entry.time.map(|time| format!(" {}", ago_in_words(time, case.observation.now)));
    let verb = if entry.subresource.is_empty() { "changed" } else { "scaled" };
    let change = format!("{} was {verb} by {}{}", workload.title(), entry.manager, when.unwrap_or_default());
    let is_suspended = case.object.suspended;
    let is_stopped = rules::stopped_controller(&case.observation).is_some();
    let outcome = match (is_suspended, is_stopped, entry.subresource.is_empty()) {
        (true, ..) => "Flux leaves that alone while it is suspended",
        (_, true, _) => "Flux leaves that alone while its controllers do not run",
        (.., true) => "Flux puts back what is in Git at its next interval",
        (.., false) => "Flux puts that back at its next interval, if Git says how many replicas there are",
    };
    Remark::new(Reason::Drift, format!("{change}; {outcome}"))
}

/// What was written since Flux last applied the revision that stands.
fn changes_in_force<'a>(case: &KustomizationCase<'a>) -> Vec<(&'a Workload, &'a Managed)> {
    let Some(applied) = last_begun(case) else { return Vec::new() };
    let workloads = case.facts.delivered.workloads.iter().map(|workload| workload.object.as_ref());
    workloads
        .flat_map(|workload| workload.meta.managed.iter().map(move |entry| (workload, entry)))
        .filter(|(_, entry)| is_by_hand(entry) && entry.time >= Some(applied))
        .collect()
}

/// When Flux last began to apply the revision that stands: by its history, which old controllers do not keep, else by
/// `Ready`, which is renewed at every interval. The history is dated by the end of the health check; what somebody
/// writes while that goes on stands until the next reconciliation.
fn last_begun(case: &KustomizationCase<'_>) -> Option<Timestamp> {
    let applied = case.object.applied.as_deref()?;
    let remembered = case
        .object
        .remembered(applied)
        .and_then(|entry| entry.last?.checked_sub(SignedDuration::from_secs(entry.seconds)).ok());
    remembered.or_else(|| case.object.conditions.at("Ready", "True")?.since)
}

/// Whether a person wrote the specification. Controllers scale, restart and inject too; of those who scale, only
/// kubectl is a person.
pub(super) fn is_by_hand(entry: &Managed) -> bool {
    const CONTROLLERS: [&str; 6] =
        ["controller", "controller-manager", "operator", "agent", "autoscaler", "updater"];
    let last_word = entry.manager.rsplit(['-', '_', '.', '/']).next().unwrap_or_default();
    let is_controller = CONTROLLERS.contains(&last_word)
        || entry.manager.ends_with("controller-manager")
        || matches!(entry.manager.as_str(), "kubelet" | "keda");
    let is_written = match entry.subresource.as_str() {
        "" => !is_controller,
        "scale" => entry.manager.starts_with("kubectl"),
        _ => false,
    };
    is_written && !entry.spec.is_empty()
}

/// That Flux put changes back: at the revision that stands it created or configured objects again after it had already
/// done so. (It tells of passed health checks with the same reason.)
fn corrected(case: &KustomizationCase<'_>, newest_change: Option<Timestamp>) -> Option<Remark> {
    let applied = case.object.applied.as_deref()?;
    let stored = case.source.and_then(|source| source.stored);
    // Before that, another revision or another specification was applied.
    let begun = stored.max(case.object.meta.specified());
    let has_changed =
        |event: &Event| event.message.ends_with(" created") || event.message.ends_with(" configured");
    let changes = events(case.facts).filter(|event| {
        !event.warning
            && event.reason == "Progressing"
            && event.revision.as_deref() == Some(applied)
            && has_changed(event)
            && event.first >= begun
    });
    let changes: Vec<&Event> = changes.collect();
    // The first application of the revision is none.
    let first = changes.iter().filter_map(|event| event.first).min();
    let newest = changes.iter().rfind(|event| event.last > first || changes.len() > 1)?;
    let time = newest.last?;
    let is_news = !case.observation.is_older(Some(time), DRIFT_NEWS_SECONDS)
        && newest_change.is_none_or(|change| time > change);
    let ago = ago_in_words(time, case.observation.now);
    let message = with_message(format!("changes made by hand were put back {ago}"), &newest.message);
    is_news.then(|| Remark::new(Reason::DriftCorrected, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_told_from_controllers() {
        let by_hand = |manager: &str, subresource: &str| {
            is_by_hand(&Managed {
                manager: manager.to_owned(),
                subresource: subresource.to_owned(),
                time: None,
                spec: vec!["f:replicas".to_owned()],
            })
        };
        for manager in ["kubectl-edit", "kubectl-client-side-apply", "k9s", "Mozilla", "lens"] {
            assert!(by_hand(manager, "") && !by_hand(manager, "status"), "{manager}");
        }
        assert!(by_hand("kubectl", "scale"));
        for manager in [
            "kustomize-controller",
            "kube-controller-manager",
            "horizontal-pod-autoscaler",
            "vpa-updater",
            "keda-operator",
            "fluxconfig-agent",
        ] {
            assert!(!by_hand(manager, "") && !by_hand(manager, "scale"), "{manager}");
        }
        assert!(!by_hand("argo-rollouts", "scale"), "whoever scales on its own is no person");
    }
}
