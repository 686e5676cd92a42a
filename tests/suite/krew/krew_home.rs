//! A person's home with Krew in it, its index beside it, and a stock kubectl.

use std::collections::BTreeSet;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::support::{Ended, find_tool};

/// The folder that Krew has for itself, below the home.
const ROOT: &str = ".krew";

/// The folder of its index.
const INDEX: &str = "index";

/// The home; it is gone when this is dropped.
pub(super) struct KrewHome {
    home: TempDir,
    variables: Vec<(String, String)>,
}

impl KrewHome {
    /// With that kubectl, once Krew has made its folders and fetched an index without a plugin: without one it
    /// uninstalls nothing. Nothing, and a word on it, where a tool is missing.
    pub(super) fn new(kubectl: &str) -> Option<Self> {
        let tools = [
            ("kubectl", find_tool(kubectl)?),
            ("kubectl-krew", find_tool("krew")?),
            ("validate-krew-manifest", find_tool("validate-krew-manifest")?),
        ];
        let home = TempDir::new().expect("a folder");
        for folder in ["tools", "tmp", "work", INDEX] {
            std::fs::create_dir(home.path().join(folder)).expect("a folder");
        }
        for (name, program) in tools {
            symlink(program, home.path().join("tools").join(name)).expect("a link");
        }
        let home = Self { home, variables: Vec::new() };
        home.git("init --quiet --initial-branch=main");
        home.commit("empty");
        home.done("kubectl krew update");
        Some(home)
    }

    /// The folder of the index that Krew takes plugins from: a git repository.
    pub(super) fn index(&self) -> PathBuf {
        self.home.path().join(INDEX)
    }

    /// Commits all that lies in the index.
    pub(super) fn commit(&self, message: &str) {
        self.git("add --all");
        self.git(&format!("commit --quiet --allow-empty --message={message}"));
    }

    fn git(&self, words: &str) {
        let author = "-c user.name=index -c user.email=index@example.com";
        self.done(&format!("git -C \"$KREW_DEFAULT_INDEX_URI\" {author} {words}"));
    }

    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The folder that Krew has for itself.
    pub(super) fn root(&self) -> PathBuf {
        self.home.path().join(ROOT)
    }

    /// The folder that lines run in.
    pub(super) fn folder(&self) -> PathBuf {
        self.home.path().join("work")
    }

    /// A file in that folder; the answer is its path.
    pub(super) fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder().join(name);
        std::fs::write(&path, text).expect("a file");
        path.to_string_lossy().into_owned()
    }

    /// Runs a line as a shell does.
    pub(super) fn run(&self, line: &str) -> Ended {
        let home = self.home.path();
        let path =
            format!("{}:{}:/usr/bin:/bin", home.join("tools").display(), self.root().join("bin").display());
        let mut command = Command::new("sh");
        command
            .args(["-c", line])
            .current_dir(self.folder())
            .env_clear()
            .env("HOME", home)
            .env("TMPDIR", home.join("tmp"))
            .env("PATH", path)
            .env("KREW_ROOT", self.root())
            .env("KREW_NO_UPGRADE_CHECK", "1")
            .env("KREW_DEFAULT_INDEX_URI", self.index())
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        let output = command.output().expect("a shell");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Ended { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Runs a line that succeeds, and gives what it printed.
    pub(super) fn done(&self, line: &str) -> Ended {
        let ended = self.run(line);
        assert_eq!(ended.code, Some(0), "{line}\n{}{}", ended.stdout, ended.stderr);
        ended
    }

    /// All that lies in the home, links and folders included, without the index and the folder that lines run in.
    pub(super) fn files(&self) -> BTreeSet<PathBuf> {
        let own = [self.index(), self.folder()];
        let files = files_below(self.home.path()).into_iter();
        files.filter(|file| !own.iter().any(|folder| file.starts_with(folder))).collect()
    }

    /// What completion keeps of a cluster's names, as README says: in the user's folder for what can be made again.
    pub(super) fn may_stay(&self, path: &Path) -> bool {
        let caches = self.home.path().join(".cache");
        path == caches || path.starts_with(caches.join("kubectl-gitops"))
    }
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let below = |entry: std::fs::DirEntry| {
        // Links are not followed.
        let is_folder = entry.file_type().expect("a type").is_dir();
        let mut files = if is_folder { files_below(&entry.path()) } else { Vec::new() };
        files.push(entry.path());
        files
    };
    entries.flat_map(below).collect()
}
