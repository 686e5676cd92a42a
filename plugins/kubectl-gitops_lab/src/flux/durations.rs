//! Durations as Go reads and writes them: `1h0m0s`, `5.128448693s`, `135.127946ms`.

use jiff::SignedDuration;

/// What a duration field of a spec says; none when it is no duration.
pub(super) fn parse(text: &str) -> Option<SignedDuration> {
    let mut rest = text;
    let mut total = SignedDuration::ZERO;
    if text.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.')?;
        let (number, tail) = rest.split_at(digits);
        let unit = tail.find(|letter: char| letter.is_ascii_digit()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(unit);
        let seconds = match unit {
            "h" => 3600.0,
            "m" => 60.0,
            "s" => 1.0,
            "ms" => 1e-3,
            "us" | "µs" => 1e-6,
            "ns" => 1e-9,
            _ => return None,
        };
        total += SignedDuration::try_from_secs_f64(number.parse::<f64>().ok()? * seconds).ok()?;
        rest = tail;
    }
    Some(total)
}

/// As Go prints a duration.
pub(crate) fn format(duration: SignedDuration) -> String {
    let nanoseconds = duration.as_nanos().unsigned_abs();
    let fraction = |value: u128, unit: u128| {
        let mut text = format!("{}.{:0width$}", value / unit, value % unit, width = unit.ilog10() as usize);
        text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
        text
    };
    match nanoseconds {
        0 => "0s".to_owned(),
        1..1_000 => format!("{nanoseconds}ns"),
        1_000..1_000_000 => format!("{}µs", fraction(nanoseconds, 1_000)),
        1_000_000..1_000_000_000 => format!("{}ms", fraction(nanoseconds, 1_000_000)),
        _ => {
            let minutes = nanoseconds / 60_000_000_000;
            let seconds = fraction(nanoseconds % 60_000_000_000, 1_000_000_000);
            match (minutes / 60, minutes % 60) {
                (0, 0) => format!("{seconds}s"),
                (0, minutes) => format!("{minutes}m{seconds}s"),
                (hours, minutes) => format!("{hours}h{minutes}m{seconds}s"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::{format, parse};

    #[test]
    fn durations_are_read_and_written_as_go_does() {
        for (text, milliseconds, written) in [
            ("1h", 3_600_000, "1h0m0s"),
            ("30m", 1_800_000, "30m0s"),
            ("1m30s", 90_000, "1m30s"),
            ("5s", 5_000, "5s"),
            ("1.5s", 1_500, "1.5s"),
            ("135ms", 135, "135ms"),
            ("0s", 0, "0s"),
        ] {
            let duration = SignedDuration::from_millis(milliseconds);
            assert_eq!(parse(text), Some(duration), "{text}");
            assert_eq!(format(duration), written);
        }
        assert_eq!(format(SignedDuration::from_nanos(5_128_448_693)), "5.128448693s");
        assert_eq!(format(SignedDuration::from_micros(1_500)), "1.5ms");
        for text in ["", "5", "5x", "s"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
