//! How an object stands, as kstatus tells it from the object alone: in progress, current, failed, or going.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// How an object stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    InProgress,
    Current,
    Failed,
    Terminating,
    NotFound,
    Unknown,
}

impl Standing {
    /// The word in messages.
    pub(super) fn told(self) -> &'static str {
        match self {
            Self::InProgress => "InProgress",
            Self::Current => "Current",
            Self::Failed => "Failed",
            Self::Terminating => "Terminating",
            Self::NotFound => "NotFound",
            Self::Unknown => "Unknown",
        }
    }

    fn current_if(is_current: bool) -> Self {
        if is_current { Self::Current } else { Self::InProgress }
    }
}

/// How long a pod may wait for a node before it counts as failed.
const SCHEDULING: SignedDuration = SignedDuration::from_secs(15);

/// How `object` stands at `now`.
pub(super) fn standing(object: &Value, now: Timestamp) -> Standing {
    let group =
        object["apiVersion"].as_str().unwrap_or_default().split_once('/').map_or("", |(group, _)| group);
    let kind = object["kind"].as_str().unwrap_or_default();
    if (group, kind) == ("batch", "Job") {
        return job(object);
    }
    let metadata = &object["metadata"];
    if metadata.get("deletionTimestamp").is_some() {
        return Standing::Terminating;
    }
    let observed = object["status"]["observedGeneration"].as_i64();
    if observed.is_some_and(|observed| metadata["generation"].as_i64() != Some(observed)) {
        return Standing::InProgress;
    }
    if condition(object, "Reconciling", "True").is_some() {
        return Standing::InProgress;
    }
    if condition(object, "Stalled", "True").is_some() {
        return Standing::Failed;
    }
    match (group, kind) {
        ("", "Service") => service(object),
        ("", "Pod") => pod(object, now),
        ("", "PersistentVolumeClaim") => Standing::current_if(object["status"]["phase"] == "Bound"),
        ("", "ConfigMap" | "Secret") | ("batch", "CronJob") | ("policy", "PodDisruptionBudget") => {
            Standing::Current
        }
        ("apps", "Deployment") => deployment(object),
        ("apps", "ReplicaSet") => replica_set(object),
        ("apps", "StatefulSet") => stateful_set(object),
        ("apps", "DaemonSet") => daemon_set(object),
        ("apiextensions.k8s.io", "CustomResourceDefinition") => definition(object),
        _ => other(object),
    }
}

fn condition<'a>(object: &'a Value, kind: &str, status: &str) -> Option<&'a Value> {
    let mut conditions = object["status"]["conditions"].as_array()?.iter();
    conditions.find(|condition| condition["type"] == kind && condition["status"] == status)
}

fn count(object: &Value, path: &str, preset: i64) -> i64 {
    object.pointer(path).and_then(Value::as_i64).unwrap_or(preset)
}

fn deployment(object: &Value) -> Standing {
    let conditions = object["status"]["conditions"].as_array().into_iter().flatten();
    let is_over = |condition: &Value| condition["reason"] == "ProgressDeadlineExceeded";
    if conditions.clone().any(|condition| condition["type"] == "Progressing" && is_over(condition)) {
        return Standing::Failed;
    }
    let has_deadline = object["spec"]["progressDeadlineSeconds"].is_i64();
    let rolled_out = condition(object, "Progressing", "True")
        .is_some_and(|condition| condition["reason"] == "NewReplicaSetAvailable");
    let asked = count(object, "/spec/replicas", 1);
    let status = |name: &str| count(object, &format!("/status/{name}"), 0);
    let (all, updated) = (status("replicas"), status("updatedReplicas"));
    Standing::current_if(
        asked == all
            && asked <= updated
            && updated <= status("availableReplicas")
            && asked <= status("readyReplicas")
            && (rolled_out || !has_deadline)
            && condition(object, "Available", "True").is_some(),
    )
}

fn replica_set(object: &Value) -> Standing {
    let asked = count(object, "/spec/replicas", 1);
    let status = |name: &str| count(object, &format!("/status/{name}"), 0);
    Standing::current_if(
        condition(object, "ReplicaFailure", "True").is_none()
            && asked <= status("fullyLabeledReplicas")
            && asked <= status("availableReplicas")
            && asked <= status("readyReplicas")
            && status("replicas") <= asked,
    )
}

fn stateful_set(object: &Value) -> Standing {
    if object["spec"]["updateStrategy"]["type"] == "OnDelete" {
        return Standing::Current;
    }
    let asked = count(object, "/spec/replicas", 1);
    let status = |name: &str| count(object, &format!("/status/{name}"), 0);
    if status("replicas") != asked || status("readyReplicas") < asked {
        return Standing::InProgress;
    }
    let partition = count(object, "/spec/updateStrategy/rollingUpdate/partition", -1);
    if partition != -1 {
        return Standing::current_if(status("updatedReplicas") >= asked - partition);
    }
    let revisions = &object["status"];
    Standing::current_if(
        status("currentReplicas") >= asked && revisions["currentRevision"] == revisions["updateRevision"],
    )
}

fn daemon_set(object: &Value) -> Standing {
    let asked = count(object, "/status/desiredNumberScheduled", -1);
    let parts = ["currentNumberScheduled", "updatedNumberScheduled", "numberAvailable", "numberReady"];
    Standing::current_if(
        object["status"]["observedGeneration"].is_i64()
            && asked >= 0
            && parts.iter().all(|part| count(object, &format!("/status/{part}"), 0) >= asked),
    )
}

fn service(object: &Value) -> Standing {
    let is_balanced = object["spec"]["type"] == "LoadBalancer";
    Standing::current_if(
        !is_balanced || object["spec"]["clusterIP"].as_str().is_some_and(|ip| !ip.is_empty()),
    )
}

fn pod(object: &Value, now: Timestamp) -> Standing {
    match object["status"]["phase"].as_str() {
        Some("Succeeded" | "Failed") => Standing::Current,
        Some("Running") if condition(object, "Ready", "True").is_some() => Standing::Current,
        Some("Running") => {
            let mut containers = object["status"]["containerStatuses"].as_array().into_iter().flatten();
            let crashes = |container: &Value| container["state"]["waiting"]["reason"] == "CrashLoopBackOff";
            if containers.any(crashes) { Standing::Failed } else { Standing::InProgress }
        }
        Some("Pending") => {
            let unfit = condition(object, "PodScheduled", "False")
                .is_some_and(|condition| condition["reason"] == "Unschedulable");
            let created = object["metadata"]["creationTimestamp"].as_str().and_then(|time| time.parse().ok());
            let waited = created.is_some_and(|created: Timestamp| now.duration_since(created) > SCHEDULING);
            if unfit && waited { Standing::Failed } else { Standing::InProgress }
        }
        Some(_) => Standing::Unknown,
        None => Standing::InProgress,
    }
}

/// A Job is current when it is complete, not while it runs.
fn job(object: &Value) -> Standing {
    if object["spec"]["suspend"] == true || condition(object, "Complete", "True").is_some() {
        return Standing::Current;
    }
    if condition(object, "Failed", "True").is_some() { Standing::Failed } else { Standing::InProgress }
}

fn definition(object: &Value) -> Standing {
    if condition(object, "NamesAccepted", "False").is_some() {
        return Standing::Failed;
    }
    if condition(object, "Established", "False").is_some_and(|condition| condition["reason"] != "Installing")
    {
        return Standing::Failed;
    }
    Standing::current_if(condition(object, "Established", "True").is_some())
}

/// Any other kind says it in `Ready`, if it has that.
fn other(object: &Value) -> Standing {
    let mut conditions = object["status"]["conditions"].as_array().into_iter().flatten();
    let ready = conditions.find(|condition| condition["type"] == "Ready");
    Standing::current_if(ready.is_none_or(|ready| ready["status"] == "True"))
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use serde_json::{Value, json};

    use super::{Standing, standing};

    fn of(api_version: &str, kind: &str, spec: Value, status: Value) -> Value {
        let metadata = json!({"generation": 2, "creationTimestamp": "1970-01-01T00:00:00Z"});
        json!({"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec, "status": status})
    }

    fn conditions(conditions: &[(&str, &str, &str)]) -> Value {
        let one = |(kind, status, reason): &(&str, &str, &str)| json!({"type": kind, "status": status, "reason": reason});
        json!({"conditions": conditions.iter().map(one).collect::<Vec<_>>()})
    }

    #[test]
    fn objects_stand_as_kstatus_tells() {
        let rolled_out = [("Progressing", "True", "NewReplicaSetAvailable"), ("Available", "True", "")];
        let mut well = conditions(&rolled_out);
        for field in ["replicas", "updatedReplicas", "readyReplicas", "availableReplicas"] {
            well[field] = json!(1);
        }
        let mut stale = well.clone();
        stale["observedGeneration"] = json!(1);
        let mut surplus = well.clone();
        surplus["replicas"] = json!(2);
        let limited = json!({"replicas": 1, "progressDeadlineSeconds": 600});
        let late = conditions(&[("Progressing", "False", "ProgressDeadlineExceeded")]);
        let unfit = conditions(&[("PodScheduled", "False", "Unschedulable")]);
        let mut unfit_pod = unfit.clone();
        unfit_pod["phase"] = json!("Pending");
        for (object, expected) in [
            (of("apps/v1", "Deployment", limited.clone(), well), Standing::Current),
            (of("apps/v1", "Deployment", limited.clone(), stale), Standing::InProgress),
            (of("apps/v1", "Deployment", limited.clone(), surplus), Standing::InProgress),
            (of("apps/v1", "Deployment", limited.clone(), json!({})), Standing::InProgress),
            (of("apps/v1", "Deployment", limited, late), Standing::Failed),
            (of("batch/v1", "Job", json!({}), json!({"active": 1, "startTime": "t"})), Standing::InProgress),
            (of("batch/v1", "Job", json!({}), conditions(&[("Complete", "True", "")])), Standing::Current),
            (of("batch/v1", "Job", json!({}), conditions(&[("Failed", "True", "")])), Standing::Failed),
            (of("v1", "PersistentVolumeClaim", json!({}), json!({"phase": "Pending"})), Standing::InProgress),
            (of("v1", "Service", json!({"type": "ClusterIP"}), json!({})), Standing::Current),
            (of("v1", "Service", json!({"type": "LoadBalancer"}), json!({})), Standing::InProgress),
            (of("v1", "ConfigMap", json!({}), json!({})), Standing::Current),
            (of("v1", "Pod", json!({}), unfit_pod), Standing::Failed),
            (of("a.example/v1", "Widget", json!({}), json!({})), Standing::Current),
            (
                of("a.example/v1", "Widget", json!({}), conditions(&[("Ready", "False", "")])),
                Standing::InProgress,
            ),
            (
                of("a.example/v1", "Widget", json!({}), conditions(&[("Stalled", "True", "")])),
                Standing::Failed,
            ),
        ] {
            let now = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(60);
            assert_eq!(standing(&object, now), expected, "{object}");
        }
    }
}
