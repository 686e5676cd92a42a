//! The answers of a cluster, and what is missing from them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Kind, Scope, Within};
use crate::model::verdict::Reason;

/// What came back for one scope.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The objects, in any order.
    Objects(Vec<Value>),
    /// The server does not serve this kind, or has no such object.
    Absent,
    /// 401: it does not know who asks.
    Unauthenticated,
    /// 403: who asks may not.
    Forbidden,
    /// Nothing usable: the text says why.
    Silent(String),
}

impl Answer {
    /// No usable answer. What a server wrote about it is made harmless here.
    pub fn silent(why: &str) -> Self {
        Answer::Silent(crate::model::harmless(why))
    }
}

/// All answers so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cluster {
    answers: BTreeMap<Scope, Answer>,
}

/// A scope that was not answered, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// What was asked.
    pub scope: Scope,
    /// Whether who asks may not, rather than that nothing answered.
    pub is_refused: bool,
    /// Why there is no answer.
    pub why: String,
}

impl Gap {
    /// The word for a standing that is not known because of it.
    pub fn reason(&self) -> Reason {
        if self.is_refused { Reason::NotReadable } else { Reason::NoAnswer }
    }
}

impl Cluster {
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
        let seen = |scope: &Scope| matches!(self.answers.get(scope), Some(Answer::Objects(_)));
        seen(&Scope::namespace(kind, namespace)) || seen(&Scope::cluster(kind))
    }

    /// The scopes that were not answered. Logs are a courtesy: their absence is no gap.
    pub fn gaps(&self) -> Vec<Gap> {
        let gap = |(scope, answer): (&Scope, &Answer)| {
            let why = match answer {
                Answer::Objects(_) | Answer::Absent => return None,
                Answer::Unauthenticated => "not authenticated".to_owned(),
                Answer::Forbidden => "not allowed".to_owned(),
                Answer::Silent(why) => why.clone(),
            };
            let is_refused = matches!(answer, Answer::Forbidden | Answer::Unauthenticated);
            (scope.kind != Kind::Log).then(|| Gap { scope: scope.clone(), is_refused, why })
        };
        self.answers.iter().filter_map(gap).collect()
    }

    /// The gap that keeps a kind in a namespace from being known.
    pub fn gap(&self, kind: Kind, namespace: &str) -> Option<Gap> {
        self.gaps().into_iter().find(|gap| {
            gap.scope.kind == kind
                && match &gap.scope.within {
                    Within::Cluster => true,
                    Within::Namespace(one) | Within::Object(one, _) => one == namespace,
                }
        })
    }
}
