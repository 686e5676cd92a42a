//! A failure that is known from a report alone, because its object is in a cluster that is not at hand: Azure keeps
//! reason and message of a condition. The words are those of the verdict on a cluster at hand.

use super::{AttemptFailure, is_failure};
use crate::model::objects::{Condition, Kustomization};
use crate::model::verdict::fetch_failure::reported_reason;
use crate::model::verdict::message::shortened;
use crate::model::verdict::{Cause, Reason};

/// What failed, as a word and as a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportedFailure {
    /// What failed.
    pub reason: Reason,
    /// What is behind it, where the message tells.
    pub cause: Option<Cause>,
    /// The same as a sentence: one line, told as past.
    pub sentence: String,
    /// Whether another attempt at the same commit cannot end otherwise: a health check has waited its whole time
    /// already, and what is `Stalled` is not tried again.
    pub is_final: bool,
}

impl ReportedFailure {
    /// The failure that condition `Ready` of a kustomization tells, if it tells one.
    pub fn of_attempt(ready: &Condition) -> Option<Self> {
        if ready.status != "False" || !is_failure(&ready.reason) {
            return None;
        }
        let failure = AttemptFailure::of(&Kustomization::default(), &ready.reason, &ready.message);
        let AttemptFailure { reason, cause, sentence, .. } = failure;
        Some(Self { is_final: reason == Reason::HealthCheckFailed, reason, cause, sentence })
    }

    /// The failure that condition `Ready` of a Helm release tells, if it tells one.
    pub fn of_release(ready: &Condition) -> Option<Self> {
        if ready.status != "False" || !is_failure(&ready.reason) {
            return None;
        }
        let reason = match ready.reason.as_str() {
            "InstallFailed" => Reason::InstallFailed,
            "UpgradeFailed" => Reason::UpgradeFailed,
            "RollbackFailed" => Reason::RollbackFailed,
            "UninstallFailed" => Reason::UninstallFailed,
            "TestFailed" => Reason::TestFailed,
            "RollbackSucceeded" => Reason::RolledBack,
            _ => Reason::ReleaseNotReady,
        };
        let sentence = shortened(&ready.message);
        Some(Self { reason, cause: None, sentence, is_final: false })
    }

    /// The failure that a condition of a source tells, `Ready=False` or `FetchFailed=True`.
    pub fn of_fetch(condition: &Condition) -> Self {
        Self {
            reason: reported_reason(&condition.reason, &condition.message),
            cause: None,
            sentence: shortened(&condition.message),
            is_final: false,
        }
    }

    /// That Flux gave up until something is changed, as a condition `Stalled` tells it.
    pub fn of_stalled(stalled: &Condition) -> Self {
        let sentence = shortened(&stalled.message);
        Self { reason: Reason::Stalled, cause: None, sentence, is_final: true }
    }
}
