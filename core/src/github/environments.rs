//! Deployment environments of a repository.

use http::Method;
use serde_json::Value;

use super::client::Github;
use super::error::GithubError;
use super::route::repository_route;
use crate::model::github::{DeploymentEnvironment, RepositoryName};
use crate::wire::retry::Repeat;

impl Github {
    /// The environments of a repository.
    pub async fn environments(
        &self,
        name: &RepositoryName,
    ) -> Result<Vec<DeploymentEnvironment>, GithubError> {
        let environments =
            self.list(&repository_route(name, &["environments"]), Some("environments")).await?;
        Ok(environments.iter().map(DeploymentEnvironment::from_json).collect())
    }

    /// One environment.
    pub async fn environment(
        &self,
        name: &RepositoryName,
        environment: &str,
    ) -> Result<Option<DeploymentEnvironment>, GithubError> {
        Ok(self
            .find(&repository_route(name, &["environments", environment]))
            .await?
            .map(|value| DeploymentEnvironment::from_json(&value)))
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
        let route = repository_route(name, &["environments", environment]);
        self.write(Method::PUT, &route, rules, Repeat::Freely).await.map(drop)
    }

    /// Deletes an environment; that it was not there is no error.
    pub async fn delete_environment(
        &self,
        name: &RepositoryName,
        environment: &str,
    ) -> Result<(), GithubError> {
        self.remove(&repository_route(name, &["environments", environment])).await
    }
}
