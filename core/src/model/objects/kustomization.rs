//! Kustomizations of Flux. Fields as in the CRDs of Flux 2.

use jiff::Timestamp;
use serde_json::Value;

use super::reference::inventory;
use super::source::SHORTEST_TIMEOUT;
use super::{Conditions, Meta, Reference, read};

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
    /// The Secret with that cluster's kubeconfig, where one is named.
    pub kubeconfig_secret: Option<String>,
    /// The service account that it is applied as, where one is named.
    pub service_account: Option<String>,
    /// The Secret with the keys of encrypted files, where one is named.
    pub decryption_secret: Option<String>,
    /// The account that asks a cloud for the keys of encrypted files, where that is not the controller's.
    pub decryption_account: Option<String>,
    /// The ConfigMaps and Secrets that variables are taken from.
    pub substitutes_from: Vec<Reference>,
    /// The names of the variables that it gives itself.
    pub substitutes: Vec<String>,
    /// Whether it removes what it applied and does not make any more.
    pub prunes: bool,
    /// Whether it waits until everything that it applied is healthy.
    pub waits: bool,
    /// The objects whose health it waits for by name.
    pub health_checks: Vec<Reference>,
    /// Whether reconciliation is suspended.
    pub suspended: bool,
    /// The limit of apply and health checks, in seconds.
    pub timeout: i64,
    /// How long after an attempt that succeeded the next begins, in seconds.
    pub interval: i64,
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
            source: Reference::read(&spec["sourceRef"], &meta.namespace).or_kind("GitRepository"),
            depends_on: read::list(spec, "dependsOn")
                .map(|dependency| Reference::read(dependency, &meta.namespace))
                .collect(),
            is_remote: spec["kubeConfig"].is_object(),
            kubeconfig_secret: read::optional(&spec["kubeConfig"]["secretRef"], "name"),
            service_account: read::optional(spec, "serviceAccountName"),
            decryption_secret: read::optional(&spec["decryption"]["secretRef"], "name"),
            decryption_account: read::optional(&spec["decryption"], "serviceAccountName"),
            substitutes_from: read::list(&spec["postBuild"], "substituteFrom")
                .map(|reference| Reference {
                    namespace: meta.namespace.clone(),
                    ..Reference::read(reference, "")
                })
                .collect(),
            substitutes: read::map(&spec["postBuild"], "substitute").into_keys().collect(),
            prunes: read::flag(spec, "prune"),
            waits: read::flag(spec, "wait"),
            health_checks: read::list(spec, "healthChecks")
                .map(|check| Reference::read(check, &meta.namespace))
                .collect(),
            suspended: read::flag(spec, "suspend"),
            timeout: timeout.max(SHORTEST_TIMEOUT),
            interval,
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

    /// Whether it waits for the health of an object that it applied.
    pub fn waits_for(&self, kind: &str, object: &Meta) -> bool {
        self.waits || self.health_checks.iter().any(|check| check.is(kind, object))
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn timeouts_follow_the_controllers_rules() {
        let timeout = |spec: Value| Kustomization::read(&json!({ "spec": spec })).timeout;
        assert_eq!(timeout(json!({ "timeout": "20s", "interval": "10m" })), 30);
        assert_eq!(timeout(json!({ "timeout": "2m", "interval": "10s" })), 120);
        assert_eq!(timeout(json!({ "interval": "10m" })), 570);
        assert_eq!(timeout(json!({})), 30);
    }
}
