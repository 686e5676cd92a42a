//! How far a reconciliation of a Kustomization has come, and how it ends: conditions, history, and when to come back.

use jiff::SignedDuration;
use serde_json::json;

use super::history;
use super::stages::{ApplyStage, ApplyWork};
use crate::flux::client::ApiClient;
use crate::flux::conditions::{READY, RECONCILING, Saying};
use crate::flux::object::ReconciledObject;
use crate::flux::reconciliation::{Again, Next, Reconciliation};
use crate::flux::{conditions, durations};

pub(super) const FINALIZER: &str = "finalizers.fluxcd.io";
pub(super) const HEALTHY: &str = "Healthy";
/// No time-out is shorter.
const SHORTEST: SignedDuration = SignedDuration::from_secs(30);

/// All is applied, and well.
pub(super) fn succeed(
    run: &mut Reconciliation<ApplyStage>,
    work: &ApplyWork,
    api: &mut ApiClient<'_>,
) -> Next<ApplyStage> {
    let subject = &mut run.subject;
    subject.object["status"]["lastAppliedRevision"] = json!(work.revision);
    let message = format!("Applied revision: {}", work.revision);
    let saying = Saying { status: "True", reason: "ReconciliationSucceeded", message: &message };
    conditions::set(&mut subject.object, READY, &saying, api.now);
    remember(subject, work, "ReconciliationSucceeded", api);
    let interval = subject.spec("interval").as_str().and_then(durations::parse);
    finish(run, Again::After(interval.unwrap_or(SignedDuration::from_mins(1))), api)
}

/// The last that is done to the object, however it ended.
pub(super) fn finish(
    run: &mut Reconciliation<ApplyStage>,
    again: Again,
    api: &mut ApiClient<'_>,
) -> Next<ApplyStage> {
    let subject = &mut run.subject;
    subject.acknowledge();
    if conditions::is(&subject.object, READY, "True") {
        conditions::remove(&mut subject.object, RECONCILING);
        subject.object["status"]["observedGeneration"] = json!(subject.generation());
    }
    if conditions::is(&subject.object, READY, "False")
        && let Some(reconciling) = conditions::get(&subject.object, RECONCILING).cloned()
    {
        let text = |field: &str| reconciling[field].as_str().unwrap_or_default();
        let saying =
            Saying { status: text("status"), reason: "ProgressingWithRetry", message: text("message") };
        conditions::set(&mut subject.object, RECONCILING, &saying, api.now);
    }
    Next::Write(ApplyStage::End(again))
}

pub(super) fn remember(subject: &mut ReconciledObject, work: &ApplyWork, ended: &str, api: &ApiClient<'_>) {
    let took = api.now.duration_since(work.began);
    history::remember(&mut subject.object["status"], &work.digest, ended, took, &work.revision, api.now);
}

pub(super) fn not_ready(subject: &mut ReconciledObject, reason: &str, message: &str, api: &ApiClient<'_>) {
    conditions::set(&mut subject.object, READY, &Saying { status: "False", reason, message }, api.now);
}

/// Says how far it has come.
pub(super) fn progress(
    subject: &mut ReconciledObject,
    what: &str,
    revision: &str,
    api: &ApiClient<'_>,
) -> String {
    let timeout = durations::format(timeout(subject));
    let message = format!("{what} for revision {revision} with a timeout of {timeout}");
    conditions::reconciling(&mut subject.object, "Progressing", &message, api.now);
    message
}

fn duration(subject: &ReconciledObject, field: &str) -> Option<SignedDuration> {
    subject.spec(field).as_str().and_then(durations::parse)
}

/// What the spec says, or the interval less half a minute; never less than half a minute.
pub(super) fn timeout(subject: &ReconciledObject) -> SignedDuration {
    let interval = duration(subject, "interval").unwrap_or_default();
    duration(subject, "timeout").unwrap_or(interval - SHORTEST).max(SHORTEST)
}

pub(super) fn retry_interval(subject: &ReconciledObject) -> SignedDuration {
    duration(subject, "retryInterval")
        .or_else(|| duration(subject, "interval"))
        .unwrap_or(SignedDuration::from_mins(1))
}
