//! The directory: one tenant with its applications, and what they were given to prove who they are.

use std::collections::BTreeMap;

use gitops_core::wire::Secret;
use http::header::AUTHORIZATION;
use jiff::{SignedDuration, Timestamp};

use super::access_token::{AccessTokens, TokenClaims, TokenProblem};
use super::principal::{ClientSecret, Principal};
use super::role::AzureRole;
use crate::message::Request;

/// Whom tokens for Resource Manager are for, besides the lab's own address: it has been called by several names.
pub(in crate::azure) const MANAGEMENT_AUDIENCES: [&str; 2] =
    ["https://management.azure.com", "https://management.core.windows.net"];
/// Others whom tokens can be had for, and who are not here.
const ELSEWHERE: [&str; 3] =
    ["https://graph.microsoft.com", "https://graph.windows.net", "https://vault.azure.net"];

/// The directory.
#[derive(Debug)]
pub(crate) struct Directory {
    pub(crate) tenant: String,
    /// Where it and Resource Manager are: `https://127.0.0.1:<port>`.
    pub(super) url: String,
    principals: BTreeMap<String, Principal>,
    pub(super) tokens: AccessTokens,
}

impl Directory {
    /// One without applications; `seed` is what its key is made of.
    pub(crate) fn new(tenant: &str, url: &str, seed: &str) -> Self {
        Self {
            tenant: tenant.to_owned(),
            url: url.to_owned(),
            principals: BTreeMap::new(),
            tokens: AccessTokens::new(seed),
        }
    }

    /// An application with that id, in any case.
    pub(crate) fn principal(&self, client: &str) -> Option<&Principal> {
        self.principals.get(&client.to_lowercase())
    }

    fn principal_mut(&mut self, client: &str) -> &mut Principal {
        let tenant = &self.tenant;
        let new = || Principal::new(tenant, client);
        self.principals.entry(client.to_lowercase()).or_insert_with(new)
    }

    /// Lets an application sign in with a secret.
    pub(crate) fn add_secret(&mut self, client: &str, secret: &str) {
        let secret = ClientSecret { secret: Secret::new(secret), is_expired: false };
        self.principal_mut(client).secrets.push(secret);
    }

    /// Lets no secret be good any more that an application has.
    pub(crate) fn expire_secrets(&mut self, client: &str) {
        self.principal_mut(client).secrets.iter_mut().for_each(|secret| secret.is_expired = true);
    }

    /// Lets an application sign in with somebody else's token.
    pub(crate) fn add_assertion(&mut self, client: &str, assertion: &str) {
        self.principal_mut(client).assertions.push(Secret::new(assertion));
    }

    /// Assigns a role.
    pub(crate) fn assign(&mut self, client: &str, role: AzureRole, scope: &str) {
        self.principal_mut(client).assign(role, scope);
    }

    /// How long tokens are good that are given out from now on.
    pub(crate) fn set_token_lifetime(&mut self, lifetime: SignedDuration) {
        self.tokens.lifetime = lifetime;
    }

    /// Takes back the tokens of an application.
    pub(crate) fn revoke(&mut self, client: &str) {
        self.tokens.revoke(client);
    }

    /// A token for Resource Manager, without signing in.
    pub(crate) fn issue(&mut self, client: &str, now: Timestamp) -> String {
        self.issue_for(client, MANAGEMENT_AUDIENCES[0], now)
    }

    pub(super) fn issue_for(&mut self, client: &str, audience: &str, now: Timestamp) -> String {
        let principal = self.principal_mut(client).clone();
        let issuer = format!("{}/{}/", self.url, self.tenant);
        self.tokens.issue(&principal, (&self.tenant, &issuer), audience, now)
    }

    /// Whether tokens can be had for this one.
    pub(super) fn knows_audience(&self, audience: &str) -> bool {
        let audience = audience.trim_end_matches('/');
        self.is_management(audience) || ELSEWHERE.contains(&audience)
    }

    fn is_management(&self, audience: &str) -> bool {
        let audience = audience.trim_end_matches('/');
        MANAGEMENT_AUDIENCES.contains(&audience) || audience == self.url
    }

    /// Whose request of Resource Manager this is.
    pub(crate) fn caller(&self, request: &Request, now: Timestamp) -> Result<TokenClaims, TokenProblem> {
        let value = request.header(AUTHORIZATION).ok_or(TokenProblem::Missing)?;
        let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(TokenProblem::OtherScheme);
        }
        let claims = self.tokens.claims(token.trim()).ok_or(TokenProblem::Invalid)?;
        match claims {
            claims if now >= claims.expires => Err(TokenProblem::Expired(claims.expires)),
            claims if !self.is_management(&claims.audience) => {
                Err(TokenProblem::Audience(claims.audience.clone()))
            }
            claims => Ok(claims.clone()),
        }
    }
}
