//! A machine of the test's own, on which the suite is installed: a home, and nothing of the real one.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use gitops_xtask::plugins;
use kubectl_gitops::Plugin;
use tempfile::TempDir;

use crate::support::{Ended, FRONT, LAB};

/// A home, with folders named from it.
pub(crate) struct Installed {
    home: TempDir,
    variables: Vec<(String, String)>,
}

impl Installed {
    pub(crate) fn new() -> Self {
        Self { home: TempDir::new().expect("a folder"), variables: Vec::new() }
    }

    /// With another environment variable, whose `~` is the home.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        let value = value.replace('~', &self.home.path().to_string_lossy());
        self.variables.push((name.to_owned(), value));
        self
    }

    /// A path in the home.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// What the archive holds, in a folder of the home.
    pub(crate) fn unpack(&self, folder: &str) {
        let folder = self.path(folder);
        fs::create_dir_all(&folder).expect("a folder");
        for (program, name) in [(FRONT, "kubectl-gitops"), (LAB, "kubectl-gitops_lab")] {
            let file = folder.join(name);
            // A temporary folder may lie on another file system.
            fs::hard_link(program, &file).or_else(|_| fs::copy(program, &file).map(drop)).expect("a file");
        }
    }

    /// A program of somebody else's.
    pub(crate) fn script(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, format!("#!/bin/sh\n{text}\n")).expect("a file");
        fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).expect("permissions");
    }

    /// A symbolic link in the home, in place of what is there.
    pub(crate) fn symlink(&self, text: &str, name: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        let _ = fs::remove_file(&path);
        symlink(text.replace('~', &self.home.path().to_string_lossy()), path).expect("a link");
    }

    /// A program of the home with these words, in the home.
    pub(crate) fn command(&self, program: &str, words: &[&str]) -> Command {
        let mut command = Command::new(self.path(program));
        command
            .args(words)
            .current_dir(self.home.path())
            .env_clear()
            .env("HOME", self.home.path())
            .env("PATH", "/usr/bin:/bin")
            .stdin(Stdio::null())
            .envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// How it ends, with `~` for the home in what it says.
    pub(crate) fn run(&self, program: &str, words: &[&str]) -> Ended {
        let output = self.command(program, words).output().expect("it runs");
        let text = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).expect("UTF-8");
            text.replace(&*self.home.path().to_string_lossy(), "~")
        };
        Ended { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// What is in a folder of the home: names, and behind ` -> ` what a link says.
    pub(crate) fn listed(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).expect("a folder").map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            match fs::read_link(&path) {
                Ok(text) => format!("{name} -> {}", self.shown(&text)),
                Err(_) => name,
            }
        });
        let mut listed: Vec<String> = entries.collect();
        listed.sort();
        listed
    }

    fn shown(&self, path: &Path) -> String {
        path.to_string_lossy().replace(&*self.home.path().to_string_lossy(), "~")
    }
}

/// The names that `link` makes.
pub(crate) fn names() -> Vec<String> {
    let programs: Vec<String> = plugins().iter().map(Plugin::program).collect();
    let front = "kubectl-gitops".to_owned();
    let asked = std::iter::once(&front).chain(&programs).map(|program| Plugin::completion_of(program));
    programs.iter().cloned().chain(asked).collect()
}

/// A line of output on each name of a folder.
pub(crate) fn lines(done: &str, folder: &str) -> String {
    names().iter().map(|name| format!("{done:<16}{folder}/{name}\n")).collect()
}

/// A folder of links, with what each of them says.
pub(crate) fn links(text: &str) -> Vec<String> {
    let mut links: Vec<String> = names().iter().map(|name| format!("{name} -> {text}")).collect();
    links.sort();
    links
}
