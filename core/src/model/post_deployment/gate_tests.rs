//! Tables of what clusters have come to, and whether the gate is open by that.

use std::collections::{BTreeMap, BTreeSet};

use super::scene::{OLDER, WANTED, at};
use super::*;
use crate::model::Exit;
use crate::model::azure::{ArcCluster, ClusterKind, ComplianceState};
use crate::model::pipeline::ClusterRef;
use crate::model::verdict::{Reason, ReportedFailure};

const NEWER: &str = "ffffff02f941f7a0787e29e428e569152f66e7bf";

fn cluster(name: &str) -> ClusterRef {
    ClusterRef::Arc(ArcCluster::new("s", "rg", ClusterKind::Connected, name).expect("a cluster"))
}

fn verdict(state: ConfigurationState) -> RememberedVerdict {
    let at_wanted = !matches!(state, ConfigurationState::Pending | ConfigurationState::OtherApplied);
    let commit = if at_wanted { WANTED } else { OLDER };
    let failure = (state == ConfigurationState::Failed).then(|| failure(Reason::HealthCheckFailed, true));
    let verdict = ConfigurationVerdict {
        state,
        applied: Some(commit.to_owned()),
        fetched: Some(commit.to_owned()),
        message: format!("it is {state}"),
        failure,
        reason: None,
        next: Vec::new(),
        as_of: Some(at(960)),
    };
    RememberedVerdict { verdict, failing_since: (state == ConfigurationState::Failed).then(|| at(950)) }
}

fn failure(reason: Reason, is_final: bool) -> ConfigurationFailure {
    let reported = ReportedFailure { reason, cause: None, sentence: "it failed".to_owned(), is_final };
    ConfigurationFailure { reported, object: "Kustomization a/b".to_owned(), at: Some(at(950)) }
}

fn one(name: &str, state: ConfigurationState) -> GateConfiguration {
    GateConfiguration {
        cluster: cluster(name),
        name: "hello-dev".to_owned(),
        verdict: verdict(state),
        compliance: Some(ComplianceState::Compliant),
        told_by: EvidenceSource::ResourceManager,
    }
}

/// A gate over clusters `a`, `b`, … in these states.
fn clusters(states: &[ConfigurationState]) -> Vec<GateConfiguration> {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
    names.iter().zip(states).map(|(name, state)| one(name, *state)).collect()
}

struct Gate {
    policy: GatePolicy,
    others: BTreeMap<String, OtherCommit>,
    head: &'static str,
    is_list_certain: bool,
}

fn gate() -> Gate {
    let other = |relation, version: &str| OtherCommit { relation, version: Some(version.to_owned()) };
    let others = [(OLDER, CommitRelation::Older, "0.0.1-11"), (NEWER, CommitRelation::Newer, "0.0.1-13")];
    let others = others.map(|(commit, relation, version)| (commit.to_owned(), other(relation, version)));
    Gate { policy: GatePolicy::default(), others: others.into(), head: WANTED, is_list_certain: true }
}

impl Gate {
    fn decide(&self, configurations: &[GateConfiguration]) -> GateDecision {
        GateCase {
            wanted: &WantedCommit::of(WANTED),
            asked: None,
            version: Some("0.0.1-12"),
            branch: "dev",
            folder: None,
            folders: &BTreeSet::new(),
            head: Some(self.head),
            others: &self.others,
            policy: &self.policy,
            configurations,
            is_list_certain: self.is_list_certain,
            now: at(1000),
        }
        .decide()
    }

    #[track_caller]
    fn assert(&self, configurations: &[GateConfiguration], outcome: GateOutcome, message: &str) {
        let decision = self.decide(configurations);
        assert_eq!((decision.outcome, decision.message.as_str()), (outcome, message));
    }
}

use ConfigurationState::{Applied, Failed, Offline, Pending, ReadinessUnknown, Reconciling, Suspended};

#[test]
fn d1_no_configuration_is_no_success() {
    let mut gate = gate();
    gate.assert(&[], GateOutcome::NoConfiguration, "no Flux configuration that can be seen follows dev");
    assert_eq!(GateOutcome::NoConfiguration.exit(), Exit::NotSo);
    gate.policy.allows_none = true;
    gate.assert(&[], GateOutcome::Passed, "no Flux configuration follows dev, which is allowed");
}

#[test]
fn every_cluster_must_have_applied_the_commit() {
    let gate = gate();
    for (states, outcome, message) in [
        (vec![Applied, Applied], GateOutcome::Passed, "0.0.1-12 (d61d370) is deployed on 2 of 2 clusters"),
        (vec![Applied, Pending], GateOutcome::Pending, "1 of 2 succeeded: b: it is Pending"),
        (vec![Applied, Failed, Pending], GateOutcome::Failed, "1 of 3 clusters failed: b: it is Failed"),
        (
            vec![Applied, Suspended],
            GateOutcome::Blocked,
            "1 of 2 clusters succeeded, 2 required: b: it is Suspended",
        ),
        (vec![Reconciling, Suspended], GateOutcome::Pending, "0 of 2 succeeded: a: it is Reconciling"),
        (
            vec![ReadinessUnknown],
            GateOutcome::Blocked,
            "0 of 1 cluster succeeded, 1 required: a: it is ReadinessUnknown",
        ),
    ] {
        gate.assert(&clusters(&states), outcome, message);
    }
}

#[test]
fn a_failure_has_its_grace_unless_it_is_final_by_its_kind() {
    let gate = gate();
    let failing = |is_final, since| {
        let mut one = one("a", Failed);
        one.verdict.verdict.failure = Some(failure(Reason::ApplyRefused, is_final));
        one.verdict.failing_since = Some(at(since));
        gate.decide(&[one]).outcome
    };
    assert_eq!(failing(false, 941), GateOutcome::Pending);
    assert_eq!(failing(false, 940), GateOutcome::Failed);
    assert_eq!(failing(true, 1000), GateOutcome::Failed);
}

#[test]
fn d4_another_commit_ends_it_at_once_naming_both() {
    let mut gate = gate();
    gate.head = NEWER;
    let message = "0.0.1-13 (ffffff0) was pushed to dev after 0.0.1-12 (d61d370)";
    gate.assert(&clusters(&[Applied, Pending]), GateOutcome::Superseded, message);
    // What was proved stays so: the commit was deployed when the other one was pushed.
    let passed = "0.0.1-12 (d61d370) is deployed on 2 of 2 clusters; 0.0.1-13 (ffffff0) was pushed since";
    gate.assert(&clusters(&[Applied, Applied]), GateOutcome::Passed, passed);
    // Clusters that straddle two commits: the wanted one can never be on both.
    let mut straddling = clusters(&[Applied, ConfigurationState::OtherApplied]);
    straddling[1].verdict.verdict.fetched = Some(NEWER.to_owned());
    straddling[1].verdict.verdict.applied = Some(NEWER.to_owned());
    gate.head = WANTED;
    let message = "0.0.1-13 (ffffff0) took the place of 0.0.1-12 (d61d370) on b";
    gate.assert(&straddling, GateOutcome::Superseded, message);
}

/// What a cluster has from before the merge is no other version: it will follow.
#[test]
fn an_older_commit_is_waited_for() {
    let gate = gate();
    let states = clusters(&[ConfigurationState::OtherApplied]);
    assert_eq!(gate.decide(&states).outcome, GateOutcome::Pending);
}

#[test]
fn a_rewritten_history_counts_where_the_branch_is_elsewhere() {
    let mut gate = gate();
    gate.others.insert(NEWER.to_owned(), OtherCommit { relation: CommitRelation::Diverged, version: None });
    let mut states = clusters(&[ConfigurationState::OtherApplied]);
    states[0].verdict.verdict.fetched = Some(NEWER.to_owned());
    assert_eq!(gate.decide(&states).outcome, GateOutcome::Pending, "the branch is at the wanted commit");
    gate.head = NEWER;
    assert_eq!(gate.decide(&states).outcome, GateOutcome::Superseded);
    gate.assert(
        &clusters(&[Pending]),
        GateOutcome::Superseded,
        "0.0.1-12 (d61d370) is not on branch dev, which is at ffffff0",
    );
}

/// A list that was answered once may lack what was made a moment ago, and a first refusal is no word on what there is.
#[test]
fn nothing_is_concluded_from_a_list_that_is_not_certain() {
    let mut gate = gate();
    gate.is_list_certain = false;
    let message = "looking once more which Flux configurations follow dev";
    for states in [vec![], vec![Applied, Applied], vec![Applied, Suspended], vec![Suspended]] {
        gate.assert(&clusters(&states), GateOutcome::Pending, message);
    }
    gate.assert(&clusters(&[Failed]), GateOutcome::Failed, "1 of 1 cluster failed: a: it is Failed");
    gate.policy.required = RequiredShare::Percent(50);
    assert_eq!(gate.decide(&clusters(&[Failed])).outcome, GateOutcome::Pending, "there may be more clusters");
    gate.policy.allows_none = true;
    assert_eq!(gate.decide(&[]).outcome, GateOutcome::Pending);
}

#[test]
fn a_share_that_there_are_too_few_clusters_for_is_named() {
    let mut gate = gate();
    gate.policy.required = RequiredShare::Count(5);
    let message = "require is 5, and 2 clusters can be seen to have the environment";
    gate.assert(&clusters(&[Applied, Applied]), GateOutcome::ClusterMissing, message);
    gate.assert(&clusters(&[Applied, Pending]), GateOutcome::Pending, "1 of 5 succeeded: b: it is Pending");
}

/// Ages in sentences go on by themselves and are no news.
#[test]
fn only_what_is_decided_is_news() {
    let gate = gate();
    let mut states = clusters(&[Applied, Pending]);
    let before = gate.decide(&states).fingerprint();
    states[1].verdict.verdict.message = "Azure was last told 6 min ago".to_owned();
    assert_eq!(gate.decide(&states).fingerprint(), before);
    states[1].verdict = verdict(Reconciling);
    assert_ne!(gate.decide(&states).fingerprint(), before);
}

#[test]
fn silent_clusters_fail_it_or_are_deferred() {
    let mut gate = gate();
    let message = "1 of 2 clusters succeeded, 2 required: b: it is Offline";
    gate.assert(&clusters(&[Applied, Offline]), GateOutcome::Blocked, message);
    gate.policy.offline = OfflinePolicy::Defer;
    let message = "0.0.1-12 (d61d370) is deployed on 1 of 1 cluster; 1 deferred (b)";
    gate.assert(&clusters(&[Applied, Offline]), GateOutcome::Passed, message);
    let message = "1 cluster deferred, and at least one must succeed: a: it is Offline";
    gate.assert(&clusters(&[Offline]), GateOutcome::Blocked, message);
}

#[test]
fn a_share_of_a_fleet_is_enough_where_that_is_asked_for() {
    let mut gate = gate();
    let of = |failed: usize, pending: usize, applied: usize| {
        let states = [vec![Failed; failed], vec![Pending; pending], vec![Applied; applied]].concat();
        clusters(&states)
    };
    gate.policy.required = RequiredShare::Percent(90);
    for (states, outcome) in [
        (of(1, 0, 9), GateOutcome::Passed),
        (of(0, 1, 9), GateOutcome::Passed),
        (of(1, 1, 8), GateOutcome::Pending),
        (of(2, 8, 0), GateOutcome::Failed),
    ] {
        assert_eq!(gate.decide(&states).outcome, outcome);
    }
    gate.policy.required = RequiredShare::Count(3);
    assert_eq!(gate.decide(&of(1, 0, 2)).outcome, GateOutcome::Failed);
    assert_eq!(gate.decide(&of(1, 0, 3)).outcome, GateOutcome::Passed);
}

#[test]
fn a_cluster_that_must_be_there_and_cannot_be_seen_is_named() {
    let mut gate = gate();
    gate.policy.listed = ["a", "B", "edge-9"].map(|name| ListedCluster::read(name).expect("a name")).into();
    let message = "edge-9 must have the environment, and no configuration of it can be seen";
    gate.assert(&clusters(&[Applied, Applied]), GateOutcome::ClusterMissing, message);
    let decision = gate.decide(&clusters(&[Applied, Applied]));
    assert_eq!(
        (decision.rows[0].state, decision.rows[0].cluster.as_str()),
        (ConfigurationState::Missing, "edge-9")
    );
    gate.policy.listed.clear();
    gate.policy.expected = Some(3);
    let message = "2 of the 3 clusters that must have the environment can be seen to have it";
    gate.assert(&clusters(&[Applied, Applied]), GateOutcome::ClusterMissing, message);
    gate.policy.expected = Some(2);
    assert_eq!(gate.decide(&clusters(&[Applied, Applied])).outcome, GateOutcome::Passed);
}

#[test]
fn what_is_waited_for_may_be_less_or_more_than_readiness() {
    let mut gate = gate();
    gate.policy.awaited = AwaitedDeployment::Synced;
    let message = "0.0.1-12 (d61d370) is applied on 1 of 1 cluster";
    gate.assert(&clusters(&[ReadinessUnknown]), GateOutcome::Passed, message);
    gate.policy.awaited = AwaitedDeployment::Compliant;
    assert_eq!(gate.decide(&clusters(&[Applied])).outcome, GateOutcome::Passed);
    let mut one = one("a", Applied);
    one.compliance = Some(ComplianceState::NonCompliant);
    assert_eq!(gate.decide(&[one]).outcome, GateOutcome::Pending);
}

#[test]
fn the_worst_configuration_of_a_cluster_decides_and_stands_first() {
    let gate = gate();
    let mut both = vec![one("a", Applied), one("a", Failed), one("b", Reconciling)];
    both[1].name = "hello-dev-edge".to_owned();
    let decision = gate.decide(&both);
    assert_eq!((decision.outcome, decision.counted), (GateOutcome::Failed, 2));
    let order: Vec<&str> = decision.rows.iter().map(|row| row.configuration.as_str()).collect();
    assert_eq!(order, ["hello-dev-edge", "hello-dev", "hello-dev"]);
    assert_eq!(
        decision.next[0].command,
        "az k8s-configuration flux show -g rg -c a -t connectedClusters --subscription s -n hello-dev-edge"
    );
}

#[test]
fn the_first_failure_stays_until_a_success_or_another_commit() {
    let key = (cluster("a"), "hello-dev".to_owned());
    let wanted = WantedCommit::of(WANTED);
    let mut memory = GateMemory::default();
    let mut note = |state, second| memory.note(&key, verdict(state).verdict, &wanted, at(second));
    assert_eq!(note(Reconciling, 940).verdict.state, Reconciling);
    assert_eq!(note(Failed, 955).failing_since, Some(at(950)));
    for state in [Reconciling, ConfigurationState::Fetched, ConfigurationState::Unknown, Offline] {
        let noted = note(state, 990);
        assert_eq!((noted.verdict.state, noted.failing_since), (Failed, Some(at(950))), "{state}");
    }
    assert_eq!(note(Applied, 1000).verdict.state, Applied);
    assert_eq!(
        note(Reconciling, 1010).verdict.state,
        Applied,
        "each interval it is in progress for a moment"
    );
    assert_eq!(note(Offline, 1015).verdict.state, Offline, "nobody knows whether it still runs");
    assert_eq!(note(ConfigurationState::OtherApplied, 1020).verdict.state, ConfigurationState::OtherApplied);
    assert_eq!(note(Reconciling, 1030).verdict.state, Reconciling);
}

/// A fetch that failed is over once the commit is there, however the rest goes on.
#[test]
fn a_failed_fetch_is_forgotten_once_the_commit_is_fetched() {
    let key = (cluster("a"), "hello-dev".to_owned());
    let wanted = WantedCommit::of(WANTED);
    let mut memory = GateMemory::default();
    let mut fetch = verdict(Failed).verdict;
    fetch.fetched = Some(OLDER.to_owned());
    assert_eq!(memory.note(&key, fetch, &wanted, at(955)).verdict.state, Failed);
    let noted = memory.note(&key, verdict(Reconciling).verdict, &wanted, at(960));
    assert_eq!((noted.verdict.state, noted.failing_since), (Reconciling, None));
}
