//! One reconciliation of a GitRepository, stage by stage: what it says of itself on the way, what it fetches, and
//! what becomes of it.

use jiff::SignedDuration;
use serde_json::json;

use super::conditions::{FETCH_FAILED, IN_STORAGE, OUTDATED};
use super::controller::SourceController;
use super::outcome::{SourceOutcome, stored};
use super::spec::{reference, revision, unknown};
use super::{credentials, failure};
use crate::flux::client::ApiClient;
use crate::flux::conditions::{READY, Saying};
use crate::flux::object::ReconciledObject;
use crate::flux::reconciliation::{Again, Next, Reconciliation};
use crate::flux::remote::{Commit, FetchFailure, FetchRequest, Fetched, Remote};
use crate::flux::{conditions, durations, informer};

const FINALIZER: &str = "finalizers.fluxcd.io";
/// How long a host takes to answer, and a clone to arrive.
const ANSWER: SignedDuration = SignedDuration::from_millis(20);
const CLONE: SignedDuration = SignedDuration::from_millis(150);

/// Where a reconciliation is.
#[derive(Debug)]
pub(super) enum FetchStage {
    Begin,
    Store,
    Fetch,
    Fetched(Result<Fetched, FetchFailure>),
    Keep(Commit),
    End(Again),
}

impl SourceController {
    pub(super) fn act(
        &mut self,
        run: &mut Reconciliation<FetchStage>,
        stage: FetchStage,
        api: &mut ApiClient<'_>,
        remote: &Remote<'_>,
    ) -> Next<FetchStage> {
        match stage {
            FetchStage::Begin => self.begin(run, api, remote),
            FetchStage::Store => self.look_at_storage(run, api, remote),
            FetchStage::Fetch => self.fetch(run, api, remote),
            FetchStage::Fetched(fetched) => self.fetched(run, fetched, api),
            FetchStage::Keep(commit) => self.keep(run, &commit, api),
            FetchStage::End(again) => Next::End(again),
        }
    }

    fn begin(
        &mut self,
        run: &mut Reconciliation<FetchStage>,
        api: &mut ApiClient<'_>,
        remote: &Remote<'_>,
    ) -> Next<FetchStage> {
        let subject = &mut run.subject;
        if subject.is_deleted() {
            if self.storage.clear(&informer::name(&subject.object)) {
                let message = "garbage collected artifacts for deleted resource";
                self.tell(api, subject, "GarbageCollectionSucceeded", message);
            }
            subject.remove_finalizer(FINALIZER);
            if let Some(status) = subject.object["status"].as_object_mut() {
                status.remove("artifact");
            }
            return self.end(run, SourceOutcome::Nothing, api);
        }
        if !subject.has_finalizer(FINALIZER) {
            subject.add_finalizer(FINALIZER);
            return self.end(run, SourceOutcome::Requeue, api);
        }
        if subject.spec("suspend") == true {
            return self.end(run, SourceOutcome::Nothing, api);
        }
        progress(subject, false, "reconciliation in progress", api);
        let observed = subject.object["status"]["observedGeneration"].as_i64().unwrap_or_default();
        let generation = subject.generation();
        if observed != generation {
            let message = format!("processing object: new generation {observed} -> {generation}");
            progress(subject, false, &message, api);
            return Next::Write(FetchStage::Store);
        }
        let handled = subject.object["status"]["lastHandledReconcileAt"].as_str();
        if subject.requested().is_some_and(|requested| Some(requested) != handled) {
            return Next::Write(FetchStage::Store);
        }
        self.look_at_storage(run, api, remote)
    }

    fn look_at_storage(
        &mut self,
        run: &mut Reconciliation<FetchStage>,
        api: &mut ApiClient<'_>,
        remote: &Remote<'_>,
    ) -> Next<FetchStage> {
        let subject = &mut run.subject;
        if let Some(path) = artifact(subject, "path").map(str::to_owned) {
            let removed = self.storage.clean(&informer::name(&subject.object), &path, api.now);
            if removed > 0 {
                let message = format!("garbage collected {removed} artifacts");
                self.tell(api, subject, "GarbageCollectionSucceeded", &message);
            }
            if self.storage.at(&path).is_some() {
                return self.fetch(run, api, remote);
            }
            if let Some(status) = subject.object["status"].as_object_mut() {
                status.remove("artifact");
            }
            progress(subject, true, "building artifact: disappeared from storage", api);
        } else {
            progress(subject, true, "building artifact", api);
        }
        conditions::remove(&mut subject.object, IN_STORAGE);
        Next::Write(FetchStage::Fetch)
    }

    fn fetch(
        &mut self,
        run: &mut Reconciliation<FetchStage>,
        api: &mut ApiClient<'_>,
        remote: &Remote<'_>,
    ) -> Next<FetchStage> {
        if let Some(what) = unknown(&run.subject) {
            return self.fail(
                run,
                SourceOutcome::Stalled("Unsupported", format!("the lab does not have {what}")),
                api,
            );
        }
        let (credential, authority) = match credentials::read(&run.subject, api) {
            Ok(read) => read,
            Err(message) => {
                return self.fail(run, SourceOutcome::Failed("AuthenticationFailed", message), api);
            }
        };
        conditions::remove(&mut run.subject.object, OUTDATED);
        let known = artifact(&run.subject, "revision").and_then(|revision| revision.rsplit(':').next());
        let wanted = FetchRequest {
            url: run.subject.spec("url").as_str().unwrap_or_default().to_owned(),
            reference: reference(&run.subject),
            credential,
            authority,
            known: known.map(str::to_owned),
        };
        let answer = remote(&wanted);
        let takes = match &answer {
            Err(FetchFailure::Silent) => {
                let timeout = run.subject.spec("timeout").as_str().and_then(durations::parse);
                timeout.unwrap_or(SignedDuration::from_secs(60))
            }
            Err(_) | Ok(Fetched::Known) => ANSWER,
            Ok(Fetched::Commit(_)) if wanted.known.is_some() => ANSWER,
            Ok(Fetched::Commit(_)) => CLONE,
        };
        Next::Wait(takes, FetchStage::Fetched(answer))
    }

    fn fetched(
        &mut self,
        run: &mut Reconciliation<FetchStage>,
        fetched: Result<Fetched, FetchFailure>,
        api: &mut ApiClient<'_>,
    ) -> Next<FetchStage> {
        let subject = &mut run.subject;
        let present = artifact(subject, "revision").map(str::to_owned);
        let commit = match fetched {
            Ok(Fetched::Commit(commit)) => commit,
            Ok(Fetched::Known) => {
                let revision = present.unwrap_or_default();
                let failed_before = conditions::get(&subject.object, FETCH_FAILED).is_some();
                conditions::remove(&mut subject.object, FETCH_FAILED);
                stored(subject, &revision, api);
                if failed_before {
                    let message = format!("stored artifact for commit '{revision}'");
                    self.tell_artifact(api, subject, "Succeeded", message);
                }
                let message = format!("no changes since last reconciliation: observed revision '{revision}'");
                return self.end(run, SourceOutcome::Same(message), api);
            }
            Err(failure) => {
                let url = subject.spec("url").as_str().unwrap_or_default();
                let message = failure::told(&failure, url, &reference(subject), present.is_some());
                let reason = match failure {
                    FetchFailure::Empty => "EmptyGitRepository",
                    _ => "GitOperationFailed",
                };
                return self.fail(run, SourceOutcome::Failed(reason, message), api);
            }
        };
        if commit.files.keys().any(|path| path.rsplit('/').next() == Some(".sourceignore")) {
            let message = "the lab does not read .sourceignore".to_owned();
            return self.fail(run, SourceOutcome::Stalled("Unsupported", message), api);
        }
        let revision = revision(subject, &commit);
        if present.as_deref() == Some(&revision) {
            return self.keep(run, &commit, api);
        }
        let news = format!("new upstream revision '{revision}'");
        if present.is_some() {
            let saying = Saying { status: "True", reason: "NewRevision", message: &news };
            conditions::set(&mut subject.object, OUTDATED, &saying, api.now);
        }
        conditions::remove(&mut subject.object, FETCH_FAILED);
        progress(subject, true, &format!("building artifact: {news}"), api);
        Next::Write(FetchStage::Keep(commit))
    }

    fn keep(
        &mut self,
        run: &mut Reconciliation<FetchStage>,
        commit: &Commit,
        api: &mut ApiClient<'_>,
    ) -> Next<FetchStage> {
        let subject = &mut run.subject;
        let revision = revision(subject, commit);
        if artifact(subject, "revision") == Some(&revision) {
            let message = format!("artifact up-to-date with remote revision: '{revision}'");
            self.tell(api, subject, "ArtifactUpToDate", &message);
        } else {
            let before = artifact(subject, "digest").map(str::to_owned);
            let kept =
                self.storage.keep(&informer::name(&subject.object), &commit.sha, &commit.files, api.now);
            subject.object["status"]["artifact"] = json!({
                "digest": kept.digest,
                "lastUpdateTime": api.now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
                "path": kept.path,
                "revision": revision,
                "size": kept.size,
                "url": format!("http://source-controller.flux-system.svc.cluster.local./{}", kept.path),
            });
            if before.as_ref() != Some(&kept.digest) {
                let message = format!("stored artifact for commit '{}'", commit.subject);
                self.tell_artifact(api, subject, "NewArtifact", message);
            }
        }
        conditions::remove(&mut subject.object, OUTDATED);
        conditions::remove(&mut subject.object, FETCH_FAILED);
        stored(subject, &revision, api);
        self.end(run, SourceOutcome::Success, api)
    }
}

/// Says how far it has come. `Ready` joins in when it is unknown anyway, or when something else is being made.
fn progress(subject: &mut ReconciledObject, is_drift: bool, message: &str, api: &ApiClient<'_>) {
    conditions::reconciling(&mut subject.object, "Progressing", message, api.now);
    let ready = conditions::get(&subject.object, READY);
    if is_drift || ready.is_none_or(|ready| ready["status"] == "Unknown") {
        let saying = Saying { status: "Unknown", reason: "Progressing", message };
        conditions::set(&mut subject.object, READY, &saying, api.now);
    }
}

fn artifact<'a>(subject: &'a ReconciledObject, field: &str) -> Option<&'a str> {
    subject.object["status"]["artifact"][field].as_str()
}
