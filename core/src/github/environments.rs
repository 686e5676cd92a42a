//! Environments of a repository.

use http::Method;
use serde_json::Value;

use super::connect::Github;
use super::error::GithubError;
use super::route::of;
use crate::model::github::{Environment, RepositoryName};
use crate::wire::retry::Repeat;

impl Github {
    /// The environments of a repository.
    pub async fn environments(&self, name: &RepositoryName) -> Result<Vec<Environment>, GithubError> {
        let listed = self.list(&of(name, &["environments"]), Some("environments")).await?;
        Ok(listed.iter().map(Environment::read).collect())
    }

    /// One environment.
    pub async fn environment(
        &self,
        name: &RepositoryName,
        environment: &str,
    ) -> Result<Option<Environment>, GithubError> {
        Ok(self.find(&of(name, &["environments", environment])).await?.map(|value| Environment::read(&value)))
    }

    /// Makes an environment, or changes the rules of one; without rules, one that is there stays as it is.
    pub async fn set_environment(
        &self,
        name: &RepositoryName,
        environment: &str,
        rules: Option<&Value>,
    ) -> Result<(), GithubError> {
        if rules.is_none() && self.environment(name, environment).await?.is_some() {
            return Ok(());
        }
        let route = of(name, &["environments", environment]);
        self.write(Method::PUT, &route, rules, Repeat::Freely).await.map(drop)
    }

    /// Deletes an environment; that it was not there is no error.
    pub async fn delete_environment(
        &self,
        name: &RepositoryName,
        environment: &str,
    ) -> Result<(), GithubError> {
        self.remove(&of(name, &["environments", environment])).await
    }
}
