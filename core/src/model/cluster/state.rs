//! Everything that one cluster answered so far, and what is missing from it.
//!
//! An object is read when it arrives and kept as it was read, so that a change of one object touches that
//! object alone. What follows from all of them together, [`Facts`], is joined when it is asked for, and kept
//! until something changes: a verdict at another time joins nothing anew. Joining at every change was
//! rejected, because the changes of one cause arrive by the thousand and are judged together.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::Value;

use super::{Answer, Facts, Kind, Object, Scope, Within};
use crate::model::pipeline::{ClusterRef, EnvironmentId};
use crate::model::{Unanswered, Why};

/// The answers of one cluster.
#[derive(Clone, Debug)]
pub struct ClusterState {
    cluster: ClusterRef,
    answers: BTreeMap<Scope, ScopeAnswer>,
    facts: OnceLock<Facts>,
    work: usize,
}

/// How a question ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScopeOutcome {
    /// With objects, or none.
    Objects,
    /// The server does not serve this kind, or has no such object.
    Absent,
    /// Without an answer.
    Unanswered(Why),
}

/// What is kept for a scope.
#[derive(Clone, Debug)]
struct ScopeAnswer {
    outcome: ScopeOutcome,
    /// The objects of the last answer that had any. They count again when a watch goes on after a refusal,
    /// because a watch that goes on does not list them anew.
    objects: BTreeMap<ObjectKey, Object>,
}

/// An object within a scope: namespace, name, and a number where a list has several without a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct ObjectKey {
    namespace: String,
    name: String,
    number: usize,
}

impl ObjectKey {
    fn of(object: &Value) -> Self {
        let text = |key: &str| object["metadata"][key].as_str().unwrap_or_default().to_owned();
        Self { namespace: text("namespace"), name: text("name"), number: 0 }
    }
}

impl ClusterState {
    /// A cluster that was not asked anything yet.
    pub fn new(cluster: ClusterRef) -> Self {
        Self { cluster, answers: BTreeMap::new(), facts: OnceLock::new(), work: 0 }
    }

    /// Which cluster this is.
    pub fn cluster(&self) -> &ClusterRef {
        &self.cluster
    }

    /// The environment in a namespace of this cluster.
    pub fn environment_id(&self, namespace: &str) -> EnvironmentId {
        EnvironmentId::new(self.cluster.clone(), namespace)
    }

    /// Takes an answer in place of an earlier one. Whether it says anything else.
    pub fn replace(&mut self, scope: Scope, answer: Answer) -> bool {
        let (outcome, objects) = match answer {
            Answer::Objects(values) => (ScopeOutcome::Objects, Some(self.read(scope.kind, &values))),
            Answer::Absent => (ScopeOutcome::Absent, None),
            Answer::Unauthenticated => (ScopeOutcome::Unanswered(Why::NotAuthenticated), None),
            Answer::Forbidden => (ScopeOutcome::Unanswered(Why::NotAllowed), None),
            Answer::Overloaded => (ScopeOutcome::Unanswered(Why::Overloaded), None),
            Answer::Silent(why) => (ScopeOutcome::Unanswered(Why::NoAnswer(why)), None),
        };
        let former = self.answers.get(&scope);
        let is_same = former.is_some_and(|former| {
            former.outcome == outcome && objects.as_ref().is_none_or(|objects| *objects == former.objects)
        });
        if is_same {
            return false;
        }
        let received = self
            .answers
            .entry(scope)
            .or_insert_with(|| ScopeAnswer { outcome: outcome.clone(), objects: BTreeMap::new() });
        received.outcome = outcome;
        if let Some(objects) = objects {
            received.objects = objects;
        }
        self.invalidate();
        true
    }

    /// Takes one object that is new or changed. Whether it says anything else.
    pub fn put(&mut self, scope: &Scope, object: &Value) -> bool {
        self.work += 1;
        let read = (scope.kind.row().read)(object);
        let received = self.received(scope);
        let had_answer =
            std::mem::replace(&mut received.outcome, ScopeOutcome::Objects) == ScopeOutcome::Objects;
        let former = received.objects.insert(ObjectKey::of(object), read.clone());
        let has_changed = !had_answer || former.is_none_or(|former| former != read);
        if has_changed {
            self.invalidate();
        }
        has_changed
    }

    /// Removes one object that is gone. Whether it was there.
    pub fn remove(&mut self, scope: &Scope, object: &Value) -> bool {
        self.work += 1;
        let received = self.received(scope);
        let had_answer =
            std::mem::replace(&mut received.outcome, ScopeOutcome::Objects) == ScopeOutcome::Objects;
        let has_changed = received.objects.remove(&ObjectKey::of(object)).is_some() || !had_answer;
        if has_changed {
            self.invalidate();
        }
        has_changed
    }

    fn received(&mut self, scope: &Scope) -> &mut ScopeAnswer {
        let absent = || ScopeAnswer { outcome: ScopeOutcome::Absent, objects: BTreeMap::new() };
        self.answers.entry(scope.clone()).or_insert_with(absent)
    }

    fn read(&mut self, kind: Kind, values: &[Value]) -> BTreeMap<ObjectKey, Object> {
        self.work += values.len();
        let mut objects = BTreeMap::new();
        for (number, value) in values.iter().enumerate() {
            let key = ObjectKey::of(value);
            let is_taken = key.name.is_empty() || objects.contains_key(&key);
            let key = if is_taken { ObjectKey { number, ..key } } else { key };
            objects.insert(key, (kind.row().read)(value));
        }
        objects
    }

    fn invalidate(&mut self) {
        if let Some(facts) = self.facts.take() {
            self.work += facts.work();
        }
    }

    /// What follows from all answers together. Joined once for each set of changes.
    pub fn facts(&self) -> &Facts {
        self.facts.get_or_init(|| Facts::join(self))
    }

    /// How many objects were read, and compared in joins, since the beginning. Following a cluster must cost
    /// in proportion to its changes, which tests hold this to.
    pub fn work(&self) -> usize {
        self.work + self.facts.get().map_or(0, Facts::work)
    }

    /// Whether a scope was asked.
    pub fn knows(&self, scope: &Scope) -> bool {
        self.answers.contains_key(scope)
    }

    /// How a question ended.
    pub fn outcome(&self, scope: &Scope) -> Option<&ScopeOutcome> {
        self.answers.get(scope).map(|received| &received.outcome)
    }

    /// All scopes that were asked, with how that ended.
    pub fn outcomes(&self) -> impl Iterator<Item = (&Scope, &ScopeOutcome)> {
        self.answers.iter().map(|(scope, received)| (scope, &received.outcome))
    }

    /// Everything that was answered, in order of scopes, and of namespaces and names within a scope.
    pub(super) fn objects(&self) -> impl Iterator<Item = (&Scope, &Object)> {
        let answered = self.answers.iter().filter(|(_, received)| received.outcome == ScopeOutcome::Objects);
        answered.flat_map(|(scope, received)| received.objects.values().map(move |object| (scope, object)))
    }

    /// Whether objects of a kind in a namespace were looked for with success.
    pub fn looked(&self, kind: Kind, namespace: &str) -> bool {
        let was_answered = |scope: &Scope| self.outcome(scope) == Some(&ScopeOutcome::Objects);
        was_answered(&Scope::namespace(kind, namespace)) || was_answered(&Scope::cluster(kind))
    }

    /// Whether objects of a kind in a namespace were asked for and there is no such kind.
    pub fn has_no_kind(&self, kind: Kind, namespace: &str) -> bool {
        let is_absent = |scope: &Scope| self.outcome(scope) == Some(&ScopeOutcome::Absent);
        (is_absent(&Scope::namespace(kind, namespace)) || is_absent(&Scope::cluster(kind)))
            && !self.is_served(kind)
    }

    /// Whether objects of a kind in a namespace were asked for, with success or without.
    pub fn was_asked(&self, kind: Kind, namespace: &str) -> bool {
        self.knows(&Scope::namespace(kind, namespace)) || self.knows(&Scope::cluster(kind))
    }

    /// Whether the server has a kind, as far as it was asked.
    pub fn is_served(&self, kind: Kind) -> bool {
        self.outcomes().any(|(scope, outcome)| scope.kind == kind && *outcome != ScopeOutcome::Absent)
    }

    /// What was not answered, in order of scopes, without what is a courtesy.
    pub fn unanswered(&self) -> Vec<Unanswered> {
        let outcomes = self.outcomes().filter(|(scope, _)| !scope.kind.is_optional());
        outcomes.filter_map(|(scope, outcome)| self.unanswered_scope(scope, outcome)).collect()
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
        let mut outcomes = self.outcomes().filter(|(scope, _)| is_about(scope));
        outcomes.find_map(|(scope, outcome)| self.unanswered_scope(scope, outcome))
    }

    /// Whether any question about a kind was not answered.
    pub fn is_unanswered(&self, kind: Kind) -> bool {
        self.outcomes()
            .any(|(scope, outcome)| scope.kind == kind && matches!(outcome, ScopeOutcome::Unanswered(_)))
    }

    fn unanswered_scope(&self, scope: &Scope, outcome: &ScopeOutcome) -> Option<Unanswered> {
        let ScopeOutcome::Unanswered(why) = outcome else { return None };
        Some(Unanswered::of_cluster(self.cluster.clone(), scope.question(), why.clone()))
    }
}
