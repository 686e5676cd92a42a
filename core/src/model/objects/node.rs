//! Nodes, as far as a pod's trouble may be that of its node.

use serde_json::Value;

use super::{Conditions, Meta};

/// A node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// Metadata.
    pub meta: Meta,
    /// Its conditions.
    pub conditions: Conditions,
}

impl Node {
    /// Reads one.
    pub fn read(object: &Value) -> Self {
        Self { meta: Meta::read(object), conditions: Conditions::read(&object["status"]) }
    }

    /// Whether it takes and runs pods.
    pub fn is_ready(&self) -> bool {
        self.conditions.at("Ready", "True").is_some()
    }
}
