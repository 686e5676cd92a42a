//! A home for shells, with a folder of programs on PATH.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::support::{FRONT, LAB};

/// A home, and what is set in it.
pub(super) struct Machine {
    home: TempDir,
    variables: Vec<(String, String)>,
}

impl Machine {
    pub(super) fn new() -> Self {
        let home = TempDir::new().expect("a folder");
        fs::create_dir(home.path().join("bin")).expect("a folder");
        Self { home, variables: Vec::new() }
    }

    /// With the suite installed, and the other names that `link` makes.
    pub(super) fn with_suite() -> Self {
        let machine = Self::new();
        for (program, name) in [(FRONT, "kubectl-gitops"), (LAB, "kubectl-gitops_lab")] {
            let file = machine.home().join("bin").join(name);
            // A temporary folder may lie on another file system.
            fs::hard_link(program, &file).or_else(|_| fs::copy(program, &file).map(drop)).expect("a file");
        }
        let linked = machine.command(&machine.home().join("bin/kubectl-gitops")).arg("link").output();
        let linked = linked.expect("it runs");
        assert!(linked.status.success(), "{}", String::from_utf8_lossy(&linked.stderr));
        machine
    }

    /// With a kubeconfig.
    pub(super) fn with_kubeconfig(mut self, text: &str) -> Self {
        self.write("kubeconfig", text);
        let file = self.home().join("kubeconfig").to_string_lossy().into_owned();
        self.variables.push(("KUBECONFIG".to_owned(), file));
        self
    }

    pub(super) fn home(&self) -> &Path {
        self.home.path()
    }

    /// A file of the home.
    pub(super) fn write(&self, name: &str, text: &str) {
        fs::write(self.home().join(name), text).expect("a file");
    }

    /// A program on PATH that is linked to a file.
    pub(super) fn link(&self, file: &Path, name: &str) {
        symlink(file, self.home().join("bin").join(name)).expect("a link");
    }

    /// A program on PATH, in shell.
    pub(super) fn script(&self, name: &str, text: &str) {
        let path = self.home().join("bin").join(name);
        fs::write(&path, format!("#!/bin/sh\n{text}\n")).expect("a file");
        fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).expect("permissions");
    }

    /// A program in the home, with nothing of the real one.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.home())
            .env_clear()
            .env("HOME", self.home())
            .env("PATH", format!("{}:/usr/bin:/bin", self.home().join("bin").display()))
            .env("TERM", "dumb")
            .env("LANG", "C.UTF-8")
            .envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }
}
