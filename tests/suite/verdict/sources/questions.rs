//! Which kinds of source are asked for.

use super::super::least::*;
use super::super::timeline::answers;
use super::objects::*;
use gitops_core::model::cluster::{Answer, ClusterState, Kind, Scope};
use gitops_core::model::objects::SourceKind;
use gitops_core::model::pipeline::ClusterRef;
use gitops_core::model::verdict::{Selection, wants};

/// The questions of each wave, given what a cluster answers.
fn waves(selection: &Selection, answers: impl Fn(&Scope) -> Answer) -> Vec<Vec<Scope>> {
    let mut state = ClusterState::new(ClusterRef::InCluster);
    let mut waves = Vec::new();
    loop {
        let wanted: Vec<Scope> =
            wants(&state, selection).into_iter().filter(|scope| !state.knows(scope)).collect();
        if wanted.is_empty() {
            return waves;
        }
        for scope in &wanted {
            state.replace(scope.clone(), answers(scope));
        }
        waves.push(wanted);
    }
}

#[test]
fn a_kind_is_asked_for_only_where_something_refers_to_it() {
    let others =
        [Kind::OciRepository, Kind::Bucket, Kind::HelmRepository, Kind::HelmChart, Kind::ExternalArtifact];
    for kind in KINDS {
        let home = answers(NAMESPACE, &[failing(kind, "Failed", ""), built_from(kind), deployment()]);
        let asked = waves(&Selection::Namespace(NAMESPACE.into()), |scope| {
            home.get(scope).cloned().unwrap_or(Answer::Objects(Vec::new()))
        });
        assert!(asked.len() <= 3, "{asked:?}");
        let all: Vec<&Scope> = asked.iter().flatten().collect();
        let own = Kind::of_source(kind);
        let count = |kind: Kind| all.iter().filter(|scope| scope.kind == kind).count();
        for other in others {
            assert_eq!(count(other), usize::from(other == own), "{other:?} for {}", kind.name());
        }
        assert_eq!(count(Kind::SourceEvent), 1, "{}", kind.name());
    }
}

#[test]
fn the_whole_cluster_is_asked_for_the_kinds_that_are_referred_to() {
    let kind = SourceKind::OciRepository;
    let objects = [source_of(kind), built_from(kind), deployment()];
    let asked = waves(&Selection::All, |scope| {
        let name = scope.kind.row().name;
        let of_kind = objects.iter().filter(|object| object["kind"] == name);
        Answer::Objects(of_kind.cloned().collect())
    });
    let all: Vec<&Scope> = asked.iter().flatten().collect();
    assert!(all.contains(&&Scope::cluster(Kind::OciRepository)), "{all:?}");
    assert!(!all.contains(&&Scope::cluster(Kind::Bucket)), "{all:?}");
}
