//! What GitHub answered about one environment, and what it did not.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::github::{CommitStatus, Comparison, PullRequest, RepositoryName};
use crate::model::pipeline::EnvironmentId;
use crate::model::{Unanswered, contract, harmless};

/// The tracking files of a commit of the gitops repository: what was rendered into it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tracking {
    /// `Version`.
    pub version: Option<String>,
    /// `Promoted_Commit_Id`: the commit of the source repository.
    pub commit: Option<String>,
    /// `Config_Commit_Id`: the commit of the configuration repository.
    pub config_commit: Option<String>,
    /// `Image_tag`.
    pub image_tag: Option<String>,
}

impl Tracking {
    /// Where the files are, in the order of the fields.
    pub const FILES: [&str; 4] = [
        contract::TRACKING_VERSION,
        contract::TRACKING_SOURCE_COMMIT,
        contract::TRACKING_CONFIG_COMMIT,
        contract::TRACKING_IMAGE_TAG,
    ];

    /// Reads the files, in the order of [`Tracking::FILES`]: one line each.
    pub fn read(files: [Option<String>; 4]) -> Self {
        let [version, commit, config_commit, image_tag] = files.map(|file| {
            let file = file?;
            let line = harmless(file.lines().next().unwrap_or_default().trim());
            // A proxy's sign-in page is no version.
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._+-:/@".contains(&byte);
            (!line.is_empty() && line.bytes().all(is_plain)).then_some(line)
        });
        // A commit becomes part of a URL, so whatever is not a hash is dropped.
        let is_commit = |name: &String| {
            (7..=64).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        let (commit, config_commit) = (commit.filter(is_commit), config_commit.filter(is_commit));
        Self { version, commit, config_commit, image_tag }
    }

    /// Whether nothing tells what was deployed.
    pub fn is_missing(&self) -> bool {
        self.version.is_none() && self.commit.is_none()
    }
}

/// How far a branch is from what the cluster applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Distance {
    /// Commits of the branch that are not applied.
    pub ahead: u64,
    /// Applied commits that the branch does not have.
    pub behind: u64,
}

impl From<Comparison> for Distance {
    fn from(comparison: Comparison) -> Self {
        Self { ahead: comparison.ahead, behind: comparison.behind }
    }
}

/// The environment after this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Link {
    /// Its name.
    pub environment: String,
    /// Source commits that are deployed here and not there; none where nobody could say.
    pub waiting: Option<u64>,
}

/// What GitHub says of one environment. What is `None` was not answered, or is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Upstream {
    /// The newest commit of the branch.
    pub head: Option<String>,
    /// Whether the branch was looked for and is not there.
    pub is_branch_missing: bool,
    /// The tracking files of the applied commit.
    pub running: Option<Tracking>,
    /// The tracking files of the newest commit, where that is another.
    pub newest: Option<Tracking>,
    /// From the applied commit to the newest.
    pub distance: Option<Distance>,
    /// Whether the two were compared and have nothing in common, or the applied commit is gone.
    pub is_applied_gone: bool,
    /// The open pull requests to the branch.
    pub pulls: Vec<PullRequest>,
    /// The source repository.
    pub source: Option<RepositoryName>,
    /// The newest status of each context of the deployed source commit.
    pub statuses: Vec<CommitStatus>,
    /// The environment after this one, where that is in the picture too and follows another branch.
    pub next: Option<Link>,
}

/// What GitHub answered about all environments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Upstreams {
    /// By environment.
    pub of: BTreeMap<EnvironmentId, Upstream>,
    /// What was not answered.
    pub unanswered: Vec<Unanswered>,
}

#[cfg(test)]
mod tests {
    use super::Tracking;

    #[test]
    fn tracking_files_hold_a_line_each() {
        let file = |text: &str| Some(text.to_owned());
        let read = Tracking::read([file("0.0.1-42\r\n"), file("1a2b3c4d\n"), file("../../x"), None]);
        assert_eq!((read.version.as_deref(), read.commit.as_deref()), (Some("0.0.1-42"), Some("1a2b3c4d")));
        assert_eq!((read.config_commit, read.image_tag), (None, None), "what is no commit is none");
        assert!(Tracking::read([file("\n"), None, None, file("x")]).is_missing());
        let page = Tracking::read([file("<html>sign in</html>"), None, None, None]);
        assert_eq!(page.version, None, "a proxy's page is no version");
    }
}
