//! The credentials that workflows and clusters get. `Debug` shows none of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::setup::CredentialRole;
use crate::wire::Secret;

/// The credentials that were given, each by its role.
#[derive(Clone, Debug, Default)]
pub struct SetupCredentials {
    /// Tokens of roles.
    pub tokens: BTreeMap<CredentialRole, Secret>,
    /// The document of a service principal (`AZURE_CREDENTIALS_SP`).
    pub service_principal: Option<Secret>,
}

impl SetupCredentials {
    /// The roles that have a token of their own.
    pub(super) fn roles(&self) -> BTreeSet<CredentialRole> {
        self.tokens.keys().copied().collect()
    }

    /// The token of a role: its own, or the one that set-up is run with.
    pub(super) fn token<'a>(
        &'a self,
        role: CredentialRole,
        bootstrap: Option<&'a Secret>,
    ) -> Option<&'a Secret> {
        self.tokens.get(&role).or(bootstrap)
    }
}
