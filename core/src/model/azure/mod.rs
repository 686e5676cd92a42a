//! What Azure says, as values: connected clusters, Flux configurations, and what their states mean. Read tolerantly:
//! whatever is missing or of another form is not known, and nothing in a document makes reading it fail.

mod arc_cluster;
mod connected_cluster;
mod date;
mod flux_configuration;
mod states;
mod synced_revision;

pub use arc_cluster::{ArcCluster, ClusterKind};
pub use connected_cluster::ConnectedCluster;
pub use date::azure_date;
pub use flux_configuration::{FluxConfiguration, ObjectStatus};
pub use states::{ComplianceState, Connectivity, ProvisioningState};
pub use synced_revision::SyncedRevision;
