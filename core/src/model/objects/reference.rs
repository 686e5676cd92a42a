//! References from one object to another.

use serde_json::Value;

use super::{Meta, SourceKind, WorkloadKind, read};

/// A reference to another object of Flux.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// The API group; empty for the core group, and where the field has none.
    pub group: String,
    /// The kind; empty where the field has none.
    pub kind: String,
    /// The namespace, the referring object's own by default.
    pub namespace: String,
    /// The name.
    pub name: String,
}

impl Reference {
    pub(super) fn read(reference: &Value, home: &str) -> Self {
        Self {
            group: String::new(),
            kind: read::text(reference, "kind"),
            namespace: read::optional(reference, "namespace").unwrap_or_else(|| home.to_owned()),
            name: read::text(reference, "name"),
        }
    }

    /// With this kind where the field has none.
    pub(super) fn or_kind(mut self, kind: &str) -> Self {
        if self.kind.is_empty() {
            kind.clone_into(&mut self.kind);
        }
        self
    }

    /// `namespace/name`.
    pub fn key(&self) -> String {
        format!("{}/{}", self.namespace, self.name)
    }

    /// The workload kind it is of, if it is one: the group counts, others have StatefulSets too.
    pub fn workload(&self) -> Option<WorkloadKind> {
        let kinds = [WorkloadKind::Deployment, WorkloadKind::StatefulSet, WorkloadKind::DaemonSet];
        kinds.into_iter().find(|kind| self.group == "apps" && self.kind == kind.name())
    }

    /// The kind of source it is of, if it is one.
    pub fn source(&self) -> Option<SourceKind> {
        SourceKind::named(&self.kind)
    }

    /// `GitRepository flux-system/hello-dev`.
    pub fn title(&self) -> String {
        format!("{} {}", self.kind, self.key())
    }

    /// Whether it is that object.
    pub fn is(&self, kind: &str, meta: &Meta) -> bool {
        self.kind == kind && self.namespace == meta.namespace && self.name == meta.name
    }
}

/// `<namespace>_<name>_<group>_<kind>`; names never hold an underscore, save those of RBAC objects, whose
/// colons are written as two.
pub(super) fn inventory(entry: &Value) -> Option<Reference> {
    let id = read::optional(entry, "id")?;
    let (namespace, rest) = id.split_once('_')?;
    let (rest, kind) = rest.rsplit_once('_')?;
    let (name, group) = rest.rsplit_once('_')?;
    let [group, kind, namespace, name] = [group, kind, namespace, name].map(str::to_owned);
    Some(Reference { group, kind, namespace, name })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn inventory_entries_are_taken_apart() {
        let read =
            |id: &str| inventory(&json!({ "id": id })).map(|entry| (entry.namespace, entry.name, entry.kind));
        let own = |a: &str, b: &str, c: &str| Some((a.to_owned(), b.to_owned(), c.to_owned()));
        assert_eq!(read("dev-hello_hello_apps_Deployment"), own("dev-hello", "hello", "Deployment"));
        assert_eq!(read("dev-hello_settings__ConfigMap"), own("dev-hello", "settings", "ConfigMap"));
        assert_eq!(read("_dev-hello__Namespace"), own("", "dev-hello", "Namespace"));
        assert_eq!(
            read("_system__node_rbac.authorization.k8s.io_ClusterRole"),
            own("", "system__node", "ClusterRole")
        );
        assert_eq!(read("nonsense"), None);
    }
}
