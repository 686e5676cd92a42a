//! One scenario's pipeline while it runs: its repository, its Flux objects, the plugin that watches it.
//!
//! The vocabulary in which scenarios are written. Objects are named as Azure names them: configuration
//! `P-dev`, hence GitRepository `P-dev` and Kustomization `P-dev-P-dev`, for the namespace `dev-P`.

use std::time::Duration;

use serde_json::{Value, json};

use crate::plane::flux::{self, Flux, KUSTOMIZATION, NAMESPACE, SOURCE};
use crate::plane::repository::{BRANCH, Repository};
use crate::plane::{GIT_PASSWORD, GIT_USER, Plane};
use crate::problem::Outcome;
use crate::scenario::manifests;
use crate::story::moment::Moment;
use crate::story::transcript;
use crate::story::watch::Recorder;

/// How a pipeline begins. The default is one that works.
pub(crate) struct Beginning {
    /// The first commit; paths are inside the kustomization's folder, or begin with `/`.
    pub(crate) files: Option<Vec<(String, String)>>,
    /// What the cluster signs in to the git host with; `None` makes no secret.
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
    flux: &'a Flux,
    project: String,
    pub(crate) namespace: String,
    repository: Repository,
    pub(crate) commits: Vec<String>,
    recorder: Option<Recorder>,
}

impl<'a> Case<'a> {
    pub(crate) async fn new(plane: &'a Plane, flux: &'a Flux, project: &str) -> Outcome<Self> {
        let namespace = format!("dev-{project}");
        plane.cluster.namespace(&namespace).await?;
        let repository = Repository::make(plane, project).await?;
        let project = project.to_owned();
        Ok(Self { plane, flux, project, namespace, repository, commits: Vec::new(), recorder: None })
    }

    pub(crate) fn source(&self) -> String {
        format!("{}-dev", self.project)
    }

    pub(crate) fn kustomization(&self) -> String {
        format!("{0}-dev-{0}-dev", self.project)
    }

    /// The first commit and the Flux objects. Returns the commit.
    pub(crate) async fn create(&mut self, beginning: Beginning) -> Outcome<String> {
        let files = beginning.files.clone().unwrap_or_else(|| manifests::everything(&self.namespace));
        let commit = self.push("first", files).await?;
        self.plane.cluster.create(&self.objects(&beginning)).await?;
        Ok(commit)
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

    /// A pipeline that works, up to where the plugin says so.
    pub(crate) async fn deployed(&mut self, beginning: Beginning) -> Outcome {
        let first = self.begin(beginning).await?;
        self.applied(&first).await
    }

    fn objects(&self, beginning: &Beginning) -> Vec<Value> {
        let (source, secret) = (self.source(), format!("{}-dev-auth", self.project));
        let mut objects = Vec::new();
        if let Some(password) = beginning.password {
            let authority = self.plane.git.authority();
            let text = json!({"username": GIT_USER, "password": password, "ca.crt": authority});
            objects.push(json!({
                "apiVersion": "v1", "kind": "Secret",
                "metadata": {"name": secret, "namespace": NAMESPACE}, "stringData": text,
            }));
        }
        objects.push(json!({
            "apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository",
            "metadata": {"name": source, "namespace": NAMESPACE},
            "spec": {
                "interval": "3s", "url": self.repository.url, "ref": {"branch": beginning.branch},
                "secretRef": {"name": secret},
            },
        }));
        let kustomization = |name: String, path: String| {
            json!({
                "apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization",
                "metadata": {"name": name, "namespace": NAMESPACE},
                "spec": {
                    "interval": beginning.interval, "retryInterval": "10s", "timeout": "30s", "path": path,
                    "prune": true, "wait": beginning.wait,
                    "sourceRef": {"kind": "GitRepository", "name": source},
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
        self.flux.until(SOURCE, &self.source(), &what, |object| flux::fetched(object, commit)).await
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
        self.flux.until(SOURCE, &self.source(), &what, |object| flux::failing(object, reason)).await
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
        self.flux.until(KUSTOMIZATION, &self.kustomization(), what, fits).await
    }

    /// Waits until the plugin's newest verdict is this one; with a commit, until it names that commit.
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
            .await
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
