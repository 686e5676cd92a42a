//! Every small cluster, held against what a reader must be told.

use super::objects::{NAMESPACE, now};
use super::{deliverers, jobs, readers, releases, roll_outs, workloads};
use crate::cases::expectation::{Expectation, page};
use crate::cases::recording::{Reader, judge_as};
use serde_json::Value;

/// Rows that are not right yet. Each must still fail: one that is mended leaves this list.
const NOT_YET: &[&str] = &[
    "a workload that selects by expressions finds its pods",
    "a pod on a lost node is a remark while others serve",
    "a pod that no node takes fails the others too after the deadline",
    "a CronJob whose newest Job failed is a remark",
    "a sidecar that crashes is told by its name",
    "a Deployment paused before anything was updated is not green",
    "suspension does not hide that the first attempt failed",
    "a remote cluster without its kubeconfig is no refusal by an API server",
    "a range of versions wins over the branch beside it",
    "a commit wins over the branch beside it",
    "a Helm release alone is an environment",
    "a release that is being installed",
    "a release that is being upgraded",
    "an install that outlasts its timeout is not under way",
    "a suspended Helm release is a suspended environment",
    "suspension does not hide that a release failed",
    "drift that a release tells of and does not correct is a remark",
    "helm-controller that is not there leaves a release to itself",
    "a release that is kept in Flux's namespace delivers to its target",
    "releases that wait for each other wait for ever",
];

/// A cluster, who asks it, and what must be answered.
pub(super) struct Row {
    pub expected: Expectation,
    pub objects: Vec<Value>,
    pub reader: Reader,
}

impl Row {
    /// A cluster that may be read whole.
    pub(super) fn new(expected: Expectation, objects: Vec<Value>) -> Self {
        Self { expected, objects, reader: Reader::OfEverything }
    }
}

/// What must be answered about an environment that is called `dev`, as the namespace says.
pub(super) const fn expected(
    what: &'static str,
    stands: &'static [&'static str],
    ready: &'static [&'static str],
) -> Expectation {
    Expectation { environment: &["dev"], stands, ready, ..Expectation::of(what) }
}

#[test]
fn every_small_cluster_is_told_as_it_is() {
    let tables = [
        workloads::rows(),
        jobs::rows(),
        roll_outs::rows(),
        deliverers::rows(),
        releases::rows(),
        readers::rows(),
    ];
    let rows: Vec<Row> = tables.into_iter().flatten().collect();
    let mut wrong = Vec::new();
    for row in &rows {
        let status = judge_as(row.reader, NAMESPACE, &row.objects, now());
        let faults = row.expected.faults(status.as_ref());
        if !faults.is_empty() {
            let page = status.as_ref().map(page).unwrap_or_default();
            wrong
                .push((row.expected.case, format!("{}: {}\n{page}\n", row.expected.case, faults.join("; "))));
        }
    }
    let told: Vec<&str> =
        wrong.iter().filter(|(what, _)| !NOT_YET.contains(what)).map(|(_, told)| told.as_str()).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
    let mended: Vec<&&str> =
        NOT_YET.iter().filter(|what| wrong.iter().all(|(failing, _)| failing != *what)).collect();
    assert!(mended.is_empty(), "mended, and still in the list of those that are not: {mended:?}");
}
