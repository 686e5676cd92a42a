//! Refs that are to move, and those that have moved.

use std::collections::VecDeque;

use git2::Oid;
use jiff::Timestamp;

/// So many moves are remembered.
const MOST: usize = 4096;
const BRANCHES: &str = "refs/heads/";

/// A ref that is to move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefChange {
    /// `organisation/repository`
    pub repository: String,
    /// In full: `refs/heads/main`
    pub reference: String,
    /// Where it was seen; nowhere, when it is to begin.
    pub old: Option<Oid>,
    /// Where it is to be; nowhere, when it is to go.
    pub new: Option<Oid>,
    /// The login of whoever moves it.
    pub actor: String,
    /// The way by which they do.
    pub via: Via,
}

/// The way by which a ref moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// `git push`
    Push,
    /// The REST API.
    Api,
    /// The merge of the pull request of this number, with the deletion of its branch afterwards.
    Merge(u64),
    /// The author of the scenario or test, whom nothing is refused.
    Lab,
    /// GitHub itself, which keeps `refs/pull/…`.
    GitHub,
}

/// A ref that has moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefChanged {
    /// How many had moved on the host with this one.
    pub number: u64,
    /// What moved.
    pub change: RefChange,
    /// When it did.
    pub at: Timestamp,
}

impl RefChange {
    /// The branch that it is about, if it is about one.
    pub fn branch(&self) -> Option<&str> {
        self.reference.strip_prefix(BRANCHES)
    }
}

/// The last moves in their order.
#[derive(Debug, Default)]
pub(super) struct RefLog {
    last: VecDeque<RefChanged>,
    count: u64,
}

impl RefLog {
    pub(super) fn add(&mut self, change: RefChange, at: Timestamp) {
        self.count += 1;
        if self.last.len() == MOST {
            self.last.pop_front();
        }
        self.last.push_back(RefChanged { number: self.count, change, at });
    }

    pub(super) fn all(&self) -> Vec<RefChanged> {
        self.last.iter().cloned().collect()
    }

    /// What moved after the move of this number; nothing, when some of that is forgotten.
    pub(super) fn after(&self, number: u64) -> Option<Vec<RefChanged>> {
        let missed = usize::try_from(self.count.saturating_sub(number)).unwrap_or(usize::MAX);
        let known = self.last.len().checked_sub(missed)?;
        Some(self.last.iter().skip(known).cloned().collect())
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{MOST, RefChange, RefLog, Via};

    #[test]
    fn the_log_keeps_the_last_moves_and_says_when_it_has_forgotten() {
        let mut log = RefLog::default();
        for number in 0..MOST + 2 {
            let change = RefChange {
                repository: "contoso/hello".into(),
                reference: format!("refs/heads/{number}"),
                old: None,
                new: None,
                actor: "ada".into(),
                via: Via::Push,
            };
            log.add(change, Timestamp::UNIX_EPOCH);
        }
        let (count, last) = (log.count(), log.all());
        assert_eq!((last.len(), last[0].number, count), (MOST, 3, MOST as u64 + 2));
        assert_eq!(log.after(count), Some(Vec::new()));
        let two: Vec<_> = log.after(count - 2).unwrap().into_iter().map(|changed| changed.number).collect();
        assert_eq!(two, [count - 1, count]);
        assert_eq!(log.after(2).map(|all| all.len()), Some(MOST));
        assert_eq!(log.after(1), None, "the second move is forgotten");
    }
}
