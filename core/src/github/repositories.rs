//! Repositories and the files in them.

use http::Method;
use serde_json::{Value, json};

use super::connect::Github;
use super::error::GithubError;
use super::request::{RAW, absent};
use super::route::{encoded, of, path, route};
use crate::model::github::{Account, Repository, RepositoryName};
use crate::wire::retry::Repeat;

/// A repository to make.
#[derive(Clone, Debug)]
pub struct NewRepository {
    /// Its name.
    pub name: RepositoryName,
    /// What it is for.
    pub description: String,
    /// Whether others cannot see it.
    pub is_private: bool,
    /// Whether a merged pull request's branch goes by itself.
    pub deletes_merged_branches: bool,
}

impl Github {
    /// A repository, under the name it has today.
    pub async fn repository(&self, name: &RepositoryName) -> Result<Option<Repository>, GithubError> {
        let found = self.find(&of(name, &[])).await?;
        found.map(|value| read(&value, name)).transpose()
    }

    /// Makes a repository with a first commit: without one its git data cannot be written. One that is there
    /// already is returned as it is, with `false`.
    pub async fn create_repository(&self, new: &NewRepository) -> Result<(Repository, bool), GithubError> {
        let target = self.shelf(new.name.owner()).await?;
        let body = json!({
            "name": new.name.name(),
            "description": new.description,
            "private": new.is_private,
            "auto_init": true,
            "delete_branch_on_merge": new.deletes_merged_branches,
        });
        match self.write(Method::POST, &target, Some(&body), Repeat::Never).await {
            Ok(answer) => Ok((read(&answer.json()?, &new.name)?, true)),
            Err(error) => match self.repository(&new.name).await {
                Ok(Some(repository)) if is_taken(&error) => Ok((repository, false)),
                _ => Err(error),
            },
        }
    }

    /// Where repositories of an owner are made: an organisation's, or the token's own person's.
    async fn shelf(&self, owner: &str) -> Result<String, GithubError> {
        let asked = format!("POST /orgs/{owner}/repos");
        match self.account(owner).await? {
            Some(Account { is_organization: true, login }) => Ok(route(&["orgs", &login, "repos"])),
            Some(Account { login, .. }) if self.user().await?.0.login == login => {
                Ok("/user/repos".to_owned())
            }
            Some(_) => Err(GithubError::Forbidden {
                asked,
                message: format!("{owner} is another person"),
                accepted: None,
                sign_on: None,
            }),
            None => Err(GithubError::NotFound {
                asked,
                message: format!("there is no organisation or person {owner}"),
                had_token: self.has_token(),
            }),
        }
    }

    /// Changes settings of a repository.
    pub async fn set_repository(&self, name: &RepositoryName, settings: &Value) -> Result<(), GithubError> {
        self.write(Method::PATCH, &of(name, &[]), Some(settings), Repeat::Freely).await.map(drop)
    }

    /// Deletes a repository, and everything that was in it. Whether it was there.
    pub async fn delete_repository(&self, name: &RepositoryName) -> Result<bool, GithubError> {
        let deleted = self.write(Method::DELETE, &of(name, &[]), None, Repeat::Freely).await;
        Ok(absent(deleted)?.is_some())
    }

    /// The content of a file at a branch, tag or commit.
    pub async fn file(
        &self,
        name: &RepositoryName,
        file: &str,
        at: &str,
    ) -> Result<Option<String>, GithubError> {
        let route = format!("{}/contents/{}?ref={}", of(name, &[]), path(file), encoded(at));
        Ok(absent(self.read(&route, RAW).await)?.map(|answer| answer.text()))
    }
}

fn read(value: &Value, name: &RepositoryName) -> Result<Repository, GithubError> {
    Repository::read(value).map_err(|_| GithubError::Nonsense { asked: name.to_string() })
}

/// Whether a creation failed because it may have happened before.
fn is_taken(error: &GithubError) -> bool {
    matches!(error, GithubError::Invalid { .. } | GithubError::Unreachable(_) | GithubError::Broken { .. })
}
