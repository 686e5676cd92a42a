//! The lab's Azure: who signs in (Entra ID), what there is (Resource Manager), and what is found of it a while later
//! (Resource Graph). It is held to what the real one documents and was recorded answering.

mod agents;
mod api;
mod api_versions;
mod clusters;
mod controls;
mod entra;
mod extensions;
mod flux_configurations;
mod graph;
mod guid;
mod instance;
mod operations;
mod property_fields;
mod resources;
mod subscriptions;
mod timestamp;

pub(crate) use agents::{ClusterFacts, ConfigurationReport, Delivery, ExtensionReport};
pub(crate) use api::refusal;
pub use api::{azure_route, azure_routes};
pub use entra::AzureRole;
pub(crate) use instance::DEFAULT_SUBSCRIPTION;
pub use instance::{Azure, AzureIdentity};
pub(crate) use resources::ResourceId;
