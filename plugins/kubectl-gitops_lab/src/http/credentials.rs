//! What a lab proves itself with and is entered with: its authority and its tokens. Whoever starts a lab with those of an
//! earlier one serves clients that were told nothing. The server's certificate is not among them: it is signed anew.

use std::collections::BTreeMap;
use std::fmt;

use rustls::crypto::CryptoProvider;
use serde::{Deserialize, Serialize};

use super::certificate::{AUTHORITY, Authority};
use super::error::ServingError;
use super::random::random;
use crate::kubernetes::Tokens;

/// What a lab proves itself with and is entered with. Its `Debug` shows no secrets.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Credentials {
    /// The certificate authority.
    pub(super) authority: Authority,
    /// The tokens of the first cluster's Kubernetes API.
    tokens: Tokens,
    /// Those of other clusters, by their names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    clusters: BTreeMap<String, Tokens>,
    /// The tokens of the git host, by the names that scenarios give them.
    pub(super) git_tokens: BTreeMap<String, String>,
    /// The client secret of whoever runs the lab, in Azure. Labs that knew no Azure left none.
    #[serde(default)]
    pub(super) azure_secret: String,
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
            tokens: new_tokens(provider)?,
            clusters: BTreeMap::new(),
            git_tokens: BTreeMap::new(),
            azure_secret: random(provider)?,
        })
    }

    /// The same with tokens of every cluster of `names`, of which the first has those that are always there.
    pub(super) fn with_clusters(
        mut self,
        provider: &CryptoProvider,
        names: &[String],
    ) -> Result<Self, ServingError> {
        if self.azure_secret.is_empty() {
            self.azure_secret = random(provider)?;
        }
        for name in names.iter().skip(1) {
            if !self.clusters.contains_key(name) {
                self.clusters.insert(name.clone(), new_tokens(provider)?);
            }
        }
        Ok(self)
    }

    /// The same with these tokens of the git host.
    pub(super) fn with_git_tokens(self, git_tokens: BTreeMap<String, String>) -> Self {
        Self { git_tokens, ..self }
    }

    /// The tokens of a cluster.
    pub(super) fn of_cluster(&self, name: &str) -> &Tokens {
        self.clusters.get(name).unwrap_or(&self.tokens)
    }
}

fn new_tokens(provider: &CryptoProvider) -> Result<Tokens, ServingError> {
    Ok(Tokens { admin: random(provider)?, viewer: random(provider)? })
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Credentials")
    }
}
