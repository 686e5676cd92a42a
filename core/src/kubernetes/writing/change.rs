//! The vocabulary of changes: what is written, how, and whether for real.

use k8s_openapi::Resource;
use kube::core::ApiResource;
use serde_json::{Value, json};

use crate::kubernetes::resource::typed;
use crate::model::cluster::Kind;

/// Who owns the fields that this suite applies, as `metadata.managedFields` names it.
pub const FIELD_MANAGER: &str = "kubectl-gitops";

/// Whether a change is made, or only checked by the server: validation, admission and defaults included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DryRun {
    /// The change is made.
    #[default]
    Off,
    /// The server answers as if the change was made, and makes none.
    Server,
}

/// The resource that a change is about.
#[derive(Clone, Debug)]
pub struct WriteTarget(pub(super) TargetResource);

/// The version of one of Flux's kinds is found at the server; that of Kubernetes' own kinds is in their type.
#[derive(Clone, Debug)]
pub(super) enum TargetResource {
    Kind(Kind),
    Typed(ApiResource),
}

impl WriteTarget {
    /// The resource of a type of `k8s-openapi`: `WriteTarget::of::<Job>()`.
    pub fn of<T: Resource>() -> Self {
        Self(TargetResource::Typed(typed::<T>()))
    }

    /// A resource that was found by asking the server which it has.
    pub fn found(group: &str, version: &str, kind: &str, plural: &str) -> Self {
        let api_version = if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
        let [group, version, kind, plural] = [group, version, kind, plural].map(str::to_owned);
        Self(TargetResource::Typed(ApiResource { group, version, api_version, kind, plural }))
    }
}

impl From<Kind> for WriteTarget {
    fn from(kind: Kind) -> Self {
        Self(TargetResource::Kind(kind))
    }
}

/// A partial change of an object.
#[derive(Clone, Debug)]
pub enum Patch {
    /// A JSON merge patch (RFC 7386): objects are merged, everything else is replaced, null removes.
    Merge(Value),
    /// A JSON patch (RFC 6902): operations in order, `test` among them, all or none.
    Json(Vec<Value>),
}

impl Patch {
    pub(super) fn media_type(&self) -> &'static str {
        match self {
            Patch::Merge(_) => "application/merge-patch+json",
            Patch::Json(_) => "application/json-patch+json",
        }
    }

    pub(super) fn body(&self) -> Vec<u8> {
        match self {
            Patch::Merge(value) => value.to_string().into_bytes(),
            Patch::Json(operations) => json!(operations).to_string().into_bytes(),
        }
    }
}

/// How an object is applied.
#[derive(Clone, Copy, Debug, Default)]
pub struct Apply {
    /// Takes over fields that another manager owns, in place of a conflict.
    pub force: bool,
    /// Whether it is done.
    pub dry_run: DryRun,
}

/// What happens to the objects that the deleted one owns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Propagation {
    /// They are deleted afterwards.
    #[default]
    Background,
    /// They are deleted first; the owner stays visible until they are gone.
    Foreground,
    /// They stay.
    Orphan,
}

/// How an object is deleted.
#[derive(Clone, Debug, Default)]
pub struct Delete {
    /// Deletes the object with this UID alone, and not one that took its name since.
    pub uid: Option<String>,
    /// Deletes the object in this version alone.
    pub resource_version: Option<String>,
    /// What happens to the objects that it owns.
    pub propagation: Propagation,
    /// Whether it is done.
    pub dry_run: DryRun,
}

impl Delete {
    pub(super) fn body(&self) -> Vec<u8> {
        let propagation = match self.propagation {
            Propagation::Background => "Background",
            Propagation::Foreground => "Foreground",
            Propagation::Orphan => "Orphan",
        };
        let mut options =
            json!({ "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": propagation });
        let mut preconditions = serde_json::Map::new();
        preconditions.extend(self.uid.clone().map(|uid| ("uid".to_owned(), Value::from(uid))));
        let version = self.resource_version.clone();
        preconditions.extend(version.map(|version| ("resourceVersion".to_owned(), Value::from(version))));
        if !preconditions.is_empty() {
            options["preconditions"] = Value::Object(preconditions);
        }
        if self.dry_run == DryRun::Server {
            options["dryRun"] = json!(["All"]);
        }
        options.to_string().into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deletion_says_which_object_it_means() {
        let plain: Value = serde_json::from_slice(&Delete::default().body()).expect("JSON");
        assert_eq!(
            plain,
            json!({ "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Background" })
        );
        let delete = Delete {
            uid: Some("u-1".into()),
            resource_version: Some("7".into()),
            propagation: Propagation::Foreground,
            dry_run: DryRun::Server,
        };
        let options: Value = serde_json::from_slice(&delete.body()).expect("JSON");
        assert_eq!(options["preconditions"], json!({ "uid": "u-1", "resourceVersion": "7" }));
        assert_eq!(
            (&options["propagationPolicy"], &options["dryRun"]),
            (&json!("Foreground"), &json!(["All"]))
        );
    }
}
