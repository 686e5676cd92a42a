//! Repositories and the files in them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::Method;
use serde_json::{Map, Value, json};

use super::client::Github;
use super::error::GithubError;
use super::request::{RAW, none_if_absent};
use super::route::{encode_path, encode_segment, repository_route, route};
use crate::model::github::{Account, Repository, RepositoryName};
use crate::wire::retry::Repeat;

/// A repository to create.
#[derive(Clone, Debug)]
pub struct NewRepository {
    /// Its name.
    pub name: RepositoryName,
    /// What it is for.
    pub description: String,
    /// Whether others cannot see it.
    pub is_private: bool,
    /// Whether the branch of a merged pull request is deleted.
    pub deletes_merged_branches: bool,
    /// Further settings, as the API spells them. They count where they say something else.
    pub settings: Map<String, Value>,
}

/// Who owns repositories that are created, and so where they are created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RepositoryOwner {
    /// An organisation, by its login.
    Organization(String),
    /// The person that the token belongs to.
    Myself,
}

impl Github {
    /// A repository, under the name it has today.
    pub async fn repository(&self, name: &RepositoryName) -> Result<Option<Repository>, GithubError> {
        let found = self.find(&repository_route(name, &[])).await?;
        found.map(|value| parse(&value, name)).transpose()
    }

    /// The repository, or [`GithubError::RepositoryHidden`]. For whoever got 404 for everything in it: the routes
    /// below a repository that the token does not see answer as if a branch or a file were missing.
    pub async fn require_repository(&self, name: &RepositoryName) -> Result<Repository, GithubError> {
        let hidden =
            || GithubError::RepositoryHidden { repository: name.clone(), had_token: self.has_token() };
        self.repository(name).await?.ok_or_else(hidden)
    }

    /// Creates a repository with a first commit: without one its git data cannot be written. One that exists
    /// already is returned as it is, with `false`.
    pub async fn create_repository(&self, new: &NewRepository) -> Result<(Repository, bool), GithubError> {
        let owner = self.repository_owner(new.name.owner()).await?;
        self.create_repository_of(&owner, new).await
    }

    /// The same for an owner that is known.
    pub async fn create_repository_of(
        &self,
        owner: &RepositoryOwner,
        new: &NewRepository,
    ) -> Result<(Repository, bool), GithubError> {
        let target = match owner {
            RepositoryOwner::Organization(login) => route(&["orgs", login, "repos"]),
            RepositoryOwner::Myself => "/user/repos".to_owned(),
        };
        let mut body = json!({
            "name": new.name.name(),
            "description": new.description,
            "private": new.is_private,
            "auto_init": true,
            "delete_branch_on_merge": new.deletes_merged_branches,
        });
        if let Some(fields) = body.as_object_mut() {
            fields.extend(new.settings.clone());
        }
        match self.write(Method::POST, &target, Some(&body), Repeat::Never).await {
            Ok(response) => Ok((parse(&response.json()?, &new.name)?, true)),
            Err(error) => match self.repository(&new.name).await {
                Ok(Some(repository)) if is_taken(&error) => Ok((repository, false)),
                _ => Err(error),
            },
        }
    }

    /// Who owns the repositories of a login: an organisation, or the person that the token belongs to.
    pub async fn repository_owner(&self, login: &str) -> Result<RepositoryOwner, GithubError> {
        let request = format!("POST /orgs/{login}/repos");
        match self.account(login).await? {
            Some(Account { is_organization: true, login }) => Ok(RepositoryOwner::Organization(login)),
            Some(Account { login, .. }) if self.user().await?.0.login == login => Ok(RepositoryOwner::Myself),
            Some(_) => Err(GithubError::Forbidden {
                request,
                message: format!("{login} is another person"),
                accepted: None,
                sign_on: None,
            }),
            None => Err(GithubError::NotFound {
                request,
                message: format!("there is no organisation or person {login}"),
                had_token: self.has_token(),
            }),
        }
    }

    /// Changes settings of a repository.
    pub async fn set_repository(&self, name: &RepositoryName, settings: &Value) -> Result<(), GithubError> {
        self.write(Method::PATCH, &repository_route(name, &[]), Some(settings), Repeat::Freely)
            .await
            .map(drop)
    }

    /// Deletes a repository with everything in it, and returns whether it was there.
    pub async fn delete_repository(&self, name: &RepositoryName) -> Result<bool, GithubError> {
        let deleted = self.write(Method::DELETE, &repository_route(name, &[]), None, Repeat::Freely).await;
        Ok(none_if_absent(deleted)?.is_some())
    }

    /// Writes a file that is not there yet to the default branch, in a commit of its own. It is the one way into a
    /// repository without commits. That it is there already is no error.
    pub async fn create_file(
        &self,
        name: &RepositoryName,
        file: &str,
        content: &str,
        message: &str,
    ) -> Result<(), GithubError> {
        let route = format!("{}/contents/{}", repository_route(name, &[]), encode_path(file));
        let body = json!({"message": message, "content": BASE64.encode(content)});
        match self.write(Method::PUT, &route, Some(&body), Repeat::Never).await {
            // GitHub asks for the hash of the file that is there.
            Err(GithubError::Invalid { message, .. }) if message.contains("sha") => Ok(()),
            written => written.map(drop),
        }
    }

    /// The content of a file at a branch, tag or commit.
    pub async fn file(
        &self,
        name: &RepositoryName,
        file: &str,
        at: &str,
    ) -> Result<Option<String>, GithubError> {
        let route = format!(
            "{}/contents/{}?ref={}",
            repository_route(name, &[]),
            encode_path(file),
            encode_segment(at)
        );
        Ok(none_if_absent(self.read(&route, RAW).await)?.map(|response| response.text()))
    }
}

fn parse(value: &Value, name: &RepositoryName) -> Result<Repository, GithubError> {
    Repository::from_json(value).map_err(|_| GithubError::Malformed { request: format!("GET /repos/{name}") })
}

/// Whether a creation failed because it may have happened before.
fn is_taken(error: &GithubError) -> bool {
    matches!(error, GithubError::Invalid { .. } | GithubError::Unreachable(_) | GithubError::Failed { .. })
}
