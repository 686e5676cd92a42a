//! The stock kubectl on PATH, run with a home, a kubeconfig and variables of its own.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::support::{Ended, find_tool};

/// A stock kubectl.
pub(super) struct StockKubectl {
    program: PathBuf,
}

impl StockKubectl {
    /// The program on PATH, or a word on what does not run without it.
    pub(super) fn find() -> Option<Self> {
        find_tool("kubectl").map(|program| Self { program })
    }

    /// Runs it to its end.
    pub(super) fn run(&self, kubeconfig: &str, variables: &[(&str, String)], words: &[&str]) -> Ended {
        let home = tempfile::TempDir::new().expect("a folder");
        let file = home.path().join("kubeconfig");
        std::fs::write(&file, kubeconfig).expect("a file");
        let mut command = Command::new(&self.program);
        command.args(words).env_clear().stdin(Stdio::null());
        command.env("HOME", home.path()).env("PATH", "/usr/bin:/bin").env("KUBECONFIG", file);
        command.envs(variables.iter().map(|(name, value)| (*name, value.as_str())));
        let output = command.output().expect("kubectl runs");
        Ended {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}
