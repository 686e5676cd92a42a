//! What GitHub answered about one environment, and what it did not.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    ConfigurationChanges, FollowedBranch, FormerVersion, FoundRevision, PipelineFacts, RevisionFacts,
};
use crate::model::github::{Commit, CommitStatus, Comparison, PullRequest, RepositoryName};
use crate::model::pipeline::{EnvironmentId, Hold};
use crate::model::{Unanswered, contract, harmless, is_commit_hash};

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
        let is_commit = |name: &String| is_commit_hash(name);
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
    /// The environment, as GitHub's settings and workflows name it.
    pub environment: String,
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
    /// Whether they were answered.
    pub are_pulls_known: bool,
    /// The source repository.
    pub source: Option<RepositoryName>,
    /// The newest status of each context of the deployed source commit.
    pub statuses: Vec<CommitStatus>,
    /// The environment after this one, where that is in the picture too and follows another branch.
    pub next: Option<Link>,
    /// The newest commit of the branch with its message.
    pub merge: Option<Commit>,
    /// What the branch held before the applied commit, or before the newest where nothing tells what is applied.
    pub before: Option<FormerVersion>,
    /// What is known of the first of `pulls`, in the same order.
    pub pull_facts: Vec<PullFacts>,
    /// What changed in the configuration since what the newest commit was rendered from.
    pub configuration: Option<ConfigurationChanges>,
    /// The hold on the environment.
    pub hold: Option<Hold>,
    /// What is known here of the commit that is asked for.
    pub revision: RevisionFacts,
}

/// What is known of a pull request beyond what a list tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PullFacts {
    /// The source commit that it deploys; `None` of one that the flow did not make.
    pub source_commit: Option<String>,
    /// The configuration that it was rendered from.
    pub config_commit: Option<String>,
    /// What changed in the configuration since.
    pub configuration: Option<ConfigurationChanges>,
    /// From its source commit to the deployed one.
    pub deployed: Option<Distance>,
}

impl Upstreams {
    /// The repositories in which a commit that was asked for is not, where it is in none of the pipelines.
    pub fn without_revision(&self) -> Option<Vec<RepositoryName>> {
        let looked = self.pipelines.iter().map(|pipeline| match &pipeline.revision {
            Some(FoundRevision::Unknown { repositories }) => Some(repositories.clone()),
            _ => None,
        });
        let looked: Option<Vec<Vec<RepositoryName>>> = looked.collect();
        looked.map(|repositories| repositories.concat()).filter(|repositories| !repositories.is_empty())
    }
}

impl Upstream {
    /// What the newest commit of the branch was rendered from.
    pub fn tracked(&self) -> Option<&Tracking> {
        self.newest.as_ref().or(self.running.as_ref())
    }

    /// The source commit of it.
    pub fn tracked_commit(&self) -> Option<&str> {
        self.tracked()?.commit.as_deref()
    }

    /// Whether the branch is known to hold no deployment of the flow.
    pub fn is_untracked(&self) -> bool {
        self.tracked().is_some_and(Tracking::is_missing)
    }

    /// Whether what the branch holds, and what waits for it, was answered.
    pub fn is_known(&self) -> bool {
        self.tracked().is_some() && self.are_pulls_known
    }
}

/// What GitHub answered about all environments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Upstreams {
    /// By environment.
    pub of: BTreeMap<EnvironmentId, Upstream>,
    /// The branches of the chain that no environment of the picture follows.
    pub elsewhere: Vec<FollowedBranch>,
    /// The pipelines.
    pub pipelines: Vec<PipelineFacts>,
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
