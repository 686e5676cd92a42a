//! What time it is in a lab: the machine's time, so many times as fast, or a time that stands until a test moves
//! it. Whatever serves a lab asks here, and waits here: nothing else in it reads a clock.

use std::time::Duration;

use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch::Sender;
use tokio::time::{Instant, sleep_until};

use crate::kubernetes::Pause;

/// What moves the time of a lab.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Clock {
    /// The machine's clock, beginning now.
    Real {
        /// How many times as fast: more than 0.
        speed: f64,
    },
    /// It is this time until [`Lab::step`](super::Lab::step).
    Stepped(Timestamp),
}

impl Default for Clock {
    fn default() -> Self {
        Clock::Real { speed: 1.0 }
    }
}

/// A lab's time as it passes.
#[derive(Debug)]
pub(super) enum Time {
    Real { begin: Instant, first: Timestamp, speed: f64 },
    Stepped(Sender<Timestamp>),
}

impl Time {
    pub(super) fn of(clock: Clock) -> Self {
        match clock {
            Clock::Real { speed } => Self::running(Timestamp::now(), speed),
            Clock::Stepped(at) => Time::Stepped(Sender::new(at)),
        }
    }

    /// A time that is `first` now and passes `speed` times as fast as the machine's.
    pub(super) fn running(first: Timestamp, speed: f64) -> Self {
        Time::Real { begin: Instant::now(), first, speed }
    }

    pub(super) fn now(&self) -> Timestamp {
        match self {
            Time::Real { begin, first, speed } => {
                let passed = begin.elapsed().as_secs_f64() * speed;
                later(*first, Duration::try_from_secs_f64(passed).unwrap_or(Duration::MAX))
            }
            Time::Stepped(now) => *now.borrow(),
        }
    }

    /// Makes it `at`. A real clock moves by itself.
    pub(super) fn set(&self, at: Timestamp) {
        if let Time::Stepped(now) = self {
            now.send_replace(at);
        }
    }

    /// When it will be `at`.
    pub(super) fn until(&self, at: Timestamp) -> BoxFuture<'static, ()> {
        match self {
            Time::Real { begin, first, speed } => {
                let after = at.duration_since(*first).as_secs_f64() / speed;
                let after = Duration::try_from_secs_f64(after).unwrap_or_default();
                let deadline = begin.checked_add(after);
                Box::pin(async move {
                    match deadline {
                        Some(deadline) => sleep_until(deadline).await,
                        None => std::future::pending().await,
                    }
                })
            }
            Time::Stepped(now) => {
                let mut now = now.subscribe();
                Box::pin(async move {
                    if now.wait_for(|now| *now >= at).await.is_err() {
                        std::future::pending().await
                    }
                })
            }
        }
    }

    /// Waits by this time.
    pub(super) fn pause(self: &std::sync::Arc<Self>) -> Pause {
        let time = std::sync::Arc::clone(self);
        Box::new(move |duration| time.until(later(time.now(), duration)))
    }
}

/// So much later; the last of all times where there is none.
pub(super) fn later(at: Timestamp, duration: Duration) -> Timestamp {
    let duration = SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
    at.checked_add(duration).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures::FutureExt;
    use jiff::Timestamp;

    use super::{Clock, Time, later};

    #[test]
    fn a_stepped_clock_stands_until_it_is_moved() {
        let time = Time::of(Clock::Stepped(Timestamp::UNIX_EPOCH));
        let minute = later(time.now(), Duration::from_secs(60));
        let mut waiting = time.until(minute);
        time.set(later(time.now(), Duration::from_secs(59)));
        assert_eq!((&mut waiting).now_or_never(), None);
        time.set(minute);
        assert_eq!((&mut waiting).now_or_never(), Some(()));
        assert_eq!(time.until(Timestamp::UNIX_EPOCH).now_or_never(), Some(()), "that has been");
    }

    #[tokio::test]
    async fn a_real_clock_runs_so_many_times_as_fast() {
        let begin = std::time::Instant::now();
        let time = Time::of(Clock::Real { speed: 1000.0 });
        let minute = later(time.now(), Duration::from_secs(60));
        time.until(minute).await;
        assert!(time.now() >= minute);
        let took = begin.elapsed();
        assert!((Duration::from_millis(60)..Duration::from_secs(60)).contains(&took), "{took:?}");
    }
}
