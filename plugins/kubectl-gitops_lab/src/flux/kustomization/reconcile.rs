//! One reconciliation of a Kustomization, stage by stage: fetch, build, detect drift, apply, prune, check, and what
//! it says of itself on the way.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::apply::Action;
use super::controller::{KustomizeController, SOURCE_API, SOURCE_KIND};
use super::health_result::awaited;
use super::outcome::{FINALIZER, HEALTHY, finish, not_ready, progress, remember, retry_interval, succeed};
use super::stages::{ApplyStage, ApplyWork};
use super::{apply, dependencies, inventory, prune};
use crate::flux::client::{ApiClient, ObjectId};
use crate::flux::conditions::{READY, Saying};
use crate::flux::reconciliation::{Again, Next, Reconciliation, SOON};
use crate::flux::remote::Files;
use crate::flux::source::Storage;
use crate::flux::{build, conditions, durations};
use crate::scenario::CONTENT;

/// What a source carries of its own artifact, where it does.
fn content(source: &Value) -> Option<Files> {
    let text = source["metadata"]["annotations"][CONTENT].as_str()?;
    let files: std::collections::BTreeMap<String, String> = serde_json::from_str(text).ok()?;
    Some(files.into_iter().map(|(path, text)| (path, text.into_bytes())).collect())
}

/// How long it takes to build, and to try and apply.
const BUILDING: SignedDuration = SignedDuration::from_millis(80);
const APPLYING: SignedDuration = SignedDuration::from_millis(20);
/// When to look again for what is not there yet.
const DEPENDENCY: SignedDuration = SignedDuration::from_secs(30);

impl KustomizeController {
    pub(super) fn act(
        &mut self,
        run: &mut Reconciliation<ApplyStage>,
        stage: ApplyStage,
        api: &mut ApiClient<'_>,
        storage: &Storage,
    ) -> Next<ApplyStage> {
        match stage {
            ApplyStage::Begin => self.begin(run, api),
            ApplyStage::Fetch(work) => Next::Wait(SOON, ApplyStage::Open(work)),
            ApplyStage::Open(work) => self.open(run, work, api, storage),
            ApplyStage::Build(work) => {
                let built = match self.files(&work.path, storage) {
                    Some(files) => build::build(&run.subject.object, &files, &self.folder(), api),
                    None => Err("the artifact is gone".to_owned()),
                };
                Next::Wait(BUILDING, ApplyStage::Built(work, built))
            }
            ApplyStage::Built(mut work, Ok(built)) => {
                work.digest = built.digest;
                progress(&mut run.subject, "Detecting drift", &work.revision, api);
                Next::Write(ApplyStage::Apply(work, built.objects))
            }
            ApplyStage::Built(work, Err(error)) => self.fail(run, &work, "BuildFailed", error, api),
            ApplyStage::Apply(work, objects) => self.apply(run, work, objects, api),
            ApplyStage::Check(work, check) => self.check(run, work, check, api),
            ApplyStage::Succeed(work) => succeed(run, &work, api),
            ApplyStage::Going(ids, until) => self.wait_for_end(run, ids, until, api),
            ApplyStage::End(again) => self.end(run, again, api),
        }
    }

    fn begin(&mut self, run: &mut Reconciliation<ApplyStage>, api: &mut ApiClient<'_>) -> Next<ApplyStage> {
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
        let source = match kind.as_str() {
            SOURCE_KIND => self.sources.get(&(namespace, name.clone())).cloned(),
            _ => api.get(&ObjectId::new(SOURCE_API, &kind, &namespace, &name)).ok(),
        };
        let Some(source) = source else {
            let message = format!("{kind}.source.toolkit.fluxcd.io {name:?} not found");
            not_ready(subject, "ArtifactFailed", &message, api);
            return finish(run, Again::After(retry_interval(&run.subject)), api);
        };
        let artifact = &source["status"]["artifact"];
        let (Some(revision), Some(path)) = (artifact["revision"].as_str(), artifact["path"].as_str()) else {
            let message = format!("Source artifact not found, retrying in {}", durations::format(DEPENDENCY));
            not_ready(subject, "ArtifactFailed", &message, api);
            return finish(run, Again::After(DEPENDENCY), api);
        };
        if let Some(content) = content(&source) {
            self.contents.insert(path.to_owned(), Arc::new(content));
        }
        let work = ApplyWork {
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
        Next::Write(ApplyStage::Fetch(work))
    }

    /// What is in the artifact at a path.
    fn files(&self, path: &str, storage: &Storage) -> Option<Arc<Files>> {
        let stored = storage.at(path).map(|stored| Arc::clone(&stored.files));
        stored.or_else(|| self.contents.get(path).cloned())
    }

    fn open(
        &mut self,
        run: &mut Reconciliation<ApplyStage>,
        work: ApplyWork,
        api: &mut ApiClient<'_>,
        storage: &Storage,
    ) -> Next<ApplyStage> {
        let Some(files) = self.files(&work.path, storage) else {
            let message = format!(
                "Source is not ready, artifact not found, retrying in {}",
                durations::format(DEPENDENCY)
            );
            not_ready(&mut run.subject, "ArtifactFailed", &message, api);
            return finish(run, Again::After(DEPENDENCY), api);
        };
        let path = build::folder(run.subject.spec("path").as_str().unwrap_or_default());
        if !build::is_folder(&files, &path) {
            let path = format!("{}{path}", self.folder());
            let message = format!("kustomization path not found: stat {path}: no such file or directory");
            return self.fail(run, &work, "ArtifactFailed", message, api);
        }
        run.subject.object["status"]["lastAttemptedRevision"] = json!(work.revision);
        progress(&mut run.subject, "Building manifests", &work.revision, api);
        Next::Write(ApplyStage::Build(work))
    }

    fn apply(
        &mut self,
        run: &mut Reconciliation<ApplyStage>,
        work: ApplyWork,
        objects: Vec<Value>,
        api: &mut ApiClient<'_>,
    ) -> Next<ApplyStage> {
        let owner = run.subject.id.clone();
        let is_forced = run.subject.spec("force") == true;
        let done = match apply::apply(&owner, objects, is_forced, api) {
            Ok(done) => done,
            Err(error) => {
                remember(&mut run.subject, &work, "ReconciliationFailed", api);
                return self.fail(run, &work, "ReconciliationFailed", error, api);
            }
        };
        let changes = apply::changes(&done);
        let has_drifted = !changes.is_empty();
        if has_drifted {
            self.tell(api, &run.subject, Some(&work.revision), false, changes);
        }
        let status = &mut run.subject.object["status"];
        let before = inventory::list(status);
        let applied: Vec<_> = done.iter().map(|one| one.id.clone()).collect();
        status["inventory"] = inventory::of(&applied);
        let is_there = |id: &ObjectId| {
            applied.iter().any(|one| {
                (one.group(), &one.kind, &one.namespace, &one.name)
                    == (id.group(), &id.kind, &id.namespace, &id.name)
            })
        };
        let stale: Vec<_> = before.into_iter().filter(|id| !is_there(id)).collect();
        if run.subject.spec("prune") == true && !stale.is_empty() {
            let (pruned, failures) = prune::delete(&owner, stale.clone(), api);
            if !failures.is_empty() {
                // What is still there stays in the inventory, so that it is tried again.
                let left = stale.into_iter().filter(|id| !pruned.iter().any(|one| one.id == *id));
                let kept: Vec<_> = applied.into_iter().chain(left).collect();
                run.subject.object["status"]["inventory"] = inventory::of(&kept);
                let error = format!("delete failed, errors: {}", failures.concat());
                remember(&mut run.subject, &work, "PruneFailed", api);
                return self.fail(run, &work, "PruneFailed", error, api);
            }
            self.tell(api, &run.subject, Some(&work.revision), false, prune::told(&pruned));
        }
        let settled: Vec<_> =
            done.iter().filter(|one| one.action != Action::Skipped).map(|one| one.id.clone()).collect();
        let ids = awaited(&owner, &run.subject.object["spec"], &settled);
        if ids.is_empty() {
            conditions::remove(&mut run.subject.object, HEALTHY);
            return Next::Wait(APPLYING, ApplyStage::Succeed(work));
        }
        self.begin_check(run, work, ids, has_drifted, api)
    }
}
