//! The git server of the recordings, as Flux sees it.

use std::sync::Arc;

use kubectl_gitops_lab::{
    Commit, Credential, Distrust, FetchFailure, FetchRequest, Fetched, Files, Reference,
};
use serde_json::Value;

/// The recorder's git server: one branch, one password, and an outage that begins and ends.
#[derive(Default)]
pub(super) struct GitServer {
    repository: String,
    branch: String,
    head: Option<Commit>,
    files: Files,
    pub(super) is_silent: bool,
}

impl GitServer {
    /// One with the repository of a recording, and nothing in it.
    pub(super) fn of(repository: &str) -> Self {
        Self { repository: repository.to_owned(), ..Self::default() }
    }

    pub(super) fn push(&mut self, step: &Value) {
        let text = |field: &str| step[field].as_str().unwrap().to_owned();
        for (path, content) in step["files"].as_object().unwrap() {
            self.files.insert(path.clone(), content.as_str().unwrap().as_bytes().to_vec());
        }
        for path in step["removed"].as_array().unwrap() {
            self.files.remove(path.as_str().unwrap());
        }
        self.branch = text("branch");
        self.head = Some(Commit {
            sha: text("commit"),
            subject: text("step").trim_start_matches("git push: ").to_owned(),
            files: Arc::new(self.files.clone()),
        });
    }

    /// Ports as the recorder had them: 9 nobody, 18081 silent, 18082 silent at times, 18443 a certificate that
    /// nobody signed.
    pub(super) fn fetch(&self, wanted: &FetchRequest) -> Result<Fetched, FetchFailure> {
        let (host, path) = wanted.url.split_once("://").unwrap().1.split_once('/').unwrap();
        match host {
            "127.0.0.1:9" => return Err(FetchFailure::Refused { address: host.to_owned() }),
            "127.0.0.1:18081" => return Err(FetchFailure::Silent),
            "127.0.0.1:18082" if self.is_silent => return Err(FetchFailure::Silent),
            "127.0.0.1:18443" => {
                return Err(FetchFailure::Distrusted(Distrust::NoAddress { host: "127.0.0.1".to_owned() }));
            }
            _ => {}
        }
        let token = Credential::Basic { username: "git".to_owned(), password: "t0ken".to_owned() };
        if wanted.credential != token {
            return Err(FetchFailure::Status { code: 401, body: String::new() });
        }
        if path != format!("contoso/{}", self.repository) {
            return Err(FetchFailure::Status { code: 404, body: String::new() });
        }
        let head = self.head.as_ref().filter(|_| wanted.reference == Reference::Branch(self.branch.clone()));
        let head = head.ok_or(FetchFailure::NoReference)?;
        if wanted.known.as_ref() == Some(&head.sha) {
            return Ok(Fetched::Known);
        }
        Ok(Fetched::Commit(head.clone()))
    }
}
