//! Ctrl-C while a plan is carried out: whoever ends the command is told what stands.
//!
//! A command is ended by dropping it, so this is told on drop, as `status` ends its screen. Handling the signal in
//! the command itself was rejected: it would decide a second time how a command ends.

use super::{Progress, Session, ShownPlan};
use crate::model::plan::Report;

/// Tells what has become of a plan, unless that has ended.
pub struct Interruption<'a> {
    session: &'a Session,
    progress: &'a Progress,
    shown: ShownPlan<'a>,
    report: Box<dyn Fn() -> Option<Report> + 'a>,
    has_ended: bool,
}

impl<'a> Interruption<'a> {
    /// From now on something is changed. `report` gives what has become of it by then, `None` where nothing was begun.
    pub fn begin(
        session: &'a Session,
        progress: &'a Progress,
        shown: ShownPlan<'a>,
        report: impl Fn() -> Option<Report> + 'a,
    ) -> Self {
        Self { session, progress, shown, report: Box::new(report), has_ended: false }
    }

    /// The plan has ended by itself.
    pub fn end(mut self) {
        self.has_ended = true;
    }
}

impl Drop for Interruption<'_> {
    fn drop(&mut self) {
        if self.has_ended {
            return;
        }
        if let Some(report) = (self.report)() {
            self.progress.clear();
            self.session.tell_interrupted(self.shown, &report);
        }
    }
}
