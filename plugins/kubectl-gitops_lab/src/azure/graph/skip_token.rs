//! Tokens that name the next page of a query.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// What a token says. It is of one query in one scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SkipToken {
    #[serde(rename = "$id")]
    pub(super) id: String,
    #[serde(rename = "MaxRows")]
    pub(super) page_size: usize,
    #[serde(rename = "RowsToSkip")]
    pub(super) skip: usize,
    /// Follows from the query and its scope.
    #[serde(rename = "QueryId")]
    pub(super) query: String,
}

impl SkipToken {
    /// Where the next page of this query begins.
    pub(super) fn new(page_size: usize, skip: usize, query: String) -> Self {
        Self { id: "1".to_owned(), page_size, skip, query }
    }

    /// As it is sent.
    pub(super) fn encode(&self) -> String {
        STANDARD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    /// Reads one.
    pub(super) fn decode(text: &str) -> Option<Self> {
        serde_json::from_slice(&STANDARD.decode(text).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::SkipToken;

    #[test]
    fn a_token_is_read_as_it_was_written() {
        let token = SkipToken::new(3, 8, "q".to_owned());
        assert_eq!(SkipToken::decode(&token.encode()), Some(token));
        for text in ["", "?", "e30=", "bm8="] {
            assert_eq!(SkipToken::decode(text), None, "{text}");
        }
    }
}
