//! A chart is installed as it is wanted: its workloads are left to look at.

use super::super::delivered_revision::{DeliveredRevision, Repair};
use super::super::message::with_message;
use super::super::release_case::{ReleaseCase, helm_words};
use super::super::{Finding, Reason, Remark, SinceFrom, health, next_commands};
use super::{stopped_helm_controller, unready_dependency};
use crate::model::objects::DriftDetection;

pub(super) fn decide(case: &ReleaseCase<'_>) -> Option<Finding> {
    let is_said = case.object.conditions.at("Ready", "True").is_some()
        || case.ready_for("False", &["DependencyNotReady"]).is_some()
        // Drift is being put back.
        || case.object.conditions.at("Drifted", "True").is_some();
    if !is_said || !case.is_in_sync() {
        return None;
    }
    let deployed = case.object.deployed();
    let revision = DeliveredRevision {
        sentence: format!("{} is deployed", deployed_revision(case)),
        since: SinceFrom::History.at(deployed.and_then(|deployed| deployed.deployed)),
        missing: &case.facts.delivered.missing,
        troubles: health::troubles_of_delivered(case.observation, &case.facts.delivered),
        notes: health::notes(case.observation, &case.facts.delivered),
        stopped: stopped_helm_controller::by_deployment(case),
    };
    let mut finding = revision.finding(|_| repair(case));
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

fn repair(case: &ReleaseCase<'_>) -> Repair {
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
    Repair {
        sentence,
        is_automatic: case.object.drift_detection == DriftDetection::Enabled,
        next: next_commands::helm::apply_again(case.object),
    }
}

/// `runner 1.4.0 (revision 3)`.
fn deployed_revision(case: &ReleaseCase<'_>) -> String {
    match case.object.deployed() {
        Some(deployed) => format!("{} (revision {})", deployed.title(), deployed.revision),
        None => case.chart_at(case.object.applied.as_deref().unwrap_or_default()),
    }
}
