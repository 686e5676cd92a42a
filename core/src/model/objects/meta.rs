//! `metadata`, which every object has.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::read;
use crate::model::contract::{OWNER_NAME_LABEL, OWNER_NAMESPACE_LABEL};

/// What is used of `metadata`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meta {
    /// The name.
    pub name: String,
    /// The namespace; empty for cluster-scoped objects.
    pub namespace: String,
    /// The identity of this very object, which a re-created one does not share.
    pub uid: String,
    /// Counts changes of the specification.
    pub generation: i64,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// When its deletion was asked for.
    pub deleted: Option<Timestamp>,
    /// What still holds the deletion.
    pub finalizers: Vec<String>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Annotations.
    pub annotations: BTreeMap<String, String>,
    /// Kind and uid of the owners.
    pub owners: Vec<(String, String)>,
    /// Who wrote what, where the server keeps it.
    pub managed: Vec<Managed>,
}

/// One entry of `managedFields`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Managed {
    /// The field manager.
    pub manager: String,
    /// `status`, or empty for the object itself.
    pub subresource: String,
    /// When it last wrote.
    pub time: Option<Timestamp>,
    /// The fields of `spec` it owns, as `f:<name>`.
    pub spec: Vec<String>,
}

impl Meta {
    /// Reads `object["metadata"]`.
    pub fn read(object: &Value) -> Self {
        let meta = &object["metadata"];
        Self {
            name: read::text(meta, "name"),
            namespace: read::text(meta, "namespace"),
            uid: read::text(meta, "uid"),
            generation: read::number(meta, "generation").unwrap_or_default(),
            created: read::time(meta, "creationTimestamp"),
            deleted: read::time(meta, "deletionTimestamp"),
            finalizers: read::list(meta, "finalizers").filter_map(read::harmless).collect(),
            labels: read::map(meta, "labels"),
            annotations: read::map(meta, "annotations"),
            owners: read::list(meta, "ownerReferences")
                .map(|owner| (read::text(owner, "kind"), read::text(owner, "uid")))
                .collect(),
            managed: read::list(meta, "managedFields").map(Managed::read).collect(),
        }
    }

    /// `namespace/name`.
    pub fn key(&self) -> String {
        if self.namespace.is_empty() {
            self.name.clone()
        } else {
            format!("{}/{}", self.namespace, self.name)
        }
    }

    /// Namespace and name of the kustomization that says with labels that it applied this object.
    pub fn owner(&self) -> Option<(&str, &str)> {
        let label = |key: &str| self.labels.get(key).map(String::as_str);
        Some((label(OWNER_NAMESPACE_LABEL)?, label(OWNER_NAME_LABEL)?))
    }

    /// The finalizers that still hold its deletion, in words.
    pub fn holders(&self) -> String {
        if self.finalizers.is_empty() { "nothing".to_owned() } else { self.finalizers.join(", ") }
    }

    /// Whether it is a controller of Flux that must let go of it.
    pub fn is_held_by_flux(&self) -> bool {
        self.finalizers.iter().any(|finalizer| finalizer.contains("fluxcd.io"))
    }

    /// When the specification last changed, where the server keeps who wrote what.
    pub fn specified(&self) -> Option<Timestamp> {
        self.managed
            .iter()
            .filter(|entry| entry.subresource.is_empty() && !entry.spec.is_empty())
            .filter_map(|entry| entry.time)
            .max()
    }

    /// When somebody last wrote how many replicas there are, here or through `scale`.
    pub fn scaled(&self) -> Option<Timestamp> {
        let scales = |entry: &&Managed| {
            matches!(entry.subresource.as_str(), "" | "scale")
                && entry.spec.iter().any(|field| field == "f:replicas")
        };
        self.managed.iter().filter(scales).filter_map(|entry| entry.time).max()
    }

    /// When `field` of the specification was last written, and by whom.
    pub fn written(&self, field: &str) -> Option<(&str, Timestamp)> {
        let field = format!("f:{field}");
        self.managed
            .iter()
            .filter(|entry| entry.subresource.is_empty() && entry.spec.contains(&field))
            .filter_map(|entry| Some((entry.manager.as_str(), entry.time?)))
            .max_by_key(|(_, time)| *time)
    }
}

impl Managed {
    fn read(entry: &Value) -> Self {
        Self {
            manager: read::text(entry, "manager"),
            subresource: read::text(entry, "subresource"),
            time: read::time(entry, "time"),
            spec: entry["fieldsV1"]["f:spec"]
                .as_object()
                .map(|fields| fields.keys().cloned().collect())
                .unwrap_or_default(),
        }
    }
}
