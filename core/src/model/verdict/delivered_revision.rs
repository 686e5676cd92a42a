//! What is left to say where a revision is applied, or a chart installed, and whatever delivered it is content: are its
//! workloads there, and do they run? Flux looks no further (without `wait` it never did), so this does.

use super::controllers::StoppedController;
use super::health::WorkloadTrouble;
use super::{
    Finding, NextCommand, Outlook, Reason, Remark, Since, Standing, next_commands, workload_remarks,
};
use crate::model::objects::Reference;

/// What was delivered, with what is known of its workloads.
pub(super) struct DeliveredRevision<'a> {
    /// Which it is and that it is there: `d61d370 is applied`.
    pub(super) sentence: String,
    /// Since when.
    pub(super) since: Option<Since>,
    /// Workloads that were looked for and are not there.
    pub(super) missing: &'a [Reference],
    /// What is wrong with the others, the clearest first.
    pub(super) troubles: Vec<WorkloadTrouble>,
    /// What is worth knowing of them and is no trouble.
    pub(super) notes: Vec<WorkloadTrouble>,
    /// The controller that puts workloads back, where it does not run.
    pub(super) stopped: Option<StoppedController>,
}

/// Who puts a workload back, while Flux's controllers run.
pub(super) struct Repair {
    /// The same in words.
    pub(super) sentence: &'static str,
    /// Whether it comes back without a person.
    pub(super) is_automatic: bool,
    /// What brings it back now.
    pub(super) next: Vec<NextCommand>,
}

impl DeliveredRevision<'_> {
    /// The verdict: what is gone decides, then what does not run.
    pub(super) fn finding(mut self, repair: impl FnOnce(&Reference) -> Repair) -> Finding {
        let mut finding = if let Some(workload) = self.missing.first() {
            self.gone(workload, repair(workload))
        } else if self.troubles.first().is_some_and(|first| first.is_final) {
            let trouble = self.troubles.remove(0);
            self.unready(&trouble)
        } else {
            self.deployed()
        };
        finding.remarks.extend(self.missing.iter().skip(1).map(workload_remarks::remark_on_missing));
        finding.remarks.extend(self.troubles.iter().chain(&self.notes).map(remark));
        finding
    }

    /// A controller that does not run puts nothing back, and is what to mend first.
    fn gone(&self, workload: &Reference, repair: Repair) -> Finding {
        let what = match &self.stopped {
            Some(stopped) => format!("Flux does not put it back: {}", stopped.headline()),
            None => repair.sentence.to_owned(),
        };
        let message = format!("{}, but {} {} is gone; {what}", self.sentence, workload.kind, workload.key());
        let mut finding = Finding::new(Standing::Failed, Reason::WorkloadMissing, message);
        if self.stopped.is_none() && repair.is_automatic {
            finding.outlook = Outlook::MayMend { until: None };
        }
        finding.next = self.stopped.as_ref().map_or(repair.next, StoppedController::next);
        finding
    }

    fn unready(&self, trouble: &WorkloadTrouble) -> Finding {
        let message = format!("{}, but {}", self.sentence, trouble.sentence);
        let reason =
            if trouble.reason == Reason::JobFailed { Reason::JobFailed } else { Reason::WorkloadNotReady };
        let mut finding =
            Finding::new(Standing::Failed, reason, message).because(Some(trouble.cause)).since(trouble.since);
        finding.outlook = trouble.outlook;
        finding.next = next_commands::workload(trouble);
        finding
    }

    fn deployed(&self) -> Finding {
        let mut finding =
            Finding::new(Standing::Deployed, Reason::Applied, self.sentence.clone()).since(self.since);
        workload_remarks::add_prospects(&mut finding, &self.troubles, &self.notes);
        finding
    }
}

/// A trouble that does not decide.
pub(super) fn remark(trouble: &WorkloadTrouble) -> Remark {
    Remark {
        reason: trouble.reason,
        cause: Some(trouble.cause),
        message: trouble.with_beginning(),
        url: None,
    }
}
