//! What holds for the gate whatever clusters have come to.

use std::collections::{BTreeMap, BTreeSet};

use gitops_core::model::azure::{ArcCluster, ClusterKind, ComplianceState};
use gitops_core::model::pipeline::ClusterRef;
use gitops_core::model::post_deployment::{
    ConfigurationFailure, ConfigurationState, ConfigurationVerdict, EvidenceSource, GateCase,
    GateConfiguration, GateDecision, GateMemory, GateOutcome, GatePolicy, RememberedVerdict, WantedCommit,
};
use gitops_core::model::verdict::{Reason, ReportedFailure};
use jiff::{SignedDuration, Timestamp};

const WANTED: &str = "d61d3702f941f7a0787e29e428e569152f66e7bf";

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).expect("a time")
}

fn verdict(state: ConfigurationState) -> ConfigurationVerdict {
    let sentence = "it failed".to_owned();
    let reported = ReportedFailure { reason: Reason::ApplyRefused, cause: None, sentence, is_final: false };
    let failure =
        ConfigurationFailure { reported, object: "Kustomization a/b".to_owned(), at: Some(at(950)) };
    ConfigurationVerdict {
        state,
        applied: None,
        fetched: Some(WANTED.to_owned()),
        message: format!("it is {state}"),
        reason: None,
        next: Vec::new(),
        failure: (state == ConfigurationState::Failed).then_some(failure),
        as_of: Some(at(960)),
    }
}

fn clusters(states: &[ConfigurationState]) -> Vec<GateConfiguration> {
    let one = |(number, state): (usize, &ConfigurationState)| {
        let name = format!("edge-{number}");
        let cluster = ArcCluster::new("s", "rg", ClusterKind::Connected, &name).expect("a cluster");
        let failing_since = (*state == ConfigurationState::Failed).then(|| at(950));
        GateConfiguration {
            cluster: ClusterRef::Arc(cluster),
            name: "hello-dev".to_owned(),
            verdict: RememberedVerdict { verdict: verdict(*state), failing_since },
            compliance: Some(ComplianceState::Compliant),
            told_by: EvidenceSource::ResourceManager,
        }
    };
    states.iter().enumerate().map(one).collect()
}

fn decide(configurations: &[GateConfiguration], grace: i64) -> GateDecision {
    GateCase {
        wanted: &WantedCommit::of(WANTED),
        asked: None,
        version: None,
        branch: "dev",
        folder: None,
        folders: &BTreeSet::new(),
        head: Some(WANTED),
        others: &BTreeMap::new(),
        policy: &GatePolicy { grace: SignedDuration::from_secs(grace), ..GatePolicy::default() },
        configurations,
        is_list_certain: true,
        now: at(1000),
    }
    .decide()
}

/// Every state but that of a cluster without a configuration.
fn states() -> impl Iterator<Item = ConfigurationState> + Clone {
    ConfigurationState::ALL.iter().copied().filter(|state| *state != ConfigurationState::Missing)
}

/// Every three clusters in every states that they can be in together.
fn threes() -> impl Iterator<Item = [ConfigurationState; 3]> {
    states().flat_map(|a| states().flat_map(move |b| states().map(move |c| [a, b, c])))
}

#[test]
fn the_order_of_configurations_does_not_matter() {
    for three in threes() {
        let all = clusters(&three);
        let [a, b, c] = [0, 1, 2].map(|at| all[at].clone());
        let expected = decide(&all, 60);
        for other in [[b.clone(), a.clone(), c.clone()], [c.clone(), b.clone(), a.clone()], [b, c, a]] {
            assert_eq!(decide(&other, 60), expected, "{three:?}");
        }
    }
}

#[test]
fn nothing_but_success_everywhere_opens_it() {
    for three in threes() {
        let is_open = decide(&clusters(&three), 60).outcome == GateOutcome::Passed;
        assert_eq!(is_open, three == [ConfigurationState::Applied; 3], "{three:?}");
    }
}

#[test]
fn more_time_never_turns_failed_into_pending() {
    for three in threes() {
        let [before, after] = [60, 0].map(|grace| decide(&clusters(&three), grace).outcome);
        assert!(before != GateOutcome::Failed || after == GateOutcome::Failed, "{three:?}");
    }
}

/// Whatever is told after a failure that is neither a success nor of another commit, it stays one.
#[test]
fn more_evidence_of_the_same_commit_never_turns_failed_into_pending() {
    const UNDECIDED: [ConfigurationState; 8] = [
        ConfigurationState::Reconciling,
        ConfigurationState::Fetched,
        ConfigurationState::Unknown,
        ConfigurationState::Pending,
        ConfigurationState::Outdated,
        ConfigurationState::WaitingBehind,
        ConfigurationState::Offline,
        ConfigurationState::CertificateExpired,
    ];
    let cluster = ArcCluster::new("s", "rg", ClusterKind::Connected, "edge-1").expect("a cluster");
    let (key, wanted) = ((ClusterRef::Arc(cluster), "hello-dev".to_owned()), WantedCommit::of(WANTED));
    for first in UNDECIDED {
        for second in UNDECIDED {
            let mut memory = GateMemory::default();
            let mut note =
                |state, at_second| memory.note(&key, verdict(state), &wanted, at(at_second)).verdict.state;
            assert_eq!(note(first, 950), first);
            assert_eq!(note(ConfigurationState::Failed, 955), ConfigurationState::Failed);
            assert_eq!(note(first, 960), ConfigurationState::Failed, "{first}");
            assert_eq!(note(second, 970), ConfigurationState::Failed, "{first} {second}");
            assert_eq!(note(ConfigurationState::Applied, 980), ConfigurationState::Applied);
        }
    }
}
