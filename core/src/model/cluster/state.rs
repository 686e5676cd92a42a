//! Everything that one cluster answered so far, and what is missing from it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Answer, Kind, Scope, Within};
use crate::model::Unanswered;
use crate::model::pipeline::{ClusterRef, EnvironmentId};

/// The answers of one cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct ClusterState {
    cluster: ClusterRef,
    answers: BTreeMap<Scope, Answer>,
}

impl ClusterState {
    /// A cluster that was not asked anything yet.
    pub fn new(cluster: ClusterRef) -> Self {
        Self { cluster, answers: BTreeMap::new() }
    }

    /// Which cluster this is.
    pub fn cluster(&self) -> &ClusterRef {
        &self.cluster
    }

    /// The environment in a namespace of this cluster.
    pub fn environment_id(&self, namespace: &str) -> EnvironmentId {
        EnvironmentId::new(self.cluster.clone(), namespace)
    }

    /// Takes an answer in place of an earlier one.
    pub fn put(&mut self, scope: Scope, answer: Answer) {
        self.answers.insert(scope, answer);
    }

    /// Whether a scope was asked.
    pub fn knows(&self, scope: &Scope) -> bool {
        self.answers.contains_key(scope)
    }

    /// The answer to a scope.
    pub fn get(&self, scope: &Scope) -> Option<&Answer> {
        self.answers.get(scope)
    }

    /// All scopes with their answers.
    pub fn answers(&self) -> impl Iterator<Item = (&Scope, &Answer)> {
        self.answers.iter()
    }

    /// The objects of a kind.
    pub fn objects(&self, kind: Kind) -> impl Iterator<Item = &Value> {
        self.answers.iter().filter(move |(scope, _)| scope.kind == kind).flat_map(
            |(_, answer)| match answer {
                Answer::Objects(objects) => objects.as_slice(),
                _ => &[],
            },
        )
    }

    /// Whether objects of a kind in a namespace were looked for with success.
    pub fn looked(&self, kind: Kind, namespace: &str) -> bool {
        let was_answered = |scope: &Scope| matches!(self.answers.get(scope), Some(Answer::Objects(_)));
        was_answered(&Scope::namespace(kind, namespace)) || was_answered(&Scope::cluster(kind))
    }

    /// What was not answered, in order of scopes. Logs are a courtesy: their absence is not listed.
    pub fn unanswered(&self) -> Vec<Unanswered> {
        let answers = self.answers.iter().filter(|(scope, _)| scope.kind != Kind::Log);
        answers.filter_map(|(scope, answer)| self.unanswered_scope(scope, answer)).collect()
    }

    /// What keeps a kind in a namespace from being known.
    pub fn unanswered_in(&self, kind: Kind, namespace: &str) -> Option<Unanswered> {
        let is_about = |scope: &Scope| {
            scope.kind == kind
                && match &scope.within {
                    Within::Cluster => true,
                    Within::Namespace(place) | Within::Object(place, _) => place == namespace,
                }
        };
        let answers = self.answers.iter().filter(|(scope, _)| is_about(scope));
        answers.filter_map(|(scope, answer)| self.unanswered_scope(scope, answer)).next()
    }

    /// Whether any question about a kind was not answered.
    pub fn is_unanswered(&self, kind: Kind) -> bool {
        self.answers.iter().any(|(scope, answer)| scope.kind == kind && answer.refusal().is_some())
    }

    fn unanswered_scope(&self, scope: &Scope, answer: &Answer) -> Option<Unanswered> {
        let why = answer.refusal()?;
        Some(Unanswered::of_cluster(self.cluster.clone(), scope.question(), why))
    }
}
