//! The revision that Azure says a cluster has.

/// A branch and a commit, as `sourceSyncedCommitId` tells them. Seen were `main/<commit>`, `main@sha1:<commit>`,
/// `sha1:<commit>` and the commit alone; names of branches may hold slashes, so the commit at the end is what counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncedRevision {
    /// The branch or tag, where it is told.
    pub branch: Option<String>,
    /// The commit: 40 hexadecimal digits in lower case.
    pub commit: String,
}

/// How many digits a commit has.
const COMMIT_LENGTH: usize = 40;

impl SyncedRevision {
    /// Reads it; `None` where no commit is at the end.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let commit = text.get(text.len().checked_sub(COMMIT_LENGTH)?..)?;
        let before = &text[..text.len() - COMMIT_LENGTH];
        let is_whole = !before.ends_with(|c: char| c.is_ascii_hexdigit());
        if !is_whole || !commit.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let before = before.strip_suffix("sha1:").unwrap_or(before);
        let branch = before.strip_suffix(['@', '/']).unwrap_or(before);
        let branch = Some(branch).filter(|branch| !branch.is_empty()).map(crate::model::harmless);
        Some(Self { branch, commit: commit.to_ascii_lowercase() })
    }
}

#[cfg(test)]
mod tests {
    use super::SyncedRevision;

    #[test]
    fn every_form_that_was_seen_is_read() {
        let commit = "0ba6f0d30760d567de0bac86c8c4eec13ce1a590";
        for (before, branch) in [
            ("main/", Some("main")),
            ("main@sha1:", Some("main")),
            ("release/1.0@sha1:", Some("release/1.0")),
            ("release/1.0/", Some("release/1.0")),
            ("sha1:", None),
            ("", None),
        ] {
            for digits in [commit.to_owned(), commit.to_uppercase()] {
                let read = SyncedRevision::read(&format!("{before}{digits}")).expect("a revision");
                assert_eq!((read.branch.as_deref(), read.commit.as_str()), (branch, commit), "{before}");
            }
        }
        for text in [
            "",
            "main",
            "main/0ba6f0d",
            "sha256:0ba6f0d30760d567de0bac86c8c4eec13ce1a5900ba6f0d30760d567de0bac86",
        ] {
            assert_eq!(SyncedRevision::read(text), None, "{text}");
        }
    }
}
