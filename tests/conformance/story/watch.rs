//! The plugin, watched: `kubectl gitops-status --watch -o json` through the stock kubectl, which finds the
//! plugin by itself. Every line it prints becomes a moment of the story, at the time it arrived.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::ChildStdout;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::plane::cluster::Cluster;
use crate::plane::process;
use crate::problem::{Context, Outcome, Problem};
use crate::story::moment::Moment;

/// How long the plugin may take to say what Flux has already said. Grace that a verdict grants is within it.
const PATIENCE: Duration = Duration::from_secs(80);

/// What has been told so far, and whether it goes on.
#[derive(Default)]
struct Told {
    moments: Vec<Moment>,
    /// Why no more will come.
    end: Option<String>,
}

/// A running plugin. Dropped, it is killed.
pub(crate) struct Recorder {
    told: watch::Receiver<Told>,
    task: JoinHandle<()>,
    errors: PathBuf,
}

impl Recorder {
    /// Starts the plugin for a namespace. Raw lines and its stderr are kept under the given path, extended.
    pub(crate) fn start(cluster: &Cluster, namespace: &str, keep: &Path) -> Outcome<Self> {
        let errors = keep.with_extension("stderr");
        let stderr = File::create(&errors).context(errors.display())?;
        let raw = keep.with_extension("jsonl");
        let raw = File::create(&raw).context(raw.display())?;
        let mut command = cluster.command();
        command.args(["gitops-status", "-n", namespace, "--watch", "-o", "json"]);
        let mut child =
            command.stdout(Stdio::piped()).stderr(stderr).spawn().context("kubectl gitops-status")?;
        let stdout =
            child.stdout.take().ok_or_else(|| Problem::new("kubectl gitops-status has no output"))?;
        let (sender, told) = watch::channel(Told::default());
        let started = Instant::now();
        let task = tokio::spawn(async move {
            let end = follow(stdout, raw, started, &sender).await;
            let status =
                child.wait().await.map_or_else(|error| error.to_string(), |status| status.to_string());
            sender.send_modify(|told| told.end = Some(format!("{end} ({status})")));
        });
        Ok(Self { told, task, errors })
    }

    /// The story so far.
    pub(crate) fn story(&self) -> Vec<Moment> {
        self.told.borrow().moments.clone()
    }

    /// Waits until the story is as described.
    pub(crate) async fn until(&self, what: &str, mut fits: impl FnMut(&[Moment]) -> bool) -> Outcome {
        let mut told = self.told.clone();
        let reached = timeout(PATIENCE, told.wait_for(|told| told.end.is_some() || fits(&told.moments)));
        let waited = match reached.await {
            Ok(Ok(told)) => told.end.clone(),
            Ok(Err(_)) => Some("the recorder has ended".to_owned()),
            Err(_) => Some(format!("{} s passed", PATIENCE.as_secs())),
        };
        let Some(why) = waited else { return Ok(()) };
        let errors = process::tail(&self.errors);
        Err(Problem::new(format!("waiting for the plugin to tell {what}: {why}\n{errors}")))
    }

    /// Listens to silence: that nothing more is told can only be seen by giving it time.
    pub(crate) async fn silence(&self, length: Duration) {
        let mut told = self.told.clone();
        told.mark_unchanged();
        while let Ok(Ok(())) = timeout(length, told.changed()).await {
            if told.borrow_and_update().end.is_some() {
                return;
            }
        }
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        // The task owns the process, and the process is killed with it.
        self.task.abort();
    }
}

async fn follow(stdout: ChildStdout, mut raw: File, started: Instant, told: &watch::Sender<Told>) -> String {
    let mut lines = BufReader::new(stdout).lines();
    loop {
        let line = match lines.next_line().await {
            Ok(Some(line)) => line,
            Ok(None) => return "the plugin has ended".to_owned(),
            Err(error) => return format!("reading the plugin's output: {error}"),
        };
        // The raw lines are for a person; a full disk shows elsewhere first.
        let _ = writeln!(raw, "{line}");
        match Moment::read(&line, started.elapsed()) {
            Ok(moment) => told.send_modify(|told| told.moments.push(moment)),
            Err(problem) => return problem.to_string(),
        }
    }
}
