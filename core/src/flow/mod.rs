//! Use cases over the worlds.

mod application_folder;
mod apply;
mod azure_answers;
mod azure_connection;
mod azure_question;
mod cleanup;
mod context;
mod delivery_cluster_error;
mod delivery_clusters;
mod discover;
mod discover_error;
mod fleet;
mod fleet_error;
mod fleet_knowledge;
mod fleet_repository;
mod follow;
mod github_answers;
mod github_connection;
mod github_memory;
mod github_question;
mod known_namespaces;
mod narrowing;
mod observe;
mod other_worlds;
mod reconcile;
mod recording;
mod recording_error;
mod selector;
mod settle;
mod setup;
mod status;
mod status_error;
mod suite_release;

pub use application_folder::{ApplicationFolderError, read_application_folder};
pub use apply::apply;
pub(crate) use azure_answers::AZURE_TIME_LIMIT;
pub use cleanup::{Cleanup, CleanupError, CleanupRequest, cleanup};
pub use context::Context;
pub use delivery_cluster_error::DeliveryClusterError;
pub use delivery_clusters::{DeliveryCluster, DeliverySelection, delivery_clusters};
pub use discover::{PipelineStart, discover};
pub use discover_error::DiscoverError;
pub use fleet::{FleetSelection, fleet};
pub use fleet_error::FleetError;
pub use fleet_repository::gitops_repository;
pub use follow::{Cadence, Until, follow, until};
pub use known_namespaces::{KnownNamespaces, NamedEnvironment, known_namespaces};
pub use narrowing::Narrowing;
pub use observe::observe;
pub use reconcile::{Reconciliation, reconciliation};
pub use recording::Recording;
pub use recording_error::RecordingError;
pub use selector::{EnvironmentSelector, Namespaces};
pub use settle::{
    ChosenPolicy, GateDocument, GateReport, GateRequest, GateScope, GateStart, GithubNotAsked, RecordOutcome,
    RunLink, SettleError, Settlement, StatusRecord, settlement,
};
pub use setup::{PreparedSetup, SetupCredentials, SetupError, SetupStart, prepare_setup};
pub use status::status;
pub use status_error::StatusError;
pub use suite_release::{ReleaseError, ReleaseSource, suite_release};
