//! What is kept of what pods run with: what a verdict or the API may refer to. Commands, arguments, the values of
//! variables and whatever else may hold a secret are not among it; a list of what to take out would miss the next such
//! field.

use serde_json::{Map, Value, json};

/// What is kept of the specification of a pod.
const POD: [&str; 24] = [
    "activeDeadlineSeconds",
    "affinity",
    "containers",
    "dnsPolicy",
    "ephemeralContainers",
    "hostNetwork",
    "imagePullSecrets",
    "initContainers",
    "nodeName",
    "nodeSelector",
    "os",
    "overhead",
    "preemptionPolicy",
    "priorityClassName",
    "readinessGates",
    "restartPolicy",
    "runtimeClassName",
    "schedulerName",
    "schedulingGates",
    "serviceAccountName",
    "terminationGracePeriodSeconds",
    "tolerations",
    "topologySpreadConstraints",
    "volumes",
];
/// What is kept of a container, besides its variables and probes.
const CONTAINER: [&str; 8] =
    ["envFrom", "image", "imagePullPolicy", "name", "ports", "resources", "restartPolicy", "volumeMounts"];
/// What is kept of a probe: how long it takes to fail, not what it asks.
const PROBE: [&str; 6] = [
    "failureThreshold",
    "initialDelaySeconds",
    "periodSeconds",
    "successThreshold",
    "terminationGracePeriodSeconds",
    "timeoutSeconds",
];
/// What is kept of each kind of volume: which object it mounts.
const VOLUMES: [(&str, &[&str]); 5] = [
    ("configMap", &["name", "optional"]),
    ("emptyDir", &["medium", "sizeLimit"]),
    ("ephemeral", &[]),
    ("persistentVolumeClaim", &["claimName", "readOnly"]),
    ("secret", &["secretName", "optional"]),
];

/// Takes out of every specification of a pod within `value` what is not kept.
pub(super) fn redact_pods(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(redact_pods),
        Value::Object(fields) => {
            if fields.get("containers").is_some_and(Value::is_array) {
                redact_pod(fields);
            }
            fields.values_mut().for_each(redact_pods);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn redact_pod(pod: &mut Map<String, Value>) {
    retain(pod, &POD);
    for list in ["containers", "initContainers", "ephemeralContainers"] {
        for container in objects(pod.get_mut(list)) {
            redact_container(container);
        }
    }
    for volume in objects(pod.get_mut("volumes")) {
        redact_volume(volume);
    }
}

fn redact_container(container: &mut Map<String, Value>) {
    let variables = container.remove("env");
    let probes = ["readinessProbe", "livenessProbe", "startupProbe"]
        .map(|name| (name, container.remove(name)))
        .into_iter()
        .filter_map(|(name, probe)| Some((name, probe?)));
    let probes: Vec<(&str, Value)> = probes.collect();
    retain(container, &CONTAINER);
    for (name, mut probe) in probes {
        if let Some(fields) = probe.as_object_mut() {
            retain(fields, &PROBE);
        }
        container.insert(name.to_owned(), probe);
    }
    if let Some(mut variables) = variables {
        for variable in objects(Some(&mut variables)) {
            retain(variable, &["name", "valueFrom"]);
        }
        container.insert("env".to_owned(), variables);
    }
}

fn redact_volume(volume: &mut Map<String, Value>) {
    for (kind, source) in volume.iter_mut().filter(|(name, _)| *name != "name") {
        let kept = VOLUMES.iter().find(|(known, _)| known == kind).map(|(_, kept)| *kept);
        match (source.as_object_mut(), kept) {
            (Some(fields), Some(kept)) => retain(fields, kept),
            _ => *source = json!({}),
        }
    }
}

/// The objects of a list.
fn objects(list: Option<&mut Value>) -> impl Iterator<Item = &mut Map<String, Value>> {
    list.and_then(Value::as_array_mut).into_iter().flatten().filter_map(Value::as_object_mut)
}

pub(super) fn retain(fields: &mut Map<String, Value>, names: &[&str]) {
    fields.retain(|name, _| names.contains(&name.as_str()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pods_keep_nothing_that_they_run_with() {
        let mut job = json!({"spec": {"template": {"metadata": {"labels": {"a": "b"}}, "spec": {
            "hostAliases": [{"ip": "10.0.0.1"}],
            "containers": [{
                "name": "app", "image": "a:1", "args": ["--token=x"], "command": ["sh", "-c", "x"],
                "env": [
                    {"name": "A", "value": "x"},
                    {"name": "B", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}},
                ],
                "readinessProbe": {"periodSeconds": 5, "exec": {"command": ["x"]}},
                "lifecycle": {"preStop": {"exec": {"command": ["x"]}}},
            }],
            "volumes": [
                {"name": "a", "secret": {"secretName": "s", "items": [{"key": "k", "path": "p"}]}},
                {"name": "b", "csi": {"driver": "d", "volumeAttributes": {"password": "x"}}},
            ],
        }}}});
        redact_pods(&mut job);
        let expected = json!({"spec": {"template": {"metadata": {"labels": {"a": "b"}}, "spec": {
            "containers": [{
                "name": "app", "image": "a:1",
                "env": [{"name": "A"}, {"name": "B", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}],
                "readinessProbe": {"periodSeconds": 5},
            }],
            "volumes": [{"name": "a", "secret": {"secretName": "s"}}, {"name": "b", "csi": {}}],
        }}}});
        assert_eq!(job, expected);
    }
}
