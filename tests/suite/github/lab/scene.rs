//! A GitHub of the lab with an organisation, and clients of it.

use gitops_core::github::Github;
use gitops_core::model::github::{Commit, FileChange, RepositoryName};
use gitops_core::wire::Secret;
use kubectl_gitops_lab::{Effect, Fault, GitHost, GitServer, Host, Right};
use serde_json::Value;

use super::super::client::{TOKEN, options_of};
use crate::support::Faulty;

/// A token that may read alone.
pub(super) const READER: &str = "ghp_hunter3reads";
/// A token of somebody elsewhere.
pub(super) const STRANGER: &str = "ghp_hunter4stranger";

pub(super) struct Scene {
    pub(super) server: GitServer,
}

impl Scene {
    /// An organisation `contoso` without repositories.
    pub(super) async fn set() -> Self {
        let host = GitHost::new().expect("a git host");
        host.grant(TOKEN, "contoso/*", Right::Admin);
        host.grant(READER, "contoso/*", Right::Read);
        host.grant(STRANGER, "fabrikam/*", Right::Admin);
        let server = GitServer::start(host).await.expect("a server");
        server.with_github(|hub, now| {
            hub.add_organization("contoso", &["ada"], now);
            hub.sign_in(TOKEN, "ada", Some(&["repo", "workflow", "delete_repo"]), now);
            hub.sign_in(READER, "ada", None, now);
            hub.sign_in(STRANGER, "mallory", Some(&["repo"]), now);
        });
        Self { server }
    }

    /// GitHub as its owner sees it.
    pub(super) fn github(&self) -> Github {
        self.github_of(Some(TOKEN))
    }

    /// One that gives a busy machine its time.
    pub(super) fn patient_github(&self) -> Github {
        let mut options = options_of(self.server.authority(), self.server.url(), "/api/v3");
        options.token = Some(Secret::new(TOKEN));
        options.transport.timeout = std::time::Duration::from_secs(20);
        Github::open(options).expect("a client")
    }

    pub(super) fn github_of(&self, token: Option<&str>) -> Github {
        let mut options = options_of(self.server.authority(), self.server.url(), "/api/v3");
        options.token = token.map(Secret::new);
        Github::open(options).expect("a client")
    }

    /// Injects a fault into requests to GitHub: after so many, for so many.
    pub(super) fn inject(&self, method: Option<&str>, (after, times): (u64, Option<u64>), effect: Effect) {
        let method = method.map(str::to_owned);
        self.server.inject(Fault { method, after, times, ..Fault::on(Host::Github, "**", effect) });
    }

    /// Method, path and status of every request to GitHub.
    pub(super) fn requests(&self) -> Vec<(String, String, u64)> {
        let journal = self.server.journal();
        let text = |entry: &Value, field: &str| entry[field].as_str().unwrap_or_default().to_owned();
        let of = |entry: &Value| {
            let target = text(entry, "target");
            let path = target.split('?').next().unwrap_or_default().trim_start_matches("/api/v3").to_owned();
            (text(entry, "method"), path, entry["status"].as_u64().unwrap_or_default())
        };
        let entries = journal["requests"].as_array().expect("requests");
        entries.iter().filter(|entry| entry["host"] == "github").map(of).collect()
    }
}

impl Faulty for Scene {
    fn inject(&self, fault: Fault) {
        self.server.inject(fault);
    }

    fn clear_faults(&self) {
        self.server.clear_faults();
    }

    fn journal(&self) -> Value {
        self.server.journal()
    }
}

pub(super) fn name(text: &str) -> RepositoryName {
    text.parse().expect("a name")
}

pub(super) fn write(path: &str, content: &str) -> FileChange {
    FileChange::Write { path: path.to_owned(), content: content.to_owned() }
}

/// The commit at the end of a branch.
pub(super) async fn tip(github: &Github, repository: &RepositoryName, branch: &str) -> Commit {
    let head = github.head(repository, branch).await.expect("an answer").expect("a branch");
    github.commit(repository, &head).await.expect("an answer").expect("a commit")
}
