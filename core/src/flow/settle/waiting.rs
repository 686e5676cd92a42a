//! The waiting: look, decide, wait, look again, until it is decided or the deadline has come.

use std::time::Duration;

use super::gate::Settlement;
use super::report::GateReport;
use crate::model::post_deployment::{GateOutcome, default_deadline};
use crate::model::{Failure, ProgressEvent};

/// The shortest time between two looks.
const PERIOD: Duration = Duration::from_secs(5);
/// The longest.
const LONGEST_PERIOD: Duration = Duration::from_secs(30);
/// Looks until the period grows.
const LOOKS_A_STEP: u32 = 6;
/// The last look, at the deadline, may take so long beyond it.
const LAST_LOOK: Duration = Duration::from_secs(2);

impl Settlement<'_> {
    /// Waits until it is decided, or the deadline. `show` is told whatever is news.
    ///
    /// # Errors
    /// Azure refuses whoever asks, at the first look.
    pub async fn wait(&mut self, mut show: impl FnMut(&GateReport)) -> Result<GateReport, Box<dyn Failure>> {
        let mut last: Option<String> = None;
        loop {
            self.is_over = self.left().is_zero();
            // Answers that are late at the deadline are not waited for; that is the network's time, and the machine's.
            let limit = self.left().max(LAST_LOOK);
            match tokio::time::timeout(limit, self.look()).await {
                Ok(looked) => looked?,
                Err(_) => {
                    self.unanswered.push("answers were late".to_owned());
                    self.take_stand();
                }
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

    /// Until the next look: a period, or until a cluster at hand says something else.
    async fn pause(&mut self, left: Duration) {
        let steps = self.looks / LOOKS_A_STEP + 1;
        let period = PERIOD.saturating_mul(steps).min(LONGEST_PERIOD).min(left);
        let clock = self.context.clock().clone();
        tokio::select! {
            () = clock.sleep(period) => {}
            () = self.clusters.changed() => {}
        }
        self.clusters.repair();
    }
}
