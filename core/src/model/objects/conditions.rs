//! Conditions, in which an object says how it stands.

use jiff::Timestamp;
use serde_json::Value;

use super::read;

/// One entry of `status.conditions`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Condition {
    /// The type, such as `Ready`.
    pub kind: String,
    /// `True`, `False` or `Unknown`.
    pub status: String,
    /// Why, as a CamelCase word.
    pub reason: String,
    /// Why, for people.
    pub message: String,
    /// The generation it speaks of.
    pub observed_generation: i64,
    /// When status, reason or message last changed.
    pub since: Option<Timestamp>,
}

/// All conditions of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions(Vec<Condition>);

impl Conditions {
    pub(super) fn read(status: &Value) -> Self {
        Self::read_list(status, "conditions")
    }

    /// The same from a list of another name: Azure has them in `statusConditions`.
    pub(in crate::model) fn read_list(status: &Value, list: &str) -> Self {
        Self(
            read::list(status, list)
                .map(|condition| Condition {
                    kind: read::text(condition, "type"),
                    status: read::text(condition, "status"),
                    reason: read::text(condition, "reason"),
                    message: read::text(condition, "message"),
                    observed_generation: read::number(condition, "observedGeneration").unwrap_or(-1),
                    since: read::time(condition, "lastTransitionTime"),
                })
                .collect(),
        )
    }

    /// The condition of a type.
    pub fn get(&self, kind: &str) -> Option<&Condition> {
        self.0.iter().find(|condition| condition.kind == kind)
    }

    /// The condition of a type, if it stands at `status`.
    pub fn at(&self, kind: &str, status: &str) -> Option<&Condition> {
        self.get(kind).filter(|condition| condition.status == status)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// When any condition last changed.
    pub fn last_transition(&self) -> Option<Timestamp> {
        self.0.iter().filter_map(|condition| condition.since).max()
    }

    /// The newest generation any condition speaks of.
    pub fn observed_generation(&self) -> i64 {
        self.0.iter().map(|condition| condition.observed_generation).max().unwrap_or(-1)
    }
}
