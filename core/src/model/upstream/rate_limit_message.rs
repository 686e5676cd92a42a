//! GitHub's rate limit in words: which limit, when it ends, and how long that is from now.

use jiff::{SignedDuration, Timestamp};

/// `rate limit reached; it resets at 14:05 UTC (in 12 min)`. Without `now` the time to wait is left out, for pages that
/// stay on a screen.
pub(super) fn limit_message(until: Option<Timestamp>, is_secondary: bool, now: Option<Timestamp>) -> String {
    let limit = if is_secondary { "secondary rate limit reached" } else { "rate limit reached" };
    let Some(until) = until else { return limit.to_owned() };
    let wait = now.map(|now| until.duration_since(now));
    let is_today = wait.is_none_or(|wait| wait < SignedDuration::from_hours(20));
    let format = if is_today { "%H:%M UTC" } else { "%F %H:%M UTC" };
    // The minute that has begun counts: who comes back then is not refused again.
    let shown = until.checked_add(SignedDuration::from_secs(59)).unwrap_or(until);
    let wait = wait.map(|wait| format!(" (in {})", approximate(wait))).unwrap_or_default();
    format!("{limit}; it resets at {}{wait}", shown.strftime(format))
}

/// A time to wait in one unit, never too short.
fn approximate(wait: SignedDuration) -> String {
    let seconds = wait.as_secs().max(0) + i64::from(wait.subsec_nanos() > 0);
    match seconds {
        0..=90 => format!("{seconds} s"),
        91..=7200 => format!("{} min", (seconds + 59) / 60),
        7201..=172_800 => format!("{} h", (seconds + 3599) / 3600),
        _ => format!("{} days", (seconds + 86_399) / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_names_its_end_and_how_long_that_is() {
        let now: Timestamp = "2026-01-02T13:53:10Z".parse().expect("a time");
        let after = |seconds| Some(now + SignedDuration::from_secs(seconds));
        for (until, is_secondary, words) in [
            (after(710), false, "rate limit reached; it resets at 14:05 UTC (in 12 min)"),
            (after(60), true, "secondary rate limit reached; it resets at 13:55 UTC (in 60 s)"),
            (after(-5), false, "rate limit reached; it resets at 13:54 UTC (in 0 s)"),
            (after(10_000), false, "rate limit reached; it resets at 16:40 UTC (in 3 h)"),
            (after(864_000), false, "rate limit reached; it resets at 2026-01-12 13:54 UTC (in 10 days)"),
            (None, true, "secondary rate limit reached"),
        ] {
            assert_eq!(limit_message(until, is_secondary, Some(now)), words);
        }
        let lasting = limit_message(after(710), false, None);
        assert_eq!(lasting, "rate limit reached; it resets at 14:05 UTC");
    }
}
