//! How far the recording has been played: one number that everybody follows, moved by a clock or by hand.

use std::time::Duration;

use tokio::sync::watch::{Receiver, Sender};
use tokio::time::{Instant, sleep_until};

use crate::recording::Timeline;

/// The position of a replay. It never goes back.
#[derive(Debug)]
pub(super) struct Playback(Sender<usize>);

impl Playback {
    /// Stands where `second` has been played.
    pub(super) fn at(timeline: &Timeline, second: f64) -> Self {
        Self(Sender::new(timeline.position_at(second)))
    }

    /// The number, and every change of it.
    pub(super) fn follow(&self) -> Receiver<usize> {
        self.0.subscribe()
    }

    /// Everything up to `position` has happened.
    pub(super) fn advance(&self, position: usize) {
        self.0.send_if_modified(|now| {
            let ahead = position > *now;
            *now = position.max(*now);
            ahead
        });
    }

    /// Plays the entries at their times, second `from` being now. Every time is reckoned from the beginning,
    /// so that delays do not add up.
    pub(super) async fn play(&self, timeline: &Timeline, from: f64, speed: f64) {
        let begin = Instant::now();
        let first = *self.0.borrow();
        for (index, entry) in timeline.entries.iter().enumerate().skip(first) {
            let after = Duration::try_from_secs_f64((entry.t - from) / speed).unwrap_or_default();
            sleep_until(begin + after).await;
            self.advance(index + 1);
        }
    }
}
