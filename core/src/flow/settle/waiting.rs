//! The waiting: look, decide, wait, look again, until it is decided or the deadline has come. Between two looks clusters at
//! hand are heard, and nobody is asked.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::error::SettleError;
use super::gate::Settlement;
use super::report::GateReport;
use crate::model::post_deployment::{GateOutcome, default_deadline};
use crate::model::{Failure, ProgressEvent};

/// The shortest time between two looks.
pub(super) const PERIOD: Duration = Duration::from_secs(5);
/// The longest.
const LONGEST_PERIOD: Duration = Duration::from_secs(30);
/// Looks until the period grows.
const LOOKS_A_STEP: u32 = 6;
/// The last look, at the deadline, may take so long beyond it.
const LAST_LOOK: Duration = Duration::from_secs(2);

/// When everybody is asked.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LookTimes {
    last: Option<Timestamp>,
    next: Option<Timestamp>,
}

impl LookTimes {
    fn is_due(self, now: Timestamp) -> bool {
        self.next.is_none_or(|next| now >= next)
    }

    fn left(self, now: Timestamp) -> Duration {
        let left = self.next.map(|next| next.duration_since(now)).unwrap_or_default();
        Duration::try_from(left).unwrap_or_default()
    }

    /// The next look after one that ended at `now`.
    fn after(now: Timestamp, period: Duration) -> Self {
        Self { last: Some(now), next: later(now, period) }
    }

    /// Something has changed: the next look is as soon as it may be.
    fn hasten(&mut self) {
        let soonest = self.last.and_then(|last| later(last, PERIOD));
        self.next = self.next.min(soonest);
    }
}

fn later(time: Timestamp, by: Duration) -> Option<Timestamp> {
    time.checked_add(SignedDuration::try_from(by).ok()?).ok()
}

impl Settlement<'_> {
    /// Waits until it is decided, or the deadline. `show` is told whatever is news.
    ///
    /// # Errors
    /// Azure refuses whoever asks, and has never answered.
    pub async fn wait(&mut self, mut show: impl FnMut(&GateReport)) -> Result<GateReport, Box<dyn Failure>> {
        let mut last: Option<String> = None;
        loop {
            self.is_over = self.left().is_zero();
            match self.is_over || self.look_times.is_due(self.context.now()) {
                true => self.look_in_time().await?,
                false => self.update_configurations(),
            }
            let report = self.report();
            let fingerprint = report.decision.fingerprint();
            if last.as_ref() != Some(&fingerprint) {
                show(&report);
                last = Some(fingerprint);
            }
            if report.decision.outcome != GateOutcome::Pending || self.is_over {
                return Ok(report);
            }
            self.context.tell(ProgressEvent::Waiting(report.decision.message.clone()));
            self.pause(self.left()).await;
        }
    }

    /// A look. Answers that are late at the deadline are not waited for; that is the network's time, and the machine's.
    async fn look_in_time(&mut self) -> Result<(), SettleError> {
        let limit = self.left().max(LAST_LOOK);
        match tokio::time::timeout(limit, self.look()).await {
            Ok(looked) => looked?,
            Err(_) => {
                self.unanswered.push("answers were late".to_owned());
                self.update_configurations();
            }
        }
        let steps = self.looks / LOOKS_A_STEP + 1;
        let period = PERIOD.saturating_mul(steps).min(LONGEST_PERIOD);
        self.look_times = LookTimes::after(self.context.now(), period);
        Ok(())
    }

    /// What is left until the deadline.
    fn left(&self) -> Duration {
        let spent = self.context.now().duration_since(self.began);
        let spent = Duration::try_from(spent).unwrap_or_default();
        self.limit().saturating_sub(spent)
    }

    /// How long it waits at most.
    pub(super) fn limit(&self) -> Duration {
        self.limit.unwrap_or_else(|| default_deadline([], self.policy.grace))
    }

    /// Until the next look, or until a cluster at hand says something else.
    async fn pause(&mut self, left: Duration) {
        let clock = self.context.clock().clone();
        let until_look = self.look_times.left(clock.now()).min(left);
        tokio::select! {
            () = clock.sleep(until_look) => {}
            () = self.clusters.changed() => self.look_times.hasten(),
        }
        self.clusters.repair();
    }
}
