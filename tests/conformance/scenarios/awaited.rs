//! Scenarios whose expectation is right and whose verdict is not found yet.
//!
//! They run only when they are named. Each leaves this list with the change that finds its verdict.

const AWAITED: &[(&str, &str)] = &[
    ("helm-gave-up", "a kustomization that is ready says nothing of its releases"),
    ("helm-waited-for", "why a release gave up is not said"),
    ("paused-waited-for", "that a Deployment is paused is not said"),
    ("paused", "that a Deployment is paused is not said"),
    ("artifact-refused", "a registry's credentials are put into a Secret of another form"),
    ("webhook-down", "a webhook that cannot be asked is told as one that refuses"),
];

/// Why a scenario does not run with all the others.
pub(crate) fn awaited(scenario: &str) -> Option<&'static str> {
    AWAITED.iter().find(|(name, _)| *name == scenario).map(|(_, reason)| *reason)
}
