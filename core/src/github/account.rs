//! Who asks, and how much more may be asked.

use jiff::Timestamp;
use serde_json::Value;

use super::connect::Github;
use super::error::GithubError;
use super::request::absent;
use super::route::route;
use crate::model::github::{Account, Scopes};

impl Github {
    /// Whose token it is, and the scopes it has.
    pub async fn user(&self) -> Result<(Account, Scopes), GithubError> {
        let answer = self.read("/user", "application/vnd.github+json").await?;
        let scopes = Scopes::read(answer.header("x-oauth-scopes"));
        Ok((Account::read(&answer.json()?), scopes))
    }

    /// An organisation or a person.
    pub async fn account(&self, login: &str) -> Result<Option<Account>, GithubError> {
        Ok(self.find(&route(&["users", login])).await?.map(|value| Account::read(&value)))
    }

    /// How many requests are left, and when the count begins anew.
    pub async fn rate_limit(&self) -> Result<(u64, Option<Timestamp>), GithubError> {
        let value: Value = self.get("/rate_limit").await?;
        let core = &value["resources"]["core"];
        let reset = core["reset"].as_i64().and_then(|reset| Timestamp::from_second(reset).ok());
        Ok((core["remaining"].as_u64().unwrap_or_default(), reset))
    }

    /// Whether the token's person belongs to an organisation, as far as the token may know.
    pub async fn is_member(&self, organization: &str) -> Result<bool, GithubError> {
        let membership = self.get(&route(&["user", "memberships", "orgs", organization])).await;
        Ok(absent(membership)?.is_some_and(|value| value["state"] == "active"))
    }
}
