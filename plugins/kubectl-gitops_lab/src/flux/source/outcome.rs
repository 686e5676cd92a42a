//! How a reconciliation of a GitRepository ends: what is told, summed up and written, and when to come back.

use jiff::SignedDuration;
use serde_json::{Map, Value, json};

use super::conditions::{FETCH_FAILED, IN_STORAGE, NEGATIVE, SUMMED_UP};
use super::controller::SourceController;
use super::reconcile::FetchStage;
use crate::flux::client::ApiClient;
use crate::flux::conditions::{READY, RECONCILING, STALLED, Saying};
use crate::flux::events::FluxEvent;
use crate::flux::object::ReconciledObject;
use crate::flux::reconciliation::{Again, Next, Reconciliation};
use crate::flux::{conditions, durations};

/// How a reconciliation ends.
pub(super) enum SourceOutcome {
    /// Well.
    Success,
    /// Well, and nothing was to be done.
    Same(String),
    /// There is more to do at once.
    Requeue,
    /// There was nothing to do.
    Nothing,
    /// Badly, for a reason, with a message; to be tried again.
    Failed(&'static str, String),
    /// Badly, and to be tried again only when something changes.
    Stalled(&'static str, String),
}

impl SourceController {
    /// Ends badly: what failed is the fetching.
    pub(super) fn fail(
        &mut self,
        run: &mut Reconciliation<FetchStage>,
        result: SourceOutcome,
        api: &mut ApiClient<'_>,
    ) -> Next<FetchStage> {
        if let SourceOutcome::Failed(reason, message) | SourceOutcome::Stalled(reason, message) = &result {
            let saying = Saying { status: "True", reason, message };
            conditions::set(&mut run.subject.object, FETCH_FAILED, &saying, api.now);
        }
        self.end(run, result, api)
    }

    /// Sums up, and lets the result be written.
    pub(super) fn end(
        &mut self,
        run: &mut Reconciliation<FetchStage>,
        result: SourceOutcome,
        api: &mut ApiClient<'_>,
    ) -> Next<FetchStage> {
        let subject = &mut run.subject;
        match &result {
            SourceOutcome::Failed(reason, message) | SourceOutcome::Stalled(reason, message) => {
                let told = FluxEvent {
                    is_warning: true,
                    reason: (*reason).to_owned(),
                    message: message.clone(),
                    annotations: Map::new(),
                };
                self.recorder.tell(api, &subject.object, told);
            }
            SourceOutcome::Same(message) => self.tell(api, subject, "GitOperationSucceeded", message),
            _ => {}
        }
        subject.acknowledge();
        if matches!(result, SourceOutcome::Success | SourceOutcome::Same(_)) {
            conditions::remove(&mut subject.object, RECONCILING);
        }
        retrying(&mut subject.object, api);
        match &result {
            SourceOutcome::Stalled(reason, message) => {
                conditions::stalled(&mut subject.object, reason, message, api.now);
            }
            _ => conditions::remove(&mut subject.object, STALLED),
        }
        let is_observed = !matches!(result, SourceOutcome::Failed(..) | SourceOutcome::Requeue);
        if is_observed && !conditions::all(&subject.object).is_empty() {
            subject.object["status"]["observedGeneration"] = json!(subject.generation());
        }
        if let Some((status, reason, message)) = conditions::summary(&subject.object, &SUMMED_UP, &NEGATIVE) {
            let saying = Saying { status: &status, reason: &reason, message: &message };
            conditions::set(&mut subject.object, READY, &saying, api.now);
        }
        let interval = subject.spec("interval").as_str().and_then(durations::parse);
        Next::Write(FetchStage::End(match result {
            SourceOutcome::Success | SourceOutcome::Same(_) => {
                Again::After(interval.unwrap_or(SignedDuration::from_mins(1)))
            }
            SourceOutcome::Failed(..) | SourceOutcome::Requeue => Again::Later,
            SourceOutcome::Nothing | SourceOutcome::Stalled(..) => Again::Never,
        }))
    }

    pub(super) fn tell(
        &mut self,
        api: &mut ApiClient<'_>,
        subject: &ReconciledObject,
        reason: &str,
        message: &str,
    ) {
        let told = FluxEvent {
            is_warning: false,
            reason: reason.to_owned(),
            message: message.to_owned(),
            annotations: Map::new(),
        };
        self.recorder.tell(api, &subject.object, told);
    }

    /// Tells of the artifact that the object has now.
    pub(super) fn tell_artifact(
        &mut self,
        api: &mut ApiClient<'_>,
        subject: &ReconciledObject,
        reason: &str,
        message: String,
    ) {
        let artifact = &subject.object["status"]["artifact"];
        let annotations = ["revision", "digest"]
            .map(|field| (format!("source.toolkit.fluxcd.io/{field}"), artifact[field].clone()));
        let told = FluxEvent {
            is_warning: false,
            reason: reason.to_owned(),
            message,
            annotations: annotations.into_iter().collect(),
        };
        self.recorder.tell(api, &subject.object, told);
    }
}

/// Work that did not come to its end will be taken up again.
fn retrying(object: &mut Value, api: &ApiClient<'_>) {
    let reconciling = conditions::get(object, RECONCILING).filter(|condition| condition["status"] == "True");
    if let Some(message) = reconciling.map(|condition| condition["message"].clone()) {
        let message = message.as_str().unwrap_or_default();
        let saying = Saying { status: "True", reason: "ProgressingWithRetry", message };
        conditions::set(object, RECONCILING, &saying, api.now);
    }
}

/// Says which artifact there is.
pub(super) fn stored(subject: &mut ReconciledObject, revision: &str, api: &ApiClient<'_>) {
    let message = format!("stored artifact for revision '{revision}'");
    let saying = Saying { status: "True", reason: "Succeeded", message: &message };
    conditions::set(&mut subject.object, IN_STORAGE, &saying, api.now);
}
