//! Roles, and what they permit. Three of Azure's built-in ones: what a lab asks falls under one of them.

/// A role that is assigned at a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AzureRole {
    /// May look at everything.
    Reader,
    /// May also make, change and delete everything, but grant nothing.
    Contributor,
    /// May do everything.
    Owner,
}

impl AzureRole {
    /// Whether it permits an action: `Microsoft.KubernetesConfiguration/fluxConfigurations/read`.
    pub(crate) fn permits(self, action: &str) -> bool {
        let action = action.to_ascii_lowercase();
        match self {
            AzureRole::Reader => action.ends_with("/read"),
            AzureRole::Contributor => {
                !action.starts_with("microsoft.authorization/") || action.ends_with("/read")
            }
            AzureRole::Owner => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::AzureRole::{Contributor, Owner, Reader};

    #[test]
    fn a_role_permits_what_it_is_for() {
        for (action, permitting) in [
            ("Microsoft.Kubernetes/connectedClusters/read", vec![Reader, Contributor, Owner]),
            ("Microsoft.Kubernetes/connectedClusters/write", vec![Contributor, Owner]),
            ("microsoft.kubernetes/register/action", vec![Contributor, Owner]),
            ("Microsoft.Authorization/roleAssignments/write", vec![Owner]),
        ] {
            let found: Vec<_> =
                [Reader, Contributor, Owner].into_iter().filter(|role| role.permits(action)).collect();
            assert_eq!(found, permitting, "{action}");
        }
    }
}
