//! What a server gives to a new pod beside defaults: who it acts as, how long it stays on a node that is lost,
//! and how important it is.

use serde_json::{Value, json};

use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::storage::key::Key;

/// Where a container finds the token of its account.
const TOKENS: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

impl Cluster {
    /// Completes a new pod; an error says why it is not taken.
    pub(in crate::kubernetes) fn admit_pod(&mut self, key: &Key, pod: &mut Value) -> Result<(), String> {
        let letters = self.ending();
        let spec = &mut pod["spec"];
        if spec["serviceAccountName"].as_str().is_none_or(str::is_empty) {
            spec["serviceAccountName"] = json!("default");
        }
        spec["serviceAccount"] = spec["serviceAccountName"].clone();
        let account = spec["serviceAccountName"].as_str().unwrap_or_default();
        let accounts = Key { resource: self.workloads.kinds.service_accounts, ..key.clone() };
        if self.store.get(&Key { name: account.to_owned(), ..accounts }).is_none() {
            return Err(format!(
                "error looking up service account {}/{account}: serviceaccount {account:?} not found",
                key.namespace
            ));
        }
        if spec["automountServiceAccountToken"] != false {
            mount_token(spec, &format!("kube-api-access-{letters}"));
        }
        tolerate(spec);
        for (field, preset) in [
            ("priority", json!(0)),
            ("enableServiceLinks", json!(true)),
            ("preemptionPolicy", json!("PreemptLowerPriority")),
        ] {
            if spec.get(field).is_none() {
                spec[field] = preset;
            }
        }
        pod["status"] = json!({"phase": "Pending", "qosClass": quality(&pod["spec"])});
        Ok(())
    }
}

/// Gives every container the token of the pod's account.
fn mount_token(spec: &mut Value, volume: &str) {
    let mut is_mounted = false;
    for kind in ["initContainers", "containers"] {
        for container in spec.get_mut(kind).and_then(Value::as_array_mut).into_iter().flatten() {
            let mut mounts = container["volumeMounts"].as_array().cloned().unwrap_or_default();
            if mounts.iter().any(|mount| mount["mountPath"] == TOKENS) {
                continue;
            }
            mounts.push(json!({"name": volume, "readOnly": true, "mountPath": TOKENS}));
            container["volumeMounts"] = json!(mounts);
            is_mounted = true;
        }
    }
    if !is_mounted {
        return;
    }
    let sources = json!([
        {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
        {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
        {"downwardAPI": {"items": [
            {"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}},
        ]}},
    ]);
    let mut volumes = spec["volumes"].as_array().cloned().unwrap_or_default();
    volumes.push(json!({"name": volume, "projected": {"sources": sources, "defaultMode": 420}}));
    spec["volumes"] = json!(volumes);
}

/// A pod stays for five minutes on a node that is not ready or cannot be reached, unless it says otherwise.
fn tolerate(spec: &mut Value) {
    let mut tolerations = spec["tolerations"].as_array().cloned().unwrap_or_default();
    for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
        let is_said = tolerations.iter().any(|toleration| {
            let is_meant = toleration["key"] == key || toleration["key"].as_str().is_none_or(str::is_empty);
            is_meant && matches!(toleration["effect"].as_str(), None | Some("" | "NoExecute"))
        });
        if !is_said {
            tolerations.push(json!({
                "key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300,
            }));
        }
    }
    spec["tolerations"] = json!(tolerations);
}

/// How a pod is treated when its node runs short, by what it asks for.
fn quality(spec: &Value) -> &'static str {
    let containers = || {
        let of = |kind: &str| spec[kind].as_array().into_iter().flatten();
        of("initContainers").chain(of("containers"))
    };
    let amounts = |container: &Value, kind: &str| {
        let amounts = container["resources"][kind].as_object().cloned().unwrap_or_default();
        amounts.into_iter().filter(|(name, _)| name == "cpu" || name == "memory").collect::<Vec<_>>()
    };
    if containers().all(|one| amounts(one, "requests").is_empty() && amounts(one, "limits").is_empty()) {
        return "BestEffort";
    }
    let is_guaranteed = containers().all(|one| {
        let (requests, limits) = (amounts(one, "requests"), amounts(one, "limits"));
        limits.len() == 2 && (requests.is_empty() || requests == limits)
    });
    if is_guaranteed { "Guaranteed" } else { "Burstable" }
}
