//! Where the kinds that controllers work with are in the catalogue.

use crate::kubernetes::Catalogue;

/// Places in the catalogue.
#[derive(Clone, Copy, Debug)]
pub(in crate::kubernetes) struct Kinds {
    pub(in crate::kubernetes) config_maps: usize,
    pub(in crate::kubernetes) events: usize,
    pub(in crate::kubernetes) namespaces: usize,
    pub(in crate::kubernetes) nodes: usize,
    pub(in crate::kubernetes) pods: usize,
    pub(in crate::kubernetes) quotas: usize,
    pub(in crate::kubernetes) service_accounts: usize,
    pub(in crate::kubernetes) services: usize,
    pub(in crate::kubernetes) endpoints: usize,
    pub(in crate::kubernetes) slices: usize,
    pub(in crate::kubernetes) deployments: usize,
    pub(in crate::kubernetes) replica_sets: usize,
    pub(in crate::kubernetes) stateful_sets: usize,
    pub(in crate::kubernetes) daemon_sets: usize,
    pub(in crate::kubernetes) revisions: usize,
    pub(in crate::kubernetes) jobs: usize,
}

impl Kinds {
    pub(in crate::kubernetes) fn of(catalogue: &Catalogue) -> Self {
        let place = |group: &str, plural: &str| {
            catalogue.named(group, "v1", plural).expect("the kinds of controllers are served")
        };
        Self {
            config_maps: place("", "configmaps"),
            events: place("", "events"),
            namespaces: place("", "namespaces"),
            nodes: place("", "nodes"),
            pods: place("", "pods"),
            quotas: place("", "resourcequotas"),
            service_accounts: place("", "serviceaccounts"),
            services: place("", "services"),
            endpoints: place("", "endpoints"),
            slices: place("discovery.k8s.io", "endpointslices"),
            deployments: place("apps", "deployments"),
            replica_sets: place("apps", "replicasets"),
            stateful_sets: place("apps", "statefulsets"),
            daemon_sets: place("apps", "daemonsets"),
            revisions: place("apps", "controllerrevisions"),
            jobs: place("batch", "jobs"),
        }
    }
}
