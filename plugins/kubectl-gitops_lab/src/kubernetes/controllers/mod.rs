//! The controllers without which objects make no sense, the node, and what happens later by itself.

pub(super) mod garbage_collector;
mod namespace_conditions;
mod namespace_deletion;
pub(super) mod namespaces;
pub(super) mod node;
pub(super) mod services;
pub(super) mod timers;
