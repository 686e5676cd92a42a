//! Helm releases of Flux. Fields as in the CRDs of Flux 2.

use serde_json::Value;

use super::{Conditions, Meta, read};

/// A `HelmRelease`, of which only its readiness is used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HelmRelease {
    /// Metadata.
    pub meta: Meta,
    /// Whether it is suspended.
    pub suspended: bool,
    /// Its conditions.
    pub conditions: Conditions,
}

impl HelmRelease {
    /// Reads one.
    pub fn read(object: &Value) -> Self {
        Self {
            meta: Meta::read(object),
            suspended: read::flag(&object["spec"], "suspend"),
            conditions: Conditions::read(&object["status"]),
        }
    }
}
