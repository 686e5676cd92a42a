//! One scenario's pipeline while it runs: its repository, its Flux objects, the plugin that watches it.
//!
//! The vocabulary in which scenarios are written. Objects are named as Azure names them: configuration
//! `P-dev`, hence GitRepository `P-dev` and Kustomization `P-dev-P-dev`, for the namespace `dev-P`.

use std::time::Duration;

use serde_json::{Value, json};

use crate::plane::flux::{self, KUSTOMIZATION, NAMESPACE};
use crate::plane::objects::{Change, Objects};
use crate::plane::registry::Content;
use crate::plane::repository::{BRANCH, Repository};
use crate::plane::{GIT_PASSWORD, ORGANISATION, Plane};
use crate::problem::{Context, Outcome};
use crate::scenario::manifests;
use crate::scenario::origin::Origin;
use crate::story::moment::Moment;
use crate::story::next;
use crate::story::transcript;
use crate::story::watch::Recorder;

/// How a pipeline begins. The default is one that works.
pub(crate) struct Beginning {
    /// The first commit; paths are inside the kustomization's folder, or begin with `/`.
    pub(crate) files: Option<Vec<(String, String)>>,
    /// Where the kustomization's manifests come from.
    pub(crate) origin: Origin,
    /// What the cluster signs in there with; `None` makes no secret.
    pub(crate) password: Option<&'static str>,
    pub(crate) branch: &'static str,
    /// The kustomization's folder, if not the project's.
    pub(crate) path: Option<&'static str>,
    /// Whether health is waited for. Flux never waits less than 30 s.
    pub(crate) wait: bool,
    /// How often the kustomization is applied without a reason.
    pub(crate) interval: &'static str,
    /// Another kustomization that must be ready first: its suffix and its folder.
    pub(crate) after: Option<(&'static str, &'static str)>,
}

impl Default for Beginning {
    fn default() -> Self {
        Self {
            files: None,
            origin: Origin::Git,
            password: Some(GIT_PASSWORD),
            branch: BRANCH,
            path: None,
            wait: true,
            interval: "10s",
            after: None,
        }
    }
}

/// The pipeline of one scenario.
pub(crate) struct Case<'a> {
    pub(crate) plane: &'a Plane,
    objects: &'a Objects,
    /// The kind of its source, as kubectl names it.
    kind: &'static str,
    project: String,
    pub(crate) namespace: String,
    repository: Repository,
    pub(crate) commits: Vec<String>,
    recorder: Option<Recorder>,
}

impl<'a> Case<'a> {
    pub(crate) async fn new(plane: &'a Plane, objects: &'a Objects, project: &str) -> Outcome<Self> {
        let namespace = format!("dev-{project}");
        plane.cluster.namespace(&namespace).await?;
        let repository = Repository::make(plane, project).await?;
        let project = project.to_owned();
        Ok(Self {
            plane,
            objects,
            kind: flux::GIT,
            project,
            namespace,
            repository,
            commits: Vec::new(),
            recorder: None,
        })
    }

    pub(crate) fn source(&self) -> String {
        format!("{}-dev", self.project)
    }

    pub(crate) fn kustomization(&self) -> String {
        format!("{0}-dev-{0}-dev", self.project)
    }

    /// The first commit and the Flux objects. Returns what names the revision: the commit, or the digest of the
    /// artifact that is made of it.
    pub(crate) async fn create(&mut self, beginning: Beginning) -> Outcome<String> {
        let files = beginning.files.clone().unwrap_or_else(|| manifests::everything(&self.namespace));
        let mut revision = self.push("first", files).await?;
        if let Origin::Artifact { tag } = beginning.origin {
            revision = self.publish(tag).await?;
        }
        self.kind = beginning.origin.kind();
        self.plane.cluster.create(&self.flux_objects(&beginning)).await?;
        Ok(revision)
    }

    /// The same, and then the plugin.
    pub(crate) async fn begin(&mut self, beginning: Beginning) -> Outcome<String> {
        let commit = self.create(beginning).await?;
        let keep = transcript::folder().join(&self.project);
        self.recorder = Some(Recorder::start(&self.plane.cluster, &self.namespace, &keep)?);
        Ok(commit)
    }

    /// What the plugin has told.
    pub(crate) fn story(&self) -> Vec<Moment> {
        self.recorder.as_ref().map(Recorder::story).unwrap_or_default()
    }

    /// What its objects said: all of its namespace, and Flux's own by their names.
    pub(crate) fn recording(&self) -> Vec<Change> {
        let source = self.source();
        let ours = |object: &Value| {
            object["name"]
                .as_str()
                .is_some_and(|name| name == source || name.starts_with(&format!("{source}-")))
        };
        self.objects.changes(|object| {
            let metadata = &object["metadata"];
            metadata["namespace"] == self.namespace.as_str()
                || ours(metadata)
                || ours(&object["involvedObject"])
        })
    }

    /// A pipeline that works, up to where the plugin says so.
    pub(crate) async fn deployed(&mut self, beginning: Beginning) -> Outcome {
        let first = self.begin(beginning).await?;
        self.applied(&first).await
    }

    /// Where source-controller finds the charts of this scenario.
    pub(crate) fn chart_url(&self) -> String {
        format!("oci://{}/{}-charts", self.plane.registry.host(), self.artifact())
    }

    /// Publishes a chart. Nobody here reads what is in it.
    pub(crate) fn publish_chart(&self, version: &str) {
        let repository = format!("{}-charts", self.artifact());
        let notes = json!({"org.opencontainers.image.version": version});
        self.plane.registry.publish(
            &repository,
            version,
            Content::Chart,
            version.as_bytes().to_vec(),
            &notes,
        );
    }

    /// What this run knows its artifact by: a repository of the registry.
    fn artifact(&self) -> String {
        format!("{ORGANISATION}/{}", self.project)
    }

    fn flux_objects(&self, beginning: &Beginning) -> Vec<Value> {
        let source = self.source();
        let mut objects = Vec::new();
        let secret = format!("{source}-auth");
        if let Some(password) = beginning.password {
            let secret = beginning.origin.secret(self.plane, &secret, NAMESPACE, password);
            objects.push(secret);
        }
        let url = match beginning.origin {
            Origin::Git => self.repository.url.clone(),
            _ => format!("oci://{}/{}", self.plane.registry.host(), self.artifact()),
        };
        let mut source_object = beginning.origin.source(&url, beginning.branch);
        source_object["metadata"] = json!({"name": source, "namespace": NAMESPACE});
        source_object["spec"]["secretRef"] = json!({"name": secret});
        let kind = source_object["kind"].clone();
        objects.push(source_object);
        let kustomization = |name: String, path: String| {
            json!({
                "apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization",
                "metadata": {"name": name, "namespace": NAMESPACE},
                "spec": {
                    "interval": beginning.interval, "retryInterval": "10s", "timeout": "30s", "path": path,
                    "prune": true, "wait": beginning.wait,
                    "sourceRef": {"kind": kind, "name": source},
                },
            })
        };
        let path = beginning.path.unwrap_or(&self.project);
        let mut main = kustomization(self.kustomization(), format!("./{path}"));
        if let Some((suffix, folder)) = beginning.after {
            let name = format!("{source}-{suffix}");
            main["spec"]["dependsOn"] = json!([{"name": name}]);
            objects.push(kustomization(name, format!("./{folder}")));
        }
        objects.push(main);
        objects
    }

    /// Commits files and pushes them. An empty text removes a file.
    pub(crate) async fn push(&mut self, message: &str, files: Vec<(String, String)>) -> Outcome<String> {
        let place = |name: String| match name.strip_prefix('/') {
            Some(outside) => outside.to_owned(),
            None => format!("{}/{name}", self.project),
        };
        let files: Vec<_> = files.into_iter().map(|(name, text)| (place(name), text)).collect();
        let commit = self.repository.push(message, &files).await?;
        self.commits.push(commit.clone());
        Ok(commit)
    }

    /// Makes an artifact of what is committed and publishes it under a tag, as a pipeline does with `flux push
    /// artifact`. Returns its digest.
    pub(crate) async fn publish(&mut self, tag: &str) -> Outcome<String> {
        let layer = self.repository.archive().await?;
        let commit = self.commits.last().map_or("", String::as_str);
        let notes = json!({
            "org.opencontainers.image.created": jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "org.opencontainers.image.revision": format!("{BRANCH}@sha1:{commit}"),
            "org.opencontainers.image.source": self.repository.url,
        });
        let digest = self.plane.registry.publish(&self.artifact(), tag, Content::Manifests, layer, &notes);
        self.commits.push(digest.clone());
        Ok(digest)
    }

    /// Merges into one of Flux's objects.
    pub(crate) async fn patch(&self, kind: &str, name: &str, patch: Value) -> Outcome {
        self.plane.cluster.patch(NAMESPACE, &format!("{kind}/{name}"), patch).await
    }

    /// Asks Flux to look now, as `flux reconcile` does.
    pub(crate) async fn reconcile(&self, kind: &str, name: &str) -> Outcome {
        let now = jiff::Timestamp::now().to_string();
        self.patch(kind, name, json!({"metadata": {"annotations": {"reconcile.fluxcd.io/requestedAt": now}}}))
            .await
    }

    /// Waits until the source holds a commit.
    pub(crate) async fn fetched(&self, commit: &str) -> Outcome {
        let what = format!("at {commit}");
        self.source_is(&what, |object| flux::fetched(object, commit)).await
    }

    /// Waits until a commit is applied, and until the plugin says that it is deployed.
    pub(crate) async fn applied(&self, commit: &str) -> Outcome {
        let what = format!("at {commit}");
        self.kustomization_is(&what, |object| flux::applied(object, commit)).await?;
        self.shown("Deployed", "Applied", Some(commit)).await
    }

    /// Waits until health checks of a commit run.
    pub(crate) async fn checking(&self, commit: &str) -> Outcome {
        let what = format!("checking the health of {commit}");
        self.kustomization_is(&what, |object| flux::checking(object, commit)).await
    }

    /// Waits until the source has failed for a reason of Flux's.
    pub(crate) async fn source_fails(&self, reason: &str) -> Outcome {
        let what = format!("failing with {reason}");
        self.source_is(&what, |object| flux::failing(object, reason)).await
    }

    /// Waits until an object is as described.
    pub(crate) async fn object_is(
        &self,
        kind: &'static str,
        namespace: &str,
        name: &str,
        what: &str,
        fits: impl Fn(Option<&Value>) -> bool,
    ) -> Outcome {
        self.objects.until(kind, namespace, name, what, fits).await
    }

    async fn source_is(&self, what: &str, fits: impl Fn(Option<&Value>) -> bool) -> Outcome {
        self.objects.until(self.kind, NAMESPACE, &self.source(), what, fits).await
    }

    /// Waits until the kustomization has failed for a reason of Flux's.
    pub(crate) async fn fails(&self, reason: &str) -> Outcome {
        let what = format!("failing with {reason}");
        self.kustomization_is(&what, |object| flux::failing(object, reason)).await
    }

    /// Waits until the kustomization is as described.
    pub(crate) async fn kustomization_is(
        &self,
        what: &str,
        fits: impl Fn(Option<&Value>) -> bool,
    ) -> Outcome {
        self.objects.until(KUSTOMIZATION, NAMESPACE, &self.kustomization(), what, fits).await
    }

    /// Waits until the plugin's newest verdict is this one; with a commit, until it names that commit. Then the
    /// commands that it advises must work.
    pub(crate) async fn shown(&self, standing: &str, reason: &str, commit: Option<&str>) -> Outcome {
        let Some(recorder) = &self.recorder else {
            return Ok(());
        };
        let what = format!("{standing} {reason}");
        recorder
            .until(&what, |story| {
                story.last().is_some_and(|last| {
                    last.standing == standing
                        && last.reason == reason
                        && commit.and_then(|commit| commit.get(..7)).is_none_or(|short| last.names(short))
                })
            })
            .await?;
        self.follow_advice(recorder.story().last()).await
    }

    /// Types the commands of a verdict, as far as they change nothing.
    async fn follow_advice(&self, verdict: Option<&Moment>) -> Outcome {
        let advised = verdict.map(|verdict| verdict.next.as_slice()).unwrap_or_default();
        let place = self.plane.folder().join("person");
        for line in advised.iter().filter_map(|command| next::trial(command)) {
            self.plane.cluster.shell(&line, &place).await.context("what the plugin advises does not work")?;
        }
        Ok(())
    }

    /// Waits until the plugin's newest verdict has a remark with this reason.
    pub(crate) async fn remarked(&self, reason: &str) -> Outcome {
        let Some(recorder) = &self.recorder else {
            return Ok(());
        };
        let what = format!("a remark {reason}");
        let said = |last: &Moment| last.remarks.iter().any(|remark| remark == reason);
        recorder.until(&what, |story| story.last().is_some_and(said)).await
    }

    /// What a person clones, token and all.
    pub(crate) fn clone_from(&self) -> &str {
        &self.repository.push_to
    }

    /// Gives what must not be told the time to be told.
    pub(crate) async fn silence(&self) {
        if let Some(recorder) = &self.recorder {
            recorder.silence(Duration::from_secs(1)).await;
        }
    }
}
