//! Answers of clusters that are kept for a while. Nothing depends on them: a file that is not what this program writes
//! is passed over, and a folder that cannot be used is none. Only the owner can read them, because names of namespaces
//! say what an organisation works on.

use std::fs::{File, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::super::EnvVars;
use crate::flow::KnownNamespaces;

/// How long an answer is taken for the cluster's present one.
const FRESH: Duration = Duration::from_secs(5);

/// How long it is better than none.
const USABLE: Duration = Duration::from_secs(3600);

/// The most bytes of a file.
const LARGEST: u64 = 4 << 20;

/// The folder of kept answers.
#[derive(Clone, Debug)]
pub(super) struct Cache {
    folder: PathBuf,
}

/// An answer, and when it was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KeptAnswer {
    pub(super) at: Timestamp,
    pub(super) namespaces: KnownNamespaces,
}

/// Whether this process may ask.
#[derive(Debug)]
pub(super) enum Lock {
    /// It may, until the file is dropped or the process ends. A file with a time in it was rejected: it would outlive a
    /// process that was killed.
    Held(Option<File>),
    /// Another one is asking.
    Busy,
}

impl KeptAnswer {
    pub(super) fn is_fresh(&self, now: Timestamp) -> bool {
        self.is_younger(FRESH, now)
    }

    fn is_younger(&self, than: Duration, now: Timestamp) -> bool {
        // One from the future was written by another clock.
        Duration::try_from(now.duration_since(self.at)).is_ok_and(|age| age < than)
    }
}

impl Cache {
    /// The folder that the environment names; `None` where there is no home.
    pub(super) fn of(env_vars: &EnvVars) -> Option<Self> {
        let absolute =
            |name: &str| env_vars.get_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let caches = absolute("XDG_CACHE_HOME").or_else(|| own_caches(&absolute))?;
        Some(Self { folder: caches.join("kubectl-gitops").join("completion") })
    }

    /// The answer that is kept by a key, if it is of any use at `now`.
    pub(super) fn read(&self, key: &str, now: Timestamp) -> Option<KeptAnswer> {
        self.require_own_folder().ok()?;
        let path = self.file(key, "json");
        // A pipe or a device would be waited for.
        path.symlink_metadata().ok().filter(std::fs::Metadata::is_file)?;
        let mut text = Vec::new();
        File::open(path).ok()?.take(LARGEST).read_to_end(&mut text).ok()?;
        let kept: KeptAnswer = serde_json::from_slice(&text).ok()?;
        kept.is_younger(USABLE, now).then_some(kept)
    }

    /// Keeps an answer, in one step, and forgets those that are of no use any more.
    pub(super) fn write(&self, key: &str, kept: &KeptAnswer) -> std::io::Result<()> {
        self.create_folder()?;
        let part = self.file(&format!("{key}-{}", std::process::id()), "part");
        let text = serde_json::to_vec(kept)?;
        let written = create(&part, true).and_then(|mut file| file.write_all(&text));
        let kept = written.and_then(|()| std::fs::rename(&part, self.file(key, "json")));
        if kept.is_err() {
            let _ = std::fs::remove_file(&part);
        }
        self.prune();
        kept
    }

    /// Holds off other processes that would ask the same.
    pub(super) fn lock(&self, key: &str) -> Lock {
        let file = self.create_folder().and_then(|()| create(&self.file(key, "lock"), false));
        match file.map(|file| (file.try_lock(), file)) {
            Ok((Err(TryLockError::WouldBlock), _)) => Lock::Busy,
            Ok((Ok(()), file)) => Lock::Held(Some(file)),
            // Where nothing can be locked, several may ask.
            Ok((Err(TryLockError::Error(_)), _)) | Err(_) => Lock::Held(None),
        }
    }

    fn file(&self, key: &str, extension: &str) -> PathBuf {
        self.folder.join(format!("{key}.{extension}"))
    }

    fn create_folder(&self) -> std::io::Result<()> {
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.recursive(true).create(&self.folder)?;
        self.require_own_folder()
    }

    /// Refuses a folder in which somebody else may write, the suite's own one around it too: answers could be planted
    /// there, and links to files that are none of this program's.
    fn require_own_folder(&self) -> std::io::Result<()> {
        let folders = self.folder.ancestors().take(2);
        for folder in folders {
            if !is_own_folder(&folder.symlink_metadata()?) {
                return Err(std::io::Error::other("somebody else may write there"));
            }
        }
        Ok(())
    }

    /// Removes what this program wrote and does not read any more. A lock that is held keeps a new one from being made.
    fn prune(&self) {
        let is_old = |entry: &std::fs::DirEntry| {
            let found = entry.metadata().ok().filter(std::fs::Metadata::is_file);
            let age = found.and_then(|found| found.modified().ok()?.elapsed().ok());
            is_own_file(&entry.file_name().to_string_lossy()) && age.is_some_and(|age| age > USABLE)
        };
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten().filter_map(Result::ok);
        entries.filter(is_old).for_each(|entry| {
            let _ = std::fs::remove_file(entry.path());
        });
    }
}

/// Whether a file's name is one that this program gives: a key's digits, and for one that is being written the process.
fn is_own_file(name: &str) -> bool {
    let Some((stem, extension)) = name.rsplit_once('.') else { return false };
    let key = match (extension, stem.split_once('-')) {
        ("json" | "lock", None) => stem,
        ("part", Some((key, process))) if process.bytes().all(|byte| byte.is_ascii_digit()) => key,
        _ => return false,
    };
    key.len() >= 16 && key.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn create(path: &Path, is_new: bool) -> std::io::Result<File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(!is_new).create_new(is_new);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600).custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
    }
    options.open(path)
}

/// Whether a folder is the user's own and nobody else may write in it.
#[cfg(unix)]
fn is_own_folder(folder: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    folder.is_dir() && folder.uid() == rustix::process::geteuid().as_raw() && folder.mode() & 0o022 == 0
}

/// The same on Windows, where the folders of a user's own data are closed to others.
#[cfg(not(unix))]
fn is_own_folder(folder: &std::fs::Metadata) -> bool {
    folder.is_dir()
}

/// Where programs keep what they can do without, where `XDG_CACHE_HOME` does not say.
fn own_caches(absolute: &dyn Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    match std::env::consts::OS {
        "windows" => absolute("LOCALAPPDATA"),
        "macos" => absolute("HOME").map(|home| home.join("Library").join("Caches")),
        _ => absolute("HOME").map(|home| home.join(".cache")),
    }
}

#[cfg(test)]
mod tests {
    use super::is_own_file;

    #[test]
    fn nothing_is_removed_but_what_was_written_here() {
        let key = "0123456789abcdef0123456789abcdef";
        for name in [format!("{key}.json"), format!("{key}.lock"), format!("{key}-17.part")] {
            assert!(is_own_file(&name), "{name}");
        }
        for name in
            ["thesis.txt", "package.json", "Cargo.lock", "a-1.part", &format!("{key}.txt"), key, ".json"]
        {
            assert!(!is_own_file(name), "{name}");
        }
    }
}
