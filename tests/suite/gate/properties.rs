//! What holds for the gate whatever clusters have come to.

use std::collections::BTreeMap;

use gitops_core::model::azure::{ArcCluster, ClusterKind, ComplianceState};
use gitops_core::model::pipeline::ClusterRef;
use gitops_core::model::post_deployment::{
    ConfigurationFailure, ConfigurationState, ConfigurationVerdict, EvidenceSource, GateCase,
    GateConfiguration, GateDecision, GateMemory, GateOutcome, GatePolicy, RememberedVerdict, WantedCommit,
};
use gitops_core::model::verdict::{Reason, ReportedFailure};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

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
        version: None,
        branch: "dev",
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
fn any_state() -> impl Strategy<Value = ConfigurationState> {
    let states = ConfigurationState::ALL.iter().copied();
    prop::sample::select(states.filter(|state| *state != ConfigurationState::Missing).collect::<Vec<_>>())
}

fn any_states() -> impl Strategy<Value = Vec<ConfigurationState>> {
    prop::collection::vec(any_state(), 0..8)
}

proptest! {
    #[test]
    fn the_order_of_configurations_does_not_matter(states in any_states(), turn in 0..8_usize) {
        let all = clusters(&states);
        let mut other = all.clone();
        let count = other.len().max(1);
        other.rotate_left(turn % count);
        other.reverse();
        prop_assert_eq!(decide(&all, 60), decide(&other, 60));
    }

    #[test]
    fn nothing_but_success_everywhere_opens_it(states in any_states()) {
        let is_open = decide(&clusters(&states), 60).outcome == GateOutcome::Passed;
        let are_applied = states.iter().all(|state| *state == ConfigurationState::Applied);
        prop_assert_eq!(is_open, !states.is_empty() && are_applied);
    }

    #[test]
    fn more_time_never_turns_failed_into_pending(states in any_states(), grace in 0..200_i64) {
        let before = decide(&clusters(&states), grace).outcome;
        let after = decide(&clusters(&states), 0).outcome;
        prop_assert!(before != GateOutcome::Failed || after == GateOutcome::Failed);
    }

    /// Whatever is told after a failure that is neither success nor another commit, it stays one.
    #[test]
    fn more_evidence_of_the_same_commit_never_turns_failed_into_pending(states in any_states()) {
        let cluster = ArcCluster::new("s", "rg", ClusterKind::Connected, "edge-1").expect("a cluster");
        let key = (ClusterRef::Arc(cluster), "hello-dev".to_owned());
        let (mut memory, wanted) = (GateMemory::default(), WantedCommit::of(WANTED));
        memory.note(&key, verdict(ConfigurationState::Failed), &wanted, at(955));
        for (second, state) in (960..).zip(states) {
            let told = memory.note(&key, verdict(state), &wanted, at(second)).verdict.state;
            let is_undecided = matches!(
                state,
                ConfigurationState::Reconciling | ConfigurationState::Fetched | ConfigurationState::Unknown
                    | ConfigurationState::Pending | ConfigurationState::Outdated | ConfigurationState::WaitingBehind
            );
            if !is_undecided {
                break;
            }
            prop_assert_eq!(told, ConfigurationState::Failed, "{}", state);
        }
    }
}
