//! Taking over what was done by hand: the fields that kubectl owns become the controller's, so that applying puts
//! them right or takes them away, and what `kubectl apply` left behind goes.

use serde_json::{Map, Value, json};

use super::apply::MANAGER;

/// What `kubectl apply` and Flux before version 2 leave behind.
const ANNOTATIONS: [&str; 3] = [
    "kubectl.kubernetes.io/last-applied-configuration",
    "kustomize.toolkit.fluxcd.io/checksum",
    "fluxcd.io/sync-checksum",
];
const LABEL: &str = "fluxcd.io/sync-gc-mark";

/// The JSON patch by which an object becomes the controller's; none when it is already.
pub(super) fn patch(object: &Value) -> Option<Value> {
    let metadata = &object["metadata"];
    let mut operations: Vec<Value> = Vec::new();
    let mut remove = |field: &str, name: &str| {
        if metadata[field].get(name).is_some() {
            let name = name.replace('~', "~0").replace('/', "~1");
            operations.push(json!({"op": "remove", "path": format!("/metadata/{field}/{name}")}));
        }
    };
    ANNOTATIONS.iter().for_each(|name| remove("annotations", name));
    remove("labels", LABEL);
    if let Some(owners) = adopted(metadata["managedFields"].as_array().map_or(&[], Vec::as_slice)) {
        operations.push(json!({"op": "replace", "path": "/metadata/managedFields", "value": owners}));
    }
    (!operations.is_empty()).then_some(Value::Array(operations))
}

/// The owners of an object when the controller has what kubectl had.
fn adopted(owners: &[Value]) -> Option<Vec<Value>> {
    let (taken, mut left): (Vec<Value>, Vec<Value>) = owners.iter().cloned().partition(is_by_hand);
    if taken.is_empty() {
        return None;
    }
    let is_own = |owner: &Value| owner["manager"] == MANAGER && owner["operation"] == "Apply";
    let mut taken = taken.into_iter();
    let mut own = match left.iter().position(is_own) {
        Some(place) => left.remove(place),
        None => {
            let mut first = taken.next()?;
            first["manager"] = json!(MANAGER);
            first["operation"] = json!("Apply");
            first
        }
    };
    taken.for_each(|owner| join(&mut own["fieldsV1"], &owner["fieldsV1"]));
    left.push(own);
    Some(left)
}

/// Whether it was kubectl, or the controller before it knew server-side apply.
fn is_by_hand(owner: &Value) -> bool {
    let manager = owner["manager"].as_str().unwrap_or_default();
    if owner["subresource"].as_str().is_some_and(|part| !part.is_empty()) {
        return false;
    }
    match owner["operation"].as_str() {
        Some("Apply") => manager.starts_with("kubectl"),
        Some("Update") => {
            ["kubectl", "before-first-apply", MANAGER].iter().any(|name| manager.starts_with(name))
        }
        _ => false,
    }
}

/// Adds the fields of one set to another.
fn join(set: &mut Value, other: &Value) {
    let Some(fields) = other.as_object() else { return };
    if !set.is_object() {
        *set = Value::Object(Map::new());
    }
    for (name, rest) in fields {
        match set.get_mut(name) {
            Some(inner) => join(inner, rest),
            None => set[name.as_str()] = rest.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::patch;

    fn owner(manager: &str, operation: &str, fields: Value) -> Value {
        json!({"manager": manager, "operation": operation, "fieldsV1": fields})
    }

    #[test]
    fn what_kubectl_owns_becomes_the_controller_s() {
        let own = owner("kustomize-controller", "Apply", json!({"f:spec": {"f:a": {}}}));
        let others = owner("kube-controller-manager", "Update", json!({"f:status": {}}));
        let edited = owner("kubectl-edit", "Update", json!({"f:spec": {"f:b": {}}}));
        let metadata = json!({"managedFields": [own.clone(), others.clone(), edited.clone()]});
        let patched = patch(&json!({"metadata": metadata})).unwrap();
        let merged = owner("kustomize-controller", "Apply", json!({"f:spec": {"f:a": {}, "f:b": {}}}));
        assert_eq!(patched[0]["value"], json!([others.clone(), merged]));

        let metadata = json!({"managedFields": [edited]});
        let renamed = owner("kustomize-controller", "Apply", json!({"f:spec": {"f:b": {}}}));
        assert_eq!(patch(&json!({"metadata": metadata})).unwrap()[0]["value"], json!([renamed]));

        let metadata = json!({"managedFields": [own, others], "annotations": {"a": "b"}});
        assert_eq!(patch(&json!({"metadata": metadata})), None);
        let annotations = json!({"kubectl.kubernetes.io/last-applied-configuration": "x"});
        let patched = patch(&json!({"metadata": {"annotations": annotations}})).unwrap();
        assert_eq!(
            patched[0]["path"],
            "/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration"
        );
    }
}
