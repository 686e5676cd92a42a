//! Why building or applying a revision failed, in Flux's words and in ours.

mod reported_failure;

use super::build_failure::failed_build;
use super::failure_subject::FailureSubject;
pub(super) use super::message::with_message;
use super::refusal::{failed_client, refused_apply};
use super::{Cause, Reason};
use crate::model::objects::Kustomization;
pub use reported_failure::ReportedFailure;

/// A failure of an attempt: from a condition, the history or an event.
#[derive(Clone, Debug)]
pub(super) struct AttemptFailure {
    pub reason: Reason,
    pub cause: Option<Cause>,
    /// What went wrong, told as past.
    pub sentence: String,
    /// How much of the revision was applied all the same, as far as the message tells.
    pub extent: Extent,
    /// What it is about.
    pub subject: FailureSubject,
}

/// How much of a revision an attempt applied before it failed, as far as its message tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Extent {
    /// It does not tell.
    #[default]
    NotTold,
    /// That attempt changed nothing. One before may have.
    ChangedNothing,
    /// Other objects were applied.
    Part,
}

impl AttemptFailure {
    /// `outcome` is Flux's reason; `message` its text, which may be empty.
    pub(super) fn of(kustomization: &Kustomization, outcome: &str, message: &str) -> Self {
        match outcome {
            "ReconciliationFailed" => {
                failed_client(kustomization, message).unwrap_or_else(|| refused_apply(kustomization, message))
            }
            "BuildFailed" => failed_build(kustomization, message),
            "PruneFailed" => {
                let sentence = "objects that left the repository could not be removed".to_owned();
                Self::new(Reason::PruneFailed, with_message(sentence, message))
            }
            "HealthCheckFailed" => {
                let sentence = "the health check failed".to_owned();
                let sentence = with_message(sentence, how_the_check_ended(message));
                Self::new(Reason::HealthCheckFailed, sentence)
            }
            // Very old controllers write no other reason into an event.
            "error" => of_message(kustomization, message),
            other => {
                let sentence = with_message(format!("Flux reported {other}"), message);
                Self::new(Reason::ReconciliationFailed, sentence)
            }
        }
    }

    /// A failure without cause that is about the revision.
    pub(super) fn new(reason: Reason, sentence: String) -> Self {
        Self { reason, cause: None, sentence, extent: Extent::NotTold, subject: FailureSubject::Revision }
    }

    /// With what is behind it.
    pub(super) fn because(self, cause: Option<Cause>) -> Self {
        Self { cause, ..self }
    }

    /// With what it is about.
    pub(super) fn about(self, subject: FailureSubject) -> Self {
        Self { subject, ..self }
    }
}

/// A failure of which there are words alone.
fn of_message(kustomization: &Kustomization, message: &str) -> AttemptFailure {
    let has = |words: &[&str]| words.iter().any(|word| message.to_lowercase().contains(word));
    let outcome = if has(&["kustomize build failed", "post build", "decrypt", "sops"]) {
        "BuildFailed"
    } else if has(&["health check"]) {
        "HealthCheckFailed"
    } else if has(&["dry-run failed", "apply failed", "validation failed"]) {
        "ReconciliationFailed"
    } else {
        let sentence = with_message("Flux reported an error".to_owned(), message);
        return AttemptFailure::new(Reason::ReconciliationFailed, sentence);
    };
    AttemptFailure::of(kustomization, outcome, message)
}

/// Whether a condition's or event's reason says that an attempt failed for good until something changes.
/// Waiting for a source or a dependency, and a check that gave way to a newer revision, are none.
pub fn is_failure(outcome: &str) -> bool {
    !matches!(
        outcome,
        "" | "ReconciliationSucceeded"
            | "ArtifactFailed"
            | "DependencyNotReady"
            | "HealthCheckCanceled"
            | "Progressing"
            | "ProgressingWithRetry"
            | "Suspended"
    )
}

/// `health check failed after 30.02s: timeout waiting for: …` without how long the check took.
fn how_the_check_ended(message: &str) -> &str {
    let ended = message.strip_prefix("health check failed after ").and_then(|rest| rest.split_once(": "));
    ended.map_or(message, |(_, ended)| ended)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_health_check_that_failed_names_what_it_waited_for() {
        let message =
            "health check failed after 30.02s: timeout waiting for: [Deployment/a/b status: 'InProgress']";
        let failure = AttemptFailure::of(&Kustomization::default(), "HealthCheckFailed", message);
        let waited = "the health check failed: timeout waiting for: [Deployment/a/b status: 'InProgress']";
        assert_eq!(failure.sentence, waited);
    }

    #[test]
    fn an_event_of_an_old_controller_is_told_by_its_words() {
        for (message, reason) in [
            ("kustomize build failed: open a: no such file", Reason::BuildFailed),
            ("Deployment/a/b dry-run failed, error: no", Reason::ApplyRefused),
            ("Health check failed after 30s, timeout waiting for: [a]", Reason::HealthCheckFailed),
            ("", Reason::ReconciliationFailed),
        ] {
            let failure = AttemptFailure::of(&Kustomization::default(), "error", message);
            assert_eq!(failure.reason, reason, "{message}");
        }
    }
}
