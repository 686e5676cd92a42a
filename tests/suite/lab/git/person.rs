//! Somebody with stock git and a home of their own.

use std::path::{Path, PathBuf};
use std::process::Output;

use tempfile::TempDir;
use tokio::process::Command;

/// Somebody who trusts a host's authority.
pub(in crate::lab) struct Person {
    home: TempDir,
}

impl Person {
    pub(in crate::lab) fn new(authority: &str) -> Self {
        let home = TempDir::new().unwrap();
        std::fs::write(home.path().join("ca.pem"), authority).unwrap();
        Self { home }
    }

    pub(in crate::lab) fn home(&self) -> &Path {
        self.home.path()
    }

    pub(in crate::lab) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Runs git in `folder` with a token, which it is asked for as a person would be, and never on a terminal.
    pub(in crate::lab) async fn git(&self, token: Option<&str>, folder: &Path, words: &[&str]) -> Output {
        let mut command = Command::new("git");
        if let Some(token) = token {
            let credentials = format!("!f() {{ echo username=somebody; echo password={token}; }}; f");
            command.args(["-c", &format!("credential.helper={credentials}")]);
        }
        command
            .args(words)
            .current_dir(folder)
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("HOME", self.home.path())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_SSL_CAINFO", self.path("ca.pem"))
            .kill_on_drop(true);
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), "Somebody");
            command.env(format!("GIT_{role}_EMAIL"), "somebody@example.com");
        }
        command.output().await.unwrap()
    }

    /// The same, which works.
    pub(in crate::lab) async fn does(&self, token: &str, folder: &Path, words: &[&str]) -> String {
        let output = self.git(Some(token), folder, words).await;
        assert!(output.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// The same, which is refused; the answer is what git says.
    pub(in crate::lab) async fn is_refused(
        &self,
        token: Option<&str>,
        folder: &Path,
        words: &[&str],
    ) -> String {
        let output = self.git(token, folder, words).await;
        assert!(!output.status.success(), "git {words:?} as {token:?}");
        String::from_utf8(output.stderr).unwrap()
    }

    /// Commits a file in a clone; the answer is the commit.
    pub(in crate::lab) async fn commit(&self, clone: &Path, file: &str, text: &str) -> String {
        std::fs::write(clone.join(file), text).unwrap();
        self.does("writer", clone, &["add", "--all"]).await;
        self.does("writer", clone, &["commit", "--quiet", "-m", file]).await;
        self.does("writer", clone, &["rev-parse", "HEAD"]).await
    }
}
