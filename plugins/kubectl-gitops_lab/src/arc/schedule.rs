//! When the agents do something next. What is done again and again is done on a grid of times that begins when they do:
//! where nothing has changed, a poll between two times of the grid would find nothing, so none is played.

use jiff::{SignedDuration, Timestamp};

/// What is done, each at its time.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Schedule {
    /// When the grid begins.
    pub(super) begin: Timestamp,
    /// Asking Azure what is wanted.
    pub(super) poll: Option<Timestamp>,
    /// Putting right what was changed in the cluster.
    pub(super) repair: Option<Timestamp>,
    /// Seeing what is to be told to Azure.
    pub(super) observe: Option<Timestamp>,
    /// Telling Azure that the cluster is there.
    pub(super) heartbeat: Option<Timestamp>,
}

impl Schedule {
    /// The earliest of all.
    pub(super) fn due(&self) -> Option<Timestamp> {
        [self.poll, self.repair, self.observe, self.heartbeat].into_iter().flatten().min()
    }

    /// The first time of the grid after `now`.
    pub(super) fn next(&self, interval: SignedDuration, now: Timestamp) -> Timestamp {
        let (interval, passed) = (interval.as_millis().max(1), now.duration_since(self.begin).as_millis());
        let rounds = passed.div_euclid(interval) + 1;
        let offset = i64::try_from(rounds.saturating_mul(interval)).unwrap_or(i64::MAX);
        self.begin.checked_add(SignedDuration::from_millis(offset)).unwrap_or(Timestamp::MAX)
    }
}

/// Plans something for `at`, where it is not planned for earlier.
pub(super) fn plan(slot: &mut Option<Timestamp>, at: Timestamp) {
    *slot = Some(slot.map_or(at, |planned| planned.min(at)));
}

/// Takes what is due at `now` off the plan; whether it was.
pub(super) fn take(slot: &mut Option<Timestamp>, now: Timestamp) -> bool {
    slot.take_if(|at| *at <= now).is_some()
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{Schedule, plan, take};

    #[test]
    fn times_of_the_grid_follow_one_another_from_its_beginning() {
        let second = |second: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second);
        let schedule = Schedule { begin: second(3), ..Schedule::default() };
        for (now, next) in [(3, 13), (4, 13), (12, 13), (13, 23), (100, 103)] {
            assert_eq!(schedule.next(SignedDuration::from_secs(10), second(now)), second(next), "{now}");
        }
    }

    #[test]
    fn the_earliest_time_wins_and_is_taken_once() {
        let second = |second: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second);
        let mut slot = None;
        plan(&mut slot, second(5));
        plan(&mut slot, second(7));
        assert!(!take(&mut slot, second(4)));
        assert!(take(&mut slot, second(5)));
        assert!(!take(&mut slot, second(9)));
    }
}
