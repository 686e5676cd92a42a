//! Azure: Flux configurations, connected clusters and extensions in Resource Manager, and Resource Graph.
//!
//! Credentials are `azure_identity`'s and requests for Flux configurations those of
//! `azure_mgmt_kubernetesconfiguration`. Beneath both lies the suite's own transport ([`crate::wire::Transport`]), so
//! that retries, roots and proxies are those of every world, and nothing in the tree brings another TLS or HTTP stack.
//! Documents are read by the tolerant types of [`crate::model::azure`].

mod access;
mod access_error;
mod client;
mod cloud;
mod configuration;
mod configuration_changes;
mod connected_clusters;
mod connection;
mod credentials;
mod error;
mod extensions;
mod flux_configurations;
mod management_sdk;
mod operation;
mod operation_state;
mod providers;
mod request;
mod resource_graph;
mod response;
mod subscriptions;

pub use access::AzureAccess;
pub use access_error::AzureAccessError;
pub use client::Azure;
pub use cloud::GivenEndpoints;
pub use configuration::{
    BucketSource, ConfigurationName, ConfigurationScope, ConfigurationSource, FluxConfigurationPatch,
    FluxConfigurationSpec, GitReference, GitSource, InvalidConfiguration, KustomizationSpec,
    ProtectedSettings,
};
pub use configuration_changes::CreatedConfiguration;
pub use credentials::{AzureCredentialSource, GivenCredentials, SignInError};
pub use error::AzureError;
pub use extensions::Extension;
pub use operation::FailedOperation;
pub use resource_graph::{FleetFilter, FleetHead, GraphQuery, GraphRows, GraphScope, kql_string};
