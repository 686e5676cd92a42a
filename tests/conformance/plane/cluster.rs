//! Talking to the control plane: with the stock kubectl that was built for it, as a person would.
//!
//! Not with a client library: the harness would then share its reading of the API with the plugin that it
//! judges. A kubectl process costs some 60 ms, which the few steps of a scenario can afford.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::time::timeout;

use crate::plane::process;
use crate::problem::{Context, Outcome, Problem};

/// No single step takes longer on a machine that is merely slow.
const PATIENCE: Duration = Duration::from_secs(90);

/// How to reach the control plane, and as whom.
pub(crate) struct Cluster {
    pub(crate) kubectl: PathBuf,
    pub(crate) kubeconfig: PathBuf,
    /// Keeps kubectl's discovery cache, and keeps the person's own configuration out.
    pub(crate) home: PathBuf,
    /// Where kubectl finds plugins, and git.
    pub(crate) path: OsString,
}

impl Cluster {
    /// A kubectl in the environment that scenarios share.
    pub(crate) fn command(&self) -> Command {
        self.environment(&self.kubectl)
    }

    fn environment(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = process::command(program);
        command.env("PATH", &self.path).env("HOME", &self.home).env("KUBECONFIG", &self.kubeconfig);
        let mut command = Command::from(command);
        command.kill_on_drop(true);
        command
    }

    /// Runs kubectl and returns what it printed.
    pub(crate) async fn kubectl(&self, arguments: &[&str]) -> Outcome<String> {
        self.fed(arguments, "").await
    }

    pub(crate) async fn create(&self, objects: &[Value]) -> Outcome {
        let list = json!({"apiVersion": "v1", "kind": "List", "items": objects});
        self.fed(&["create", "-f", "-"], &list.to_string()).await.map(drop)
    }

    /// Applies a file, or every file of a folder.
    pub(crate) async fn apply(&self, path: &Path) -> Outcome {
        self.kubectl(&["apply", "--server-side", "-f", &path.to_string_lossy()]).await.map(drop)
    }

    /// Applies one object under a field manager's name.
    pub(crate) async fn apply_object(&self, object: &Value, manager: &str) -> Outcome {
        let manager = format!("--field-manager={manager}");
        self.fed(&["apply", "--server-side", &manager, "-f", "-"], &object.to_string()).await.map(drop)
    }

    /// Merges into an object named as kubectl names it, `kind/name`.
    pub(crate) async fn patch(&self, namespace: &str, object: &str, patch: Value) -> Outcome {
        let patch = patch.to_string();
        self.kubectl(&["patch", object, "-n", namespace, "--type=merge", "-p", &patch]).await.map(drop)
    }

    /// Waits on a watch, as `kubectl wait` does: `condition` is its `--for`.
    pub(crate) async fn wait(&self, namespace: &str, object: &str, condition: &str) -> Outcome {
        let condition = format!("--for={condition}");
        self.kubectl(&["wait", object, "-n", namespace, &condition, "--timeout=60s"]).await.map(drop)
    }

    /// Makes a namespace and waits until pods can be made in it: before its service account is there, they
    /// are refused, and the refusals would be part of the story.
    pub(crate) async fn namespace(&self, name: &str) -> Outcome {
        self.kubectl(&["create", "namespace", name]).await?;
        self.wait(name, "serviceaccount/default", "create").await
    }

    /// Runs a line as a person would type it, in a folder.
    pub(crate) async fn shell(&self, line: &str, folder: &Path) -> Outcome<String> {
        let mut command = self.environment("sh");
        command.args(["-c", line]).current_dir(folder);
        run(command, line, "").await
    }

    async fn fed(&self, arguments: &[&str], input: &str) -> Outcome<String> {
        let mut command = self.command();
        command.args(arguments);
        run(command, &format!("kubectl {}", arguments.join(" ")), input).await
    }
}

/// Runs a command and returns what it printed. `step` is what a problem calls it.
async fn run(mut command: Command, step: &str, input: &str) -> Outcome<String> {
    let run = async {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(input.as_bytes()).await?;
        }
        child.wait_with_output().await
    };
    let output = timeout(PATIENCE, run).await.context(step)?.context(step)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(Problem::new(format!("{step}: {}", String::from_utf8_lossy(&output.stderr).trim())))
}
