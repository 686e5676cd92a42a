//! What the gate remembers between two looks.
//!
//! A report tells one moment. A failed health check is `False` for one retry interval and then `Unknown` again for as
//! long as the next check takes; and whatever is applied is in progress for a moment at every interval. So the first
//! failure at the wanted commit stays until it succeeds or the source moves on, and so does that it was applied.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{ConfigurationState, ConfigurationVerdict, WantedCommit};
use crate::model::pipeline::ClusterRef;

/// Which configuration of which cluster.
pub type ConfigurationKey = (ClusterRef, String);

/// What was seen of each configuration before.
#[derive(Clone, Debug, Default)]
pub struct GateMemory(BTreeMap<ConfigurationKey, Remembered>);

#[derive(Clone, Debug, Default)]
struct Remembered {
    applied: Option<ConfigurationVerdict>,
    /// The failure with when it was first known.
    failure: Option<(ConfigurationVerdict, Timestamp)>,
}

/// A verdict with what was seen before taken into account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RememberedVerdict {
    /// The verdict.
    pub verdict: ConfigurationVerdict,
    /// Since when it fails, in state `Failed`.
    pub failing_since: Option<Timestamp>,
}

impl Remembered {
    /// Whether what failed was the fetch, of which nothing is left once the commit is there.
    fn is_failed_before_fetch(&self, wanted: &WantedCommit) -> bool {
        self.failure.as_ref().is_some_and(|(failed, _)| {
            !failed.fetched.as_deref().is_some_and(|fetched| wanted.includes(fetched))
        })
    }
}

impl GateMemory {
    /// Takes a verdict, and returns it as it counts.
    pub fn note(
        &mut self,
        key: &ConfigurationKey,
        verdict: ConfigurationVerdict,
        wanted: &WantedCommit,
        now: Timestamp,
    ) -> RememberedVerdict {
        let remembered = self.0.entry(key.clone()).or_default();
        let has_moved_on = verdict.fetched.as_deref().is_some_and(|fetched| !wanted.includes(fetched));
        if has_moved_on && verdict.failure.is_none() && !verdict.state.is_applied() {
            *remembered = Remembered::default();
        }
        let has_fetched = verdict.fetched.as_deref().is_some_and(|fetched| wanted.includes(fetched));
        if has_fetched && remembered.is_failed_before_fetch(wanted) {
            remembered.failure = None;
        }
        match verdict.state {
            state if state.is_applied() => {
                *remembered = Remembered { applied: Some(verdict.clone()), failure: None };
            }
            ConfigurationState::Failed => {
                let told = verdict.failure.as_ref().and_then(|failure| failure.at).unwrap_or(now).min(now);
                let first = remembered.failure.as_ref().map_or(told, |(_, since)| *since);
                remembered.failure = Some((verdict.clone(), first));
                remembered.applied = None;
            }
            ConfigurationState::Reconciling
            | ConfigurationState::Fetched
            | ConfigurationState::WaitingBehind
            | ConfigurationState::Pending
            | ConfigurationState::Outdated
            | ConfigurationState::Unknown
            | ConfigurationState::Offline
            | ConfigurationState::CertificateExpired => {}
            _ => *remembered = Remembered::default(),
        }
        let Remembered { applied, failure } = remembered;
        // What a silent cluster had applied may not run any more.
        let is_silent =
            matches!(verdict.state, ConfigurationState::Offline | ConfigurationState::CertificateExpired);
        match (applied.as_ref().filter(|_| !is_silent), failure) {
            (_, Some((failed, since))) => {
                RememberedVerdict { verdict: failed.clone(), failing_since: Some(*since) }
            }
            (Some(applied), None) => RememberedVerdict { verdict: applied.clone(), failing_since: None },
            (None, None) => RememberedVerdict { verdict, failing_since: None },
        }
    }
}
