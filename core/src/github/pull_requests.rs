//! Pull requests: created once, merged with their head pinned, reviewed.

use http::Method;
use octocrab::models::pulls::Merge;
use serde_json::json;

use super::client::Github;
use super::error::GithubError;
use super::route::{encode_segment, repository_route};
use crate::model::github::{MergeMethod, PullRequest, PullState, RepositoryName, Review};
use crate::wire::retry::Repeat;

impl Github {
    /// The pull requests to a branch, open ones alone or all, the newest first.
    pub async fn pulls(
        &self,
        name: &RepositoryName,
        base: &str,
        open_only: bool,
    ) -> Result<Vec<PullRequest>, GithubError> {
        let state = if open_only { "open" } else { "all" };
        let route =
            format!("{}?state={state}&base={}", repository_route(name, &["pulls"]), encode_segment(base));
        Ok(self.list(&route, None).await?.iter().map(PullRequest::from_json).collect())
    }

    /// One pull request. Whether it can be merged is unknown until GitHub has computed it.
    pub async fn pull(&self, name: &RepositoryName, number: u64) -> Result<Option<PullRequest>, GithubError> {
        let found = self.find(&repository_route(name, &["pulls", &number.to_string()])).await?;
        Ok(found.map(|value| PullRequest::from_json(&value)))
    }

    /// The open pull request from one branch to another.
    pub async fn open_pull(
        &self,
        name: &RepositoryName,
        head: &str,
        base: &str,
    ) -> Result<Option<PullRequest>, GithubError> {
        let head = encode_segment(&format!("{}:{head}", name.owner()));
        let route = format!(
            "{}?state=open&head={head}&base={}",
            repository_route(name, &["pulls"]),
            encode_segment(base)
        );
        Ok(self.list(&route, None).await?.first().map(PullRequest::from_json))
    }

    /// The newest pull request from a branch of the repository itself, whatever became of it.
    pub async fn newest_pull(
        &self,
        name: &RepositoryName,
        head: &str,
    ) -> Result<Option<PullRequest>, GithubError> {
        let head = encode_segment(&format!("{}:{head}", name.owner()));
        let pulls = repository_route(name, &["pulls"]);
        let value = self.get(&format!("{pulls}?state=all&head={head}&per_page=1")).await?;
        Ok(value.as_array().and_then(|pulls| pulls.first()).map(PullRequest::from_json))
    }

    /// Opens a pull request, or returns the open one from that branch to the other, with `false`.
    pub async fn create_pull(
        &self,
        name: &RepositoryName,
        (head, base): (&str, &str),
        title: &str,
        body: &str,
    ) -> Result<(PullRequest, bool), GithubError> {
        if let Some(pull) = self.open_pull(name, head, base).await? {
            return Ok((pull, false));
        }
        let request = json!({"title": title, "body": body, "head": head, "base": base});
        match self
            .write(Method::POST, &repository_route(name, &["pulls"]), Some(&request), Repeat::Never)
            .await
        {
            Ok(response) => Ok((PullRequest::from_json(&response.json()?), true)),
            // Somebody else opened it meanwhile, or the response was lost.
            Err(error) => match self.open_pull(name, head, base).await {
                Ok(Some(pull)) => Ok((pull, false)),
                _ => Err(error),
            },
        }
    }

    /// Changes title and text.
    pub async fn edit_pull(
        &self,
        name: &RepositoryName,
        number: u64,
        title: &str,
        body: &str,
    ) -> Result<(), GithubError> {
        let request = json!({"title": title, "body": body});
        let route = repository_route(name, &["pulls", &number.to_string()]);
        self.write(Method::PATCH, &route, Some(&request), Repeat::Freely).await.map(drop)
    }

    /// Closes a pull request without merging it.
    pub async fn close_pull(&self, name: &RepositoryName, number: u64) -> Result<(), GithubError> {
        let route = repository_route(name, &["pulls", &number.to_string()]);
        self.write(Method::PATCH, &route, Some(&json!({"state": "closed"})), Repeat::Freely).await.map(drop)
    }

    /// Merges a pull request whose head is still `head`, and returns the commit that the merge made. One that was
    /// merged meanwhile is merged.
    pub async fn merge_pull(
        &self,
        name: &RepositoryName,
        number: u64,
        head: &str,
        method: MergeMethod,
    ) -> Result<String, GithubError> {
        let request = json!({"sha": head, "merge_method": method.as_str()});
        let route = repository_route(name, &["pulls", &number.to_string(), "merge"]);
        let error = match self.write(Method::PUT, &route, Some(&request), Repeat::Never).await {
            Ok(response) => {
                let merge: Merge = response.parse()?;
                return merge.sha.ok_or_else(|| response.malformed());
            }
            Err(error) => error,
        };
        match self.pull(name, number).await {
            Ok(Some(PullRequest {
                state: PullState::Merged, merge_commit: Some(sha), head_commit, ..
            })) if head_commit == head => Ok(sha),
            _ => Err(error),
        }
    }

    /// The reviews of a pull request, the oldest first.
    pub async fn reviews(&self, name: &RepositoryName, number: u64) -> Result<Vec<Review>, GithubError> {
        let route = repository_route(name, &["pulls", &number.to_string(), "reviews"]);
        Ok(self.list(&route, None).await?.iter().map(Review::from_json).collect())
    }

    /// Approves a commit of a pull request, unless this person already did.
    pub async fn approve(
        &self,
        name: &RepositoryName,
        number: u64,
        commit: &str,
        body: &str,
    ) -> Result<(), GithubError> {
        let (person, _) = self.user().await?;
        let is_approval = |review: &Review| {
            review.author == person.login && review.state == "APPROVED" && review.commit == commit
        };
        if self.reviews(name, number).await?.iter().any(is_approval) {
            return Ok(());
        }
        let route = repository_route(name, &["pulls", &number.to_string(), "reviews"]);
        let request = json!({"commit_id": commit, "event": "APPROVE", "body": body});
        self.write(Method::POST, &route, Some(&request), Repeat::Never).await.map(drop)
    }
}
