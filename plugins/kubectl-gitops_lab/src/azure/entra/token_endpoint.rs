//! Signing in: an application proves who it is and is given a token.

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::directory::Directory;
use super::form::SignInForm;
use super::principal::Principal;
use super::refusal::SignInRefusal;
use crate::message::Request;

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// What may stand in a path in place of a tenant, for clients that do not know theirs.
const ANY_TENANT: [&str; 3] = ["common", "organizations", "consumers"];

/// The two forms of the endpoint, which differ in how they are told what a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// `resource=https://management.azure.com/`
    One,
    /// `scope=https://management.azure.com/.default`
    Two,
}

impl Directory {
    /// Whether a tenant is this one.
    pub(super) fn check_tenant(&self, tenant: &str) -> Result<(), SignInRefusal> {
        match tenant {
            tenant if tenant.eq_ignore_ascii_case(&self.tenant) => Ok(()),
            tenant if ANY_TENANT.iter().any(|any| any.eq_ignore_ascii_case(tenant)) => {
                Err(SignInRefusal::no_tenant())
            }
            tenant => Err(SignInRefusal::unknown_tenant(tenant)),
        }
    }

    /// Signs an application in; the answer is the document with its token.
    pub(super) fn sign_in(
        &mut self,
        tenant: &str,
        version: Version,
        request: &Request,
        now: Timestamp,
    ) -> Result<Value, SignInRefusal> {
        self.check_tenant(tenant)?;
        let form = SignInForm::of(request).ok_or_else(SignInRefusal::not_a_form)?;
        let field = |name: &str| form.get(name).ok_or_else(|| SignInRefusal::missing(name));
        let grant = field("grant_type")?;
        if grant != "client_credentials" {
            return Err(SignInRefusal::grant(grant));
        }
        let client = field("client_id")?.to_owned();
        let unknown = || SignInRefusal::unknown_application(&client, &self.tenant);
        self.principal(&client).ok_or_else(unknown)?.verify(&form)?;
        let audience = match version {
            Version::One => field("resource")?,
            Version::Two => {
                let scope = field("scope")?;
                scope.strip_suffix("/.default").ok_or_else(|| SignInRefusal::scope(scope))?
            }
        };
        if !self.knows_audience(audience) {
            return Err(SignInRefusal::unknown_resource(audience, &self.tenant));
        }
        let lifetime = self.tokens.lifetime.as_secs();
        let token = self.issue_for(&client, audience, now);
        Ok(match version {
            Version::Two => json!({
                "token_type": "Bearer",
                "expires_in": lifetime,
                "ext_expires_in": lifetime,
                "access_token": token,
            }),
            // The older one writes numbers as texts.
            Version::One => json!({
                "token_type": "Bearer",
                "expires_in": lifetime.to_string(),
                "ext_expires_in": lifetime.to_string(),
                "expires_on": (now.as_second() + lifetime).to_string(),
                "not_before": now.as_second().to_string(),
                "resource": audience,
                "access_token": token,
            }),
        })
    }

    /// A refusal as it is told.
    pub(super) fn refusal_response(
        &self,
        refusal: &SignInRefusal,
        count: u64,
        now: Timestamp,
    ) -> (StatusCode, Value) {
        (refusal.status, refusal.document(count, &self.url, now))
    }
}

impl Principal {
    /// Whether what was sent proves that it is this application.
    fn verify(&self, form: &SignInForm) -> Result<(), SignInRefusal> {
        if let Some(assertion) = form.get("client_assertion") {
            let kind = form.get("client_assertion_type");
            let kind = kind.ok_or_else(|| SignInRefusal::missing("client_assertion_type"))?;
            let is_known = self.assertions.iter().any(|known| known.expose() == assertion);
            return match is_known {
                _ if kind != ASSERTION_TYPE => Err(SignInRefusal::assertion_type(kind)),
                true => Ok(()),
                false if assertion.split('.').count() != 3 => Err(SignInRefusal::malformed_assertion()),
                false => Err(SignInRefusal::unknown_assertion()),
            };
        }
        let secret = form.get("client_secret").ok_or_else(SignInRefusal::no_credential)?;
        let mut known = self.secrets.iter().filter(|known| known.secret.expose() == secret);
        match known.next() {
            None => Err(SignInRefusal::wrong_secret(&self.client)),
            Some(known) if known.is_expired => Err(SignInRefusal::expired_secret(&self.client)),
            Some(_) => Ok(()),
        }
    }
}
