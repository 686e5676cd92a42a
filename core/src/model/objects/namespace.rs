//! Namespaces, and the quotas that limit them.

use serde_json::Value;

use super::{Conditions, Meta, read};

/// A ResourceQuota.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quota {
    /// Metadata.
    pub meta: Meta,
    /// Resource, used, limit.
    pub used: Vec<(String, String, String)>,
}

impl Quota {
    /// Reads one.
    pub fn read(object: &Value) -> Self {
        let status = &object["status"];
        let (hard, used) = (read::map(status, "hard"), read::map(status, "used"));
        let row = |(resource, limit): (String, String)| {
            let used = used.get(&resource).cloned().unwrap_or_else(|| "0".to_owned());
            (resource, used, limit)
        };
        Self { meta: Meta::read(object), used: hard.into_iter().map(row).collect() }
    }
}

/// A namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Namespace {
    /// Metadata.
    pub meta: Meta,
    /// `Active` or `Terminating`.
    pub phase: String,
    /// Its conditions, which say what holds a deletion.
    pub conditions: Conditions,
}

impl Namespace {
    /// Reads one.
    pub fn read(object: &Value) -> Self {
        let status = &object["status"];
        Self {
            meta: Meta::read(object),
            phase: read::text(status, "phase"),
            conditions: Conditions::read(status),
        }
    }
}
