//! What an organisation allows: its plan, its policy for Actions; and packages that are there already.

use super::client::Github;
use super::error::GithubError;
use super::route::route;
use crate::model::github::{ActionsPolicy, ContainerPackage, Membership, Organization, RepositoryName};

impl Github {
    /// An organisation; its plan is told to its owners alone.
    pub async fn organization(&self, login: &str) -> Result<Option<Organization>, GithubError> {
        Ok(self.find(&route(&["orgs", login])).await?.map(|value| Organization::from_json(&value)))
    }

    /// What the token's person is in an organisation; `None` for a stranger.
    pub async fn membership(&self, login: &str) -> Result<Option<Membership>, GithubError> {
        let found = self.find(&route(&["user", "memberships", "orgs", login])).await?;
        Ok(found.map(|value| Membership::from_json(&value)))
    }

    /// Which workflows an organisation lets run. Its administrators alone may read it.
    pub async fn actions_policy(&self, login: &str) -> Result<Option<ActionsPolicy>, GithubError> {
        let found = self.find(&route(&["orgs", login, "actions", "permissions"])).await?;
        Ok(found.map(|value| ActionsPolicy::from_json(&value)))
    }

    /// A container package of an organisation: `hello/hello` in `ghcr.io/contoso/hello/hello`.
    pub async fn container_package(
        &self,
        organization: &str,
        package: &str,
    ) -> Result<Option<ContainerPackage>, GithubError> {
        let found = self.find(&route(&["orgs", organization, "packages", "container", package])).await?;
        Ok(found.map(|value| ContainerPackage::from_json(&value)))
    }

    /// The types of the rules that a branch has by rulesets: `required_signatures`, `merge_queue`. It need not exist.
    pub async fn branch_rules(
        &self,
        name: &RepositoryName,
        branch: &str,
    ) -> Result<Vec<String>, GithubError> {
        let target = route(&["repos", name.owner(), name.name(), "rules", "branches", branch]);
        let rules = self.list(&target, None).await?;
        Ok(rules.iter().filter_map(|rule| rule["type"].as_str()).map(str::to_owned).collect())
    }
}
