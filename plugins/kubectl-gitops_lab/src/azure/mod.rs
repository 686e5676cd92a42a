//! The lab's Azure: who signs in (Entra ID), what there is (Resource Manager), and what is found of it a while later
//! (Resource Graph). It is held to what the real one documents and was recorded answering.

mod agents;
mod api;
mod graph;
mod guid;
mod instance;
mod operations;
mod resources;
mod timestamp;

pub(crate) use agents::{ClusterFacts, ConfigurationReport, Delivery, ExtensionReport};
pub(crate) use api::refusal;
pub use instance::Azure;
pub(crate) use instance::{AzureIdentity, DEFAULT_SUBSCRIPTION, DEFAULT_TENANT};
pub(crate) use resources::{Resource, ResourceChange, ResourceId, Resources};
