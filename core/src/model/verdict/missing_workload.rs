//! The verdict on a workload that was delivered and is gone, while what delivered it is content.

use super::controllers::StoppedController;
use super::{Finding, NextCommand, Outlook, Reason, Standing};
use crate::model::objects::Reference;

/// Who puts a workload back, while Flux's controllers run.
pub(super) struct Repair {
    /// The same in words.
    pub(super) sentence: &'static str,
    /// Whether it comes back without a person.
    pub(super) is_automatic: bool,
    /// What brings it back now.
    pub(super) next: Vec<NextCommand>,
}

/// That `delivered` is there but for this workload. A controller that does not run puts nothing back, and is what to mend
/// first.
pub(super) fn finding(
    delivered: &str,
    workload: &Reference,
    stopped: Option<&StoppedController>,
    repair: Repair,
) -> Finding {
    let what = match stopped {
        Some(stopped) => format!("Flux does not put it back: {}", stopped.headline()),
        None => repair.sentence.to_owned(),
    };
    let message = format!("{delivered}, but {} {} is gone; {what}", workload.kind, workload.key());
    let mut finding = Finding::new(Standing::Failed, Reason::WorkloadMissing, message);
    if stopped.is_none() && repair.is_automatic {
        finding.outlook = Outlook::MayMend { until: None };
    }
    finding.next = stopped.map_or(repair.next, StoppedController::next);
    finding
}
