//! Whether waiting can change a verdict. Whoever waits for an environment gives up at once where it cannot.

use jiff::{SignedDuration, Timestamp};

use super::Standing;

/// What waiting can bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outlook {
    /// Nothing: it stays so until somebody changes something.
    Final,
    /// It may still become better by itself.
    MayMend {
        /// When that is decided at the latest; `None` where nobody can say.
        until: Option<Timestamp>,
    },
}

impl Outlook {
    /// That of a standing, where nothing more is known: what moves may arrive, what stands stays.
    pub fn of(standing: Standing) -> Self {
        match standing {
            Standing::Reconciling
            | Standing::Syncing
            | Standing::AwaitingApproval
            | Standing::Rendering
            | Standing::Building
            | Standing::NotDeployed => Outlook::MayMend { until: None },
            Standing::Failed
            | Standing::Suspended
            | Standing::Unknown
            | Standing::Held
            | Standing::Deployed => Outlook::Final,
        }
    }

    /// That of something which mends within so many seconds, or not at all.
    pub(super) fn within(since: Option<Timestamp>, seconds: i64, now: Timestamp) -> Self {
        let until = since.and_then(|since| since.checked_add(SignedDuration::from_secs(seconds)).ok());
        match until.filter(|until| *until > now) {
            Some(until) => Outlook::MayMend { until: Some(until) },
            None => Outlook::Final,
        }
    }

    /// Whether there is nothing to wait for at this time.
    pub fn is_final(&self, now: Timestamp) -> bool {
        match self {
            Outlook::Final => true,
            Outlook::MayMend { until } => until.is_some_and(|until| until <= now),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grace_that_is_over_is_final() {
        let at = |second| Timestamp::from_second(second).expect("a time");
        let grace = |now| Outlook::within(Some(at(100)), 60, at(now));
        assert_eq!(grace(159), Outlook::MayMend { until: Some(at(160)) });
        assert_eq!(grace(160), Outlook::Final);
        assert_eq!(Outlook::within(None, 60, at(0)), Outlook::Final, "nobody knows since when");
        assert!(!grace(100).is_final(at(159)) && grace(100).is_final(at(160)));
        assert!(!Outlook::of(Standing::Syncing).is_final(at(1_000_000)));
        assert!(Outlook::of(Standing::Suspended).is_final(at(0)));
    }
}
