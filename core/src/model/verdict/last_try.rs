//! When Flux last tried something that failed: what it said then is told with its age, because it may be over.

use jiff::Timestamp;

use super::durations::{age_in_words, ago_in_words};

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
