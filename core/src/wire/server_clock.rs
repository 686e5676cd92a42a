//! What time it is at a server, from the `Date` header of its answers.
//!
//! Kubernetes and GitHub write times by their own clocks, so an age taken against the local clock is wrong by the
//! difference. An answer bounds that difference: the server wrote its `Date`, cut to whole seconds, after the
//! request was sent and before the answer came. The bounds of several answers are intersected, which makes them
//! narrower with every quick answer and never trusts a slow one further than it goes.
//!
//! This module estimates and decides; it reads no clock and waits for nothing. The clock that commands read is
//! [`super::Clock`].

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use http::HeaderMap;
use http::header::{AGE, DATE};
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};

/// `Date` is cut to whole seconds.
const RESOLUTION: SignedDuration = SignedDuration::from_secs(1);
/// A smaller difference may come from the resolution of `Date` and from latency, and changes no verdict.
const NEGLIGIBLE: SignedDuration = SignedDuration::from_secs(2);
/// A larger difference is worth a remark: whoever reads times of both clocks would be misled.
const NOTABLE: SignedDuration = SignedDuration::from_secs(30);

/// The clock of one server, as far as its answers tell. Clones share what they learn.
#[derive(Clone, Debug, Default)]
pub struct ServerClock {
    bounds: Arc<Mutex<Option<OffsetBounds>>>,
}

impl ServerClock {
    /// Learns from the headers of an answer: when its request was sent and when its headers had come, by the local
    /// clock. An answer without a `Date` teaches nothing, nor does one from a cache (it has an `Age`).
    pub fn observe(&self, headers: &HeaderMap, sent: Timestamp, received: Timestamp) {
        let Some(date) = date(headers).filter(|_| !headers.contains_key(AGE)) else { return };
        let Some(observed) = OffsetBounds::of_answer(date, sent, received) else { return };
        let mut bounds = self.bounds.lock().unwrap_or_else(PoisonError::into_inner);
        *bounds = Some(bounds.map_or(observed, |known| known.refined_by(observed)));
    }

    /// Server time minus local time, zero where they agree within two seconds; `None` before the first answer.
    pub fn offset(&self) -> Option<SignedDuration> {
        let bounds = self.bounds.lock().unwrap_or_else(PoisonError::into_inner);
        bounds.map(OffsetBounds::estimate)
    }
}

/// The time at which the server made an answer.
fn date(headers: &HeaderMap) -> Option<Timestamp> {
    let text = headers.get(DATE)?.to_str().ok()?;
    DateTimeParser::new().parse_timestamp(text).ok()
}

/// Between what the difference of two clocks lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct OffsetBounds {
    least: SignedDuration,
    greatest: SignedDuration,
}

impl OffsetBounds {
    /// `None` for an answer that came before its request was sent: the local clock was set meanwhile.
    fn of_answer(date: Timestamp, sent: Timestamp, received: Timestamp) -> Option<Self> {
        (sent <= received).then(|| Self {
            least: date.duration_since(received),
            greatest: date.duration_since(sent) + RESOLUTION,
        })
    }

    /// What both bounds allow. Where they contradict each other one of the clocks was set or has drifted, and the
    /// newer observation holds.
    fn refined_by(self, newer: Self) -> Self {
        let both = Self { least: self.least.max(newer.least), greatest: self.greatest.min(newer.greatest) };
        if both.least <= both.greatest { both } else { newer }
    }

    fn estimate(self) -> SignedDuration {
        let middle = self.least + (self.greatest - self.least) / 2;
        let may_agree = self.least <= SignedDuration::ZERO && self.greatest >= SignedDuration::ZERO;
        if may_agree || middle.abs() < NEGLIGIBLE { SignedDuration::ZERO } else { middle }
    }
}

/// The time to take ages and minute rules against, and whether it is worth a remark that the clocks differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerTime {
    /// The time at the server, as far as it is known; else the local time.
    pub now: Timestamp,
    /// The difference of the clocks, where it is notable.
    pub skew: Option<Skew>,
}

impl ServerTime {
    /// `local` is what the local clock says. A clock that was given (`is_given`) is the time that was asked for: it
    /// outranks the server's and has no skew.
    pub fn decide(local: Timestamp, is_given: bool, offset: Option<SignedDuration>) -> Self {
        let offset = offset.filter(|_| !is_given).unwrap_or_default();
        Self {
            now: local.checked_add(offset).unwrap_or(local),
            skew: (offset.abs() > NOTABLE).then_some(Skew { offset }),
        }
    }
}

/// A notable difference between the local clock and a server's. Shown as the sentence of a remark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skew {
    /// Server time minus local time.
    pub offset: SignedDuration,
}

impl fmt::Display for Skew {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = SignedDuration::from_secs(self.offset.abs().as_secs());
        let direction = if self.offset.is_negative() { "ahead of" } else { "behind" };
        write!(f, "the clock of this machine is {whole:#} {direction} the server's")
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const AT: &str = "2026-01-02T03:04:05Z";
    const HOUR: i64 = 3_600_000;

    /// A local time, so many milliseconds after a whole second.
    fn local(milliseconds: i64) -> Timestamp {
        let at: Timestamp = AT.parse().expect("a time");
        at + SignedDuration::from_millis(milliseconds)
    }

    /// What a server whose clock is `ahead` milliseconds ahead writes at a local time.
    fn headers(at: i64, ahead: i64) -> HeaderMap {
        let server = local(at + ahead);
        let date = jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&server);
        let date = HeaderValue::from_str(&date.expect("a date")).expect("a header");
        HeaderMap::from_iter([(DATE, date)])
    }

    /// The offset in milliseconds after answers, each sent, made and received at a local time.
    fn learned(ahead: i64, answers: &[(i64, i64, i64)]) -> Option<i64> {
        let clock = ServerClock::default();
        for (sent, made, received) in answers {
            clock.observe(&headers(*made, ahead), local(*sent), local(*received));
        }
        clock.offset().map(|offset| i64::try_from(offset.as_millis()).expect("small"))
    }

    #[test]
    fn answers_bound_the_offset_within_latency_and_resolution() {
        let quick = [(0, 20, 50), (640, 700, 720), (1300, 1310, 1340)];
        let slow = [(0, 9_000, 9_500)];
        for (ahead, answers, most_wrong) in [
            (300_000, &quick[..1], 600),
            (300_000, &quick[..], 350),
            (-300_000, &quick[..], 350),
            (HOUR, &quick[..], 350),
            (300_000, &slow[..], 5_300),
            (300_000, &[slow[0], (9_600, 9_610, 9_620)][..], 600),
        ] {
            let offset = learned(ahead, answers).expect("known");
            assert!((offset - ahead).abs() <= most_wrong, "{ahead}: {offset} after {answers:?}");
        }
    }

    #[test]
    fn clocks_that_may_agree_do() {
        assert_eq!(learned(0, &[]), None);
        for ahead in [-1_400, -600, 0, 900, 1_400] {
            assert_eq!(learned(ahead, &[(0, 20, 50), (640, 700, 720)]), Some(0), "{ahead}");
        }
        assert_eq!(learned(8_000, &[(0, 1_000, 10_000)]), Some(0), "as far as a slow answer can tell");
        assert_ne!(learned(5_000, &[(0, 20, 50)]), Some(0));
    }

    #[test]
    fn a_clock_that_was_set_meanwhile_is_learned_anew() {
        let clock = ServerClock::default();
        clock.observe(&headers(0, HOUR), local(0), local(10));
        let clone = clock.clone();
        clone.observe(&headers(100, -HOUR), local(100), local(110));
        assert!(clock.offset().expect("known").is_negative(), "clones share what they learn");
        clock.observe(&headers(200, HOUR), local(200), local(190));
        assert!(clock.offset().expect("known").is_negative(), "it came before it was sent");
    }

    #[test]
    fn answers_of_caches_and_without_a_date_teach_nothing() {
        let clock = ServerClock::default();
        let mut cached = headers(0, HOUR);
        cached.insert(AGE, HeaderValue::from_static("3600"));
        let unreadable = HeaderMap::from_iter([(DATE, HeaderValue::from_static("yesterday"))]);
        for headers in [cached, unreadable, HeaderMap::new()] {
            clock.observe(&headers, local(0), local(10));
        }
        assert_eq!(clock.offset(), None);
    }

    /// What a verdict sees of a laptop whose clock is wrong: the server's time, within two seconds.
    #[test]
    fn a_laptop_five_minutes_off_takes_the_same_ages() {
        for ahead in [-300_000, -31_000, 31_000, 300_000] {
            let clock = ServerClock::default();
            // The laptop is ahead, so the server is behind.
            clock.observe(&headers(20, -ahead), local(0), local(50));
            let decided = ServerTime::decide(local(50), false, clock.offset());
            let truth = local(50 - ahead);
            assert!(decided.now.duration_since(truth).abs() <= SignedDuration::from_secs(2), "{ahead}");
            assert!(decided.skew.is_some(), "{ahead}");
        }
    }

    #[test]
    fn a_given_clock_outranks_the_server_and_small_differences_are_no_remark() {
        let (at, minute) = (local(0), SignedDuration::from_secs(60));
        for (is_given, offset, now, skew) in [
            (true, Some(minute), local(0), None),
            (true, None, local(0), None),
            (false, None, local(0), None),
            (false, Some(SignedDuration::from_secs(30)), local(30_000), None),
            (false, Some(minute), local(60_000), Some("1m behind the server's")),
            (false, Some(-minute * 5), local(-300_000), Some("5m ahead of the server's")),
        ] {
            let decided = ServerTime::decide(at, is_given, offset);
            assert_eq!(decided.now, now, "{is_given} {offset:?}");
            let expected = skew.map(|skew| format!("the clock of this machine is {skew}"));
            assert_eq!(decided.skew.map(|skew| skew.to_string()), expected);
        }
    }
}
