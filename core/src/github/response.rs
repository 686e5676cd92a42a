//! A response of GitHub's, read to its end.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::error::GithubError;

/// Status, headers and body. It has no `Debug`: bodies hold what GitHub keeps for a team alone.
#[derive(Clone)]
pub(super) struct GithubResponse {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// Method and route of the request, for errors.
    pub(super) request: String,
}

impl GithubResponse {
    /// The body as JSON.
    pub(super) fn json(&self) -> Result<Value, GithubError> {
        self.parse()
    }

    /// The body as one of octocrab's models.
    pub(super) fn parse<T: DeserializeOwned>(&self) -> Result<T, GithubError> {
        serde_json::from_slice(&self.body).map_err(|_| self.malformed())
    }

    /// The body as text.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header that is text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The address of the next page.
    pub(super) fn next_page(&self) -> Option<String> {
        let links = self.header("link")?;
        links.split(',').find_map(|link| {
            let (address, relation) = link.split_once(';')?;
            let address = address.trim().strip_prefix('<')?.strip_suffix('>')?;
            relation.contains("rel=\"next\"").then(|| address.to_owned())
        })
    }

    /// The error for a response that does not have the shape that GitHub documents.
    pub(super) fn malformed(&self) -> GithubError {
        GithubError::Malformed { request: self.request.clone() }
    }
}
