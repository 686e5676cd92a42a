//! One reconciliation of a Kustomization, stage by stage: fetch, build, detect drift, apply, prune, check, and what
//! it says of itself on the way.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::super::api::{Api, Id};
use super::super::build;
use super::super::conditions::{self, READY, RECONCILING, Saying};
use super::super::durations;
use super::super::events::Told;
use super::super::run::{Again, Next, Run, SOON};
use super::super::source::Storage;
use super::super::subject::Subject;
use super::applying::{self, Action};
use super::controller::{KustomizeController, SOURCE_KIND};
use super::health::{Checked, awaited};
use super::stages::{Check, Stage, Work};
use super::{dependencies, history, inventory};

const FINALIZER: &str = "finalizers.fluxcd.io";
const HEALTHY: &str = "Healthy";
/// How long it takes to build, and to try and apply.
const BUILDING: SignedDuration = SignedDuration::from_millis(80);
const APPLYING: SignedDuration = SignedDuration::from_millis(20);
/// How often health is looked at, and what was deleted.
const POLL: SignedDuration = SignedDuration::from_secs(5);
const GOING: SignedDuration = SignedDuration::from_secs(2);
/// When to look again for what is not there yet.
const DEPENDENCY: SignedDuration = SignedDuration::from_secs(30);
const SHORTEST: SignedDuration = SignedDuration::from_secs(30);

impl KustomizeController {
    pub(super) fn act(
        &mut self,
        run: &mut Run<Stage>,
        stage: Stage,
        api: &mut Api<'_>,
        storage: &Storage,
    ) -> Next<Stage> {
        match stage {
            Stage::Begin => self.begin(run, api),
            Stage::Fetch(work) => Next::Wait(SOON, Stage::Open(work)),
            Stage::Open(work) => self.open(run, work, api, storage),
            Stage::Build(work) => {
                let built = match storage.at(&work.path) {
                    Some(stored) => build::build(&run.subject.object, &stored.files, &self.folder(), api),
                    None => Err("the artifact is gone".to_owned()),
                };
                Next::Wait(BUILDING, Stage::Built(work, built))
            }
            Stage::Built(mut work, Ok(built)) => {
                work.digest = built.digest;
                progress(&mut run.subject, "Detecting drift", &work.revision, api);
                Next::Write(Stage::Apply(work, built.objects))
            }
            Stage::Built(work, Err(error)) => self.fail(run, &work, "BuildFailed", error, api),
            Stage::Apply(work, objects) => self.apply(run, work, objects, api),
            Stage::Check(work, check) => self.check(run, work, check, api),
            Stage::Succeed(work) => succeed(run, &work, api),
            Stage::Going(ids, until) => self.wait_for_end(run, ids, until, api),
            Stage::End(again) => self.end(run, again, api),
        }
    }

    fn begin(&mut self, run: &mut Run<Stage>, api: &mut Api<'_>) -> Next<Stage> {
        let subject = &mut run.subject;
        if subject.is_deleted() {
            return self.finalize(run, api);
        }
        if !subject.has_finalizer(FINALIZER) {
            subject.add_finalizer(FINALIZER);
            return finish(run, Again::Later, api);
        }
        if subject.spec("suspend") == true {
            return finish(run, Again::Never, api);
        }
        let (kind, namespace, name) = dependencies::source(&subject.object);
        if kind != SOURCE_KIND {
            let message = format!("the lab does not have sources of kind {kind}");
            not_ready(subject, "ArtifactFailed", &message, api);
            return finish(run, Again::After(retry_interval(&run.subject)), api);
        }
        let Some(source) = self.sources.get(&(namespace, name.clone())) else {
            let message = format!("GitRepository.source.toolkit.fluxcd.io {name:?} not found");
            not_ready(subject, "ArtifactFailed", &message, api);
            return finish(run, Again::After(retry_interval(&run.subject)), api);
        };
        let artifact = &source["status"]["artifact"];
        let (Some(revision), Some(path)) = (artifact["revision"].as_str(), artifact["path"].as_str()) else {
            let message = format!("Source artifact not found, retrying in {}", durations::format(DEPENDENCY));
            not_ready(subject, "ArtifactFailed", &message, api);
            return finish(run, Again::After(DEPENDENCY), api);
        };
        let work = Work {
            revision: revision.to_owned(),
            path: path.to_owned(),
            began: api.now,
            digest: String::new(),
        };
        if let Some(unready) = dependencies::unready(subject, &work.revision, api) {
            not_ready(subject, "DependencyNotReady", &unready, api);
            let message = format!(
                "Dependencies do not meet ready condition, retrying in {}",
                durations::format(DEPENDENCY)
            );
            self.tell(api, &run.subject, Some(&work.revision), false, message);
            return finish(run, Again::After(DEPENDENCY), api);
        }
        let saying =
            Saying { status: "Unknown", reason: "Progressing", message: "Reconciliation in progress" };
        conditions::set(&mut subject.object, READY, &saying, api.now);
        progress(subject, "Fetching manifests", &work.revision, api);
        Next::Write(Stage::Fetch(work))
    }

    fn open(
        &mut self,
        run: &mut Run<Stage>,
        work: Work,
        api: &mut Api<'_>,
        storage: &Storage,
    ) -> Next<Stage> {
        let Some(stored) = storage.at(&work.path) else {
            let message = format!(
                "Source is not ready, artifact not found, retrying in {}",
                durations::format(DEPENDENCY)
            );
            not_ready(&mut run.subject, "ArtifactFailed", &message, api);
            return finish(run, Again::After(DEPENDENCY), api);
        };
        let path = build::folder(run.subject.spec("path").as_str().unwrap_or_default());
        if !build::is_folder(&stored.files, &path) {
            let path = format!("{}{path}", self.folder());
            let message = format!("kustomization path not found: stat {path}: no such file or directory");
            return self.fail(run, &work, "ArtifactFailed", message, api);
        }
        run.subject.object["status"]["lastAttemptedRevision"] = json!(work.revision);
        progress(&mut run.subject, "Building manifests", &work.revision, api);
        Next::Write(Stage::Build(work))
    }

    fn apply(
        &mut self,
        run: &mut Run<Stage>,
        work: Work,
        objects: Vec<Value>,
        api: &mut Api<'_>,
    ) -> Next<Stage> {
        let owner = run.subject.id.clone();
        let is_forced = run.subject.spec("force") == true;
        let done = match applying::apply(&owner, objects, is_forced, api) {
            Ok(done) => done,
            Err(error) => {
                remember(&mut run.subject, &work, "ReconciliationFailed", api);
                return self.fail(run, &work, "ReconciliationFailed", error, api);
            }
        };
        let changes = applying::changes(&done);
        let has_drifted = !changes.is_empty();
        if has_drifted {
            self.tell(api, &run.subject, Some(&work.revision), false, changes);
        }
        let status = &mut run.subject.object["status"];
        let before = inventory::list(status);
        let applied: Vec<_> = done.iter().map(|one| one.id.clone()).collect();
        status["inventory"] = inventory::of(&applied);
        let is_there = |id: &Id| {
            applied.iter().any(|one| {
                (one.group(), &one.kind, &one.namespace, &one.name)
                    == (id.group(), &id.kind, &id.namespace, &id.name)
            })
        };
        let stale: Vec<_> = before.into_iter().filter(|id| !is_there(id)).collect();
        if run.subject.spec("prune") == true && !stale.is_empty() {
            let (pruned, failures) = applying::delete(&owner, stale, api);
            if !failures.is_empty() {
                let error = format!("delete failed, errors: {}", failures.concat());
                remember(&mut run.subject, &work, "PruneFailed", api);
                return self.fail(run, &work, "PruneFailed", error, api);
            }
            let told: Vec<String> = pruned.iter().map(applying::Done::told).collect();
            self.tell(api, &run.subject, Some(&work.revision), false, told.join("\n"));
        }
        let settled: Vec<_> =
            done.iter().filter(|one| one.action != Action::Skipped).map(|one| one.id.clone()).collect();
        let ids = awaited(&owner, &run.subject.object["spec"], &settled);
        if ids.is_empty() {
            conditions::remove(&mut run.subject.object, HEALTHY);
            return Next::Wait(APPLYING, Stage::Succeed(work));
        }
        self.begin_check(run, work, ids, has_drifted, api)
    }

    fn begin_check(
        &mut self,
        run: &mut Run<Stage>,
        work: Work,
        ids: Vec<Id>,
        has_drifted: bool,
        api: &mut Api<'_>,
    ) -> Next<Stage> {
        let subject = &mut run.subject;
        let was_healthy = conditions::is(&subject.object, HEALTHY, "True");
        let is_new = subject.object["status"]["lastAppliedRevision"] != work.revision.as_str();
        let message = progress(subject, "Running health checks", &work.revision, api);
        let saying = Saying { status: "Unknown", reason: "Progressing", message: &message };
        conditions::set(&mut subject.object, HEALTHY, &saying, api.now);
        let check = Check {
            ids,
            began: api.now,
            until: api.now + timeout(subject),
            last: None,
            is_news: !was_healthy || (is_new && has_drifted),
        };
        Next::Write(Stage::Check(work, check))
    }

    fn check(
        &mut self,
        run: &mut Run<Stage>,
        work: Work,
        mut check: Check,
        api: &mut Api<'_>,
    ) -> Next<Stage> {
        let is_late = api.now >= check.until;
        let checked = match check.last.take() {
            Some(last) if is_late => last,
            _ => Checked::look(&check.ids, api),
        };
        if !is_late && !checked.is_over() {
            check.last = Some(checked);
            let wait = POLL.min(check.until.duration_since(api.now));
            return Next::Wait(wait, Stage::Check(work, check));
        }
        let took = self.measured(api.now.duration_since(check.began));
        let subject = &mut run.subject;
        if let Some(error) = checked.failure(is_late) {
            let saying = Saying { status: "False", reason: "HealthCheckFailed", message: &error };
            conditions::set(&mut subject.object, HEALTHY, &saying, api.now);
            remember(subject, &work, "HealthCheckFailed", api);
            let error = format!("health check failed after {took}: {error}");
            return self.fail(run, &work, "HealthCheckFailed", error, api);
        }
        let message = format!("Health check passed in {took}");
        if check.is_news {
            self.tell(api, subject, Some(&work.revision), false, message.clone());
        }
        let saying = Saying { status: "True", reason: "Succeeded", message: &message };
        conditions::set(&mut run.subject.object, HEALTHY, &saying, api.now);
        Next::Write(Stage::Succeed(work))
    }

    fn finalize(&mut self, run: &mut Run<Stage>, api: &mut Api<'_>) -> Next<Stage> {
        let subject = &run.subject;
        let ids = inventory::list(&subject.object["status"]);
        let policy = subject.spec("deletionPolicy").as_str().unwrap_or("MirrorPrune").to_owned();
        let deletes = match policy.as_str() {
            "MirrorPrune" => subject.spec("prune") == true,
            "Delete" | "WaitForTermination" => true,
            _ => false,
        };
        if !deletes || subject.spec("suspend") == true || ids.is_empty() {
            return self.wait_for_end(run, Vec::new(), api.now, api);
        }
        let (done, failures) = applying::delete(&subject.id, ids, api);
        let revision = subject.object["status"]["lastAppliedRevision"].as_str().map(str::to_owned);
        if !failures.is_empty() {
            let message = "pruning for deleted resource failed".to_owned();
            self.tell(api, &run.subject, revision.as_deref(), true, message);
            return finish(run, Again::Later, api);
        }
        let told: Vec<String> = done.iter().map(applying::Done::told).collect();
        self.tell(api, &run.subject, revision.as_deref(), false, told.join("\n"));
        let until = match policy.as_str() {
            "WaitForTermination" => api.now + timeout(&run.subject),
            _ => api.now,
        };
        let gone = done.into_iter().filter(|one| one.action == Action::Deleted).map(|one| one.id);
        self.wait_for_end(run, gone.collect(), until, api)
    }

    /// Waits until what was deleted is gone, or for as long as that may take, and lets the object go.
    fn wait_for_end(
        &mut self,
        run: &mut Run<Stage>,
        ids: Vec<Id>,
        until: Timestamp,
        api: &mut Api<'_>,
    ) -> Next<Stage> {
        let left: Vec<_> = ids.into_iter().filter(|id| api.get(id).is_ok()).collect();
        if !left.is_empty() && api.now < until {
            return Next::Wait(GOING, Stage::Going(left, until));
        }
        run.subject.remove_finalizer(FINALIZER);
        finish(run, Again::Never, api)
    }

    /// Ends badly, and comes back after the retry interval.
    fn fail(
        &mut self,
        run: &mut Run<Stage>,
        work: &Work,
        reason: &str,
        message: String,
        api: &mut Api<'_>,
    ) -> Next<Stage> {
        not_ready(&mut run.subject, reason, &message, api);
        self.tell(api, &run.subject, Some(&work.revision), true, message);
        finish(run, Again::After(retry_interval(&run.subject)), api)
    }

    /// The end: what is ready says so.
    fn end(&mut self, run: &mut Run<Stage>, again: Again, api: &mut Api<'_>) -> Next<Stage> {
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

    fn tell(
        &mut self,
        api: &mut Api<'_>,
        subject: &Subject,
        revision: Option<&str>,
        is_warning: bool,
        message: String,
    ) {
        let told = self.told(subject, revision, is_warning, message);
        self.recorder.tell(api, &subject.object, told);
    }

    /// An event has the reason that `Ready` has at the moment.
    fn told(&self, subject: &Subject, revision: Option<&str>, is_warning: bool, message: String) -> Told {
        let ready = conditions::get(&subject.object, READY).and_then(|ready| ready["reason"].as_str());
        let revision =
            revision.map(|revision| ("kustomize.toolkit.fluxcd.io/revision".to_owned(), json!(revision)));
        Told {
            is_warning,
            reason: ready.unwrap_or(if is_warning { "error" } else { "info" }).to_owned(),
            message,
            annotations: revision.into_iter().collect::<Map<String, Value>>(),
        }
    }

    /// A folder to build in, which no other build has.
    fn folder(&mut self) -> String {
        format!("/tmp/kustomization-{}", self.number())
    }

    /// How long something took: never the same twice, to the nanosecond.
    fn measured(&mut self, took: SignedDuration) -> String {
        let more = i64::try_from(self.number() % 5_000_000).unwrap_or_default();
        durations::format(took + SignedDuration::from_nanos(more))
    }

    /// A number that looks random, and is the same in every lab that does the same.
    fn number(&mut self) -> u64 {
        self.made += 1;
        self.made.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32
    }
}

/// All is applied, and well.
fn succeed(run: &mut Run<Stage>, work: &Work, api: &mut Api<'_>) -> Next<Stage> {
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
fn finish(run: &mut Run<Stage>, again: Again, api: &mut Api<'_>) -> Next<Stage> {
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
    Next::Write(Stage::End(again))
}

fn remember(subject: &mut Subject, work: &Work, ended: &str, api: &Api<'_>) {
    let took = api.now.duration_since(work.began);
    history::remember(&mut subject.object["status"], &work.digest, ended, took, &work.revision, api.now);
}

fn not_ready(subject: &mut Subject, reason: &str, message: &str, api: &Api<'_>) {
    conditions::set(&mut subject.object, READY, &Saying { status: "False", reason, message }, api.now);
}

/// Says how far it has come.
fn progress(subject: &mut Subject, what: &str, revision: &str, api: &Api<'_>) -> String {
    let timeout = durations::format(timeout(subject));
    let message = format!("{what} for revision {revision} with a timeout of {timeout}");
    conditions::reconciling(&mut subject.object, "Progressing", &message, api.now);
    message
}

fn duration(subject: &Subject, field: &str) -> Option<SignedDuration> {
    subject.spec(field).as_str().and_then(durations::parse)
}

/// What the spec says, or the interval less half a minute; never less than half a minute.
fn timeout(subject: &Subject) -> SignedDuration {
    let interval = duration(subject, "interval").unwrap_or_default();
    duration(subject, "timeout").unwrap_or(interval - SHORTEST).max(SHORTEST)
}

fn retry_interval(subject: &Subject) -> SignedDuration {
    duration(subject, "retryInterval")
        .or_else(|| duration(subject, "interval"))
        .unwrap_or(SignedDuration::from_mins(1))
}
