//! The program under test, linked under a plugin's name, with a home of its own and nothing else.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use kubectl_gitops::FRONT_VARIABLE;
use tempfile::TempDir;

use super::require_valid_documents;

/// The suite's programs in a folder: the front under the names of all plugins that it has, and the lab.
pub(crate) fn link_program(folder: &Path, name: &str) -> PathBuf {
    let link = folder.join(name);
    let program = match name {
        LAB_NAME => LAB,
        _ => FRONT,
    };
    if !link.exists() {
        symlink(program, &link).expect("a link");
    }
    link
}

/// The front, which tells the lab where it is.
pub(crate) const FRONT: &str = env!("CARGO_BIN_EXE_gitops-under-test");

/// The lab, which the front finds beside itself.
pub(crate) const LAB: &str = env!("CARGO_BIN_EXE_lab-under-test");

/// What the lab is called where it is installed.
const LAB_NAME: &str = "kubectl-gitops_lab";

/// A folder with the program in it.
pub(crate) struct Program {
    home: TempDir,
    environment: Vec<(String, String)>,
}

/// How a run ended.
pub(crate) struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Program {
    pub(crate) fn new() -> Self {
        Self { home: TempDir::new().expect("a folder"), environment: Vec::new() }
    }

    /// With a kubeconfig in its home.
    pub(crate) fn with_kubeconfig(text: &str) -> Self {
        let program = Self::new();
        let file = program.file("kubeconfig", text);
        program.with("KUBECONFIG", &file)
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A file in its home; the answer is its path.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = self.home.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path.to_string_lossy().into_owned()
    }

    /// A shell script in its home.
    pub(crate) fn script(&self, name: &str, text: &str) {
        let path = self.file(name, &format!("#!/bin/sh\n{text}\n"));
        std::fs::set_permissions(path, PermissionsExt::from_mode(0o755)).expect("permissions");
    }

    /// A pipe in its home; the answer is its path. Who opens it waits until somebody opens its other end.
    pub(crate) fn pipe(&self, name: &str) -> String {
        let path = self.home.path().join(name);
        nix::unistd::mkfifo(&path, nix::sys::stat::Mode::S_IRWXU).expect("a pipe");
        path.to_string_lossy().into_owned()
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// A line as a shell runs it in the home, with this search path.
    pub(crate) fn shell(&self, line: &str, path: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", line]);
        let mut command = self.surround(command);
        command.env("PATH", path);
        command
    }

    /// The program under a name.
    pub(crate) fn linked(&self, name: &str) -> PathBuf {
        // The front finds the lab beside itself.
        link_program(self.home.path(), LAB_NAME);
        link_program(self.home.path(), name)
    }

    fn command(&self, name: &str, words: &[&str]) -> Command {
        let mut command = Command::new(self.linked(name));
        command.args(words);
        self.surround(command)
    }

    fn surround(&self, mut command: Command) -> Command {
        command
            .env_clear()
            .env("HOME", self.home.path())
            .env(FRONT_VARIABLE, FRONT)
            .env("PATH", "/usr/bin:/bin")
            .stdin(Stdio::null());
        command.current_dir(self.home.path());
        command.envs(self.environment.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        command
    }

    /// Runs it under a name to its end.
    pub(crate) fn run(&self, name: &str, words: &[&str]) -> Ended {
        Self::ended(&mut self.command(name, words))
    }

    /// `kubectl-gitops_status` with so much memory for its data: an allocation beyond that ends it.
    pub(crate) fn status_within(&self, bytes: u64, words: &[&str]) -> Ended {
        let mut command = Command::new("sh");
        command.args(["-c", "ulimit -d \"$0\" && exec \"$@\"", &(bytes / 1024).to_string()]);
        command.arg(self.linked("kubectl-gitops_status")).args(words);
        Self::ended(&mut self.surround(command))
    }

    /// The same with files of at most so many blocks: a write beyond that fails, as on a full disk.
    pub(crate) fn status_with_files_of(&self, blocks: u32, words: &[&str]) -> Ended {
        let mut command = Command::new("sh");
        command.args(["-c", "trap '' XFSZ; ulimit -f \"$0\" && exec \"$@\"", &blocks.to_string()]);
        command.arg(self.linked("kubectl-gitops_status")).args(words);
        Self::ended(&mut self.surround(command))
    }

    /// The path of a file in its home.
    pub(crate) fn file_named(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn ended(command: &mut Command) -> Ended {
        let output = command.output().expect("it runs");
        let stdout = String::from_utf8(output.stdout).expect("UTF-8");
        let stderr = String::from_utf8(output.stderr).expect("UTF-8");
        require_valid_documents(&stdout);
        stderr.lines().for_each(require_valid_documents);
        Ended { code: output.status.code(), stdout, stderr }
    }

    /// `kubectl-gitops_status` with these words.
    pub(crate) fn status(&self, words: &[&str]) -> Ended {
        self.run("kubectl-gitops_status", words)
    }

    /// The same, left running with its stdout piped.
    pub(crate) fn start_status(&self, words: &[&str]) -> Child {
        self.command("kubectl-gitops_status", words).stdout(Stdio::piped()).spawn().expect("it starts")
    }
}
