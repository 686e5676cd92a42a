//! GitHub's rate limit as its answers tell it. Once it is reached nothing more is sent until GitHub takes requests
//! again: whoever goes on is locked out for longer.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use jiff::Timestamp;

use crate::wire::retry;

/// How long GitHub's documentation asks to wait where a refusal names no time.
const UNNAMED_WAIT: Duration = Duration::from_secs(60);

/// What is left of an hour's requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestQuota {
    /// How many requests are left.
    pub remaining: u64,
    /// When there are as many again as at first.
    pub resets: Timestamp,
}

/// A limit that was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReachedLimit {
    /// When GitHub takes requests again.
    pub until: Timestamp,
    /// Whether it is a secondary limit, on bursts.
    pub is_secondary: bool,
}

/// The limit of one client. Clones share what they learn.
#[derive(Clone, Debug, Default)]
pub(super) struct LearnedLimit(Arc<Mutex<Learned>>);

#[derive(Clone, Copy, Debug, Default)]
struct Learned {
    quota: Option<RequestQuota>,
    reached: Option<ReachedLimit>,
}

impl LearnedLimit {
    /// Learns from an answer that came at `now`, by GitHub's clock.
    pub(super) fn observe(&self, status: StatusCode, headers: &HeaderMap, body: &[u8], now: Timestamp) {
        let quota = quota(headers);
        let mut learned = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        learned.quota = quota.or(learned.quota);
        let reached = if retry::is_limited(status, headers, body) {
            let unnamed = || now.saturating_add(UNNAMED_WAIT).unwrap_or(now);
            let until = retry::resumes(headers, now).unwrap_or_else(unnamed);
            Some(ReachedLimit { until, is_secondary: retry::is_secondary(body) })
        } else {
            // The last request that is allowed says so.
            let spent = quota.filter(|quota| quota.remaining == 0);
            spent.map(|quota| ReachedLimit { until: quota.resets, is_secondary: false })
        };
        let later = |reached: &ReachedLimit| learned.reached.is_none_or(|known| known.until < reached.until);
        if let Some(reached) = reached.filter(later) {
            learned.reached = Some(reached);
        }
    }

    /// The limit that is reached at `now`, by GitHub's clock.
    pub(super) fn reached(&self, now: Timestamp) -> Option<ReachedLimit> {
        let learned = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        learned.reached.filter(|reached| now < reached.until)
    }

    /// What is left at `now`, by GitHub's clock.
    pub(super) fn quota(&self, now: Timestamp) -> Option<RequestQuota> {
        let learned = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        learned.quota.filter(|quota| now < quota.resets)
    }
}

fn quota(headers: &HeaderMap) -> Option<RequestQuota> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse().ok();
    let (remaining, resets): (i64, i64) = (number("x-ratelimit-remaining")?, number("x-ratelimit-reset")?);
    Some(RequestQuota { remaining: remaining.try_into().ok()?, resets: Timestamp::from_second(resets).ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_767_225_600;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(NOW + second).expect("a time")
    }

    /// What is known after an answer.
    fn learned(status: u16, headers: &[(&'static str, String)], body: &str) -> LearnedLimit {
        let limit = LearnedLimit::default();
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().expect("valid"), value.parse().expect("valid")))
            .collect();
        limit.observe(StatusCode::from_u16(status).expect("valid"), &headers, body.as_bytes(), at(0));
        limit
    }

    fn left(remaining: u64, resets: i64) -> [(&'static str, String); 2] {
        [("x-ratelimit-remaining", remaining.to_string()), ("x-ratelimit-reset", (NOW + resets).to_string())]
    }

    #[test]
    fn a_limit_holds_until_github_says() {
        let retry_after = |seconds: &str| [("retry-after", seconds.to_owned())];
        let (refused, burst) = ("API rate limit exceeded", "You have exceeded a secondary rate limit.");
        for (limit, until, is_secondary) in [
            (learned(403, &left(0, 700), refused), 700, false),
            (learned(429, &left(0, 700), ""), 700, false),
            (learned(200, &left(0, 700), ""), 700, false),
            (learned(304, &left(0, 700), ""), 700, false),
            (learned(403, &retry_after("90"), burst), 90, true),
            (learned(403, &[], burst), 60, true),
            (learned(429, &[], ""), 60, false),
        ] {
            let expected = ReachedLimit { until: at(until), is_secondary };
            assert_eq!(limit.reached(at(0)), Some(expected));
            assert_eq!(limit.reached(at(until - 1)), Some(expected));
            assert_eq!(limit.reached(at(until)), None, "it has ended");
        }
        for limit in [
            learned(200, &left(1, 700), ""),
            learned(200, &[], ""),
            learned(403, &left(7, 700), "Must have admin rights to Repository."),
            learned(403, &left(0, -5), refused),
        ] {
            assert_eq!(limit.reached(at(0)), None, "{limit:?}");
        }
    }

    /// Answers of requests side by side come in any order.
    #[test]
    fn an_answer_from_before_the_limit_does_not_lift_it() {
        let limit = learned(403, &left(0, 700), "API rate limit exceeded");
        limit.observe(StatusCode::OK, &HeaderMap::new(), b"", at(1));
        assert!(limit.reached(at(1)).is_some());
        let quota = learned(200, &left(12, 700), "").quota(at(0));
        assert_eq!(quota, Some(RequestQuota { remaining: 12, resets: at(700) }));
        assert_eq!(learned(200, &left(12, 700), "").quota(at(700)), None, "another hour");
    }
}
