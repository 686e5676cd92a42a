//! An answer of GitHub's, read to its end.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::error::GithubError;

/// Status, headers and body. No `Debug`: what GitHub keeps for a team is nobody else's.
#[derive(Clone)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// What was asked, in few words.
    pub(super) asked: String,
}

impl Answer {
    /// The body as JSON.
    pub(super) fn json(&self) -> Result<Value, GithubError> {
        serde_json::from_slice(&self.body).map_err(|_| GithubError::Nonsense { asked: self.asked.clone() })
    }

    /// The body as text.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Where the next page is.
    pub(super) fn next_page(&self) -> Option<String> {
        let links = self.header("link")?;
        links.split(',').find_map(|link| {
            let (address, relation) = link.split_once(';')?;
            let address = address.trim().strip_prefix('<')?.strip_suffix('>')?;
            relation.contains("rel=\"next\"").then(|| address.to_owned())
        })
    }
}
