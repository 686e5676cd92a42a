//! The lab takes the files for workflows: it lists them, starts them, and knows their jobs and environments.

use std::time::Duration;

use gitops_core::github::{DispatchedRun, Github, GithubOptions, NewRepository};
use gitops_core::model::github::{FileChange, RepositoryName};
use gitops_core::model::pipeline::Role;
use gitops_core::model::workflow_file::workflow_files;
use gitops_core::wire::retry::Patience;
use gitops_core::wire::{Proxies, Roots, Secret, Settings};
use kubectl_gitops_lab::{GitHost, GitServer, Right};
use serde_json::json;

use super::rendered::settings;

/// The token of whoever owns everything.
pub(super) const TOKEN: &str = "ghp_hunter2hunter2hunter2";

/// A GitHub of the lab with an organisation.
pub(super) struct Scene {
    pub(super) server: GitServer,
}

impl Scene {
    pub(super) async fn set() -> Self {
        let host = GitHost::new().expect("a git host");
        host.grant(TOKEN, "contoso/*", Right::Admin);
        let server = GitServer::start(host).await.expect("a server");
        server.with_github(|hub, now| {
            hub.add_organization("contoso", &["ada"], now);
            hub.sign_in(TOKEN, "ada", Some(&["repo", "workflow", "delete_repo"]), now);
        });
        Self { server }
    }

    pub(super) fn github(&self) -> Github {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::TempDir::new().expect("a folder");
        let file = folder.path().join("roots.pem");
        std::fs::write(&file, self.server.authority()).expect("a file");
        let transport = Settings {
            roots: Roots::read(Some(&file)).expect("roots"),
            proxies: Proxies::default(),
            agent: "test".to_owned(),
            timeout: Duration::from_secs(20),
            patience: Patience::default(),
        };
        let url = self.server.url();
        let token = Some(Secret::new(TOKEN));
        Github::open(GithubOptions { api: format!("{url}/api/v3"), server: url.to_owned(), token, transport })
            .expect("a client")
    }

    /// A new repository.
    pub(super) async fn repository(&self, name: &str) -> RepositoryName {
        let name: RepositoryName = name.parse().expect("a name");
        let new = NewRepository {
            name: name.clone(),
            description: String::new(),
            is_private: false,
            deletes_merged_branches: true,
            settings: serde_json::Map::new(),
        };
        self.github().create_repository(&new).await.expect("made");
        name
    }

    /// Commits files to a branch, which is made where it is not there.
    async fn commit(&self, name: &RepositoryName, branch: &str, changes: &[FileChange]) {
        let github = self.github();
        let main = github.head(name, "main").await.expect("an answer").expect("a branch");
        let parent = github.commit(name, &main).await.expect("an answer").expect("a commit");
        let commit = github.make_commit(name, &parent, "Set up", changes).await.expect("made").expect("new");
        match branch {
            "main" => github.advance_branch(name, branch, &commit).await.map(|_| ()),
            _ => github.create_branch(name, branch, &commit).await.map(|_| ()),
        }
        .expect("moved");
    }

    /// A repository with the files that belong to it, on this branch.
    async fn with_files(&self, name: &str, role: Role, branch: &str, others: &[&str]) -> RepositoryName {
        let repository = self.repository(name).await;
        let files = workflow_files(&settings()).expect("files").into_iter();
        let files = files.filter(|file| file.role == role);
        let write = |path: String, content: String| FileChange::Write { path, content };
        let mut changes: Vec<_> = files.map(|file| write(file.path, file.content)).collect();
        changes.extend(others.iter().map(|path| write((*path).to_owned(), "a: 1\n".to_owned())));
        self.commit(&repository, branch, &changes).await;
        repository
    }
}

const COMMIT: &str = "d61d3702f941f7a0787e29e428e569152f66e7bf";

#[tokio::test]
async fn a_dispatch_finds_its_inputs_its_title_and_its_jobs() {
    let scene = Scene::set().await;
    let source = scene.with_files("contoso/hello", Role::Source, "main", &[]).await;
    let github = scene.github();
    let mut names: Vec<_> = github
        .workflows(&source)
        .await
        .expect("an answer")
        .into_iter()
        .map(|workflow| workflow.name)
        .collect();
    names.sort();
    assert_eq!(names, ["ci", "deploy", "post-deployment"]);

    let inputs = |promotion| {
        [
            ("commit_id", COMMIT),
            ("environment", "dev"),
            ("promotion", promotion),
            ("image_tag", "0.0.1-13"),
            ("version", "0.0.1-13"),
        ]
    };
    let refused = github.dispatch(&source, "deploy.yml", "main", &inputs("maybe")[..]).await;
    assert!(refused.expect_err("y or n").to_string().contains("promotion"));
    let refused = github.dispatch(&source, "deploy.yml", "main", &inputs("y")[..4]).await;
    assert!(refused.expect_err("a version").to_string().contains("version"));
    let rules = json!({"reviewers": [{"type": "User", "id": 1}]});
    github.set_environment(&source, "dev-approval", Some(&rules)).await.expect("made");
    let sent = github.dispatch(&source, "deploy.yml", "main", &inputs("n")[..]).await.expect("sent");
    let DispatchedRun::Id(id) = sent else { panic!("the lab names the run") };
    let run = github.run(&source, id).await.expect("an answer").expect("a run");
    assert_eq!(run.title, format!("deploy dev {COMMIT} 0.0.1-13 n"));
    let pending = github.pending_deployments(&source, id).await.expect("an answer");
    let pending: Vec<&str> = pending.iter().map(|pending| pending.environment.as_str()).collect();
    assert_eq!(pending, ["dev-approval"]);
    let jobs = github.jobs(&source, id).await.expect("an answer");
    let jobs: Vec<&str> = jobs.iter().map(|job| job.name.as_str()).collect();
    assert_eq!(jobs, ["Approve"], "the others wait for it");
}

#[tokio::test]
async fn a_push_to_a_branch_of_an_environment_notifies_and_no_other_does() {
    for (role, workflow, path, is_started) in [
        (Role::Gitops, "notify-on-pr", ".github/tracking/Version", true),
        (Role::Configs, "notify-on-config-change", "hello/values.yaml", true),
        (Role::Configs, "notify-on-config-change", "hello/README.md", false),
    ] {
        for branch in ["dev", "Factory-7", "main", "deploy/x/dev"] {
            let scene = Scene::set().await;
            let name = scene.with_files("contoso/hello", role, branch, &[path]).await;
            let runs = scene.github().newest_runs(&name).await.expect("an answer").runs;
            let started = runs.iter().filter(|run| run.is_of(workflow)).count();
            let is_environment = !branch.contains('/') && branch != "main";
            assert_eq!(started, usize::from(is_started && is_environment), "{workflow} {branch} {path}");
        }
    }
}
