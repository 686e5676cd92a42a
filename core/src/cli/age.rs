//! Ages as kubectl prints them: two units while the first is small, then one.

use jiff::Timestamp;

/// How long ago `since` was, at `now`; `-` where it is not known.
pub fn age(since: Option<Timestamp>, now: Timestamp) -> String {
    let Some(since) = since else { return "-".to_owned() };
    let seconds = (now.as_second() - since.as_second()).max(0);
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    let two = |first: i64, unit: &str, rest: i64, small: &str| {
        if rest == 0 { format!("{first}{unit}") } else { format!("{first}{unit}{rest}{small}") }
    };
    match seconds {
        0..120 => format!("{seconds}s"),
        120..600 => two(minutes, "m", seconds % 60, "s"),
        600..10_800 => format!("{minutes}m"),
        10_800..28_800 => two(hours, "h", minutes % 60, "m"),
        28_800..172_800 => format!("{hours}h"),
        172_800..691_200 => two(days, "d", hours % 24, "h"),
        691_200..63_072_000 => format!("{days}d"),
        _ => format!("{}y", days / 365),
    }
}

#[cfg(test)]
mod tests {
    use super::age;
    use jiff::Timestamp;

    #[test]
    fn ages_look_like_kubectls() {
        let now = Timestamp::UNIX_EPOCH;
        let at = |seconds: i64| age(Timestamp::from_second(-seconds).ok(), now);
        for (seconds, text) in [
            (0, "0s"),
            (119, "119s"),
            (120, "2m"),
            (330, "5m30s"),
            (900, "15m"),
            (11_000, "3h3m"),
            (40_000, "11h"),
            (180_000, "2d2h"),
            (900_000, "10d"),
            (70_000_000, "2y"),
            (-5, "0s"),
        ] {
            assert_eq!(at(seconds), text);
        }
        assert_eq!(age(None, now), "-");
    }
}
