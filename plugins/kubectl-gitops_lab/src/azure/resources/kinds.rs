//! The types of resources that the lab knows, as Azure spells them.

/// Clusters that are connected through Azure Arc.
pub(crate) const CONNECTED_CLUSTERS: &str = "Microsoft.Kubernetes/connectedClusters";
/// Azure's own clusters.
pub(crate) const MANAGED_CLUSTERS: &str = "Microsoft.ContainerService/managedClusters";
/// What clusters are to deploy.
pub(crate) const FLUX_CONFIGURATIONS: &str = "Microsoft.KubernetesConfiguration/fluxConfigurations";
/// What clusters are extended with: Flux, for one.
pub(crate) const EXTENSIONS: &str = "Microsoft.KubernetesConfiguration/extensions";
/// What Flux of the first version followed.
pub(crate) const SOURCE_CONTROL_CONFIGURATIONS: &str =
    "Microsoft.KubernetesConfiguration/sourceControlConfigurations";
/// The types of clusters.
pub(crate) const CLUSTERS: [&str; 2] = [CONNECTED_CLUSTERS, MANAGED_CLUSTERS];
