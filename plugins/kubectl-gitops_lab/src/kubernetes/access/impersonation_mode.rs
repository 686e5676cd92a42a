//! The ways of acting as somebody else, and who one is then.
//!
//! As 1.36 does it, there are two. The narrow one is tried first: its rights are for one verb (`impersonate-on:…`) and
//! for users, nodes and service accounts apart. Then the old one, with the verb `impersonate`. Who has neither is refused
//! in the words of the first.

use super::identity::{ANONYMOUS, AUTHENTICATED, Identity, UNAUTHENTICATED};
use super::impersonation::Impersonation;
use super::rights::Attributes;

/// How the names of nodes begin.
pub(super) const NODE: &str = "system:node:";
pub(super) const AUTHENTICATION: &str = "authentication.k8s.io";

/// One way of being allowed to.
#[derive(Clone, Copy)]
pub(super) struct ImpersonationMode {
    /// `impersonate:user-info`, `impersonate`
    pub(super) verb: &'static str,
    /// The verb for a request that is made so; none where every request may be.
    pub(super) on: Option<&'static str>,
    /// The API group of users and groups.
    pub(super) group: &'static str,
}

/// The old way, which is there for everybody.
pub(super) const LEGACY: ImpersonationMode = ImpersonationMode { verb: "impersonate", on: None, group: "" };

impl ImpersonationMode {
    /// What is asked for: to be so called in a field of an identity.
    pub(super) fn asked<'a>(&self, group: &'a str, resource: &'a str, name: &'a str) -> Attributes<'a> {
        Attributes { verb: self.verb, group, resource, name: Some(name), namespace: None }
    }
}

impl Impersonation {
    /// The way that is made for whom it is, beside the old one.
    pub(super) fn mode(&self) -> Option<ImpersonationMode> {
        let is_name_alone = self.uid.is_empty() && self.groups.is_empty() && self.extra.is_empty();
        let narrow = |verb, on| ImpersonationMode { verb, on: Some(on), group: AUTHENTICATION };
        if self.account().is_some() {
            return is_name_alone
                .then(|| narrow("impersonate:serviceaccount", "impersonate-on:serviceaccount"));
        }
        if self.user.starts_with(NODE) {
            return is_name_alone
                .then(|| narrow("impersonate:arbitrary-node", "impersonate-on:arbitrary-node"));
        }
        Some(narrow("impersonate:user-info", "impersonate-on:user-info"))
    }

    /// Who it is once it is allowed.
    pub(super) fn identity(&self, mode: ImpersonationMode) -> Identity {
        let mut groups = self.groups.clone();
        if let (Some((namespace, _)), true) = (self.account(), groups.is_empty()) {
            groups = vec!["system:serviceaccounts".to_owned(), format!("system:serviceaccounts:{namespace}")];
        }
        if mode.on.is_some() && self.user.starts_with(NODE) {
            groups = vec!["system:nodes".to_owned()];
        }
        let has = |groups: &[String], wanted: &str| groups.iter().any(|group| group == wanted);
        let own = if self.user == ANONYMOUS { UNAUTHENTICATED } else { AUTHENTICATED };
        if !has(&groups, UNAUTHENTICATED) && !has(&groups, own) {
            groups.push(own.to_owned());
        }
        let uid = Some(self.uid.clone()).filter(|uid| !uid.is_empty());
        Identity { name: self.user.clone(), uid, groups, extra: self.extra.clone() }
    }
}
