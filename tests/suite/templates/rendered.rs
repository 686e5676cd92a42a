//! Files as set-up would write them, and their scripts.

use std::path::{Path, PathBuf};

use gitops_core::model::workflow_file::{
    GithubServer, ReleaseArchive, SuiteRelease, WorkflowFile, WorkflowSettings, workflow_files,
};
use serde_json::Value;
use tokio::process::Command;

/// Settings of a release that nobody published.
pub(super) fn settings() -> WorkflowSettings {
    let archive = |arch: &str, digits: &str| ReleaseArchive {
        name: format!("kubectl-gitops_v0.1.0_linux_{arch}.tar.gz"),
        sha256: digits.repeat(32),
    };
    WorkflowSettings::new(SuiteRelease {
        version: "0.1.0".to_owned(),
        base_url: "https://github.com/kubectl-gitops/kubectl-gitops/releases/download/v0.1.0".to_owned(),
        x86_64: archive("amd64", "ab"),
        aarch64: archive("arm64", "cd"),
    })
}

/// The files for both kinds of server.
pub(super) fn all_files() -> Vec<(&'static str, WorkflowFile)> {
    let of = |name, server| {
        let settings = WorkflowSettings { server, ..settings() };
        workflow_files(&settings).expect("files").into_iter().map(move |file| (name, file))
    };
    of("cloud", GithubServer::Cloud).chain(of("server", GithubServer::EnterpriseServer)).collect()
}

/// A file of github.com.
pub(super) fn file(workflow: &str) -> WorkflowFile {
    let path = format!(".github/workflows/{workflow}.yml");
    let mut files = workflow_files(&settings()).expect("files").into_iter();
    files.find(|file| file.path == path).expect("a file")
}

/// Writes a text to where GitHub looks for workflows, below a folder.
pub(super) fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let folder = folder.join(".github/workflows");
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join(name);
    std::fs::write(&path, text).expect("a file");
    path
}

/// The script of a job that has these words in it.
pub(super) fn script(file: &WorkflowFile, job: &str, words: &str) -> String {
    let document: Value = serde_saphyr::from_str(&file.content).expect("a workflow");
    let steps = document["jobs"][job]["steps"].as_array().expect("steps").iter();
    let mut scripts = steps.filter_map(|step| step["run"].as_str()).filter(|script| script.contains(words));
    scripts.next().expect("a script").to_owned()
}

/// A script as a runner starts it, with these variables and no others.
pub(super) fn shell(script: &str, folder: &Path, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new("bash");
    command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]);
    command.env_clear().current_dir(folder).stdin(std::process::Stdio::null());
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("RUNNER_TEMP", folder);
    command.envs(variables.iter().copied());
    command
}
