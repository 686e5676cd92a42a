//! A repository on the lab's GitHub and a person's clone of it, driven with stock git.
//!
//! Pushes go over HTTPS, so that the host's half of a push is exercised too. git gets a home of its own and no
//! system configuration: somebody's hooks, signing keys or aliases must not decide a run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

use crate::plane::process;
use crate::plane::{AUTHORITY, GIT_USER, ORGANISATION, PUSH_TOKEN, Plane};
use crate::problem::{Context, Outcome, Problem};

/// The branch of the one environment.
pub(crate) const BRANCH: &str = "dev";

/// One gitops repository.
pub(crate) struct Repository {
    /// Where Flux finds it.
    pub(crate) url: String,
    work: PathBuf,
    home: PathBuf,
    authority: PathBuf,
    /// The same with the token in it, for people and pushes.
    pub(crate) push_to: String,
}

impl Repository {
    /// Makes the empty repository and a folder to work in.
    pub(crate) async fn make(plane: &Plane, name: &str) -> Outcome<Self> {
        let host = plane.git.url();
        let url = format!("{host}/{ORGANISATION}/{name}");
        let push_to = url.replacen("https://", &format!("https://{GIT_USER}:{PUSH_TOKEN}@"), 1);
        let work = plane.folder().join("work").join(name);
        fs::create_dir_all(&work).context(work.display())?;
        plane.git.host().create(&format!("{ORGANISATION}/{name}"), BRANCH).context(name)?;
        let (home, authority) = (plane.folder().join("home"), plane.folder().join(AUTHORITY));
        let repository = Self { url, work, home, authority, push_to };
        repository.git(&["init", "--quiet", &format!("--initial-branch={BRANCH}")]).await?;
        Ok(repository)
    }

    /// Writes files, commits and pushes; returns the commit. An empty text removes a file.
    pub(crate) async fn push(&self, message: &str, files: &[(String, String)]) -> Outcome<String> {
        for (name, text) in files {
            let path = self.work.join(name);
            if text.is_empty() {
                fs::remove_file(&path).context(path.display())?;
                continue;
            }
            fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).context(path.display())?;
            fs::write(&path, text).context(path.display())?;
        }
        self.git(&["add", "--all"]).await?;
        self.git(&["commit", "--quiet", "-m", message]).await?;
        self.git(&["push", "--quiet", &self.push_to, BRANCH]).await?;
        Ok(self.git(&["rev-parse", "HEAD"]).await?.trim().to_owned())
    }

    /// What is committed, as the compressed archive that `flux push artifact` makes of a folder.
    pub(crate) async fn archive(&self) -> Outcome<Vec<u8>> {
        let file = self.work.join(".git/artifact.tar.gz");
        let output = format!("--output={}", file.display());
        // The tree, not the commit: that would add a header which is no file.
        self.git(&["archive", "--format=tar.gz", &output, "HEAD^{tree}"]).await?;
        fs::read(&file).context(file.display())
    }

    async fn git(&self, arguments: &[&str]) -> Outcome<String> {
        let step = format!("git {}", arguments.first().unwrap_or(&""));
        let mut command = process::command("git");
        command.args(arguments).current_dir(&self.work);
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", &self.home).env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_TERMINAL_PROMPT", "0");
        command.env("GIT_SSL_CAINFO", &self.authority);
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), "Conformance");
            command.env(format!("GIT_{role}_EMAIL"), "conformance@example.com");
        }
        let mut command = Command::from(command);
        let output = command
            .kill_on_drop(true)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .output()
            .await
            .context(&step)?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        // git names the address it pushed to, password and all; the report need not.
        let said = String::from_utf8_lossy(&output.stderr).replace(PUSH_TOKEN, "***");
        Err(Problem::new(format!("{step}: {}", said.trim())))
    }
}
