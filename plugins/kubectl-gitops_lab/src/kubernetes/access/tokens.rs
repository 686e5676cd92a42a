//! The tokens that are known from the beginning.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The tokens that are known from the beginning.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tokens {
    pub(crate) admin: String,
    pub(crate) viewer: String,
}

/// Tokens are secrets.
impl fmt::Debug for Tokens {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Tokens(<redacted>)")
    }
}
