//! Tells a repository that the token does not see from one whose branch is gone: both answer 404 to branches about
//! the branch. The repository itself is asked for only where everything of it answered 404.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::join_all;

use super::github_answers::GithubReader;
use crate::model::github::RepositoryName;
use crate::model::upstream::{FollowedBranch, Upstream};

/// What is known of an environment's branch before anything else was asked.
pub(super) struct FirstAnswers {
    pub(super) upstream: Upstream,
    /// Whether the list of pull requests answered 404, which the list of a repository that is seen does not.
    pub(super) are_pulls_absent: bool,
}

impl FirstAnswers {
    fn is_all_absent(&self) -> bool {
        self.upstream.is_branch_missing && self.are_pulls_absent
    }
}

impl GithubReader {
    /// What was answered of the repositories that the token sees; `None` for those that answered nothing but 404
    /// and are not there for this token either, which is noted once a repository.
    pub(super) async fn without_hidden(
        &self,
        branches: &[FollowedBranch],
        branch_answers: Vec<FirstAnswers>,
    ) -> Vec<Option<Upstream>> {
        let key = |followed: &FollowedBranch| followed.repository.to_string().to_lowercase();
        let absent: BTreeMap<String, &RepositoryName> = branches
            .iter()
            .zip(&branch_answers)
            .filter(|(_, first)| first.is_all_absent())
            .map(|(followed, _)| (key(followed), &followed.repository))
            .collect();
        let looks = absent.into_iter().map(|(key, repository)| async move {
            let description = format!("repository {repository}");
            let seen = self.read(description, self.github.require_repository(repository)).await;
            seen.is_none().then_some(key)
        });
        let hidden: BTreeSet<String> = join_all(looks).await.into_iter().flatten().collect();
        let seen = |(followed, first): (&FollowedBranch, FirstAnswers)| {
            if hidden.contains(&key(followed)) && first.is_all_absent() {
                return None;
            }
            if first.are_pulls_absent {
                let FollowedBranch { branch, repository, .. } = followed;
                self.record_unanswered(
                    format!("pull requests to {branch} of {repository}"),
                    "not there, or hidden".to_owned(),
                );
            }
            Some(first.upstream)
        };
        branches.iter().zip(branch_answers).map(seen).collect()
    }
}
