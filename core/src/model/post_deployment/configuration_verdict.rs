//! The verdict on one configuration as a value.

use jiff::Timestamp;

use super::ConfigurationState;
use crate::model::verdict::{NextCommand, Reason, ReportedFailure};

/// Where a configuration stands with the wanted commit, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigurationVerdict {
    /// Where it stands.
    pub state: ConfigurationState,
    /// The commit that its kustomizations have applied; of several the one that is not wanted. `None` where that is
    /// not told, as at every moment of reconciling.
    pub applied: Option<String>,
    /// The commit that its source has fetched.
    pub fetched: Option<String>,
    /// Why, as a sentence without a full stop.
    pub message: String,
    /// What failed, in state `Failed`.
    pub failure: Option<ConfigurationFailure>,
    /// Why it stands there, as a word, where its cluster tells.
    pub reason: Option<Reason>,
    /// What to type, where its cluster tells what is wrong.
    pub next: Vec<NextCommand>,
    /// When the cluster's agent reported it.
    pub as_of: Option<Timestamp>,
}

/// A failure at the wanted commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigurationFailure {
    /// What failed, and whether another attempt may end otherwise.
    pub reported: ReportedFailure,
    /// `Kustomization flux-system/hello-dev-hello-dev`.
    pub object: String,
    /// When it was told last.
    pub at: Option<Timestamp>,
}

impl ConfigurationVerdict {
    /// A verdict that rests on nothing more than its sentence.
    pub(super) fn new(state: ConfigurationState, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            state,
            applied: None,
            fetched: None,
            message,
            failure: None,
            reason: None,
            next: Vec::new(),
            as_of: None,
        }
    }

    /// That nothing is known, and why.
    pub(crate) fn unknown(why: String) -> Self {
        Self::new(ConfigurationState::Unknown, why)
    }
}
