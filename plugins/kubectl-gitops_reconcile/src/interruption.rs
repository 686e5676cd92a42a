//! Ctrl-C while requests are under way: whoever ends the command is told which of them stand.
//!
//! A command is ended by dropping it, so this is told on drop, as `status` ends its screen. Handling the signal in
//! the command itself was rejected: it would decide a second time how a command ends.

use gitops_core::cli::{Progress, Session};
use gitops_core::flow::Reconciliation;

/// Tells what has become of a reconciliation, unless that has ended.
pub(crate) struct Interruption<'a> {
    session: &'a Session,
    progress: &'a Progress,
    reconciliation: &'a Reconciliation<'a>,
    has_ended: bool,
}

impl<'a> Interruption<'a> {
    /// From now on requests are made.
    pub(crate) fn begin(
        session: &'a Session,
        progress: &'a Progress,
        reconciliation: &'a Reconciliation<'a>,
    ) -> Self {
        Self { session, progress, reconciliation, has_ended: false }
    }

    /// The reconciliation has ended by itself.
    pub(crate) fn end(mut self) {
        self.has_ended = true;
    }
}

impl Drop for Interruption<'_> {
    fn drop(&mut self) {
        if self.has_ended {
            return;
        }
        if let Some(report) = self.reconciliation.interrupted() {
            self.progress.clear();
            let (plan, connection) = (self.reconciliation.plan(), self.reconciliation.connection());
            self.session.tell_interrupted(plan, Some(connection.cluster()), &report);
        }
    }
}
