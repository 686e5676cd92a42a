//! Scenarios whose expectation is right and whose verdict is not found yet.
//!
//! They run only when they are named. Each leaves this list with the change that finds its verdict.

const AWAITED: &[(&str, &str)] =
    &[("artifact-refused", "a registry's credentials are put into a Secret of another form")];

/// Why a scenario does not run with all the others.
pub(crate) fn awaited(scenario: &str) -> Option<&'static str> {
    AWAITED.iter().find(|(name, _)| *name == scenario).map(|(_, reason)| *reason)
}
