//! Pods that keep the template before because their workload replaces none of them by itself. That is as somebody wants
//! it, and a reader must know why they do not run what was applied.

use super::clues::Clues;
use super::health::WorkloadTrouble;
use super::{Cause, Outlook, Reason};
use crate::model::objects::Workload;

/// That pods of a workload keep the template before, where that is all that is to say of it.
pub(super) fn kept_back(workload: &Workload) -> Option<WorkloadTrouble> {
    let Workload { desired, updated, .. } = workload;
    let former = desired - updated;
    if !workload.is_settled() || former <= 0 || workload.kept_back == 0 {
        return None;
    }
    let why = if workload.kept_back >= *desired {
        "its update strategy replaces a pod only once somebody deletes it (OnDelete, or a partition above all pods)"
    } else {
        "its update strategy keeps the pods below its partition as they are"
    };
    let title = workload.title();
    Some(WorkloadTrouble {
        reason: Reason::WorkloadPaused,
        cause: Cause::Paused,
        sentence: format!("{title}: {former} of {desired} pods keep the template before: {why}"),
        title,
        workload: workload.argument(),
        namespace: workload.meta.namespace.clone(),
        pod: None,
        clues: Clues::default(),
        since: None,
        outage: None,
        is_final: false,
        outlook: Outlook::Final,
    })
}
