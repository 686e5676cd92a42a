//! Who asks: by the token that is shown, or as whom the administrator wants to act.

use http::HeaderName;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::rights::Attributes;
use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::{StatusError, refusals};

/// As whom a client wants to act.
pub(crate) const IMPERSONATE_USER: HeaderName = HeaderName::from_static("impersonate-user");

pub(super) const MASTERS: &str = "system:masters";
pub(super) const AUTHENTICATED: &str = "system:authenticated";
pub(super) const UNAUTHENTICATED: &str = "system:unauthenticated";
const ANONYMOUS: &str = "system:anonymous";
const ACCOUNT: &str = "system:serviceaccount:";

/// The tokens that are known from the beginning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tokens {
    pub(crate) admin: String,
    pub(crate) viewer: String,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) struct Identity {
    pub(in super::super) name: String,
    pub(super) uid: Option<String>,
    pub(super) groups: Vec<String>,
}

impl Identity {
    fn new(name: &str, groups: &[&str]) -> Self {
        let groups = groups.iter().map(|&group| group.to_owned()).collect();
        Self { name: name.to_owned(), uid: None, groups }
    }

    /// Somebody by name alone.
    fn named(name: &str) -> Self {
        if name == ANONYMOUS {
            return Self::new(name, &[UNAUTHENTICATED]);
        }
        match name.strip_prefix(ACCOUNT).and_then(|rest| rest.split_once(':')) {
            Some((namespace, account)) => Self::account(namespace, account, None),
            None => Self::new(name, &[AUTHENTICATED]),
        }
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
        described
    }
}

impl Cluster {
    /// The one whose token it is.
    pub(in super::super) fn identity(
        &self,
        token: Option<&str>,
        now: Timestamp,
    ) -> Result<Identity, StatusError> {
        let known = |name: &str, groups: &[&str]| Identity {
            uid: Some(format!("{name}-uid")),
            ..Identity::new(name, groups)
        };
        match token {
            None => Ok(Identity::named(ANONYMOUS)),
            Some(token) if token == self.tokens.admin => Ok(known("admin", &[MASTERS, AUTHENTICATED])),
            Some(token) if token == self.tokens.viewer => Ok(known("viewer", &[AUTHENTICATED])),
            Some(token) => self.account_of(token, now).ok_or(StatusError::Unauthorized),
        }
    }

    /// The one as whom `identity` wants to act, if it may.
    pub(in super::super) fn acting_as(
        &self,
        identity: Identity,
        name: Option<&str>,
    ) -> Result<Identity, StatusError> {
        let Some(name) = name else { return Ok(identity) };
        let wanted = Identity::named(name);
        let account = name.strip_prefix(ACCOUNT).and_then(|rest| rest.split_once(':'));
        let (resource, namespace, of) = match account {
            Some((namespace, account)) => ("serviceaccounts", Some(namespace), account),
            None => ("users", None, name),
        };
        let asked = Attributes { verb: "impersonate", group: "", resource, name: Some(of), namespace };
        match self.allows(&identity, &asked) {
            Some(_) => Ok(wanted),
            None => Err(refusals::forbidden(
                asked.refused(&identity, &format!("{resource} {of:?}")),
                json!({"name": of, "kind": resource}),
            )),
        }
    }
}
