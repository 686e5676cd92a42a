//! Branches and what protects them.

use http::Method;
use serde_json::Value;

use super::client::Github;
use super::error::GithubError;
use super::request::none_if_absent;
use super::route::repository_route;
use crate::model::github::{Branch, RepositoryName};
use crate::wire::retry::Repeat;

impl Github {
    /// The branches of a repository.
    pub async fn branches(&self, name: &RepositoryName) -> Result<Vec<Branch>, GithubError> {
        Ok(self
            .list(&repository_route(name, &["branches"]), None)
            .await?
            .iter()
            .map(Branch::from_json)
            .collect())
    }

    /// One branch.
    pub async fn branch(&self, name: &RepositoryName, branch: &str) -> Result<Option<Branch>, GithubError> {
        Ok(self
            .find(&repository_route(name, &["branches", branch]))
            .await?
            .map(|value| Branch::from_json(&value)))
    }

    /// The rules that protect a branch, as GitHub writes them; none where it is not protected.
    pub async fn protection(
        &self,
        name: &RepositoryName,
        branch: &str,
    ) -> Result<Option<Value>, GithubError> {
        none_if_absent(self.get(&repository_route(name, &["branches", branch, "protection"])).await)
    }

    /// Protects a branch by these rules and no others.
    pub async fn protect(
        &self,
        name: &RepositoryName,
        branch: &str,
        rules: &Value,
    ) -> Result<(), GithubError> {
        let route = repository_route(name, &["branches", branch, "protection"]);
        self.write(Method::PUT, &route, Some(rules), Repeat::Freely).await.map(drop)
    }

    /// Takes all rules from a branch.
    pub async fn unprotect(&self, name: &RepositoryName, branch: &str) -> Result<(), GithubError> {
        self.remove(&repository_route(name, &["branches", branch, "protection"])).await
    }
}
