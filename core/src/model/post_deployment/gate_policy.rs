//! How the gate decides: what is waited for, of how many clusters, and for how long a failure may mend.

use std::str::FromStr;

use jiff::SignedDuration;

use super::ListedCluster;

/// What every configuration must have come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AwaitedDeployment {
    /// Applied, and what it applied is ready.
    #[default]
    Deployed,
    /// Applied.
    Synced,
    /// Applied, and compliant by Azure's word.
    Compliant,
}

/// What becomes of clusters that Azure does not hear of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OfflinePolicy {
    /// They keep the gate closed.
    #[default]
    Fail,
    /// They are listed and not counted.
    Defer,
}

/// How many of the clusters must have succeeded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RequiredShare {
    /// All of them.
    #[default]
    All,
    /// So many.
    Count(usize),
    /// So many of a hundred, rounded up.
    Percent(u8),
}

/// A text that is no share.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a share is a number of clusters above 0, or a percentage from 1% to 100%")]
pub struct InvalidShare;

impl FromStr for RequiredShare {
    type Err = InvalidShare;

    fn from_str(text: &str) -> Result<Self, InvalidShare> {
        let text = text.trim();
        let share = match text.strip_suffix('%') {
            Some(percent) => percent.trim().parse().ok().map(RequiredShare::Percent),
            None => text.parse().ok().map(RequiredShare::Count),
        };
        share
            .filter(|share| !matches!(share, RequiredShare::Count(0) | RequiredShare::Percent(0 | 101..)))
            .ok_or(InvalidShare)
    }
}

impl RequiredShare {
    /// How many of `clusters` that is.
    pub fn of(self, clusters: usize) -> usize {
        match self {
            RequiredShare::All => clusters,
            RequiredShare::Count(count) => count,
            RequiredShare::Percent(percent) => (clusters * usize::from(percent)).div_ceil(100),
        }
    }
}

/// Everything that a person or the pipeline's file chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatePolicy {
    /// What is waited for.
    pub awaited: AwaitedDeployment,
    /// What becomes of silent clusters.
    pub offline: OfflinePolicy,
    /// Of how many clusters.
    pub required: RequiredShare,
    /// How many clusters there must be at least.
    pub expected: Option<usize>,
    /// The clusters that there must be, as the pipeline's file lists them.
    pub listed: Vec<ListedCluster>,
    /// Whether it is success that no configuration follows the branch.
    pub allows_none: bool,
    /// For how long a failure may mend that is not final by its kind.
    pub grace: SignedDuration,
}

impl GatePolicy {
    /// The grace where nobody chose one.
    pub const GRACE: SignedDuration = SignedDuration::from_secs(60);
}

impl Default for GatePolicy {
    fn default() -> Self {
        Self {
            awaited: AwaitedDeployment::default(),
            offline: OfflinePolicy::default(),
            required: RequiredShare::default(),
            expected: None,
            listed: Vec::new(),
            allows_none: false,
            grace: Self::GRACE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_numbers_or_percentages() {
        for (text, share) in [
            ("3", Some(RequiredShare::Count(3))),
            (" 90% ", Some(RequiredShare::Percent(90))),
            ("100%", Some(RequiredShare::Percent(100))),
            ("0", None),
            ("0%", None),
            ("101%", None),
            ("-1", None),
            ("1.5", None),
            ("all", None),
            ("%", None),
            ("", None),
        ] {
            assert_eq!(text.parse().ok(), share, "{text}");
        }
        for (share, clusters, count) in [
            (RequiredShare::All, 7, 7),
            (RequiredShare::Percent(90), 10, 9),
            (RequiredShare::Percent(90), 11, 10),
            (RequiredShare::Percent(1), 3, 1),
            (RequiredShare::Count(2), 7, 2),
        ] {
            assert_eq!(share.of(clusters), count);
        }
    }
}
