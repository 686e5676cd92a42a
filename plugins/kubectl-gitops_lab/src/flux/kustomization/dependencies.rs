//! Whether what a Kustomization depends on is ready, and at the revision that is to be applied.

use serde_json::Value;

use crate::flux::client::{ApiClient, ObjectId};
use crate::flux::conditions;
use crate::flux::object::ReconciledObject;

/// The first dependency that is not ready, in the controller's words.
pub(super) fn unready(subject: &ReconciledObject, revision: &str, api: &mut ApiClient<'_>) -> Option<String> {
    let dependencies = subject.spec("dependsOn").as_array().cloned().unwrap_or_default();
    dependencies.iter().find_map(|dependency| {
        let namespace = dependency["namespace"].as_str().unwrap_or(&subject.id.namespace);
        let name = dependency["name"].as_str().unwrap_or_default();
        let told = format!("dependency '{namespace}/{name}'");
        let found = match api.get(&ObjectId::new(&subject.id.api_version, &subject.id.kind, namespace, name))
        {
            Ok(found) => found,
            Err(refused) => return Some(format!("{told} not found: {}", refused.message)),
        };
        let status = &found["status"];
        let is_observed = found["metadata"]["generation"] == status["observedGeneration"];
        if !is_observed || !conditions::is(&found, conditions::READY, "True") {
            return Some(format!("{told} is not ready"));
        }
        let is_other = status["lastAppliedRevision"] != revision;
        (is_other && source(&found) == source(&subject.object))
            .then(|| format!("{told} revision is not up to date"))
    })
}

/// Kind, namespace and name of the source of a Kustomization.
pub(super) fn source(object: &Value) -> (String, String, String) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let reference = &object["spec"]["sourceRef"];
    let namespace = match reference["namespace"].as_str() {
        Some(namespace) => namespace.to_owned(),
        None => text(&object["metadata"]["namespace"]),
    };
    (text(&reference["kind"]), namespace, text(&reference["name"]))
}
