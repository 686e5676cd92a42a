//! How long what was deleted is looked for: on the session's clock, so that a test decides how much of it passes.

use std::time::Duration;

use jiff::Timestamp;

use crate::wire::Clock;

/// How often something is looked at that is to go.
const PAUSE: Duration = Duration::from_secs(2);

/// The time until which everything is waited for.
#[derive(Clone)]
pub(super) struct DeletionDeadline {
    clock: Clock,
    end: Timestamp,
}

impl DeletionDeadline {
    pub(super) fn after(clock: &Clock, limit: Duration) -> Self {
        Self { clock: clock.clone(), end: clock.now().saturating_add(limit).unwrap_or(Timestamp::MAX) }
    }

    /// The time that is left.
    pub(super) fn left(&self) -> Duration {
        Duration::try_from(self.end.duration_since(self.clock.now())).unwrap_or_default()
    }

    /// Waits a while; `false` where no time is left.
    pub(super) async fn pause(&self) -> bool {
        let left = self.left();
        if left.is_zero() {
            return false;
        }
        self.clock.sleep(PAUSE.min(left)).await;
        true
    }
}
