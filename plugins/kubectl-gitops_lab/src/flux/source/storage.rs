//! The artifacts that source-controller keeps: what kustomize-controller builds from. The two newest of a source
//! stay, and none that is not the present one stays for longer than a minute.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::flux::queue::ObjectName;
use crate::flux::remote::Files;

/// How many artifacts of a source stay, and how long one stays that is not the present one.
const RECORDS: usize = 2;
const LIFE: SignedDuration = SignedDuration::from_secs(60);

/// One artifact.
#[derive(Clone, Debug)]
pub(in super::super) struct Stored {
    pub(in super::super) path: String,
    pub(in super::super) digest: String,
    pub(in super::super) size: usize,
    pub(in super::super) files: Arc<Files>,
    at: Timestamp,
}

/// All artifacts, by their sources.
#[derive(Debug, Default)]
pub(in super::super) struct Storage(BTreeMap<ObjectName, Vec<Stored>>);

impl Storage {
    /// Keeps what a commit holds.
    pub(super) fn keep(
        &mut self,
        source: &ObjectName,
        sha: &str,
        files: &Arc<Files>,
        now: Timestamp,
    ) -> Stored {
        let kept: Files = files
            .iter()
            .filter(|(path, _)| is_archived(path))
            .map(|(path, content)| (path.clone(), content.clone()))
            .collect();
        let stored = Stored {
            path: format!("gitrepository/{}/{}/{sha}.tar.gz", source.0, source.1),
            digest: digest(&kept),
            size: kept.values().map(Vec::len).sum(),
            files: Arc::new(kept),
            at: now,
        };
        let artifacts = self.0.entry(source.clone()).or_default();
        artifacts.retain(|one| one.path != stored.path);
        artifacts.push(stored.clone());
        stored
    }

    /// What is kept at a path.
    pub(in super::super) fn at(&self, path: &str) -> Option<&Stored> {
        self.0.values().flatten().find(|stored| stored.path == path)
    }

    /// Throws away what is old, but not what is at `present`; returns how much that was.
    pub(super) fn clean(&mut self, source: &ObjectName, present: &str, now: Timestamp) -> usize {
        let Some(artifacts) = self.0.get_mut(source) else { return 0 };
        let before = artifacts.len();
        artifacts.retain(|one| one.path == present || now.duration_since(one.at) <= LIFE);
        while artifacts.len() > RECORDS {
            let Some(oldest) = artifacts.iter().position(|one| one.path != present) else { break };
            artifacts.remove(oldest);
        }
        before - artifacts.len()
    }

    /// Throws away all of a source; whether there was anything.
    pub(super) fn clear(&mut self, source: &ObjectName) -> bool {
        self.0.remove(source).is_some_and(|artifacts| !artifacts.is_empty())
    }
}

/// Whether source-controller puts a file into an artifact when nobody told it otherwise.
fn is_archived(path: &str) -> bool {
    const FOLDERS: [&str; 3] = [".git", ".github", ".circleci"];
    const NAMES: [&str; 13] = [
        ".gitignore",
        ".gitmodules",
        ".gitattributes",
        ".travis.yml",
        ".gitlab-ci.yml",
        "appveyor.yml",
        ".drone.yml",
        "cloudbuild.yaml",
        "codeship-services.yml",
        "codeship-steps.yml",
        ".goreleaser.yml",
        ".sops.yaml",
        ".flux.yaml",
    ];
    const ENDINGS: [&str; 8] = [".jpg", ".jpeg", ".gif", ".png", ".wmv", ".flv", ".tar.gz", ".zip"];
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    !folders.split('/').any(|folder| FOLDERS.contains(&folder))
        && !NAMES.contains(&name)
        && !ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// A digest of names and contents: two commits with the same files have the same.
fn digest(files: &Files) -> String {
    let mut context = ring::digest::Context::new(&ring::digest::SHA256);
    for (path, content) in files {
        context.update(format!("{path}\0{}\0", content.len()).as_bytes());
        context.update(content);
    }
    told(context.finish().as_ref())
}

/// `sha256:` and the digits.
pub(in super::super) fn told(digest: &[u8]) -> String {
    digest.iter().fold("sha256:".to_owned(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::{SignedDuration, Timestamp};

    use super::{Storage, is_archived};
    use crate::flux::remote::Files;

    #[test]
    fn two_artifacts_stay_and_old_ones_go() {
        let start = Timestamp::UNIX_EPOCH;
        let source = ("n".to_owned(), "a".to_owned());
        let mut storage = Storage::default();
        let keep = |storage: &mut Storage, sha: &str, seconds: i64| {
            let files = Arc::new(Files::from([("f".to_owned(), sha.as_bytes().to_vec())]));
            storage.keep(&source, sha, &files, start + SignedDuration::from_secs(seconds)).path
        };
        let one = keep(&mut storage, "1", 0);
        let two = keep(&mut storage, "2", 5);
        assert_eq!(storage.clean(&source, &two, start + SignedDuration::from_secs(60)), 0);
        assert_eq!(storage.clean(&source, &two, start + SignedDuration::from_secs(61)), 1);
        assert!(storage.at(&one).is_none() && storage.at(&two).is_some());
        let three = keep(&mut storage, "3", 61);
        let four = keep(&mut storage, "4", 62);
        assert_eq!(storage.clean(&source, &four, start + SignedDuration::from_secs(62)), 1);
        assert!(storage.at(&three).is_some());
        assert!(storage.clear(&source) && !storage.clear(&source));
    }

    #[test]
    fn what_belongs_to_the_repository_alone_is_left_out() {
        for (path, kept) in [
            ("dev/app.yaml", true),
            (".github/workflows/a.yaml", false),
            ("docs/picture.png", false),
            (".gitignore", false),
            ("a/.sops.yaml", false),
        ] {
            assert_eq!(is_archived(path), kept, "{path}");
        }
    }
}
