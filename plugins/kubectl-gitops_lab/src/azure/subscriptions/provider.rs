//! A provider of resources in a subscription: it has to be registered before it is used, which takes a while.

use jiff::{SignedDuration, Timestamp};

/// How long registering takes.
const REGISTERING: SignedDuration = SignedDuration::from_secs(30);

/// Where resources of all types can be.
pub(in crate::azure) const LOCATIONS: [(&str, &str); 5] = [
    ("eastus", "East US"),
    ("westeurope", "West Europe"),
    ("northeurope", "North Europe"),
    ("uksouth", "UK South"),
    ("westus2", "West US 2"),
];

/// The providers that the lab knows, with their types. Those without a registration of their own are always there.
pub(super) const PROVIDERS: [(&str, bool, &[&str]); 7] = [
    (
        "Microsoft.KubernetesConfiguration",
        true,
        &["sourceControlConfigurations", "extensions", "fluxConfigurations", "operations"],
    ),
    ("Microsoft.Kubernetes", true, &["connectedClusters", "locations", "operations"]),
    ("Microsoft.ContainerService", true, &["managedClusters", "locations", "operations"]),
    ("Microsoft.ExtendedLocation", true, &["customLocations", "operations"]),
    ("Microsoft.ResourceGraph", false, &["resources", "operations"]),
    ("Microsoft.Resources", false, &["subscriptions", "resourceGroups", "tenants"]),
    ("Microsoft.Authorization", false, &["roleAssignments", "roleDefinitions"]),
];

/// A provider in a subscription.
#[derive(Clone, Debug)]
pub(in crate::azure) struct Provider {
    pub(in crate::azure) namespace: String,
    /// Since when it is registered, or is going to be; never.
    registered: Option<Timestamp>,
    /// Whether it cannot be otherwise.
    is_always: bool,
    pub(super) types: &'static [&'static str],
}

impl Provider {
    pub(super) fn all() -> Vec<Self> {
        let provider = |(namespace, is_free, types): (&str, bool, &'static [&'static str])| Self {
            namespace: namespace.to_owned(),
            registered: None,
            is_always: !is_free,
            types,
        };
        PROVIDERS.into_iter().map(provider).collect()
    }

    /// Begins to register it, or lets it be registered no longer.
    pub(super) fn set_registered(&mut self, is_registered: bool, now: Timestamp) {
        match is_registered {
            true => drop(self.registered.get_or_insert(now + REGISTERING)),
            false => self.registered = None,
        }
    }

    /// `registrationState`
    pub(super) fn state(&self, now: Timestamp) -> &'static str {
        match self.registered {
            _ if self.is_always => "Registered",
            Some(since) if now >= since => "Registered",
            Some(_) => "Registering",
            None => "NotRegistered",
        }
    }

    /// Whether resources can be had of it: as soon as somebody wants it registered.
    pub(in crate::azure) fn is_usable(&self, now: Timestamp) -> bool {
        self.state(now) != "NotRegistered"
    }

    /// `registrationPolicy`
    pub(super) fn policy(&self) -> &'static str {
        if self.is_always { "RegistrationFree" } else { "RegistrationRequired" }
    }
}
