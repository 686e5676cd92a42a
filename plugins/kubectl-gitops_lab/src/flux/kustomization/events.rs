//! What a Kustomization tells: events, with the reason that `Ready` has at the moment.

use jiff::SignedDuration;
use serde_json::{Map, Value, json};

use super::controller::KustomizeController;
use super::outcome::{finish, not_ready, retry_interval};
use super::stages::{ApplyStage, ApplyWork};
use crate::flux::client::ApiClient;
use crate::flux::conditions::READY;
use crate::flux::events::FluxEvent;
use crate::flux::object::ReconciledObject;
use crate::flux::reconciliation::{Again, Next, Reconciliation};
use crate::flux::{conditions, durations};

impl KustomizeController {
    /// Ends badly, and comes back after the retry interval.
    pub(super) fn fail(
        &mut self,
        run: &mut Reconciliation<ApplyStage>,
        work: &ApplyWork,
        reason: &str,
        message: String,
        api: &mut ApiClient<'_>,
    ) -> Next<ApplyStage> {
        not_ready(&mut run.subject, reason, &message, api);
        self.tell(api, &run.subject, Some(&work.revision), true, message);
        finish(run, Again::After(retry_interval(&run.subject)), api)
    }

    /// The end: what is ready says so.
    pub(super) fn end(
        &mut self,
        run: &mut Reconciliation<ApplyStage>,
        again: Again,
        api: &mut ApiClient<'_>,
    ) -> Next<ApplyStage> {
        let subject = &run.subject;
        if subject.spec("suspend") != true && conditions::is(&subject.object, READY, "True") {
            let interval = subject.spec("interval").as_str().and_then(durations::parse).unwrap_or_default();
            let message = format!(
                "Reconciliation finished in {}, next run in {}",
                self.measured(api.now.duration_since(run.started)),
                durations::format(interval)
            );
            let status = ("kustomize.toolkit.fluxcd.io/commit_status".to_owned(), json!("update"));
            let revision = subject.object["status"]["lastAppliedRevision"].as_str();
            let mut told = self.told(subject, revision, false, message);
            told.annotations.extend([status]);
            self.recorder.tell(api, &subject.object, told);
        }
        Next::End(again)
    }

    pub(super) fn tell(
        &mut self,
        api: &mut ApiClient<'_>,
        subject: &ReconciledObject,
        revision: Option<&str>,
        is_warning: bool,
        message: String,
    ) {
        let told = self.told(subject, revision, is_warning, message);
        self.recorder.tell(api, &subject.object, told);
    }

    /// An event has the reason that `Ready` has at the moment.
    pub(super) fn told(
        &self,
        subject: &ReconciledObject,
        revision: Option<&str>,
        is_warning: bool,
        message: String,
    ) -> FluxEvent {
        let ready = conditions::get(&subject.object, READY).and_then(|ready| ready["reason"].as_str());
        let revision =
            revision.map(|revision| ("kustomize.toolkit.fluxcd.io/revision".to_owned(), json!(revision)));
        FluxEvent {
            is_warning,
            reason: ready.unwrap_or(if is_warning { "error" } else { "info" }).to_owned(),
            message,
            annotations: revision.into_iter().collect::<Map<String, Value>>(),
        }
    }

    /// A folder to build in, which no other build has.
    pub(super) fn folder(&mut self) -> String {
        format!("/tmp/kustomization-{}", self.number())
    }

    /// How long something took: never the same twice, to the nanosecond.
    pub(super) fn measured(&mut self, took: SignedDuration) -> String {
        let more = i64::try_from(self.number() % 5_000_000).unwrap_or_default();
        durations::format(took + SignedDuration::from_nanos(more))
    }

    /// A number that looks random, and is the same in every lab that does the same.
    pub(super) fn number(&mut self) -> u64 {
        self.made += 1;
        self.made.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32
    }
}
