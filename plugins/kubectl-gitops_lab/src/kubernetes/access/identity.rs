//! Who asks, by the token that is shown.

use std::collections::BTreeMap;

use jiff::Timestamp;
use ring::hmac;
use serde_json::{Value, json};

use super::service_account::ACCOUNT;
use super::tokens::Tokens;
use crate::kubernetes::StatusError;
use crate::kubernetes::cluster::Cluster;

pub(super) const MASTERS: &str = "system:masters";
pub(super) const AUTHENTICATED: &str = "system:authenticated";
pub(super) const UNAUTHENTICATED: &str = "system:unauthenticated";
pub(super) const ANONYMOUS: &str = "system:anonymous";

/// Who asks.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) struct Identity {
    pub(in super::super) name: String,
    pub(super) uid: Option<String>,
    pub(super) groups: Vec<String>,
    /// What else is known of it.
    pub(super) extra: BTreeMap<String, Vec<String>>,
}

impl Identity {
    fn new(name: &str, groups: &[&str]) -> Self {
        let groups = groups.iter().map(|&group| group.to_owned()).collect();
        Self { name: name.to_owned(), uid: None, groups, extra: BTreeMap::new() }
    }

    /// A service account.
    pub(super) fn account(namespace: &str, name: &str, uid: Option<String>) -> Self {
        let all = format!("system:serviceaccounts:{namespace}");
        let groups = ["system:serviceaccounts", &all, AUTHENTICATED];
        Self { uid, ..Self::new(&format!("{ACCOUNT}{namespace}:{name}"), &groups) }
    }

    /// How a review describes this one.
    pub(super) fn described(&self) -> Value {
        let mut described = json!({"username": self.name, "groups": self.groups});
        if let Some(uid) = &self.uid {
            described["uid"] = json!(uid);
        }
        if !self.extra.is_empty() {
            described["extra"] = json!(self.extra);
        }
        described
    }
}

impl Tokens {
    /// Whose token it is, if it is one of these.
    fn holder(&self, token: &str) -> Option<Identity> {
        let known = |name: &str, groups: &[&str]| Identity {
            uid: Some(format!("{name}-uid")),
            ..Identity::new(name, groups)
        };
        match token {
            token if token == self.admin => Some(known("admin", &[MASTERS, AUTHENTICATED])),
            token if token == self.viewer => Some(known("viewer", &[AUTHENTICATED])),
            _ => None,
        }
    }

    /// The key of the tokens that are made later: nobody can guess the administrator's, and so nobody can sign.
    pub(super) fn signing_key(&self) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, self.admin.as_bytes())
    }
}

impl Cluster {
    /// The one whose token it is.
    pub(in super::super) fn identity(
        &self,
        token: Option<&str>,
        now: Timestamp,
    ) -> Result<Identity, StatusError> {
        match token {
            None => Ok(Identity::new(ANONYMOUS, &[UNAUTHENTICATED])),
            Some(token) => {
                let account = || self.account_of(token, now);
                self.tokens().holder(token).or_else(account).ok_or(StatusError::Unauthorized)
            }
        }
    }
}
