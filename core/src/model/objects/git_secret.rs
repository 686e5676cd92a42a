//! Secrets that sources fetch with. What is in them is never read.

use jiff::Timestamp;
use serde_json::Value;

use super::Meta;

/// The Secret that a source fetches with: its name and when it was written, never what is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GitSecret {
    /// The namespace.
    pub namespace: String,
    /// The name.
    pub name: String,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// When it was last written, where the server keeps that.
    pub written: Option<Timestamp>,
}

impl GitSecret {
    /// Reads the metadata of one. Its annotations may hold what is in it, and are left alone.
    pub fn read(object: &Value) -> Self {
        let Meta { namespace, name, created, managed, .. } = Meta::read(object);
        let written = managed.iter().filter_map(|entry| entry.time).max().max(created);
        Self { namespace, name, created, written }
    }
}
