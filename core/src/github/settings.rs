//! Variables and secrets, of a repository or of one of its environments. Secrets leave this machine only in a
//! sealed box that GitHub alone can open.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::Method;
use octocrab::models::PublicKey;
use serde_json::json;

use super::client::Github;
use super::error::GithubError;
use super::request::{JSON, none_if_absent};
use super::route::repository_route;
use crate::model::github::RepositoryName;
use crate::wire::Secret;
use crate::wire::retry::Repeat;

/// Which settings: the repository's or those of one environment.
#[derive(Clone, Copy, Debug)]
pub enum Level<'a> {
    /// The repository's.
    Repository,
    /// Those of one of its environments.
    Environment(&'a str),
}

impl Level<'_> {
    fn route(self, name: &RepositoryName, kind: &str, rest: &[&str]) -> String {
        let mut segments = match self {
            Level::Repository => vec!["actions"],
            Level::Environment(environment) => vec!["environments", environment],
        };
        segments.push(kind);
        segments.extend(rest);
        repository_route(name, &segments)
    }
}

impl Github {
    /// All variables.
    pub async fn variables(
        &self,
        name: &RepositoryName,
        level: Level<'_>,
    ) -> Result<BTreeMap<String, String>, GithubError> {
        let variables = self.list(&level.route(name, "variables", &[]), Some("variables")).await?;
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        Ok(variables.iter().map(|variable| (text(&variable["name"]), text(&variable["value"]))).collect())
    }

    /// One variable.
    pub async fn variable(
        &self,
        name: &RepositoryName,
        level: Level<'_>,
        variable: &str,
    ) -> Result<Option<String>, GithubError> {
        let found = self.find(&level.route(name, "variables", &[variable])).await?;
        Ok(found.and_then(|value| value["value"].as_str().map(str::to_owned)))
    }

    /// Sets a variable, and returns whether it had another value before.
    pub async fn set_variable(
        &self,
        name: &RepositoryName,
        level: Level<'_>,
        variable: &str,
        value: &str,
    ) -> Result<bool, GithubError> {
        let body = json!({"name": variable, "value": value});
        let own = level.route(name, "variables", &[variable]);
        match self.variable(name, level, variable).await? {
            Some(known) if known == value => return Ok(false),
            Some(_) => drop(self.write(Method::PATCH, &own, Some(&body), Repeat::Freely).await?),
            None => {
                let all = level.route(name, "variables", &[]);
                let made = self.write(Method::POST, &all, Some(&body), Repeat::Never).await;
                if let Err(error) = made {
                    // Created by somebody else meanwhile, or by a request whose response was lost.
                    match self.variable(name, level, variable).await {
                        Ok(Some(_)) => {
                            drop(self.write(Method::PATCH, &own, Some(&body), Repeat::Freely).await?)
                        }
                        _ => return Err(error),
                    }
                }
            }
        }
        Ok(true)
    }

    /// Deletes a variable; that it was not there is no error.
    pub async fn delete_variable(
        &self,
        name: &RepositoryName,
        level: Level<'_>,
        variable: &str,
    ) -> Result<(), GithubError> {
        self.remove(&level.route(name, "variables", &[variable])).await
    }

    /// The names of all secrets; their values cannot be read.
    pub async fn secrets(&self, name: &RepositoryName, level: Level<'_>) -> Result<Vec<String>, GithubError> {
        let secrets = self.list(&level.route(name, "secrets", &[]), Some("secrets")).await?;
        Ok(secrets.iter().filter_map(|secret| secret["name"].as_str()).map(str::to_owned).collect())
    }

    /// Sets a secret, whatever it was.
    pub async fn set_secret(
        &self,
        name: &RepositoryName,
        level: Level<'_>,
        secret: &str,
        value: &Secret,
    ) -> Result<(), GithubError> {
        let route = level.route(name, "secrets", &["public-key"]);
        let public_key: PublicKey = self.read(&route, JSON).await?.parse()?;
        let malformed = || GithubError::Malformed { request: format!("GET {route}") };
        let sealed = seal(&public_key.key, value).ok_or_else(malformed)?;
        let body = json!({"encrypted_value": sealed, "key_id": public_key.key_id});
        let route = level.route(name, "secrets", &[secret]);
        self.write(Method::PUT, &route, Some(&body), Repeat::Freely).await.map(drop)
    }

    /// Deletes a secret, and returns whether it was there.
    pub async fn delete_secret(
        &self,
        name: &RepositoryName,
        level: Level<'_>,
        secret: &str,
    ) -> Result<bool, GithubError> {
        let route = level.route(name, "secrets", &[secret]);
        Ok(none_if_absent(self.write(Method::DELETE, &route, None, Repeat::Freely).await)?.is_some())
    }
}

/// The value in a sealed box, which only the holder of the private key can open; `None` for a key that is none.
fn seal(key: &str, value: &Secret) -> Option<String> {
    let key = crypto_box::PublicKey::from_slice(&BASE64.decode(key).ok()?).ok()?;
    let sealed = key.seal(&mut crypto_box::aead::OsRng, value.expose().as_bytes()).ok()?;
    Some(BASE64.encode(sealed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_can_be_opened_by_its_addressee_alone() {
        let own = crypto_box::SecretKey::generate(&mut crypto_box::aead::OsRng);
        let value = Secret::new("hunter2");
        let sealed = seal(&BASE64.encode(own.public_key().as_bytes()), &value).expect("valid");
        assert!(!sealed.contains("hunter2"));
        let opened = own.unseal(&BASE64.decode(sealed).expect("valid")).expect("valid");
        assert_eq!(opened, b"hunter2");
        assert!(seal("no key", &value).is_none());
    }
}
