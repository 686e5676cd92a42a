//! The stock programs, and how a test runs them: with a home, a configuration and a folder of their own.

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use kubectl_gitops_lab::Lab;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use super::scene::go_on;

/// Words of lines that wait for something.
const WAITING: [&str; 6] = ["apply", "create job", "delete", "rollout status", "wait", "watch"];

/// A stock kubectl.
#[derive(Clone, Debug)]
pub(super) struct Kubectl {
    program: PathBuf,
}

/// What a line printed.
#[derive(Clone, Debug)]
pub(super) struct Printed {
    pub(super) code: i64,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Kubectl {
    /// Any one.
    pub(super) fn any() -> Option<Self> {
        Self::found("kubectl", "kubectl", "")
    }

    /// The one that the recordings were made with.
    pub(super) fn recorded() -> Option<Self> {
        Self::found("kubectl", "kubectl 1.36", "Client Version: v1.36.")
    }

    /// One that sends no protobuf bodies.
    pub(super) fn older() -> Option<Self> {
        Self::found("kubectl-1.31", "kubectl 1.31", "Client Version: v1.31.")
    }

    /// The program on PATH that says of itself what is `wanted`, or a word on why the test does not run.
    fn found(program: &str, needed: &str, wanted: &str) -> Option<Self> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut folders = std::env::split_paths(&path);
        let found = folders.find_map(|folder| Some(folder.join(program)).filter(|file| file.is_file()));
        let found = found.filter(|program| wanted.is_empty() || version(program).starts_with(wanted));
        if found.is_none() {
            let required = std::env::var_os("GITOPS_REQUIRE_TOOLS").is_some_and(|value| value == "1");
            assert!(!required, "{needed} is required and not on PATH");
            say(&format!("not run: needs {needed}"));
        }
        found.map(|program| Self { program })
    }

    /// Runs a line in a home of its own, which is gone afterwards: nothing is remembered from line to line.
    pub(super) async fn run(&self, kubeconfig: &str, folder: &Path, words: &[&str]) -> Output {
        let home = TempDir::new().unwrap();
        self.command(kubeconfig, home.path(), folder).args(words).output().await.unwrap()
    }

    fn command(&self, kubeconfig: &str, home: &Path, folder: &Path) -> Command {
        let config = home.join("config");
        std::fs::write(&config, kubeconfig).unwrap();
        let mut command = Command::new(&self.program);
        command
            .current_dir(folder)
            .env_clear()
            .env("HOME", home)
            .env("PATH", "/usr/bin:/bin")
            .env("KUBECONFIG", config)
            .kill_on_drop(true);
        command
    }

    /// The first lines that a line prints which goes on for ever; it is stopped then.
    pub(super) async fn begins(&self, kubeconfig: &str, line: &str, count: usize) -> Vec<String> {
        let home = TempDir::new().unwrap();
        let mut command = self.command(kubeconfig, home.path(), home.path());
        let mut running = command.args(line.split(' ')).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(running.stdout.take().unwrap()).lines();
        let mut printed = Vec::new();
        while printed.len() < count {
            printed.push(lines.next_line().await.unwrap().expect("another line"));
        }
        printed
    }

    /// What the line prints on `lab`, whose clock goes on while the line waits for something.
    pub(super) async fn prints_on(&self, lab: &Lab, folder: &Path, line: &str) -> Printed {
        let kubeconfig = lab.kubeconfig();
        let printing = self.prints(&kubeconfig, folder, line);
        if !WAITING.iter().any(|word| line.contains(word)) {
            return printing.await;
        }
        tokio::select! {
            printed = printing => printed,
            never = go_on(lab) => match never {},
        }
    }

    /// What the line prints. No word of it has a space in it.
    pub(super) async fn prints(&self, kubeconfig: &str, folder: &Path, line: &str) -> Printed {
        let words: Vec<&str> = line.split(' ').collect();
        let output = self.run(kubeconfig, folder, &words).await;
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Printed {
            code: output.status.code().map_or(-1, i64::from),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

fn version(program: &Path) -> String {
    let output = std::process::Command::new(program).args(["version", "--client"]).output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[expect(clippy::print_stderr, reason = "a test that does not run has to say so")]
fn say(text: &str) {
    eprintln!("{text}");
}
