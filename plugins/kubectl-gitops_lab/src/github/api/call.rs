//! A request on its way: who asks, what its path and body say, and which repository it is about.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::body_fields::BodyFields;
use super::refusal::Refusal;
use crate::github::instance::GitHub;
use crate::github::people::caller::Caller;
use crate::github::repositories::repository::Repository;
use crate::message::Request;
use crate::path_pattern::PathParameters;

/// A request on its way.
pub(in crate::github) struct Call<'a> {
    pub(in crate::github) github: &'a mut GitHub,
    pub(in crate::github) request: &'a Request,
    pub(in crate::github) now: Timestamp,
    pub(in crate::github) caller: Caller,
    pub(in crate::github) words: PathParameters,
    /// The number of the repository that it is about.
    pub(in crate::github) about: Option<u64>,
}

impl Call<'_> {
    /// A word of the path.
    pub(in crate::github) fn word(&self, name: &str) -> &str {
        self.words.iter().find(|(key, _)| *key == name).map_or("", |(_, word)| word)
    }

    /// A word of the path that is a number; what is none is not there.
    pub(in crate::github) fn number(&self, name: &str) -> Result<u64, Refusal> {
        self.word(name).parse().map_err(|_| Refusal::not_found())
    }

    pub(in crate::github) fn parameter(&self, name: &str) -> Option<String> {
        self.request.parameter(name)
    }

    /// Whether content is wanted as it is, without an envelope.
    pub(in crate::github) fn wants_raw(&self) -> bool {
        let accept = self.request.accept().unwrap_or_default();
        accept.contains("vnd.github.raw") || accept.contains("vnd.github.v3.raw")
    }

    /// The body; none is an empty one.
    pub(in crate::github) fn body(&self) -> Result<BodyFields, Refusal> {
        if self.request.body.iter().all(u8::is_ascii_whitespace) {
            return Ok(BodyFields(Map::new()));
        }
        match serde_json::from_slice(&self.request.body) {
            Ok(Value::Object(fields)) => Ok(BodyFields(fields)),
            Ok(_) => Err(Refusal::new(http::StatusCode::BAD_REQUEST, "Body should be a JSON object")),
            Err(_) => Err(Refusal::new(http::StatusCode::BAD_REQUEST, "Problems parsing JSON")),
        }
    }

    /// The repository; the way to a route about one has looked for it.
    pub(in crate::github) fn repository(&self) -> Result<&Repository, Refusal> {
        let found = self.about.and_then(|id| self.github.repositories.get(&id));
        found.ok_or_else(Refusal::not_found)
    }

    pub(in crate::github) fn repository_mut(&mut self) -> Result<&mut Repository, Refusal> {
        let found = self.about.and_then(|id| self.github.repositories.get_mut(&id));
        found.ok_or_else(Refusal::not_found)
    }

    /// Its objects and refs.
    pub(in crate::github) fn git(&self) -> Result<git2::Repository, Refusal> {
        Ok(self.github.host.repository(&self.repository()?.name)?)
    }

    /// Its objects and refs, for routes that need any.
    pub(in crate::github) fn history(&self) -> Result<git2::Repository, Refusal> {
        let git = self.git()?;
        let is_empty = git.references()?.next().is_none();
        if is_empty { Err(Refusal::empty()) } else { Ok(git) }
    }

    /// An address of the API about the repository.
    pub(in crate::github) fn url(&self, rest: &str) -> String {
        let name = self.repository().map(|repository| repository.name.as_str()).unwrap_or_default();
        format!("{}/repos/{name}{rest}", self.github.urls.api)
    }

    /// A page about the repository.
    pub(in crate::github) fn page(&self, rest: &str) -> String {
        let name = self.repository().map(|repository| repository.name.as_str()).unwrap_or_default();
        format!("{}/{name}{rest}", self.github.urls.server)
    }

    /// An account as it stands in other objects.
    pub(in crate::github) fn account(&self, login: &str) -> Value {
        self.github.accounts.simple(login, &self.github.urls)
    }

    /// The next number of all.
    pub(in crate::github) fn next(&mut self) -> u64 {
        self.github.next()
    }

    /// What relation somebody has to the repository.
    pub(in crate::github) fn association(&self, login: &str) -> &'static str {
        let owner = self.repository().map(Repository::owner).unwrap_or_default();
        match self.github.accounts.is_organization(owner) {
            _ if owner.eq_ignore_ascii_case(login) => "OWNER",
            true if self.github.accounts.is_member(login, owner) => "MEMBER",
            _ => "CONTRIBUTOR",
        }
    }
}
