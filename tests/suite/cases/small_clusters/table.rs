//! Every small cluster, held against what a reader must be told.

use serde_json::Value;

use super::objects::{NAMESPACE, now};
use super::{deliverers, jobs, readers, releases, roll_outs, workloads};
use crate::cases::expectation::{Expectation, page};
use crate::cases::recording::{Reader, judge_as};

/// A cluster, who asks it, and what must be answered.
pub(in crate::cases) struct Row {
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

/// Every small cluster.
pub(in crate::cases) fn rows() -> Vec<Row> {
    let tables = [
        workloads::rows(),
        jobs::rows(),
        roll_outs::rows(),
        deliverers::rows(),
        releases::rows(),
        readers::rows(),
    ];
    tables.into_iter().flatten().collect()
}

#[test]
fn every_small_cluster_is_told_as_it_is() {
    let mut wrong = Vec::new();
    for row in &rows() {
        let status = judge_as(row.reader, NAMESPACE, &row.objects, now());
        let faults = row.expected.faults(status.as_ref());
        if !faults.is_empty() {
            let page = status.as_ref().map(page).unwrap_or_default();
            wrong.push(format!("{}: {}\n{page}\n", row.expected.case, faults.join("; ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
