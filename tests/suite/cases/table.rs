//! Every case, held against what a reader must find.

use super::azure::AZURE;
use super::expectation::{Expectation, page};
use super::kustomizations::KUSTOMIZATIONS;
use super::recording::{Recording, names};
use super::releases::RELEASES;
use super::sources::SOURCES;
use super::workloads::WORKLOADS;

pub(super) fn expectations() -> impl Iterator<Item = &'static Expectation> {
    [AZURE, SOURCES, KUSTOMIZATIONS, RELEASES, WORKLOADS].into_iter().flatten()
}

/// What is wrong with the page of a case, at each of its seconds.
fn faults(expectation: &Expectation) -> Vec<String> {
    let recording = Recording::read(expectation.case);
    let at = |second: &f64| {
        let status = recording.status(*second);
        let faults = expectation.faults(status.as_ref());
        let page = status.as_ref().map(page).unwrap_or_default();
        let told = format!("{} at {second}: {}\n{page}\n", expectation.case, faults.join("; "));
        (!faults.is_empty()).then_some(told)
    };
    expectation.seconds.iter().filter_map(at).collect()
}

#[test]
fn every_case_says_what_a_reader_must_know() {
    let wrong: Vec<String> = expectations().flat_map(faults).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_case_has_its_expectation_and_its_source() {
    let names = names();
    let expected: Vec<&str> = expectations().map(|expectation| expectation.case).collect();
    let sources = include_str!("../../golden/cases/README.md");
    for name in &names {
        assert_eq!(expected.iter().filter(|case| *case == name).count(), 1, "{name}");
        let row = sources.lines().find(|line| line.starts_with(&format!("| {name} |")));
        assert!(row.is_some(), "{name} has no source");
    }
    assert_eq!(expected.len(), names.len());
}
