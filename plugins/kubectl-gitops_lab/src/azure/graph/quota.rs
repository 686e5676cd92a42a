//! How often a user may ask: so many times in a window that begins with the first query and ends on the lab's clock.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

/// How long a window is.
const WINDOW: SignedDuration = SignedDuration::from_secs(5);
/// How many queries a window allows.
const QUERIES: u32 = 15;

/// How much of their windows users have used.
#[derive(Debug)]
pub(super) struct QueryQuota {
    limit: u32,
    windows: BTreeMap<String, Window>,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    begun: Timestamp,
    used: u32,
}

/// What a query was let in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Admission {
    pub(super) is_admitted: bool,
    /// How many more the window allows.
    remaining: u32,
    /// Whole seconds until the next one.
    resets_after: i64,
}

impl Default for QueryQuota {
    fn default() -> Self {
        Self { limit: QUERIES, windows: BTreeMap::new() }
    }
}

impl QueryQuota {
    /// From now on, a window allows so many.
    pub(super) fn set_limit(&mut self, limit: u32) {
        self.limit = limit;
    }

    /// Counts a query of a user. One that comes too often is not let in, and does not count.
    pub(super) fn admit(&mut self, user: &str, now: Timestamp) -> Admission {
        self.windows.retain(|_, window| window.is_open(now));
        let new = Window { begun: now, used: 0 };
        let window = self.windows.entry(user.to_owned()).or_insert(new);
        let is_admitted = window.used < self.limit;
        window.used += u32::from(is_admitted);
        let left = WINDOW - now.duration_since(window.begun);
        let resets_after = left.as_secs() + i64::from(left.subsec_nanos() > 0);
        Admission { is_admitted, remaining: self.limit.saturating_sub(window.used), resets_after }
    }
}

impl Window {
    fn is_open(&self, now: Timestamp) -> bool {
        now.duration_since(self.begun) < WINDOW
    }
}

impl Admission {
    /// What is said of the quota beside every answer.
    pub(super) fn headers(self) -> Vec<(&'static str, String)> {
        let remaining = self.remaining.to_string();
        let mut headers = vec![
            ("x-ms-ratelimit-remaining-tenant-resource-requests", remaining.clone()),
            ("x-ms-user-quota-remaining", remaining),
            ("x-ms-user-quota-resets-after", format!("00:00:{:02}", self.resets_after)),
        ];
        if !self.is_admitted {
            headers.push(("retry-after", self.resets_after.to_string()));
        }
        headers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_begins_with_the_first_query_and_belongs_to_a_user() {
        let begun: Timestamp = "2026-05-04T10:00:00Z".parse().unwrap();
        let at = |milliseconds| begun + SignedDuration::from_millis(milliseconds);
        let mut quota = QueryQuota::default();
        quota.set_limit(2);
        for (user, milliseconds, is_admitted, remaining, resets_after) in [
            ("a", 0, true, 1, 5),
            ("a", 1500, true, 0, 4),
            ("a", 4000, false, 0, 1),
            ("b", 4000, true, 1, 5),
            ("a", 4999, false, 0, 1),
            ("a", 5000, true, 1, 5),
        ] {
            let admission = quota.admit(user, at(milliseconds));
            assert_eq!(
                admission,
                Admission { is_admitted, remaining, resets_after },
                "{user} {milliseconds}"
            );
        }
    }
}
