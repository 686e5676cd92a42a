//! How long to wait until GitHub is polled again, from what a poll costs and what is left of the rate limit.

use std::time::Duration;

use jiff::Timestamp;

use crate::github::RequestQuota;

/// How often GitHub is polled while nothing happens.
pub(super) const INTERVAL: Duration = Duration::from_secs(30);
/// The longest time between two polls, but for a rate limit that is reached.
const MAX_INTERVAL: Duration = Duration::from_secs(600);
/// What each request of a poll adds: GitHub takes 900 a minute in a burst, and others ask too.
const PER_REQUEST: Duration = Duration::from_millis(200);

/// What a poll cost and brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PollCost {
    /// How many questions were asked.
    pub(super) asked: usize,
    /// How many of them were answered with something that is there.
    pub(super) answered: usize,
}

/// The time until the next poll. What is left of the limit must last until it resets; one that brings nothing
/// (a repository that is hidden, a token that is refused) is repeated seldom.
pub(super) fn poll_interval(cost: PollCost, quota: Option<RequestQuota>, now: Timestamp) -> Duration {
    let asked = u32::try_from(cost.asked).unwrap_or(u32::MAX);
    let mut interval = INTERVAL.max(PER_REQUEST.saturating_mul(asked));
    if cost.asked > 0 && cost.answered == 0 {
        interval = interval.max(INTERVAL * 4);
    }
    if let Some(quota) = quota {
        let left = Duration::try_from(quota.resets.duration_since(now)).unwrap_or_default();
        let polls = quota.remaining / u64::from(asked.max(1));
        interval = interval.max(left / u32::try_from(polls).unwrap_or(u32::MAX).max(1));
    }
    interval.min(MAX_INTERVAL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_the_limit_lasts_until_it_resets() {
        let now = Timestamp::UNIX_EPOCH;
        let quota = |remaining, seconds| {
            let resets = now.saturating_add(Duration::from_secs(seconds)).expect("a time");
            Some(RequestQuota { remaining, resets })
        };
        for (asked, answered, quota, seconds) in [
            (3, 3, None, 30),
            (0, 0, None, 30),
            (3, 3, quota(4900, 3000), 30),
            (3, 3, quota(90, 3000), 100),
            (3, 3, quota(2, 300), 300),
            (3, 3, quota(0, 3000), 600),
            (1500, 1500, None, 300),
            (7, 0, None, 120),
        ] {
            let interval = poll_interval(PollCost { asked, answered }, quota, now);
            assert_eq!(interval.as_secs(), seconds, "{asked} of {quota:?}");
        }
    }
}
