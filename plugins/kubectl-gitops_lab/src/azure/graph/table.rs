//! Which resources are in which table.

/// A table of Resource Graph's that the lab knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Table {
    /// Everything that has no table of its own.
    Resources,
    /// Subscriptions and resource groups.
    ResourceContainers,
    /// Flux configurations and extensions.
    KubernetesConfigurationResources,
}

impl Table {
    const ALL: [Table; 3] =
        [Table::Resources, Table::ResourceContainers, Table::KubernetesConfigurationResources];

    /// The table with this name, in any case.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.name().eq_ignore_ascii_case(name))
    }

    /// The table that resources of a type, in lower case, are in.
    pub(super) fn of_type(kind: &str) -> Self {
        if kind.starts_with("microsoft.kubernetesconfiguration/") {
            Table::KubernetesConfigurationResources
        } else if kind.starts_with("microsoft.resources/subscriptions") {
            Table::ResourceContainers
        } else {
            Table::Resources
        }
    }

    fn name(self) -> &'static str {
        match self {
            Table::Resources => "resources",
            Table::ResourceContainers => "resourcecontainers",
            Table::KubernetesConfigurationResources => "kubernetesconfigurationresources",
        }
    }
}
