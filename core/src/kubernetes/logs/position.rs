//! How far a log was read, so that reading goes on there after a cut: by the time that the kubelet puts before every
//! line.

/// The time of the last line that was handed on, and how many lines had it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Position {
    time: String,
    lines: usize,
    /// Lines of that time that were sent again and are still to be passed over.
    repeated: usize,
}

impl Position {
    /// Where to go on, to the second: finer times do not survive the way to the kubelet. Nothing before the first
    /// line.
    pub(super) fn since_time(&self) -> Option<String> {
        let (seconds, _) = self.time.split_once('.').unwrap_or((self.time.trim_end_matches('Z'), ""));
        (!seconds.is_empty()).then(|| format!("{seconds}Z"))
    }

    /// What was read last is sent again from here.
    pub(super) fn rewind(&mut self) {
        self.repeated = self.lines;
    }

    /// The text of a line, unless it was handed on before.
    pub(super) fn take(&mut self, line: &str) -> Option<String> {
        let Some((time, text)) = line.split_once(' ').filter(|(time, _)| is_time(time)) else {
            // A server that gives no times cannot be asked to go on; everything is new.
            return Some(line.to_owned());
        };
        match compare(time, &self.time) {
            std::cmp::Ordering::Less => return None,
            std::cmp::Ordering::Equal if self.repeated > 0 => {
                self.repeated -= 1;
                return None;
            }
            std::cmp::Ordering::Equal => self.lines += 1,
            std::cmp::Ordering::Greater => *self = Self { time: time.to_owned(), lines: 1, repeated: 0 },
        }
        Some(text.to_owned())
    }
}

fn is_time(text: &str) -> bool {
    text.len() >= 20 && text.as_bytes()[10] == b'T' && text.ends_with('Z')
}

/// Times of one format differ in how many digits their fractions have: trailing zeros are left out.
fn compare(one: &str, other: &str) -> std::cmp::Ordering {
    one.trim_end_matches('Z').cmp(other.trim_end_matches('Z'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_again_is_handed_on_once() {
        let mut position = Position::default();
        assert_eq!(position.since_time(), None);
        let first = ["2026-01-01T00:00:00.9Z a", "2026-01-01T00:00:01.25Z b", "2026-01-01T00:00:01.25Z b"];
        let taken: Vec<_> = first.iter().filter_map(|line| position.take(line)).collect();
        assert_eq!(taken, ["a", "b", "b"]);
        assert_eq!(position.since_time().as_deref(), Some("2026-01-01T00:00:01Z"));
        position.rewind();
        let again = [
            "2026-01-01T00:00:01Z earlier in the same second",
            "2026-01-01T00:00:01.25Z b",
            "2026-01-01T00:00:01.25Z b",
            "2026-01-01T00:00:01.25Z c",
            "2026-01-01T00:00:02Z d",
        ];
        let taken: Vec<_> = again.iter().filter_map(|line| position.take(line)).collect();
        assert_eq!(taken, ["c", "d"]);
        assert_eq!(position.since_time().as_deref(), Some("2026-01-01T00:00:02Z"));
    }

    #[test]
    fn lines_may_be_empty_or_without_a_time() {
        let mut position = Position::default();
        assert_eq!(position.take("2026-01-01T00:00:00Z ").as_deref(), Some(""));
        assert_eq!(position.take("no time at all").as_deref(), Some("no time at all"));
    }
}
