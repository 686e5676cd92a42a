//! Flux's objects: sources, kustomizations, Helm releases. Fields as in the CRDs of Flux 2.

use jiff::Timestamp;
use serde_json::Value;

use super::{Meta, WorkloadKind, read};

/// One entry of `status.conditions`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Condition {
    /// The type, such as `Ready`.
    pub kind: String,
    /// `True`, `False` or `Unknown`.
    pub status: String,
    /// Why, as a CamelCase word.
    pub reason: String,
    /// Why, for people.
    pub message: String,
    /// The generation it speaks of.
    pub observed_generation: i64,
    /// When status, reason or message last changed.
    pub since: Option<Timestamp>,
}

/// All conditions of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions(Vec<Condition>);

impl Conditions {
    pub(super) fn read(status: &Value) -> Self {
        Self(
            read::list(status, "conditions")
                .map(|condition| Condition {
                    kind: read::text(condition, "type"),
                    status: read::text(condition, "status"),
                    reason: read::text(condition, "reason"),
                    message: read::text(condition, "message"),
                    observed_generation: read::number(condition, "observedGeneration").unwrap_or(-1),
                    since: read::time(condition, "lastTransitionTime"),
                })
                .collect(),
        )
    }

    /// The condition of a type.
    pub fn get(&self, kind: &str) -> Option<&Condition> {
        self.0.iter().find(|condition| condition.kind == kind)
    }

    /// The condition of a type, if it stands at `status`.
    pub fn at(&self, kind: &str, status: &str) -> Option<&Condition> {
        self.get(kind).filter(|condition| condition.status == status)
    }

    /// The newest generation any condition speaks of.
    pub fn observed_generation(&self) -> i64 {
        self.0.iter().map(|condition| condition.observed_generation).max().unwrap_or(-1)
    }
}

/// A `GitRepository`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GitRepository {
    /// Metadata.
    pub meta: Meta,
    /// Where it fetches from.
    pub url: String,
    /// The branch it follows, where it follows one.
    pub branch: Option<String>,
    /// The Secret it authenticates with.
    pub secret: Option<String>,
    /// Whether fetching is suspended.
    pub suspended: bool,
    /// The limit of one fetch, in seconds.
    pub timeout: i64,
    /// The revision of the stored artifact.
    pub artifact: Option<String>,
    /// When that artifact was stored.
    pub stored: Option<Timestamp>,
    /// The reconcile request that was handled last.
    pub handled_request: Option<String>,
    /// The generation its status speaks of.
    pub observed_generation: i64,
    /// Its conditions.
    pub conditions: Conditions,
}

/// Timeouts below this count as this (source- and kustomize-controller).
const SHORTEST_TIMEOUT: i64 = 30;

impl GitRepository {
    /// Reads one.
    pub fn read(object: &Value) -> Self {
        let (spec, status) = (&object["spec"], &object["status"]);
        Self {
            meta: Meta::read(object),
            url: read::text(spec, "url"),
            branch: read::optional(&spec["ref"], "branch"),
            secret: read::optional(&spec["secretRef"], "name"),
            suspended: read::flag(spec, "suspend"),
            timeout: read::seconds(spec, "timeout").unwrap_or(60).max(SHORTEST_TIMEOUT),
            artifact: read::optional(&status["artifact"], "revision"),
            stored: read::time(&status["artifact"], "lastUpdateTime"),
            handled_request: read::optional(status, "lastHandledReconcileAt"),
            observed_generation: read::number(status, "observedGeneration").unwrap_or(-1),
            conditions: Conditions::read(status),
        }
    }
}

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
    fn read(reference: &Value, home: &str) -> Self {
        Self {
            group: String::new(),
            kind: read::text(reference, "kind"),
            namespace: read::optional(reference, "namespace").unwrap_or_else(|| home.to_owned()),
            name: read::text(reference, "name"),
        }
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

    /// Whether it is that object.
    pub fn is(&self, kind: &str, meta: &Meta) -> bool {
        self.kind == kind && self.namespace == meta.namespace && self.name == meta.name
    }
}

/// One entry of `status.history`: a content that was reconciled, and how that last ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// The revision it last came from.
    pub revision: String,
    /// How the last reconciliation of it ended.
    pub outcome: String,
    /// When the first was.
    pub first: Option<Timestamp>,
    /// When the last was.
    pub last: Option<Timestamp>,
    /// How many seconds the last reconciliation took, its health check included.
    pub seconds: i64,
}

/// A `Kustomization` of Flux.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kustomization {
    /// Metadata.
    pub meta: Meta,
    /// The folder it builds.
    pub path: String,
    /// Where its objects go, where it says so.
    pub target_namespace: Option<String>,
    /// The source it builds from.
    pub source: Reference,
    /// What must be ready before it.
    pub depends_on: Vec<Reference>,
    /// Whether its objects are in another cluster (`spec.kubeConfig`).
    pub is_remote: bool,
    /// Whether reconciliation is suspended.
    pub suspended: bool,
    /// The limit of apply and health checks, in seconds.
    pub timeout: i64,
    /// How long after a failed attempt the next begins, in seconds.
    pub retry: i64,
    /// The revision whose building began last.
    pub attempted: Option<String>,
    /// The revision that was last applied and found healthy.
    pub applied: Option<String>,
    /// The reconcile request that was handled last.
    pub handled_request: Option<String>,
    /// The generation its status speaks of.
    pub observed_generation: i64,
    /// Its conditions.
    pub conditions: Conditions,
    /// What it reconciled before, newest first.
    pub history: Vec<Reconciled>,
    /// What it applied.
    pub inventory: Vec<Reference>,
}

impl Kustomization {
    /// Reads one.
    pub fn read(object: &Value) -> Self {
        let (spec, status) = (&object["spec"], &object["status"]);
        let meta = Meta::read(object);
        let interval = read::seconds(spec, "interval").unwrap_or(0);
        let timeout = read::seconds(spec, "timeout").unwrap_or(interval - SHORTEST_TIMEOUT);
        Self {
            path: read::text(spec, "path"),
            target_namespace: read::optional(spec, "targetNamespace"),
            source: Reference::read(&spec["sourceRef"], &meta.namespace),
            depends_on: read::list(spec, "dependsOn")
                .map(|dependency| Reference::read(dependency, &meta.namespace))
                .collect(),
            is_remote: spec["kubeConfig"].is_object(),
            suspended: read::flag(spec, "suspend"),
            timeout: timeout.max(SHORTEST_TIMEOUT),
            retry: read::seconds(spec, "retryInterval").unwrap_or(interval),
            attempted: read::optional(status, "lastAttemptedRevision"),
            applied: read::optional(status, "lastAppliedRevision"),
            handled_request: read::optional(status, "lastHandledReconcileAt"),
            observed_generation: read::number(status, "observedGeneration").unwrap_or(-1),
            conditions: Conditions::read(status),
            history: read::list(status, "history").map(history).collect(),
            inventory: read::list(&status["inventory"], "entries").filter_map(inventory).collect(),
            meta,
        }
    }

    /// The newest memory of a revision.
    pub fn remembered(&self, revision: &str) -> Option<&Reconciled> {
        self.history.iter().filter(|entry| entry.revision == revision).max_by_key(|entry| entry.last)
    }
}

fn history(entry: &Value) -> Reconciled {
    Reconciled {
        revision: read::text(&entry["metadata"], "revision"),
        outcome: read::text(entry, "lastReconciledStatus"),
        first: read::time(entry, "firstReconciled"),
        last: read::time(entry, "lastReconciled"),
        seconds: read::seconds(entry, "lastReconciledDuration").unwrap_or_default(),
    }
}

/// `<namespace>_<name>_<group>_<kind>`; names never hold an underscore, save those of RBAC objects, whose
/// colons are written as two.
fn inventory(entry: &Value) -> Option<Reference> {
    let id = read::optional(entry, "id")?;
    let (namespace, rest) = id.split_once('_')?;
    let (rest, kind) = rest.rsplit_once('_')?;
    let (name, group) = rest.rsplit_once('_')?;
    let [group, kind, namespace, name] = [group, kind, namespace, name].map(str::to_owned);
    Some(Reference { group, kind, namespace, name })
}

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

    #[test]
    fn timeouts_follow_the_controllers_rules() {
        let timeout = |spec: Value| Kustomization::read(&json!({ "spec": spec })).timeout;
        assert_eq!(timeout(json!({ "timeout": "20s", "interval": "10m" })), 30);
        assert_eq!(timeout(json!({ "timeout": "2m", "interval": "10s" })), 120);
        assert_eq!(timeout(json!({ "interval": "10m" })), 570);
        assert_eq!(timeout(json!({})), 30);
    }
}
