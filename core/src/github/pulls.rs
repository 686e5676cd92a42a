//! Pull requests: found again rather than made twice, merged with their head pinned.

use http::Method;
use serde_json::json;

use super::connect::Github;
use super::error::GithubError;
use super::route::{encoded, of};
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
        let route = format!("{}?state={state}&base={}", of(name, &["pulls"]), encoded(base));
        Ok(self.list(&route, None).await?.iter().map(PullRequest::read).collect())
    }

    /// One pull request, with whether it can be merged, as far as GitHub has found out.
    pub async fn pull(&self, name: &RepositoryName, number: u64) -> Result<Option<PullRequest>, GithubError> {
        let found = self.find(&of(name, &["pulls", &number.to_string()])).await?;
        Ok(found.map(|value| PullRequest::read(&value)))
    }

    /// The open pull request from one branch to another.
    pub async fn open_pull(
        &self,
        name: &RepositoryName,
        head: &str,
        base: &str,
    ) -> Result<Option<PullRequest>, GithubError> {
        let head = encoded(&format!("{}:{head}", name.owner()));
        let route = format!("{}?state=open&head={head}&base={}", of(name, &["pulls"]), encoded(base));
        Ok(self.list(&route, None).await?.first().map(PullRequest::read))
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
        match self.write(Method::POST, &of(name, &["pulls"]), Some(&request), Repeat::Never).await {
            Ok(answer) => Ok((PullRequest::read(&answer.json()?), true)),
            // Somebody was faster, or the answer was lost on its way.
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
        let route = of(name, &["pulls", &number.to_string()]);
        self.write(Method::PATCH, &route, Some(&request), Repeat::Freely).await.map(drop)
    }

    /// Closes a pull request without merging it.
    pub async fn close_pull(&self, name: &RepositoryName, number: u64) -> Result<(), GithubError> {
        let route = of(name, &["pulls", &number.to_string()]);
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
        let route = of(name, &["pulls", &number.to_string(), "merge"]);
        let error = match self.write(Method::PUT, &route, Some(&request), Repeat::Never).await {
            Ok(answer) => {
                let value = answer.json()?;
                let sha = value["sha"].as_str().map(str::to_owned);
                return sha.ok_or(GithubError::Nonsense { asked: answer.asked });
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
        let route = of(name, &["pulls", &number.to_string(), "reviews"]);
        Ok(self.list(&route, None).await?.iter().map(Review::read).collect())
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
        let is_done = |review: &Review| {
            review.author == person.login && review.state == "APPROVED" && review.commit == commit
        };
        if self.reviews(name, number).await?.iter().any(is_done) {
            return Ok(());
        }
        let route = of(name, &["pulls", &number.to_string(), "reviews"]);
        let request = json!({"commit_id": commit, "event": "APPROVE", "body": body});
        self.write(Method::POST, &route, Some(&request), Repeat::Never).await.map(drop)
    }
}
