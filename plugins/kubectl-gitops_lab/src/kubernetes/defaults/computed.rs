//! Defaults that depend on more than whether a field is there.

use serde_json::{Map, Value, json};

use super::rule::is_unset;

/// An image whose tag may move is pulled every time.
pub(super) fn pull_policy(container: &mut Value) {
    if is_unset(container.get("imagePullPolicy")) {
        let policy = match is_latest(container["image"].as_str().unwrap_or_default()) {
            true => "Always",
            false => "IfNotPresent",
        };
        container["imagePullPolicy"] = json!(policy);
    }
}

/// Whether an image is named by the tag `latest`, or by none at all.
fn is_latest(image: &str) -> bool {
    let (name, digest) = image.split_once('@').map_or((image, false), |(name, _)| (name, true));
    let last = name.rsplit('/').next().unwrap_or_default();
    match last.split_once(':') {
        Some((_, tag)) => tag == "latest",
        None => !digest && !image.is_empty(),
    }
}

/// A volume that names no source is an empty folder.
pub(super) fn volume_source(volume: &mut Value) {
    if let Some(fields) = volume.as_object_mut()
        && fields.keys().all(|name| name == "name")
    {
        fields.insert("emptyDir".to_owned(), json!({}));
    }
}

/// The account of a pod has an older name as well.
pub(super) fn account(spec: &mut Value) {
    let name = |field: &str| spec[field].as_str().filter(|name| !name.is_empty()).map(str::to_owned);
    if let Some(name) = name("serviceAccountName").or_else(|| name("serviceAccount")) {
        spec["serviceAccountName"] = json!(name);
        spec["serviceAccount"] = json!(name);
    }
}

/// A pod asks for as much as it is limited to; its ports on the host's network are the host's.
pub(super) fn pod(spec: &mut Value) {
    account(spec);
    if spec.get("enableServiceLinks").is_none() {
        spec["enableServiceLinks"] = json!(true);
    }
    let is_on_host = spec["hostNetwork"] == true;
    for kind in ["containers", "initContainers"] {
        for container in spec.get_mut(kind).and_then(Value::as_array_mut).into_iter().flatten() {
            let limits = container["resources"]["limits"].as_object().cloned().unwrap_or_default();
            for (name, limit) in limits {
                let request = &mut container["resources"]["requests"][&name];
                if request.is_null() {
                    *request = limit;
                }
            }
            let ports = container.get_mut("ports").and_then(Value::as_array_mut);
            for port in ports.into_iter().flatten().filter(|_| is_on_host) {
                if port["hostPort"].as_i64().is_none_or(|port| port == 0) {
                    port["hostPort"] = port["containerPort"].clone();
                }
            }
        }
    }
}

/// A roll-out that says nothing of its pace takes a quarter at a time.
pub(super) fn rolling(strategy: &mut Value) {
    if strategy["type"] != "RollingUpdate" {
        return;
    }
    if !strategy["rollingUpdate"].is_object() {
        strategy["rollingUpdate"] = json!({});
    }
    for field in ["maxUnavailable", "maxSurge"] {
        if strategy["rollingUpdate"][field].is_null() {
            strategy["rollingUpdate"][field] = json!("25%");
        }
    }
}

/// The same of the pods of every node, one at a time.
pub(super) fn rolling_daemons(strategy: &mut Value) {
    if strategy["type"] != "RollingUpdate" {
        return;
    }
    if !strategy["rollingUpdate"].is_object() {
        strategy["rollingUpdate"] = json!({});
    }
    for (field, preset) in [("maxUnavailable", 1), ("maxSurge", 0)] {
        if strategy["rollingUpdate"][field].is_null() {
            strategy["rollingUpdate"][field] = json!(preset);
        }
    }
}

/// One pod is to succeed where nothing is said of how many.
pub(super) fn job(spec: &mut Value) {
    let is_said = |field: &str| !spec[field].is_null();
    if !is_said("parallelism") && !is_said("completions") {
        spec["completions"] = json!(1);
    }
    if spec["parallelism"].is_null() {
        spec["parallelism"] = json!(1);
    }
    if spec["backoffLimit"].is_null() {
        spec["backoffLimit"] =
            if spec["backoffLimitPerIndex"].is_null() { json!(6) } else { json!(i32::MAX) };
    }
    if spec["podReplacementPolicy"].is_null() {
        let has_policy = !spec["podFailurePolicy"].is_null();
        spec["podReplacementPolicy"] = json!(if has_policy { "Failed" } else { "TerminatingOrFailed" });
    }
    if let Some(fields) = spec.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
}

/// A port of a service leads to the same port of its pods.
pub(super) fn target_port(port: &mut Value) {
    if port["targetPort"].is_null() || port["targetPort"] == 0 || port["targetPort"] == "" {
        port["targetPort"] = port["port"].clone();
    }
}

/// Callers stay with a pod for three hours when they stay at all.
pub(super) fn affinity(spec: &mut Value) {
    if spec["sessionAffinity"] == "ClientIP" {
        if spec["sessionAffinityConfig"]["clientIP"]["timeoutSeconds"].is_null() {
            spec["sessionAffinityConfig"] = json!({"clientIP": {"timeoutSeconds": 10_800}});
        }
    } else if let Some(fields) = spec.as_object_mut() {
        fields.remove("sessionAffinityConfig");
    }
}

/// A limit for containers says what one gets that asks for nothing.
pub(super) fn limit(item: &mut Value) {
    if item["type"] != "Container" {
        return;
    }
    let amounts = |item: &Value, field: &str| item[field].as_object().cloned().unwrap_or_default();
    let complete = |mut known: Map<String, Value>, more: Map<String, Value>| {
        more.into_iter().for_each(|(name, amount)| {
            known.entry(name).or_insert(amount);
        });
        known
    };
    let limits = complete(amounts(item, "default"), amounts(item, "max"));
    let requests = complete(complete(amounts(item, "defaultRequest"), limits.clone()), amounts(item, "min"));
    for (field, amounts) in [("default", limits), ("defaultRequest", requests)] {
        if !amounts.is_empty() {
            item[field] = Value::Object(amounts);
        }
    }
}

/// A network policy is about what comes in, and about what goes out when it says so.
pub(super) fn policy_types(spec: &mut Value) {
    if spec["policyTypes"].as_array().is_none_or(Vec::is_empty) {
        let has_egress = spec["egress"].as_array().is_some_and(|egress| !egress.is_empty());
        spec["policyTypes"] = if has_egress { json!(["Ingress", "Egress"]) } else { json!(["Ingress"]) };
    }
    if let Some(fields) = spec.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
}

#[cfg(test)]
mod tests {
    use super::is_latest;

    #[test]
    fn an_image_without_a_tag_or_a_digest_is_the_latest() {
        for (image, latest) in [
            ("nginx", true),
            ("nginx:latest", true),
            ("nginx:1", false),
            ("registry.example:5000/a/b", true),
            ("registry.example:5000/a/b:2", false),
            ("a@sha256:00", false),
        ] {
            assert_eq!(is_latest(image), latest, "{image}");
        }
    }
}
