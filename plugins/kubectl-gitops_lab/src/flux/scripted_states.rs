//! Objects whose states scenarios tell: Helm releases, and sources that are no git repositories. Nothing is fetched or
//! installed for them here. What their controllers would acknowledge all the same is acknowledged: that a specification
//! was seen, and that a reconciliation which was asked for is over.

use serde_json::{Value, json};

use super::client::{ApiClient, ObjectId};

const SOURCES: &str = "source.toolkit.fluxcd.io/v1";
const RELEASES: &str = "helm.toolkit.fluxcd.io/v2";

/// The kinds, and the controller of each.
const KINDS: [(&str, &str, &str); 5] = [
    ("source-controller", SOURCES, "Bucket"),
    ("source-controller", SOURCES, "HelmChart"),
    ("source-controller", SOURCES, "HelmRepository"),
    ("source-controller", SOURCES, "OCIRepository"),
    ("helm-controller", RELEASES, "HelmRelease"),
];
/// What annotations ask for, and where the status says that it was done.
const REQUESTS: [(&str, &str); 3] = [
    ("reconcile.fluxcd.io/requestedAt", "lastHandledReconcileAt"),
    ("reconcile.fluxcd.io/forceAt", "lastHandledForceAt"),
    ("reconcile.fluxcd.io/resetAt", "lastHandledResetAt"),
];

/// Acknowledges what was asked of the objects of one controller.
pub(super) fn acknowledge(controller: &'static str, api: &mut ApiClient<'_>) {
    for (_, version, kind) in KINDS.into_iter().filter(|(of, ..)| *of == controller) {
        for object in api.list(version, kind) {
            if let Some(status) = acknowledgement(&object) {
                // What has gone in between needs no answer.
                let _ = api.merge(&ObjectId::of(&object), true, controller, &json!({"status": status}));
            }
        }
    }
}

/// What is to change in the status of an object; nothing where nobody told one, and while it is suspended.
fn acknowledgement(object: &Value) -> Option<Value> {
    let (metadata, status) = (&object["metadata"], &object["status"]);
    let conditions = status["conditions"].as_array()?;
    if object["spec"]["suspend"] == true || metadata["deletionTimestamp"].is_string() {
        return None;
    }
    let mut changes = json!({});
    if status["observedGeneration"] != metadata["generation"] {
        let observed = conditions.iter().cloned().map(|mut condition| {
            condition["observedGeneration"] = metadata["generation"].clone();
            condition
        });
        changes["conditions"] = observed.collect();
        changes["observedGeneration"] = metadata["generation"].clone();
        if status["lastAttemptedGeneration"].is_number() {
            changes["lastAttemptedGeneration"] = metadata["generation"].clone();
        }
    }
    for (annotation, field) in REQUESTS {
        let asked = &metadata["annotations"][annotation];
        let is_known = annotation.ends_with("/requestedAt") || object["kind"] == "HelmRelease";
        if is_known && asked.is_string() && status[field] != *asked {
            changes[field] = asked.clone();
        }
    }
    (changes != json!({})).then_some(changes)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::acknowledgement;

    #[test]
    fn what_was_asked_is_acknowledged_once_and_not_while_it_is_suspended() {
        let told = json!({
            "kind": "HelmRelease",
            "metadata": {"generation": 3, "annotations": {
                "reconcile.fluxcd.io/requestedAt": "a", "reconcile.fluxcd.io/forceAt": "b",
            }},
            "spec": {},
            "status": {
                "observedGeneration": 1, "lastAttemptedGeneration": 1,
                "conditions": [{"type": "Ready", "status": "True", "observedGeneration": 1}],
            },
        });
        let observed = json!({
            "observedGeneration": 3, "lastAttemptedGeneration": 3,
            "conditions": [{"type": "Ready", "status": "True", "observedGeneration": 3}],
            "lastHandledReconcileAt": "a", "lastHandledForceAt": "b",
        });
        assert_eq!(acknowledgement(&told), Some(observed.clone()));
        let changed = |place: &str, value: Value| {
            let mut object = told.clone();
            *object.pointer_mut(place).expect(place) = value;
            acknowledgement(&object)
        };
        assert_eq!(changed("/status", observed), None, "once");
        assert_eq!(changed("/spec", json!({"suspend": true})), None);
        assert_eq!(changed("/status", json!({})), None, "nobody told how it stands");
        let source = changed("/kind", json!("OCIRepository")).expect("a request");
        assert_eq!(
            (source["lastHandledReconcileAt"].as_str(), source.get("lastHandledForceAt")),
            (Some("a"), None)
        );
    }
}
