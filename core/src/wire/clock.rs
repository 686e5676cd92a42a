//! The clock that commands read and wait by. It comes from outside, so that tests say what time it is and how
//! much of it passes; `GITOPS_NOW`, an RFC 3339 time, gives a fixed one.
//!
//! Waiting for a deadline or for the next look goes through [`Clock::sleep`]. What belongs to the network
//! alone (the limit of one answer, the pause before a retry) uses the machine's own time.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;

/// Tells the time, and waits for it to pass. Cheap to clone; clones share one time.
#[derive(Clone, Debug, Default)]
pub struct Clock(TimeSource);

#[derive(Clone, Debug, Default)]
enum TimeSource {
    #[default]
    System,
    Fixed(Timestamp),
    Manual(Arc<watch::Sender<Timestamp>>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(TimeSource::System)
    }

    /// A clock that always shows `at`. Waiting takes as long as on the machine's clock.
    pub fn fixed(at: Timestamp) -> Self {
        Self(TimeSource::Fixed(at))
    }

    /// A clock that shows `at` until [`Clock::advance`] moves it. Waiting ends when it has been moved far enough.
    pub fn manual(at: Timestamp) -> Self {
        Self(TimeSource::Manual(Arc::new(watch::Sender::new(at))))
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            TimeSource::System => Timestamp::now(),
            TimeSource::Fixed(at) => *at,
            TimeSource::Manual(time) => *time.borrow(),
        }
    }

    /// Whether somebody gave this time: then no server's clock is asked for a better one.
    pub fn is_given(&self) -> bool {
        !matches!(self.0, TimeSource::System)
    }

    /// Moves a manual clock; others go by themselves.
    pub fn advance(&self, by: Duration) {
        if let TimeSource::Manual(time) = &self.0 {
            time.send_modify(|now| *now = now.saturating_add(by).unwrap_or(Timestamp::MAX));
        }
    }

    /// Returns when `duration` has passed on this clock.
    pub async fn sleep(&self, duration: Duration) {
        match &self.0 {
            TimeSource::System | TimeSource::Fixed(_) => tokio::time::sleep(duration).await,
            TimeSource::Manual(time) => {
                let mut time = time.subscribe();
                let end = time.borrow().saturating_add(duration).unwrap_or(Timestamp::MAX);
                // The sender lives in `self`, so it cannot be gone while this waits.
                let _ = time.wait_for(|now| *now >= end).await;
            }
        }
    }

    /// How many wait on a manual clock: a test moves it when what it tests has begun to wait.
    pub fn waiting(&self) -> usize {
        match &self.0 {
            TimeSource::System | TimeSource::Fixed(_) => 0,
            TimeSource::Manual(time) => time.receiver_count(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_manual_clock_ends_waits_when_it_is_moved() {
        let clock = Clock::manual(Timestamp::UNIX_EPOCH);
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move {
                clock.sleep(Duration::from_secs(3600)).await;
                clock.now()
            }
        });
        while clock.waiting() == 0 {
            tokio::task::yield_now().await;
        }
        clock.advance(Duration::from_secs(3599));
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished(), "a second is missing");
        clock.advance(Duration::from_secs(1));
        assert_eq!(sleeper.await.expect("it ends").as_second(), 3600);
    }

    #[test]
    fn a_given_time_is_told_from_the_machines() {
        assert!(!Clock::system().is_given());
        assert!(Clock::fixed(Timestamp::UNIX_EPOCH).is_given());
        assert!(Clock::manual(Timestamp::UNIX_EPOCH).is_given());
        assert_eq!(Clock::fixed(Timestamp::UNIX_EPOCH).now(), Timestamp::UNIX_EPOCH);
    }
}
