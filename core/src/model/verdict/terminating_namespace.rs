//! The namespace of an environment is being deleted: nothing new can be made in it, and what is there goes.

use jiff::SignedDuration;

use super::attempt_failure::with_message;
use super::observation::Observation;
use super::timing::NAMESPACE_DELETION_SECONDS;
use super::{Finding, Outlook, Reason, Remark, SinceFrom, Standing, next_commands};
use crate::model::objects::Namespace;

/// Whether a namespace is being deleted.
pub(super) fn is_terminating(namespace: &Namespace) -> bool {
    namespace.phase == "Terminating" || namespace.meta.deleted.is_some()
}

/// That a namespace is being deleted, beside another verdict.
pub(super) fn remark(observation: Observation<'_>, name: &str) -> Option<Remark> {
    let namespace = observation.facts.namespace(name).filter(|namespace| is_terminating(namespace))?;
    Some(Remark::new(Reason::NamespaceTerminating, message(namespace)))
}

/// The verdict where an environment would else count as deployed, or as moving, or failed because its namespace goes. A
/// deletion that something holds has failed: whoever wants the namespace back, or gone, must do something.
pub(super) fn outrank(observation: Observation<'_>, name: &str, finding: &mut Finding) {
    let namespace = observation.facts.namespace(name).filter(|namespace| is_terminating(namespace));
    let Some(namespace) = namespace else { return };
    let is_outranked = match finding.standing {
        Standing::Deployed | Standing::Syncing | Standing::NotDeployed => true,
        // The kustomization that is deleted with it says more.
        Standing::Reconciling => finding.reason != Reason::Deleting,
        Standing::Failed => is_consequence(namespace, finding),
        // The others are of pipelines, which are judged later.
        _ => false,
    };
    if !is_outranked {
        return;
    }
    let grace = SignedDuration::from_secs(NAMESPACE_DELETION_SECONDS);
    let end = namespace.meta.deleted.and_then(|deleted| deleted.checked_add(grace).ok());
    let until = end.filter(|end| *end > observation.now);
    let standing = if until.is_some() { Standing::Reconciling } else { Standing::Failed };
    let remarks = std::mem::take(&mut finding.remarks);
    let message = format!("{}; {}", message(namespace), finding.message);
    *finding = Finding::new(standing, Reason::NamespaceTerminating, message)
        .under(format!("namespace {name} is being deleted"))
        .since(SinceFrom::Deletion.at(namespace.meta.deleted));
    finding.outlook = if until.is_some() { Outlook::MayMend { until } } else { Outlook::Final };
    finding.remarks = remarks;
    finding.next = next_commands::terminating_namespace(name);
}

/// Whether what failed may have failed because the namespace is being deleted: it began later, or objects are gone.
fn is_consequence(namespace: &Namespace, finding: &Finding) -> bool {
    let deleted = namespace.meta.deleted;
    let is_later = finding.since.is_some_and(|since| deleted.is_some_and(|deleted| since.time >= deleted));
    is_later || finding.reason == Reason::WorkloadMissing
}

/// What is said of it, with what holds it.
fn message(namespace: &Namespace) -> String {
    let held = namespace.conditions.at("NamespaceContentRemaining", "True");
    let held = held.or(namespace.conditions.at("NamespaceFinalizersRemaining", "True"));
    let deleting = format!("namespace {} is being deleted", namespace.meta.name);
    held.map_or(deleting.clone(), |held| with_message(deleting, &held.message))
}
