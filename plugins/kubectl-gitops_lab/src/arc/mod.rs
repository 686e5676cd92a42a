//! The lab's Azure Arc: the agents in a cluster that make Flux objects of what Azure wants, and tell Azure what became
//! of them.

mod agent;

pub(crate) use agent::ArcAgent;
