//! An application that can sign in, and what is assigned to it.

use gitops_core::wire::Secret;

use super::role::AzureRole;
use crate::azure::guid::guid;
use crate::azure::resources::ResourceId;

/// An application with its service principal.
#[derive(Clone, Debug)]
pub(crate) struct Principal {
    /// The application's id.
    pub(crate) client: String,
    /// The id of its service principal.
    pub(crate) object: String,
    pub(super) secrets: Vec<ClientSecret>,
    /// Tokens of others that are accepted in place of a secret: workload identity.
    pub(super) assertions: Vec<Secret>,
    assignments: Vec<(AzureRole, ResourceId)>,
}

/// A client secret.
#[derive(Clone, Debug)]
pub(super) struct ClientSecret {
    pub(super) secret: Secret,
    pub(super) is_expired: bool,
}

impl Principal {
    /// One that may do nothing and cannot sign in.
    pub(super) fn new(tenant: &str, client: &str) -> Self {
        Self {
            client: client.to_owned(),
            object: guid(&["service principal", tenant, &client.to_lowercase()]),
            secrets: Vec::new(),
            assertions: Vec::new(),
            assignments: Vec::new(),
        }
    }

    pub(super) fn assign(&mut self, role: AzureRole, scope: &str) {
        self.assignments.push((role, ResourceId::new(scope)));
    }

    /// Whether it may do this to what has this id.
    pub(crate) fn may(&self, action: &str, id: &ResourceId) -> bool {
        self.assignments.iter().any(|(role, scope)| role.permits(action) && covers(scope, id))
    }

    /// Whether it sees something of a subscription: whoever may do anything in it does.
    pub(crate) fn sees(&self, subscription: &ResourceId) -> bool {
        let mut assigned = self.assignments.iter().map(|(_, scope)| scope);
        assigned.any(|scope| covers(scope, subscription) || covers(subscription, scope))
    }
}

fn covers(scope: &ResourceId, id: &ResourceId) -> bool {
    let rest = id.key().strip_prefix(scope.key().trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::super::role::AzureRole::{Contributor, Reader};
    use super::{Principal, ResourceId};

    #[test]
    fn an_assignment_is_good_for_its_scope_and_what_is_in_it() {
        let mut principal = Principal::new("t", "c");
        principal.assign(Reader, "/subscriptions/S/resourceGroups/rg");
        principal.assign(Contributor, "/subscriptions/S/resourceGroups/rg/providers/P/t/own/");
        let may = |action: &str, id: &str| principal.may(&format!("P/t/{action}"), &ResourceId::new(id));
        for (action, id, is_permitted) in [
            ("read", "/subscriptions/s/resourcegroups/RG", true),
            ("read", "/subscriptions/s/resourceGroups/rg/providers/P/t/x", true),
            ("write", "/subscriptions/s/resourceGroups/rg/providers/P/t/x", false),
            ("write", "/subscriptions/s/resourceGroups/rg/providers/P/t/OWN/providers/Q/u/v", true),
            ("write", "/subscriptions/s/resourceGroups/rg/providers/P/t/own2", false),
            ("read", "/subscriptions/s/resourceGroups/rg2", false),
            ("read", "/subscriptions/s", false),
        ] {
            assert_eq!(may(action, id), is_permitted, "{action} {id}");
        }
        assert!(principal.sees(&ResourceId::new("/subscriptions/s")));
        assert!(!principal.sees(&ResourceId::new("/subscriptions/s2")));
    }
}
