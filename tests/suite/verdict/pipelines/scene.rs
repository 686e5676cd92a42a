//! A GitHub of values: a pipeline of two environments in which everything went well, and ways to change it.

use std::collections::{BTreeMap, BTreeSet};

use gitops_core::model::github::{
    Commit, CommitStatus, Comparison, PendingDeployment, PullRequest, RunList, Workflow, WorkflowJob,
};
use gitops_core::model::upstream::{
    ConfigurationChanges, GithubAnswer, GithubAnswers, GithubQuestion, GithubScope, Upstreams, join,
    upstreams, wanted_questions,
};
use gitops_core::model::verdict::{EnvironmentStatus, Picture};
use serde_json::{Value, json};

use super::super::least::{
    NAMESPACE, REVISION, ago, condition, deployment, judged, kustomization, source, with,
};
use super::super::timeline::cluster;

/// The gitops commit that `dev` applied, and the one before it.
pub(super) const APPLIED: &str = "d61d3702f941f7a0787e29e428e569152f66e7bf";
pub(super) const FORMER: &str = "46abddde3c053f4de5a3a05a44005d7fcd944816";
/// The newest gitops commit of `qa`.
pub(super) const QA_HEAD: &str = "90ab12340f941f7a0787e29e428e569152f66e70";
/// The source commit that is deployed everywhere, and the one before it.
pub(super) const SOURCE: &str = "1a2b3c4d5e6f1a2b3c4d5e6f1a2b3c4d5e6f1a2b";
pub(super) const OLD_SOURCE: &str = "0e0e0e0d5e6f1a2b3c4d5e6f1a2b3c4d5e6f1a2b";
/// A newer source commit.
pub(super) const NEW_SOURCE: &str = "2b2b2b2d5e6f1a2b3c4d5e6f1a2b3c4d5e6f1a2b";
/// The configuration that is rendered.
pub(super) const CONFIG: &str = "c0ffee0d5e6f1a2b3c4d5e6f1a2b3c4d5e6f1a2b";

/// What GitHub has.
#[derive(Clone)]
pub(super) struct Scene {
    pub(super) objects: Vec<Value>,
    pub(super) scope: fn(GithubScope) -> GithubScope,
    /// The commit that is asked for.
    pub(super) revision: Option<&'static str>,
    pub(super) variables: BTreeMap<String, String>,
    pub(super) environments: BTreeMap<&'static str, BTreeMap<String, String>>,
    pub(super) heads: BTreeMap<&'static str, &'static str>,
    pub(super) pulls: BTreeMap<&'static str, Vec<Value>>,
    pub(super) details: BTreeMap<u64, Value>,
    /// Version, source commit, configuration, image tag.
    pub(super) tracking: BTreeMap<&'static str, [&'static str; 4]>,
    pub(super) runs: BTreeMap<&'static str, Vec<Value>>,
    pub(super) has_older_runs: bool,
    pub(super) workflows: BTreeMap<&'static str, Vec<Value>>,
    pub(super) jobs: BTreeMap<u64, Value>,
    pub(super) pending: BTreeMap<u64, Value>,
    pub(super) newest: Value,
    pub(super) commits: BTreeMap<&'static str, Value>,
    pub(super) distances: BTreeMap<(&'static str, &'static str), (u64, u64)>,
    pub(super) statuses: BTreeMap<&'static str, Vec<Value>>,
    /// By the rendered commit.
    pub(super) changes: BTreeMap<&'static str, Value>,
    /// What is not allowed, in the words of the question.
    pub(super) refused: BTreeSet<&'static str>,
}

pub(super) fn commit(sha: &str, message: &str, minutes: i64) -> Value {
    json!({
        "sha": sha, "message": message, "parents": [{"sha": FORMER}],
        "author": {"name": "ada"}, "committer": {"date": ago(60 * minutes)},
    })
}

pub(super) fn run(id: u64, workflow: &str, title: &str, sha: &str, state: &str, minutes: i64) -> Value {
    let (status, conclusion) = match state {
        "queued" | "waiting" | "in_progress" | "pending" => (state, Value::Null),
        ended => ("completed", json!(ended)),
    };
    let repository = if workflow.starts_with("notify-on-pr") { "hello-gitops" } else { "hello" };
    json!({
        "id": id, "run_number": id, "name": workflow, "path": format!(".github/workflows/{workflow}.yml"),
        "display_title": title, "head_sha": sha, "head_branch": "main", "status": status,
        "conclusion": conclusion, "created_at": ago(60 * minutes), "updated_at": ago(60 * minutes - 30),
        "html_url": format!("https://git.example/contoso/{repository}/actions/runs/{id}"), "run_attempt": 1,
    })
}

pub(super) fn workflow(id: u64, name: &str, state: &str) -> Value {
    json!({"id": id, "name": name, "path": format!(".github/workflows/{name}.yml"), "state": state})
}

/// A pull request of the flow to `dev`.
pub(super) fn pull(number: u64, source: &str, head: &str, minutes: i64) -> Value {
    json!({
        "number": number, "state": "open", "title": format!("Deploy to 'dev' '0.0.1-{number}'"),
        "html_url": format!("https://git.example/contoso/hello-gitops/pull/{number}"),
        "head": {"ref": format!("deploy/{source}/dev"), "sha": head}, "base": {"ref": "dev"},
        "created_at": ago(60 * minutes),
    })
}

fn owned(variables: &[(&str, &str)]) -> BTreeMap<String, String> {
    variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// A failing property shows what was changed.
impl std::fmt::Debug for Scene {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "runs {:#?}, settings {:#?}, revision {:?}", self.runs, self.environments, self.revision)
    }
}

impl Scene {
    /// Everything went well.
    pub(super) fn well() -> Self {
        let deployed = |environment: &str, gitops: &str| {
            json!({
                "context": environment, "state": "success",
                "description": format!("Deployed 0.0.1-42: {}", &gitops[..7]), "created_at": ago(540),
            })
        };
        Self {
            objects: vec![source(), kustomization(), deployment()],
            scope: GithubScope::with_chain,
            revision: None,
            variables: owned(&[("START_ENVIRONMENT", "dev")]),
            environments: [("dev", owned(&[("NEXT_ENVIRONMENT", "qa")])), ("qa", owned(&[]))].into(),
            heads: [("dev", APPLIED), ("qa", QA_HEAD)].into(),
            pulls: [("dev", Vec::new()), ("qa", Vec::new())].into(),
            details: BTreeMap::new(),
            tracking: [
                (APPLIED, ["0.0.1-42", SOURCE, CONFIG, "0.0.1-42"]),
                (FORMER, ["0.0.1-41", OLD_SOURCE, CONFIG, "0.0.1-41"]),
                (QA_HEAD, ["0.0.1-42", SOURCE, CONFIG, "0.0.1-42"]),
            ]
            .into(),
            runs: [
                (
                    "hello",
                    vec![
                        run(3, "post-deployment", "post-deployment dev", SOURCE, "success", 11),
                        run(2, "deploy", &format!("deploy dev {SOURCE} 0.0.1-42 y"), SOURCE, "success", 20),
                        run(1, "ci", "Say more", SOURCE, "success", 25),
                    ],
                ),
                ("hello-gitops", vec![run(4, "notify-on-pr", "Deploy", APPLIED, "success", 11)]),
                ("hello-configs", Vec::new()),
            ]
            .into(),
            has_older_runs: false,
            workflows: [
                (
                    "hello",
                    vec![
                        workflow(1, "ci", "active"),
                        workflow(2, "deploy", "active"),
                        workflow(3, "post-deployment", "active"),
                    ],
                ),
                ("hello-gitops", vec![workflow(4, "notify-on-pr", "active")]),
            ]
            .into(),
            jobs: BTreeMap::new(),
            pending: BTreeMap::new(),
            newest: commit(SOURCE, "Say more", 26),
            commits: [(APPLIED, commit(APPLIED, "Deploy to 'dev' '0.0.1-42'", 12))].into(),
            distances: [((SOURCE, OLD_SOURCE), (0, 1)), ((OLD_SOURCE, SOURCE), (1, 0))].into(),
            statuses: [(SOURCE, vec![deployed("dev", APPLIED), deployed("qa", QA_HEAD)])].into(),
            changes: [(CONFIG, json!({"ahead_by": 0, "files": []}))].into(),
            refused: BTreeSet::new(),
        }
    }

    /// The same with something changed.
    pub(super) fn with(change: impl FnOnce(&mut Self)) -> Self {
        let mut scene = Self::well();
        change(&mut scene);
        scene
    }

    /// Nothing was ever applied: the folder is not in the repository yet.
    pub(super) fn undeployed(mut self) -> Self {
        let message = json!("kustomization path not found: stat hello: no such file or directory");
        let waiting = json!([
            with(condition("Ready", "False", "ArtifactFailed", 2), &[("/message", message.clone())]),
            condition("Reconciling", "True", "ProgressingWithRetry", 2)
        ]);
        let status = json!({"observedGeneration": 1, "conditions": waiting});
        let event = json!({
            "kind": "Event", "type": "Warning", "reason": "ArtifactFailed", "message": message, "lastTimestamp": ago(2),
            "metadata": {"annotations": {"kustomize.toolkit.fluxcd.io/revision": REVISION}},
            "involvedObject": {"kind": "Kustomization", "namespace": NAMESPACE, "name": "hello-dev-hello-dev", "uid": "k"},
        });
        self.objects = vec![source(), with(kustomization(), &[("/status", status)]), event];
        self.tracking.remove(APPLIED);
        self.commits.clear();
        self
    }

    /// The newest source commit is one that nothing was done with yet.
    pub(super) fn pushed(minutes: i64) -> Self {
        Self::with(|scene| scene.newest = commit(NEW_SOURCE, "Say even more", minutes))
    }

    /// What GitHub answers to a question.
    pub(super) fn answer(&self, question: &GithubQuestion) -> GithubAnswer {
        if self.refused.contains(question.to_string().as_str()) {
            return GithubAnswer::Refused("not allowed: Resource not accessible".to_owned());
        }
        self.found(question).unwrap_or(GithubAnswer::Absent)
    }

    fn found(&self, question: &GithubQuestion) -> Option<GithubAnswer> {
        let list = |values: &Vec<Value>| values.clone();
        Some(match question {
            GithubQuestion::SourceVariable(_) => GithubAnswer::Text("contoso/hello".to_owned()),
            GithubQuestion::Variables(_) => GithubAnswer::Variables(self.variables.clone()),
            GithubQuestion::EnvironmentVariables { environment, .. } => {
                GithubAnswer::Variables(self.environments.get(environment.as_str())?.clone())
            }
            GithubQuestion::Head(_, branch) => {
                GithubAnswer::Text((*self.heads.get(branch.as_str())?).to_owned())
            }
            GithubQuestion::Pulls(_, branch) => {
                let pulls = self.pulls.get(branch.as_str())?;
                GithubAnswer::Pulls(pulls.iter().map(PullRequest::from_json).collect())
            }
            GithubQuestion::PullRequest(_, number) => {
                let detail = PullRequest::from_json(self.details.get(number)?);
                GithubAnswer::PullRequest(Box::new(detail))
            }
            GithubQuestion::TrackingFile { commit, path, .. } => {
                let files = ["Version", "Promoted_Commit_Id", "Config_Commit_Id", "Image_tag"];
                let file = files.iter().position(|file| path.ends_with(file))?;
                let text = self.tracking.get(commit.as_str())?[file];
                if text.is_empty() {
                    return None;
                }
                GithubAnswer::Text(text.to_owned())
            }
            GithubQuestion::Comparison { base, head, .. } => {
                let (ahead, behind) = *self.distances.get(&(base.as_str(), head.as_str()))?;
                let comparison = Comparison::from_json(&json!({"ahead_by": ahead, "behind_by": behind}));
                GithubAnswer::Distance(comparison.into())
            }
            GithubQuestion::Statuses(_, commit) => {
                let statuses = self.statuses.get(commit.as_str()).map(list).unwrap_or_default();
                GithubAnswer::Statuses(statuses.iter().map(CommitStatus::from_json).collect())
            }
            GithubQuestion::Repository(_) => GithubAnswer::Present,
            GithubQuestion::Runs(repository) => {
                let runs = self.runs.get(repository.name())?;
                let total = runs.len() + usize::from(self.has_older_runs);
                let list = RunList::from_json(&json!({"total_count": total, "workflow_runs": runs}));
                GithubAnswer::Runs(list.into())
            }
            GithubQuestion::Workflows(repository) => {
                let workflows = self.workflows.get(repository.name())?;
                GithubAnswer::Workflows(workflows.iter().map(Workflow::from_json).collect())
            }
            GithubQuestion::Jobs { run, .. } => {
                GithubAnswer::Jobs(vec![WorkflowJob::from_json(self.jobs.get(run)?)])
            }
            GithubQuestion::PendingDeployments(_, run) => {
                let pending = self.pending.get(run)?;
                GithubAnswer::PendingDeployments(vec![PendingDeployment::from_json(pending)])
            }
            GithubQuestion::NewestCommit(_) => GithubAnswer::Commit(Commit::from_json(&self.newest)),
            GithubQuestion::Commit(_, sha) => {
                GithubAnswer::Commit(Commit::from_json(self.commits.get(sha.as_str())?))
            }
            GithubQuestion::Revision(repository, revision) => {
                let commits = match repository.name() {
                    "hello" => [SOURCE, OLD_SOURCE, NEW_SOURCE],
                    _ => [APPLIED, FORMER, QA_HEAD],
                };
                let commit = commits.into_iter().find(|commit| commit.starts_with(revision.as_str()))?;
                GithubAnswer::Commit(Commit::from_json(&json!({"sha": commit})))
            }
            GithubQuestion::ConfigurationChanges { rendered, .. } => {
                let comparison = Comparison::from_json(self.changes.get(rendered.as_str())?);
                GithubAnswer::ConfigurationChanges(ConfigurationChanges::of(&comparison))
            }
        })
    }

    /// Asks until nothing new is wanted. Gives what was answered, and how often in a row something had to be asked.
    pub(super) fn ask(&self, scope: &GithubScope) -> (GithubAnswers, usize) {
        let (mut answers, mut rounds) = (GithubAnswers::default(), 0);
        loop {
            let wanted = wanted_questions(scope, &answers).into_iter();
            let new: Vec<GithubQuestion> =
                wanted.filter(|question| answers.get(question).is_none()).collect();
            if new.is_empty() {
                return (answers, rounds);
            }
            rounds += 1;
            assert!(rounds < 20, "it never ends: {new:?}");
            for question in new {
                let answer = self.answer(&question);
                answers.insert(question, answer);
            }
        }
    }

    /// The clusters' picture, and what GitHub is asked about it.
    pub(super) fn seen(&self) -> (Picture, GithubScope) {
        let picture = judged(&cluster(NAMESPACE, &self.objects));
        let scope = (self.scope)(GithubScope::of(&picture, "git.example"));
        let scope = scope.with_revision(self.revision.map(str::to_owned));
        (picture, scope)
    }

    /// The clusters' picture with what GitHub says.
    pub(super) fn picture(&self) -> Picture {
        let (mut picture, scope) = self.seen();
        let (answers, _) = self.ask(&scope);
        let upstreams: Upstreams = upstreams(&scope, &answers, None);
        join(&mut picture, &scope, &upstreams);
        picture
    }

    /// One of its environments.
    pub(super) fn environment(&self, name: &str) -> EnvironmentStatus {
        let environments = self.picture().environments.into_iter();
        let mut found = environments.filter(|environment| environment.environment == name);
        found.next().unwrap_or_else(|| panic!("no environment {name}"))
    }
}

/// The remarks of an environment, as `reason/cause: message`.
pub(super) fn remarks(environment: &EnvironmentStatus) -> Vec<String> {
    let remarks = environment.remarks.iter();
    remarks
        .map(|remark| {
            let cause = remark.cause.map(|cause| format!("/{cause}")).unwrap_or_default();
            format!("{}{cause}: {}", remark.reason, remark.message)
        })
        .collect()
}

/// That an environment has a remark and, where one is given, a command.
#[track_caller]
pub(super) fn assert_told(environment: &EnvironmentStatus, remark: &str, command: &str) {
    let remarks = remarks(environment);
    assert!(remarks.iter().any(|own| own == remark), "{remark:?} in {remarks:#?}");
    let commands: Vec<&str> = environment.next.iter().map(|next| next.command.as_str()).collect();
    assert!(command.is_empty() || commands.contains(&command), "{command:?} in {commands:#?}");
}
