//! A controller at rest: every object of it was well before its last round and after it, and waits for the next. All rounds
//! that follow are alike until something else happens, so that the past of a lab need not play each of them: the first
//! and the last leave what all would have left, but for counts (`totalReconciliations`, those of events).
//!
//! To play all of them took most of the time in which a lab begins. A scenario with less of a past was the other option:
//! its pages would not show what was deployed minutes ago.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::queue::{ObjectName, Queue};

/// The rounds that left their objects as well as they were, by object.
#[derive(Debug, Default)]
pub(super) struct SteadyRounds(BTreeMap<ObjectName, Round>);

/// A round, and when the next is to begin.
#[derive(Clone, Copy, Debug)]
struct Round {
    began: Timestamp,
    next: Timestamp,
}

impl SteadyRounds {
    /// Takes note of a round that changed nothing.
    pub(super) fn add(&mut self, name: ObjectName, began: Timestamp, next: Timestamp) {
        self.0.insert(name, Round { began, next });
    }

    /// Forgets it: another one begins.
    pub(super) fn remove(&mut self, name: &ObjectName) {
        self.0.remove(name);
    }

    /// Forgets all of them: what they found may be there no more.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Whether everything in a queue waits for nothing but its next round.
    pub(super) fn are_all_of(&self, queue: &Queue) -> bool {
        queue.waiting().all(|(name, at)| self.0.get(name).is_some_and(|round| round.next == *at))
    }

    /// Moves everything that waits by as many rounds as end before `until`.
    pub(super) fn skip(&mut self, queue: &mut Queue, until: Timestamp) {
        for (name, at) in queue.waiting_mut() {
            let Some(round) = self.0.get_mut(name) else { continue };
            let skipped = whole_rounds(round.next.duration_since(round.began), until.duration_since(*at));
            *at += skipped;
            *round = Round { began: round.began + skipped, next: *at };
        }
    }
}

/// How long as many rounds of `length` take as fit into `time`.
fn whole_rounds(length: SignedDuration, time: SignedDuration) -> SignedDuration {
    let (length, time) = (length.as_millis(), time.as_millis());
    let fitting = if length > 0 && time > 0 { time - time % length } else { 0 };
    SignedDuration::from_millis(i64::try_from(fitting).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{Queue, SteadyRounds};

    fn second(second: f64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs_f64(second)
    }

    #[test]
    fn as_many_rounds_are_left_out_as_end_before() {
        let name = ("n".to_owned(), "a".to_owned());
        for (until, next) in [(5.0, 10.25), (20.0, 10.25), (20.5, 20.5), (20.6, 20.5), (100.0, 92.25)] {
            let (mut queue, mut rounds) = (Queue::default(), SteadyRounds::default());
            rounds.add(name.clone(), second(0.0), second(10.25));
            queue.add(name.clone(), second(10.25));
            assert!(rounds.are_all_of(&queue));
            rounds.skip(&mut queue, second(until));
            assert_eq!(queue.due(|_| false), Some(second(next)), "{until}");
            assert!(rounds.are_all_of(&queue));
        }
    }

    #[test]
    fn what_is_looked_at_earlier_or_was_not_well_is_not_at_rest() {
        let name = ("n".to_owned(), "a".to_owned());
        let (mut queue, mut rounds) = (Queue::default(), SteadyRounds::default());
        queue.add(name.clone(), second(10.0));
        assert!(!rounds.are_all_of(&queue));
        rounds.add(name.clone(), second(0.0), second(10.0));
        queue.add(name.clone(), second(9.0));
        assert!(!rounds.are_all_of(&queue));
        rounds.add(name.clone(), second(0.0), second(9.0));
        assert!(rounds.are_all_of(&queue));
        rounds.remove(&name);
        assert!(!rounds.are_all_of(&queue));
    }
}
