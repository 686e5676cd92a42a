//! What Azure says, as values: connected clusters, Flux configurations, and what their states mean. Read tolerantly:
//! whatever is missing or of another form is not known, and nothing in a document makes reading it fail.

mod arc_cluster;
mod connected_cluster;
mod date;
mod desired_kustomization;
mod flux_configuration;
mod object_status;
mod states;
mod synced_revision;

pub use arc_cluster::{ArcCluster, ClusterKind};
pub use connected_cluster::ConnectedCluster;
pub use date::azure_date;
pub use desired_kustomization::DesiredKustomization;
pub use flux_configuration::FluxConfiguration;
pub use object_status::ObjectStatus;
pub use states::{ComplianceState, Connectivity, ProvisioningState};
pub use synced_revision::SyncedRevision;
