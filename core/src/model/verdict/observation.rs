//! What a verdict looks at: the facts of a cluster, and the time.

use jiff::Timestamp;

use super::judged::Judged;
use crate::model::cluster::{ClusterState, Facts};

/// A cluster at a time.
#[derive(Clone, Copy)]
pub(super) struct Observation<'a> {
    /// What was asked, and what of it was not answered.
    pub state: &'a ClusterState,
    /// What follows from the answers.
    pub facts: &'a Facts,
    /// The time.
    pub now: Timestamp,
    /// The verdicts that were found so far.
    pub judged: &'a Judged,
}

impl<'a> Observation<'a> {
    pub(super) fn new(state: &'a ClusterState, now: Timestamp, judged: &'a Judged) -> Self {
        Self { state, facts: state.facts(), now, judged }
    }

    /// Whether something has been so for more than this many seconds.
    pub(super) fn is_older(&self, since: Option<Timestamp>, seconds: i64) -> bool {
        since.is_some_and(|since| self.now.as_second() - since.as_second() > seconds)
    }
}
