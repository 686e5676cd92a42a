//! The stock kubectl on PATH, run with a home, a kubeconfig and variables of its own.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::support::{Ended, say};

/// A stock kubectl.
pub(super) struct StockKubectl {
    program: PathBuf,
}

impl StockKubectl {
    /// The program on PATH, or a word on what does not run without it.
    pub(super) fn find() -> Option<Self> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut folders = std::env::split_paths(&path);
        let program = folders.find_map(|folder| Some(folder.join("kubectl")).filter(|file| file.is_file()));
        if program.is_none() {
            let is_required = std::env::var_os("GITOPS_REQUIRE_TOOLS").is_some_and(|value| value == "1");
            assert!(!is_required, "kubectl is required and not on PATH");
            say("not run: needs kubectl");
        }
        program.map(|program| Self { program })
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
