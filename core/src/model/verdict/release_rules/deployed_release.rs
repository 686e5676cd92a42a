//! What is left to say when a version is deployed: are its workloads there, and do they run? Helm looks no further than
//! the end of its own operation, so this does.

use super::super::health::{self, WorkloadTrouble};
use super::super::message::with_message;
use super::super::missing_workload::Repair;
use super::super::release_case::{ReleaseCase, helm_words};
use super::super::{
    Finding, Reason, Remark, SinceFrom, Standing, missing_workload, next_commands, rules, workload_remarks,
};
use super::{stopped_helm_controller, unready_dependency};
use crate::model::objects::{DriftDetection, Reference};

pub(super) fn decide(case: &ReleaseCase<'_>) -> Option<Finding> {
    let is_said = case.object.conditions.at("Ready", "True").is_some()
        || case.ready_for("False", &["DependencyNotReady"]).is_some()
        // Drift is being put back.
        || case.object.conditions.at("Drifted", "True").is_some();
    if !is_said || !case.is_in_sync() {
        return None;
    }
    let missing = &case.facts.delivered.missing;
    let mut troubles = health::troubles_of_delivered(case.observation, &case.facts.delivered);
    let notes = health::notes(case.observation, &case.facts.delivered);
    let mut finding = if let Some(workload) = missing.first() {
        gone_workload(case, workload)
    } else if troubles.first().is_some_and(|first| first.is_final) {
        unready_workload(case, &troubles.remove(0))
    } else {
        deployed(case, &troubles, &notes)
    };
    finding.remarks.extend(missing.iter().skip(1).map(workload_remarks::remark_on_missing));
    finding.remarks.extend(troubles.iter().chain(&notes).map(rules::remark_on_workload));
    finding.remarks.extend(unready_dependency::remark(case));
    finding.remarks.extend(failed_tests(case));
    Some(finding)
}

/// That the tests of what is deployed failed, where that does not count.
fn failed_tests(case: &ReleaseCase<'_>) -> Option<Remark> {
    let failed =
        case.object.conditions.at("TestSuccess", "False").filter(|_| !case.object.fails_with_tests)?;
    let what = format!("the tests of {} failed, which does not count", deployed_revision(case));
    Some(Remark::new(Reason::TestFailed, with_message(what, helm_words(&failed.message))))
}

fn gone_workload(case: &ReleaseCase<'_>, workload: &Reference) -> Finding {
    let sentence = match case.object.drift_detection {
        DriftDetection::Enabled => "Flux puts it back at its next interval",
        DriftDetection::Warn => {
            "nothing puts it back: drift detection only warns, and Helm applies again only when the chart or its \
             values change"
        }
        DriftDetection::Off => {
            "nothing puts it back: drift detection is off, and Helm applies again only when the chart or its values \
             change"
        }
    };
    let repair = Repair {
        sentence,
        is_automatic: case.object.drift_detection == DriftDetection::Enabled,
        next: next_commands::helm::apply_again(case.object),
    };
    let delivered = format!("{} is deployed", deployed_revision(case));
    let stopped = stopped_helm_controller::by_deployment(case);
    missing_workload::finding(&delivered, workload, stopped.as_ref(), repair)
}

fn unready_workload(case: &ReleaseCase<'_>, trouble: &WorkloadTrouble) -> Finding {
    let message = format!("{} is deployed, but {}", deployed_revision(case), trouble.sentence);
    let mut finding = Finding::new(Standing::Failed, Reason::WorkloadNotReady, message)
        .because(Some(trouble.cause))
        .since(trouble.since);
    finding.next = next_commands::workload(trouble);
    finding
}

fn deployed(case: &ReleaseCase<'_>, troubles: &[WorkloadTrouble], notes: &[WorkloadTrouble]) -> Finding {
    let message = format!("{} is deployed", deployed_revision(case));
    let since = SinceFrom::History.at(case.object.deployed().and_then(|deployed| deployed.deployed));
    let mut finding = Finding::new(Standing::Deployed, Reason::Applied, message).since(since);
    workload_remarks::add_prospects(&mut finding, troubles, notes);
    finding
}

/// `runner 1.4.0 (revision 3)`.
fn deployed_revision(case: &ReleaseCase<'_>) -> String {
    match case.object.deployed() {
        Some(deployed) => format!("{} (revision {})", deployed.title(), deployed.revision),
        None => case.chart_at(case.object.applied.as_deref().unwrap_or_default()),
    }
}
