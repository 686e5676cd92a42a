//! How much may be asked: so many reads, writes and deletions an hour, of each subscription by each application.

use std::collections::BTreeMap;

use http::Method;
use jiff::{SignedDuration, Timestamp};

/// What is counted apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::azure) enum SubscriptionQuota {
    Reads,
    Writes,
    Deletes,
}

impl SubscriptionQuota {
    pub(super) fn of(method: &Method) -> Self {
        match *method {
            Method::GET | Method::HEAD => SubscriptionQuota::Reads,
            Method::DELETE => SubscriptionQuota::Deletes,
            _ => SubscriptionQuota::Writes,
        }
    }

    /// The header that tells what is left.
    pub(super) fn header(self) -> &'static str {
        match self {
            SubscriptionQuota::Reads => "x-ms-ratelimit-remaining-subscription-reads",
            SubscriptionQuota::Writes => "x-ms-ratelimit-remaining-subscription-writes",
            SubscriptionQuota::Deletes => "x-ms-ratelimit-remaining-subscription-deletes",
        }
    }

    /// As a refusal calls it.
    pub(super) fn word(self) -> &'static str {
        match self {
            SubscriptionQuota::Reads => "read",
            SubscriptionQuota::Writes => "write",
            SubscriptionQuota::Deletes => "delete",
        }
    }
}

const WINDOW: SignedDuration = SignedDuration::from_hours(1);

/// What is left to whom.
#[derive(Debug)]
pub(in crate::azure) struct Limits {
    reads: u64,
    writes: u64,
    deletes: u64,
    /// By application, subscription and what is counted: since when, and how many.
    used: BTreeMap<(String, String, SubscriptionQuota), (Timestamp, u64)>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { reads: 12_000, writes: 1200, deletes: 15_000, used: BTreeMap::new() }
    }
}

impl Limits {
    /// How many there are an hour from now on.
    pub(in crate::azure) fn set(&mut self, reads: u64, writes: u64, deletes: u64) {
        (self.reads, self.writes, self.deletes) = (reads, writes, deletes);
    }

    /// Counts one: how many are left; or, when it is one too many, when there are some again.
    pub(super) fn count(
        &mut self,
        client: &str,
        subscription: &str,
        quota: SubscriptionQuota,
        now: Timestamp,
    ) -> Result<u64, Timestamp> {
        let limit = match quota {
            SubscriptionQuota::Reads => self.reads,
            SubscriptionQuota::Writes => self.writes,
            SubscriptionQuota::Deletes => self.deletes,
        };
        let key = (client.to_lowercase(), subscription.to_lowercase(), quota);
        let (begin, used) = self.used.entry(key).or_insert((now, 0));
        if now >= *begin + WINDOW {
            (*begin, *used) = (now, 0);
        }
        if *used >= limit {
            return Err(*begin + WINDOW);
        }
        *used += 1;
        Ok(limit - *used)
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{Limits, SubscriptionQuota};

    #[test]
    fn an_hour_later_there_is_as_much_again() {
        let (mut limits, now) = (Limits::default(), Timestamp::UNIX_EPOCH);
        let later = now + SignedDuration::from_hours(1);
        limits.set(2, 1, 0);
        let mut count = |client: &str, quota, at| limits.count(client, "s", quota, at);
        assert_eq!(count("a", SubscriptionQuota::Reads, now), Ok(1));
        assert_eq!(count("A", SubscriptionQuota::Reads, now), Ok(0));
        assert_eq!(count("a", SubscriptionQuota::Reads, now), Err(later));
        assert_eq!(count("a", SubscriptionQuota::Writes, now), Ok(0), "writes are counted apart");
        assert_eq!(count("b", SubscriptionQuota::Reads, now), Ok(1), "and so are other applications");
        assert_eq!(count("a", SubscriptionQuota::Reads, later), Ok(1));
        assert_eq!(count("a", SubscriptionQuota::Deletes, later), Err(later + SignedDuration::from_hours(1)));
    }
}
