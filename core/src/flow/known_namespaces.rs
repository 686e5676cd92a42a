//! The namespaces of a cluster by name, those that something is delivered to apart: for who offers a choice and needs
//! no verdict. Four questions side by side, and two more where the whole cluster may not be read.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::observe::answers;
use crate::kubernetes::Connection;
use crate::model::Why;
use crate::model::cluster::{ClusterState, Kind, Scope, ScopeOutcome, Selection};
use crate::model::contract::FLUX_NAMESPACE;

/// The namespaces of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownNamespaces {
    /// Those that something is delivered to, in order of names.
    pub environments: Vec<NamedEnvironment>,
    /// All of them, in order of names; `None` where they may not be listed.
    pub all: Option<Vec<String>>,
}

/// A namespace that something is delivered to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedEnvironment {
    /// The namespace.
    pub namespace: String,
    /// The environment's name.
    pub environment: String,
    /// The project.
    pub project: String,
    /// Its deployment targets: the folders that are applied to it.
    #[serde(default)]
    pub targets: Vec<String>,
}

/// What the names of environments are taken from.
const DELIVERY: [Kind; 3] = [Kind::Kustomization, Kind::HelmRelease, Kind::GitRepository];

/// The namespaces that a cluster tells of: none where it refuses who asks; `None` where it says nothing.
pub async fn known_namespaces(connection: &Connection) -> Option<KnownNamespaces> {
    let mut state = ClusterState::new(connection.cluster().clone());
    let whole = DELIVERY.into_iter().chain([Kind::Namespace]).map(Scope::cluster);
    ask(connection, &mut state, whole.collect()).await;
    let not_allowed = ScopeOutcome::Unanswered(Why::NotAllowed);
    let is_refused = |kind: &Kind| state.outcome(&Scope::cluster(*kind)) == Some(&not_allowed);
    let places: BTreeSet<&str> = BTreeSet::from([FLUX_NAMESPACE, connection.namespace()]);
    let apart: Vec<Scope> = DELIVERY
        .into_iter()
        .filter(is_refused)
        .flat_map(|kind| places.iter().map(move |place| Scope::namespace(kind, place)))
        .collect();
    ask(connection, &mut state, apart).await;
    state.outcomes().any(|(_, outcome)| is_answer(outcome)).then(|| names(&state))
}

async fn ask(connection: &Connection, state: &mut ClusterState, scopes: Vec<Scope>) {
    for (scope, answer) in answers(connection, scopes).await {
        state.replace(scope, answer);
    }
}

/// Whether the cluster said something: a refusal is a word on who asks.
fn is_answer(outcome: &ScopeOutcome) -> bool {
    match outcome {
        ScopeOutcome::Objects => true,
        ScopeOutcome::Absent => false,
        ScopeOutcome::Unanswered(why) => why.is_refusal(),
    }
}

fn names(state: &ClusterState) -> KnownNamespaces {
    let facts = state.facts();
    let environments = facts.selected(&Selection::All).into_iter();
    let environments = environments.map(|environment| NamedEnvironment {
        namespace: environment.namespace.clone(),
        environment: environment.name.clone(),
        project: environment.project.clone(),
        targets: environment.targets(),
    });
    let is_listed = state.outcome(&Scope::cluster(Kind::Namespace)) == Some(&ScopeOutcome::Objects);
    let all = || facts.namespaces.iter().map(|namespace| namespace.meta.name.clone()).collect();
    KnownNamespaces { environments: environments.collect(), all: is_listed.then(all) }
}
