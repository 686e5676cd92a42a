//! What GitHub says of commits: which one is waited for, what each deploys, and how others relate to it.

use std::collections::BTreeMap;

use super::error::{GithubNotAsked, SettleError};
use super::target::GateTarget;
use crate::github::{Github, GithubError};
use crate::model::contract::{
    TRACKING_IMAGE_TAG, TRACKING_PROMOTION, TRACKING_SOURCE_COMMIT, TRACKING_VERSION,
};
use crate::model::github::RepositoryName;
use crate::model::post_deployment::{CommitRelation, OtherCommit, WantedCommit};
use crate::model::{harmless, is_whole_commit_hash};

/// So many commits of the branch are looked through for one that was named in short.
const COMMITS: usize = 50;
/// So many deployments are looked through for the one of a source commit.
const DEPLOYMENTS: usize = 20;

/// So many branches are named in a hint.
const MOST_NAMES: usize = 10;

/// What a commit of the gitops repository deploys, by its tracking files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TrackedDeployment {
    pub(super) source_commit: Option<String>,
    pub(super) image_tag: Option<String>,
    pub(super) version: Option<String>,
    /// `y` or `n`, where the commit says so.
    pub(super) promotion: Option<String>,
}

impl TrackedDeployment {
    /// Whether two commits deploy the same: what is not told is not the same.
    fn is_same(&self, other: &Self) -> bool {
        let same = |own: &Option<String>, other: &Option<String>| own.is_some() && own == other;
        same(&self.source_commit, &other.source_commit) && same(&self.image_tag, &other.image_tag)
    }
}

/// What is known of the branch's commits.
#[derive(Clone, Debug, Default)]
pub(super) struct BranchCommits {
    pub(super) wanted: WantedCommit,
    pub(super) tracking: TrackedDeployment,
    pub(super) head: Option<String>,
    pub(super) others: BTreeMap<String, OtherCommit>,
}

/// The commits of the gitops repository, as GitHub has them.
#[derive(Clone)]
pub(super) struct GitopsHistory {
    pub(super) github: Github,
    pub(super) gitops: RepositoryName,
    pub(super) branch: String,
    /// The source repository, where it is known.
    pub(super) source: Option<RepositoryName>,
}

impl GitopsHistory {
    /// The history of the gitops repository.
    ///
    /// # Errors
    /// GitHub cannot be asked about it.
    pub(super) fn of(
        github: Option<&Github>,
        target: &GateTarget,
        host: &str,
    ) -> Result<Self, GithubNotAsked> {
        let elsewhere = || GithubNotAsked::OtherHost { url: target.url.clone(), host: host.to_owned() };
        let gitops = target.gitops.clone().ok_or_else(elsewhere)?;
        let github = github.ok_or(GithubNotAsked::NoToken)?.clone();
        let (branch, source) = (target.branch.clone(), target.source.clone());
        Ok(Self { github, gitops, branch, source })
    }

    /// The whole commit of the source repository that a revision names, where that repository is known. A commit that nobody
    /// has is a mistake, and nothing would come of waiting for it.
    ///
    /// # Errors
    /// Neither repository has it.
    pub(super) async fn require_source_commit(&self, revision: &str) -> Result<Option<String>, SettleError> {
        let Some(source) = &self.source else { return Ok(None) };
        if let Some(commit) = self.github.find_commit(source, revision).await? {
            return Ok(Some(commit.sha));
        }
        let (revision, application) = (revision.to_owned(), source.clone());
        Err(SettleError::CommitMissing { revision, application, gitops: self.gitops.clone() })
    }

    /// Looks for the wanted commit; nothing where no commit of the branch is it yet.
    pub(super) async fn find(&self, revision: Option<&str>) -> Result<Option<BranchCommits>, SettleError> {
        let head = self.github.head(&self.gitops, &self.branch).await?;
        let Some(head) = head else {
            self.github.require_repository(&self.gitops).await?;
            let branches = self.github.branches(&self.gitops).await?.into_iter().map(|branch| branch.name);
            // The suite's own branches hold a slash, and are no environments.
            let branches = branches.filter(|name| !name.contains('/')).take(MOST_NAMES).collect();
            let (repository, branch) = (self.gitops.clone(), self.branch.clone());
            return Err(SettleError::BranchMissing { repository, branch, branches });
        };
        let commit = match revision {
            None => Some(head.clone()),
            Some(revision) => self.resolve(revision, &head).await?,
        };
        let Some(commit) = commit else { return Ok(None) };
        let (tracking, details) =
            futures::join!(self.tracking(&commit), self.github.commit(&self.gitops, &commit));
        let merged = details?.and_then(|details| details.committed);
        let wanted = WantedCommit { merged, ..WantedCommit::of(&commit) };
        let mut commits =
            BranchCommits { wanted, tracking: tracking?, head: Some(head.clone()), others: BTreeMap::new() };
        self.classify(&mut commits, &head).await?;
        Ok(Some(commits))
    }

    /// The commit that a revision names: one of the gitops repository, or the one that deploys a source commit.
    async fn resolve(&self, revision: &str, head: &str) -> Result<Option<String>, GithubError> {
        if head.starts_with(revision) {
            return Ok(Some(head.to_owned()));
        }
        if is_whole_commit_hash(revision) && self.github.commit(&self.gitops, revision).await?.is_some() {
            return Ok(Some(revision.to_owned()));
        }
        if !is_whole_commit_hash(revision) {
            let history = self.github.history(&self.gitops, &self.branch, None, COMMITS).await?;
            if let Some(found) = history.iter().find(|commit| commit.sha.starts_with(revision)) {
                return Ok(Some(found.sha.clone()));
            }
        }
        let file = Some(TRACKING_SOURCE_COMMIT);
        let deployments = self.github.history(&self.gitops, &self.branch, file, DEPLOYMENTS).await?;
        for deployment in deployments {
            let source = self.line(TRACKING_SOURCE_COMMIT, &deployment.sha).await?;
            if source.is_some_and(|source| source.to_ascii_lowercase().starts_with(revision)) {
                return Ok(Some(deployment.sha));
            }
        }
        Ok(None)
    }

    /// What a commit deploys.
    pub(super) async fn tracking(&self, commit: &str) -> Result<TrackedDeployment, GithubError> {
        let (source_commit, image_tag, version, promotion) = futures::join!(
            self.line(TRACKING_SOURCE_COMMIT, commit),
            self.line(TRACKING_IMAGE_TAG, commit),
            self.line(TRACKING_VERSION, commit),
            self.line(TRACKING_PROMOTION, commit),
        );
        let source_commit = source_commit?.map(|commit| commit.to_ascii_lowercase());
        Ok(TrackedDeployment {
            source_commit,
            image_tag: image_tag?,
            version: version?,
            promotion: promotion?,
        })
    }

    async fn line(&self, file: &str, commit: &str) -> Result<Option<String>, GithubError> {
        let text = self.github.file(&self.gitops, file, commit).await?;
        let line = text.as_deref().and_then(|text| text.lines().next()).map(|line| harmless(line.trim()));
        Ok(line.filter(|line| !line.is_empty()))
    }

    /// Looks where the branch is now.
    pub(super) async fn update(&self, commits: &mut BranchCommits) -> Result<(), GithubError> {
        let head = self.github.head(&self.gitops, &self.branch).await?;
        if let Some(head) = &head {
            self.classify(commits, head).await?;
        }
        commits.head = head;
        Ok(())
    }

    /// Finds out how a commit relates to the wanted one, once for each.
    ///
    /// A later commit that deploys the same source commit and image counts as the wanted one; one that restores an older
    /// version deploys another, however it came about.
    pub(super) async fn classify(
        &self,
        commits: &mut BranchCommits,
        commit: &str,
    ) -> Result<(), GithubError> {
        let Some(wanted) = commits.wanted.commit.clone() else { return Ok(()) };
        if commits.wanted.includes(commit) || commits.others.contains_key(commit) {
            return Ok(());
        }
        let compared = match self.github.compare(&self.gitops, &wanted, commit).await {
            Ok(compared) => Some(compared),
            // A commit that was thrown away has no relation.
            Err(error) if error.is_absent() => None,
            Err(error) => return Err(error),
        };
        let relation = match compared.map(|compared| (compared.ahead, compared.behind)) {
            Some((_, 0)) => CommitRelation::Newer,
            Some((0, _)) => CommitRelation::Older,
            _ => CommitRelation::Diverged,
        };
        let tracking = match self.tracking(commit).await {
            Err(error) if error.is_absent() => TrackedDeployment::default(),
            tracking => tracking?,
        };
        if relation == CommitRelation::Newer && tracking.is_same(&commits.tracking) {
            commits.wanted.equals.push(commit.to_owned());
        } else {
            let version = tracking.version;
            commits.others.insert(commit.to_owned(), OtherCommit { relation, version });
        }
        Ok(())
    }
}
