//! What a lab proves itself with and is entered with: its authority and its tokens. Whoever starts a lab with those of an
//! earlier one serves clients that were told nothing. The server's certificate is not among them: it is signed anew.

use std::collections::BTreeMap;
use std::fmt;

use rustls::crypto::CryptoProvider;
use serde::{Deserialize, Serialize};

use super::certificate::{AUTHORITY, Authority};
use super::replay::{ServingError, random};
use crate::kubernetes::Tokens;

/// What a lab proves itself with and is entered with. Its `Debug` shows no secrets.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Credentials {
    /// The certificate authority.
    pub(super) authority: Authority,
    /// The tokens of the Kubernetes API.
    pub(super) tokens: Tokens,
    /// The tokens of the git host, by the names that scenarios give them.
    pub(super) git_tokens: BTreeMap<String, String>,
}

impl Credentials {
    /// New ones, which nobody knows.
    ///
    /// # Errors
    ///
    /// There are no random numbers, or no certificate.
    pub(crate) fn generate(provider: &CryptoProvider) -> Result<Self, ServingError> {
        Ok(Self {
            authority: Authority::generate(AUTHORITY)?,
            tokens: Tokens { admin: random(provider)?, viewer: random(provider)? },
            git_tokens: BTreeMap::new(),
        })
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Credentials")
    }
}
