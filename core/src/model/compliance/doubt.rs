//! Something that speaks against what Azure says, or is worth knowing beside it.

use crate::model::verdict::{NextCommand, Reason};

/// A doubt with its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Doubt {
    /// What it is about.
    pub(super) reason: Reason,
    /// What is shown of it: one sentence without a full stop.
    pub(super) message: String,
    /// What to type.
    pub(super) next: Option<NextCommand>,
    /// Whether the state is not known, or cannot be relied on, because of it.
    pub(super) is_weighty: bool,
    /// Whether the environment's remarks hold it.
    pub(super) is_remark: bool,
}

impl Doubt {
    /// One that is told with the state and among the remarks.
    pub(super) fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self { reason, message: message.into(), next: None, is_weighty: true, is_remark: true }
    }

    /// With what to type.
    pub(super) fn next(self, next: NextCommand) -> Self {
        Self { next: Some(next), ..self }
    }

    /// One that does not speak against the state.
    pub(super) fn without_weight(self) -> Self {
        Self { is_weighty: false, ..self }
    }

    /// One that stands elsewhere on the page already.
    pub(super) fn without_remark(self) -> Self {
        Self { is_remark: false, ..self }
    }
}
