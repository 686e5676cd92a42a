//! Pods that keep the template before because their workload replaces none of them by itself. That is as somebody wants
//! it, and a reader must know why they do not run what was applied.

use super::clues::{Clues, Pause};
use super::health::WorkloadTrouble;
use super::{Cause, Outlook, Reason};
use crate::model::cluster::WorkloadFacts;
use crate::model::objects::Workload;

/// That pods of a workload keep the template before, where that is all that is to say of it.
pub(super) fn kept_back(facts: &WorkloadFacts) -> Option<WorkloadTrouble> {
    let workload = facts.object.as_ref();
    let Workload { desired, updated, .. } = workload;
    let former = desired - updated;
    if !workload.is_settled() || former <= 0 || workload.kept_back == 0 {
        return None;
    }
    let (why, pause) = if workload.is_on_delete {
        let pod = facts.former_pods.iter().find(|pod| pod.meta.deleted.is_none());
        let pause = Pause::OnDelete(pod.map(|pod| pod.meta.name.clone()));
        ("its update strategy replaces a pod only once somebody deletes it (OnDelete)", pause)
    } else {
        ("its update strategy keeps the pods below its partition as they are", Pause::Partition)
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
        clues: Clues { pause: Some(pause), ..Clues::default() },
        since: None,
        outage: None,
        is_final: false,
        outlook: Outlook::Final,
    })
}
