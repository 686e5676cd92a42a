//! The one place of `azure_mgmt_kubernetesconfiguration`: requests for Flux configurations, by the SDK's builders.
//!
//! What the SDK does with documents is not used. Its lists fail for one malformed date, it drops fields that it does not
//! know, its poller throws the service's error away and has no deadline, and it has none for deletion. So its builders
//! are sent without being awaited, their documents are ours, and their raw responses are read as those of every other
//! request. Its tokens, retries and connections are not used either: [`transport`] hands its requests to the suite's
//! own connection.

mod requests;
mod transport;

pub(super) use requests::FluxConfigurationRequests;
