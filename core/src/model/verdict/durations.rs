//! How long ago something was, and how long something may take, in words.

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

/// Clocks that are so far apart agree well enough.
pub const CLOCK_TOLERANCE_SECONDS: i64 = 60;

/// `40 s ago`, or `just now`; `at a time 5 min ahead` of what has not come yet.
pub fn ago_in_words(time: Timestamp, now: Timestamp) -> String {
    if time.as_second() - now.as_second() > CLOCK_TOLERANCE_SECONDS {
        format!("at a time {} ahead", age_in_words(now, time))
    } else if now.as_second() <= time.as_second() {
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
}
