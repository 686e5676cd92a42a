//! The lab's Azure Arc: the agents in a cluster that make Flux objects of what Azure wants, and tell Azure what became
//! of them.

mod agent;
mod cluster;
mod compliance;
mod configuration;
mod flux_objects;
mod kustomization;
mod managed_configuration;
mod managed_objects;
mod outbox;
mod pods;
mod schedule;
mod source;

pub(crate) use agent::ArcAgent;
