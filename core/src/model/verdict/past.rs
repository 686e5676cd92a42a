//! How long ago something was, in words: what Flux said is told with its age, because it may be over.

use jiff::Timestamp;

/// `40 s`, `3 min`, `5 h`, `2 days`.
pub fn age_in_words(since: Timestamp, now: Timestamp) -> String {
    let seconds = (now.as_second() - since.as_second()).max(0);
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// `40 s ago`, or `just now`.
pub fn ago_in_words(time: Timestamp, now: Timestamp) -> String {
    if now.as_second() <= time.as_second() {
        "just now".to_owned()
    } else {
        format!("{} ago", age_in_words(time, now))
    }
}

/// A limit of so many seconds: `30 s`, `9 min 30 s`, `10 min`.
pub(super) fn limit_in_words(seconds: i64) -> String {
    match (seconds / 60, seconds % 60) {
        (0, _) | (1, 1..) => format!("{seconds} s"),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, rest) => format!("{minutes} min {rest} s"),
    }
}

/// When Flux last tried something that failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct LastTry {
    /// The latest try that something tells of.
    pub time: Option<Timestamp>,
    /// Whether nothing can have been tried since without being told of.
    pub is_exact: bool,
}

impl LastTry {
    /// A try whose time is told.
    pub(super) fn at(time: Option<Timestamp>) -> Self {
        Self { time, is_exact: true }
    }

    /// `at Flux's last try, 40 s ago`, which begins a sentence about it.
    pub(super) fn in_words(self, now: Timestamp) -> String {
        match self.time {
            None => "at Flux's last try".to_owned(),
            Some(time) if self.is_exact || time >= now => {
                format!("at Flux's last try, {}", ago_in_words(time, now))
            }
            Some(time) => format!("at Flux's last try, within the last {}", age_in_words(time, now)),
        }
    }

    /// Whether something happened after it.
    pub(super) fn is_before(self, time: Option<Timestamp>) -> bool {
        self.time.is_some_and(|last| time.is_some_and(|time| time > last))
    }

    /// `40 s ago`; not so precisely where nothing tells.
    pub(super) fn when(self, now: Timestamp) -> String {
        match self.time {
            None => "before that".to_owned(),
            Some(time) if self.is_exact || time >= now => ago_in_words(time, now),
            Some(time) => format!("within the last {}", age_in_words(time, now)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_have_one_unit_and_limits_lose_nothing() {
        let ago = |seconds: i64| {
            age_in_words(Timestamp::UNIX_EPOCH, Timestamp::from_second(seconds).expect("a time"))
        };
        for (seconds, text) in [
            (-3, "0 s"),
            (119, "119 s"),
            (120, "2 min"),
            (7_199, "119 min"),
            (7_200, "2 h"),
            (172_800, "2 days"),
        ] {
            assert_eq!(ago(seconds), text);
        }
        for (seconds, text) in [(30, "30 s"), (60, "1 min"), (90, "90 s"), (570, "9 min 30 s")] {
            assert_eq!(limit_in_words(seconds), text);
        }
    }

    #[test]
    fn what_happened_in_this_second_happened_just_now() {
        let at = |seconds: i64| Timestamp::from_second(seconds).expect("a time");
        assert_eq!(ago_in_words(at(100), at(100)), "just now");
        assert_eq!(ago_in_words(at(101), at(100)), "just now", "by a clock that is ahead");
        assert_eq!(ago_in_words(at(60), at(100)), "40 s ago");
    }

    #[test]
    fn a_try_that_may_have_been_repeated_is_dated_with_care() {
        let now = Timestamp::from_second(100).expect("a time");
        let time = Timestamp::from_second(60).ok();
        assert_eq!(LastTry::at(time).in_words(now), "at Flux's last try, 40 s ago");
        let repeated = LastTry { time, is_exact: false };
        assert_eq!(repeated.in_words(now), "at Flux's last try, within the last 40 s");
        assert_eq!(LastTry::default().in_words(now), "at Flux's last try");
        assert!(repeated.is_before(Some(now)) && !repeated.is_before(time) && !repeated.is_before(None));
    }
}
