//! All scenarios, and the parts of stories that several of them share.

mod breaking;
mod health;
mod helm;
mod hindered;
mod lifecycle;
mod rollouts;
mod sources;
mod stopped;
mod webhook;
mod workloads;

use crate::scenario::Scenario;
use crate::story::expectation::{Expected, may, must};

/// Slow ones first: they run side by side with all the others.
pub(crate) fn all() -> Vec<Scenario> {
    [
        health::scenarios(),
        workloads::scenarios(),
        helm::scenarios(),
        webhook::scenarios(),
        sources::scenarios(),
        rollouts::scenarios(),
        hindered::scenarios(),
        breaking::scenarios(),
        lifecycle::scenarios(),
        stopped::scenarios(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A pipeline that has never been deployed, on its way.
const STARTING: &[Expected] = &[
    may("NotDeployed", "SourceNotReady"),
    may("Syncing", "NewRevision"),
    may("Reconciling", "Progressing"),
    may("Reconciling", "HealthCheck"),
];

/// A commit on its way to what is deployed already.
const MOVING: &[Expected] = &[
    may("Syncing", "NewRevision"),
    // Behind a check of what is deployed, where a slow machine runs one meanwhile.
    may("Syncing", "WaitingBehind"),
    may("Syncing", "NewRevision"),
    may("Reconciling", "Progressing"),
    may("Reconciling", "HealthCheck"),
];

/// There.
const DEPLOYED: &[Expected] = &[must("Deployed", "Applied")];
