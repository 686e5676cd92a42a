//! People and organisations, and what the token may still do: scopes and rate limit.

use jiff::Timestamp;
use octocrab::models::RateLimit;

use super::client::Github;
use super::error::GithubError;
use super::request::{JSON, none_if_absent};
use super::route::route;
use crate::model::github::{Account, TokenScopes};

impl Github {
    /// The person that the token belongs to, and the scopes that it has.
    pub async fn user(&self) -> Result<(Account, TokenScopes), GithubError> {
        let response = self.read("/user", JSON).await?;
        let scopes = TokenScopes::from_header(response.header("x-oauth-scopes"));
        Ok((Account::from_json(&response.json()?), scopes))
    }

    /// An organisation or a person.
    pub async fn account(&self, login: &str) -> Result<Option<Account>, GithubError> {
        Ok(self.find(&route(&["users", login])).await?.map(|value| Account::from_json(&value)))
    }

    /// How many requests are left, and when the limit is reset.
    pub async fn rate_limit(&self) -> Result<(u64, Option<Timestamp>), GithubError> {
        let limit: RateLimit = self.read("/rate_limit", JSON).await?.parse()?;
        let core = limit.resources.core;
        let reset = i64::try_from(core.reset).ok().and_then(|reset| Timestamp::from_second(reset).ok());
        Ok((core.remaining as u64, reset))
    }

    /// Whether the token's person belongs to an organisation, as far as the token may know.
    pub async fn is_member(&self, organization: &str) -> Result<bool, GithubError> {
        let membership = self.get(&route(&["user", "memberships", "orgs", organization])).await;
        Ok(none_if_absent(membership)?.is_some_and(|value| value["state"] == "active"))
    }
}
