//! Properties of every case: an end in sight or a person's next step, and nothing that still moves two days later.

use gitops_core::model::verdict::{EnvironmentStatus, Standing};
use jiff::SignedDuration;

use super::recording::{Recording, judge, names};
use super::table::expectations;
use crate::verdict::endings::{endless, moving, unready_workload};

#[test]
fn every_case_has_an_end_or_a_next_step() {
    let mut faults = Vec::new();
    for expectation in expectations() {
        let recording = Recording::read(expectation.case);
        for second in expectation.seconds {
            let (objects, now) = (recording.objects(*second), recording.time(*second));
            let later = now + SignedDuration::from_hours(48);
            let at = |time| judge(&recording.namespace, &objects, time);
            let still = |status: &EnvironmentStatus| moving(status).or_else(|| endless(status, later));
            let told = at(now).and_then(|status| endless(&status, now));
            let told_later = at(later).and_then(|status| still(&status));
            faults.extend(told.map(|told| format!("{} at {second}: {told}", expectation.case)));
            faults.extend(told_later.map(|told| format!("{} two days later: {told}", expectation.case)));
        }
    }
    assert!(names().len() >= 18 && faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn nothing_that_stays_down_for_two_days_is_deployed() {
    let mut faults = Vec::new();
    for expectation in expectations() {
        let recording = Recording::read(expectation.case);
        for second in expectation.seconds {
            let objects = recording.objects(*second);
            let later = recording.time(*second) + SignedDuration::from_hours(48);
            let status = judge(&recording.namespace, &objects, later);
            let is_deployed = status.is_some_and(|status| status.standing == Standing::Deployed);
            let workload = unready_workload(&objects).filter(|_| is_deployed);
            faults.extend(workload.map(|workload| format!("{} at {second}: {workload}", expectation.case)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
