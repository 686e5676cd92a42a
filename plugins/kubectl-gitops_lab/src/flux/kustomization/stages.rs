//! Where a reconciliation of a Kustomization is, and what it carries from one stage to the next.

use jiff::Timestamp;
use serde_json::Value;

use super::health_result::Checked;
use crate::flux::build::Built;
use crate::flux::client::ObjectId;
use crate::flux::reconciliation::Again;

/// What a reconciliation is of.
#[derive(Clone, Debug)]
pub(super) struct ApplyWork {
    pub(super) revision: String,
    /// Where the artifact is kept.
    pub(super) path: String,
    /// When the reconciliation itself began.
    pub(super) began: Timestamp,
    /// Digest of what was built.
    pub(super) digest: String,
}

/// A health check under way.
#[derive(Clone, Debug)]
pub(super) struct Check {
    pub(super) ids: Vec<ObjectId>,
    pub(super) began: Timestamp,
    pub(super) until: Timestamp,
    pub(super) last: Option<Checked>,
    /// Whether it is worth an event that it passes.
    pub(super) is_news: bool,
}

/// The stages.
#[derive(Debug)]
pub(super) enum ApplyStage {
    Begin,
    Fetch(ApplyWork),
    Open(ApplyWork),
    Build(ApplyWork),
    Built(ApplyWork, Result<Built, String>),
    Apply(ApplyWork, Vec<Value>),
    Check(ApplyWork, Check),
    Succeed(ApplyWork),
    /// What was deleted goes; until when it is waited for.
    Going(Vec<ObjectId>, Timestamp),
    End(Again),
}
