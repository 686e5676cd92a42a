//! Labels of a repository and of its pull requests, and comments.

use http::Method;
use serde_json::json;

use super::client::Github;
use super::error::GithubError;
use super::route::repository_route;
use crate::model::github::{Label, RepositoryName};
use crate::wire::retry::Repeat;

impl Github {
    /// The labels of a repository.
    pub async fn labels(&self, name: &RepositoryName) -> Result<Vec<Label>, GithubError> {
        Ok(self
            .list(&repository_route(name, &["labels"]), None)
            .await?
            .iter()
            .map(Label::from_json)
            .collect())
    }

    /// Creates a label; one of that name that exists already stays as it is.
    pub async fn create_label(&self, name: &RepositoryName, label: &Label) -> Result<(), GithubError> {
        if self.find(&repository_route(name, &["labels", &label.name])).await?.is_some() {
            return Ok(());
        }
        let body = json!({"name": label.name, "color": label.color, "description": label.description});
        let made =
            self.write(Method::POST, &repository_route(name, &["labels"]), Some(&body), Repeat::Never).await;
        match made {
            Ok(_) => Ok(()),
            Err(error) => match self.find(&repository_route(name, &["labels", &label.name])).await {
                Ok(Some(_)) => Ok(()),
                _ => Err(error),
            },
        }
    }

    /// Adds labels to a pull request; those that it has stay.
    pub async fn add_labels(
        &self,
        name: &RepositoryName,
        number: u64,
        labels: &[&str],
    ) -> Result<(), GithubError> {
        let route = repository_route(name, &["issues", &number.to_string(), "labels"]);
        self.write(Method::POST, &route, Some(&json!({"labels": labels})), Repeat::Freely).await.map(drop)
    }

    /// Removes a label from a pull request; that it did not have it is no error.
    pub async fn remove_label(
        &self,
        name: &RepositoryName,
        number: u64,
        label: &str,
    ) -> Result<(), GithubError> {
        self.remove(&repository_route(name, &["issues", &number.to_string(), "labels", label])).await
    }

    /// Comments on a pull request.
    pub async fn comment(&self, name: &RepositoryName, number: u64, text: &str) -> Result<(), GithubError> {
        let route = repository_route(name, &["issues", &number.to_string(), "comments"]);
        self.write(Method::POST, &route, Some(&json!({"body": text})), Repeat::Never).await.map(drop)
    }
}
