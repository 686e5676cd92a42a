//! How far a run, a job or a step is.

/// How far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::github) enum Progress {
    /// It waits for a runner.
    Queued,
    /// It waits for somebody to review the environments that it names.
    Waiting,
    Running,
    /// It ended with this conclusion.
    Completed(String),
}

impl Progress {
    /// As the API says it.
    pub(super) fn status(&self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Waiting => "waiting",
            Self::Running => "in_progress",
            Self::Completed(_) => "completed",
        }
    }

    pub(super) fn conclusion(&self) -> Option<&str> {
        match self {
            Self::Completed(conclusion) => Some(conclusion),
            Self::Queued | Self::Waiting | Self::Running => None,
        }
    }

    pub(super) fn is_completed(&self) -> bool {
        self.conclusion().is_some()
    }
}

/// The conclusion of what went well.
pub(super) const SUCCESS: &str = "success";
/// The conclusion of what did not.
pub(super) const FAILURE: &str = "failure";
/// The conclusion of what was not needed any more.
pub(super) const SKIPPED: &str = "skipped";
/// The conclusion of what somebody stopped, or nobody began.
pub(super) const CANCELLED: &str = "cancelled";
