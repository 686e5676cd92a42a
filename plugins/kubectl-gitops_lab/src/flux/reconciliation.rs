//! One reconciliation that is under way: what it works on, what it does next, and when. A controller is asked to
//! go on when the time has come; what it changed is written first, one patch after the other.

use jiff::{SignedDuration, Timestamp};

use super::client::ApiClient;
use super::conditions;
use super::conditions::READY;
use super::object::ReconciledObject;

/// How long it takes from a change until a controller has seen it, and to write one patch.
pub(super) const SOON: SignedDuration = SignedDuration::from_millis(10);

/// What comes after a step.
#[derive(Debug)]
pub(super) enum Next<Stage> {
    /// Another one, when some time has passed.
    Wait(SignedDuration, Stage),
    /// What was changed is written, then another one.
    Write(Stage),
    /// The end, and when to come back.
    End(Again),
}

/// When to look at an object again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Again {
    /// After an interval.
    After(SignedDuration),
    /// After a time that grows with every failure.
    Later,
    /// When it changes.
    Never,
}

/// A reconciliation under way.
#[derive(Debug)]
pub(super) struct Reconciliation<Stage> {
    pub(super) subject: ReconciledObject,
    pub(super) started: Timestamp,
    pub(super) next: Timestamp,
    pub(super) stage: Option<Stage>,
    writing: bool,
    was_ready: bool,
}

impl<Stage> Reconciliation<Stage> {
    pub(super) fn new(subject: ReconciledObject, stage: Stage, now: Timestamp) -> Self {
        let was_ready = conditions::is(&subject.object, READY, "True");
        Self { subject, started: now, next: now, stage: Some(stage), writing: false, was_ready }
    }

    /// Whether the object was well before, and is now.
    pub(super) fn is_steady(&self) -> bool {
        self.was_ready && conditions::is(&self.subject.object, READY, "True")
    }

    /// The stage that is to be gone through now; none while there is something to write.
    pub(super) fn resume(&mut self, api: &mut ApiClient<'_>) -> Option<Stage> {
        if self.writing && self.subject.write(api) {
            self.next = api.now + SOON;
            return None;
        }
        self.writing = false;
        self.stage.take()
    }

    /// Takes note of what comes next; at the end, when to come back.
    pub(super) fn proceed(&mut self, next: Next<Stage>, now: Timestamp) -> Option<Again> {
        match next {
            Next::Wait(duration, stage) => {
                self.next = now + duration;
                self.stage = Some(stage);
            }
            Next::Write(stage) => {
                self.next = now + SOON;
                self.stage = Some(stage);
                self.writing = true;
            }
            Next::End(again) => return Some(again),
        }
        None
    }
}
