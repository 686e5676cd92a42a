//! Resource Graph's quota, as its answers tell it: so many queries within some seconds. It is respected before it is
//! exceeded, since a query that was one too many counts against the next seconds as well.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use jiff::Timestamp;
use tokio::sync::{Mutex, MutexGuard};

/// The quota of one client. Clones share it. It is held during a query, so that queries side by side do not all take
/// the last that is left.
#[derive(Clone, Debug, Default)]
pub(in crate::azure) struct GraphQuota(Arc<Mutex<LearnedQuota>>);

impl GraphQuota {
    pub(super) async fn hold(&self) -> MutexGuard<'_, LearnedQuota> {
        self.0.lock().await
    }
}

/// What is known of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct LearnedQuota {
    spent_until: Option<Timestamp>,
}

impl LearnedQuota {
    /// Until when no query is left, at `now`.
    pub(super) fn spent_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.spent_until.filter(|until| now < *until)
    }

    /// Learns from the headers of an answer that came at `now`, a refusal's too.
    pub(super) fn observe(&mut self, headers: &HeaderMap, now: Timestamp) {
        let text = |name: &str| headers.get(name)?.to_str().ok();
        let remaining = text("x-ms-user-quota-remaining").and_then(|text| text.trim().parse::<i64>().ok());
        let resets_after = text("x-ms-user-quota-resets-after").and_then(clock_duration);
        self.spent_until = match (remaining, resets_after) {
            (Some(..=0), Some(after)) => now.checked_add(after).ok(),
            _ => None,
        };
    }

    /// That it was waited for, on a clock that may stand still.
    pub(super) fn has_reset(&mut self) {
        self.spent_until = None;
    }
}

/// `hh:mm:ss`, with days before and fractions behind where there are some.
fn clock_duration(text: &str) -> Option<Duration> {
    let (days, time) = match text.trim().split_once('.') {
        Some((days, time)) if time.contains(':') => (days.parse().ok()?, time),
        _ => (0_u64, text.trim()),
    };
    let (whole, fraction) = time.split_once('.').unwrap_or((time, ""));
    let parts: Vec<u64> = whole.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let [hours, minutes, seconds] = parts[..] else { return None };
    let whole = days.checked_mul(86_400)?.checked_add(hours.checked_mul(3600)?)?;
    let seconds = whole.checked_add(minutes.checked_mul(60)?)?.checked_add(seconds)?;
    let rest = fraction.bytes().any(|digit| digit != b'0');
    Some(Duration::from_secs(seconds.checked_add(u64::from(rest))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_clocks_show_them() {
        for (text, seconds) in [
            ("00:00:05", Some(5)),
            ("01:02:03", Some(3723)),
            ("1.00:00:01", Some(86_401)),
            ("00:00:04.2500000", Some(5)),
            ("00:00:04.0", Some(4)),
            ("5", None),
            ("soon", None),
            ("", None),
            ("-1:00:00", None),
            ("18446744073709551615:00:00", None),
        ] {
            assert_eq!(clock_duration(text), seconds.map(Duration::from_secs), "{text}");
        }
    }

    #[test]
    fn a_quota_is_spent_until_it_resets() {
        let headers = |remaining: &str, resets: &str| {
            let pairs = [("x-ms-user-quota-remaining", remaining), ("x-ms-user-quota-resets-after", resets)];
            pairs
                .iter()
                .map(|(name, value)| (name.parse().expect("a name"), value.parse().expect("a value")))
                .collect()
        };
        let at = |second| Timestamp::from_second(second).expect("a time");
        for (remaining, resets, until) in [
            ("0", "00:00:05", Some(105)),
            ("-1", "00:00:05", Some(105)),
            ("1", "00:00:05", None),
            ("0", "soon", None),
            ("many", "00:00:05", None),
        ] {
            let mut quota = LearnedQuota::default();
            quota.observe(&headers(remaining, resets), at(100));
            assert_eq!(quota.spent_until(at(100)), until.map(at), "{remaining} {resets}");
            assert_eq!(quota.spent_until(at(105)), None);
        }
    }
}
