//! The client of Azure: against a server whose every answer a test decides, and against the lab's Azure.

mod changes;
pub(crate) mod client;
mod contracts;
mod credentials;
mod lab;
mod operations;
mod refusals;
mod resource_graph;
mod secrets;
