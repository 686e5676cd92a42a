//! What a token was used for, so that one that may too much can be told from one that may what it must.

use std::collections::{BTreeMap, BTreeSet};

use super::permission::{Area, Permission, Permissions};

/// What a token was used for.
#[derive(Clone, Debug, Default)]
pub(super) struct Usage {
    permissions: Permissions,
    /// Of a classic one its scopes, each with the narrowest that would have sufficed.
    scopes: BTreeMap<String, BTreeSet<&'static str>>,
}

impl Usage {
    pub(super) fn add(&mut self, permission: Permission) {
        self.permissions.add(permission);
    }

    /// A scope was needed, or a narrower one.
    pub(super) fn add_scope(&mut self, held: String, narrowest: &'static str) {
        self.scopes.entry(held).or_default().insert(narrowest);
    }

    pub(super) fn permissions(&self) -> &Permissions {
        &self.permissions
    }

    /// Of these permissions those that were not used, as headers spell them. That there is a repository must be
    /// known with every token.
    pub(super) fn unused(&self, granted: Permissions) -> Vec<String> {
        let granted = granted.without(Area::Metadata);
        let left = granted.each().filter(|permission| !self.permissions.allow(*permission));
        left.map(|permission| permission.to_string()).collect()
    }

    /// Of these scopes those that were not used, and those in whose place narrower ones would have done.
    pub(super) fn unused_scopes(&self, granted: &[String]) -> Vec<String> {
        let left = |scope: &String| match self.scopes.get(scope) {
            None => Some(scope.clone()),
            Some(needed) if needed.contains(scope.as_str()) => None,
            Some(needed) => {
                let needed: Vec<_> = needed.iter().copied().collect();
                Some(format!("{scope} where {} suffices", needed.join(", ")))
            }
        };
        granted.iter().filter_map(left).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Usage;
    use crate::access::{Area, Permissions};

    #[test]
    fn what_was_not_needed_is_left() {
        let mut usage = Usage::default();
        usage.add(Area::Contents.read());
        usage.add(Area::Issues.write());
        let granted =
            [Area::Contents.write(), Area::Issues.write(), Area::Secrets.read(), Area::Metadata.read()];
        assert_eq!(usage.unused(Permissions::of(&granted)), ["contents=write", "secrets=read"]);
        usage.add_scope("repo".to_owned(), "repo:status");
        let scopes = ["repo", "workflow"].map(str::to_owned);
        assert_eq!(usage.unused_scopes(&scopes), ["repo where repo:status suffices", "workflow"]);
        usage.add_scope("repo".to_owned(), "repo");
        assert_eq!(usage.unused_scopes(&scopes), ["workflow"]);
    }
}
