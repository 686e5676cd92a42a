//! What the agents tell Azure of a configuration: what its objects say of themselves, and whether all of it is as
//! wanted. Pure: objects in, a report out.
//!
//! An object is judged by what it says of itself and not by comparing revisions; how the real agents judge is not published. Where the
//! `kustomize-controller` stands still, Kustomizations stay `Ready`, and the configuration `Compliant`, while the source
//! goes on to a revision that none of them has applied: whoever reads the report has to look at what was applied.

use gitops_core::model::azure::ComplianceState;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::azure::ConfigurationReport;

/// The states of which one object is enough for the whole to be in it, the worst first.
const WORST: [ComplianceState; 3] =
    [ComplianceState::NonCompliant, ComplianceState::Pending, ComplianceState::Suspended];

/// Whether an object is as wanted.
fn compliance(object: &Value) -> ComplianceState {
    if object["spec"]["suspend"] == true {
        return ComplianceState::Suspended;
    }
    let ready = condition(object, "Ready");
    let is_current = object["status"]["observedGeneration"] == object["metadata"]["generation"];
    match ready.and_then(|ready| ready["status"].as_str()) {
        Some("True") if is_current => ComplianceState::Compliant,
        Some("False") => ComplianceState::NonCompliant,
        _ => ComplianceState::Pending,
    }
}

/// Whether all are: the worst of what is said of each.
fn compliance_of_all(objects: &[Value]) -> ComplianceState {
    let states: Vec<ComplianceState> = objects.iter().map(compliance).collect();
    if states.is_empty() {
        return ComplianceState::Pending;
    }
    WORST.into_iter().find(|worst| states.contains(worst)).unwrap_or(ComplianceState::Compliant)
}

fn condition<'a>(object: &'a Value, kind: &str) -> Option<&'a Value> {
    object["status"]["conditions"].as_array()?.iter().find(|condition| condition["type"] == kind)
}

/// What is told at `now` of a configuration that consists of `objects`, the source first. `error` is why one of them could
/// not be made.
pub(super) fn report(objects: &[Value], error: Option<String>, now: Timestamp) -> ConfigurationReport {
    let artifact = objects.first().map_or(&Value::Null, |source| &source["status"]["artifact"]);
    let compliance = if error.is_some() { ComplianceState::NonCompliant } else { compliance_of_all(objects) };
    ConfigurationReport {
        compliance,
        statuses: objects.iter().map(status).collect(),
        source_synced_commit: artifact["revision"].as_str().map(str::to_owned),
        source_updated: artifact["lastUpdateTime"].as_str().and_then(|time| time.parse().ok()),
        status_updated: now,
        error,
        public_key: None,
    }
}

fn status(object: &Value) -> Value {
    let metadata = &object["metadata"];
    let conditions = object["status"]["conditions"].as_array().map(Vec::as_slice).unwrap_or_default();
    let conditions: Vec<Value> = conditions
        .iter()
        .map(|condition| {
            let fields = ["lastTransitionTime", "message", "reason", "status", "type"];
            fields.into_iter().map(|field| (field.to_owned(), condition[field].clone())).collect()
        })
        .collect();
    json!({
        "name": metadata["name"],
        "namespace": metadata["namespace"],
        "kind": object["kind"],
        "complianceState": compliance(object).to_string(),
        "appliedBy": applied_by(object),
        "statusConditions": conditions,
        "helmReleaseProperties": helm_release(object),
    })
}

/// The Kustomization that applied an object; null of what Azure's agents made themselves.
fn applied_by(object: &Value) -> Value {
    let label = |name: &str| &object["metadata"]["labels"][format!("kustomize.toolkit.fluxcd.io/{name}")];
    match label("name").as_str() {
        Some(name) => json!({"name": name, "namespace": label("namespace")}),
        None => Value::Null,
    }
}

/// Whether one of the Kustomizations among `objects` applied it.
pub(super) fn is_applied_by_any(object: &Value, objects: &[Value]) -> bool {
    let owner = applied_by(object);
    objects.iter().any(|one| {
        one["kind"] == "Kustomization"
            && ["name", "namespace"].iter().all(|field| one["metadata"][field] == owner[field])
    })
}

fn helm_release(object: &Value) -> Value {
    if object["kind"] != "HelmRelease" {
        return Value::Null;
    }
    let status = &object["status"];
    let chart = status["helmChart"].as_str().and_then(|chart| chart.split_once('/'));
    json!({
        "lastRevisionApplied": status["history"][0]["version"],
        "helmChartRef": chart.map(|(namespace, name)| json!({"namespace": namespace, "name": name})),
        "failureCount": status["failures"].as_i64().unwrap_or_default(),
        "installFailureCount": status["installFailures"].as_i64().unwrap_or_default(),
        "upgradeFailureCount": status["upgradeFailures"].as_i64().unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{ComplianceState, Timestamp, report};

    fn object(kind: &str, ready: &str, observed: i64, suspend: bool) -> Value {
        let conditions = json!([{"type": "Ready", "status": ready, "reason": "R", "message": "m"}]);
        json!({
            "kind": kind,
            "metadata": {"name": "hello", "namespace": "flux-system", "generation": 2},
            "spec": {"suspend": suspend},
            "status": {
                "observedGeneration": observed, "conditions": conditions,
                "artifact": {"revision": "dev@sha1:1", "lastUpdateTime": "2026-01-01T00:00:00Z"},
            },
        })
    }

    #[test]
    fn a_configuration_is_as_well_as_its_worst_object() {
        let source = || object("GitRepository", "True", 2, false);
        for (objects, compliance) in [
            (vec![source(), object("Kustomization", "True", 2, false)], "Compliant"),
            (vec![source(), object("Kustomization", "False", 2, false)], "Non-Compliant"),
            (vec![source(), object("Kustomization", "Unknown", 2, false)], "Pending"),
            (vec![source(), object("Kustomization", "True", 1, false)], "Pending"),
            (vec![source(), object("Kustomization", "True", 2, true)], "Suspended"),
            (vec![source(), object("Kustomization", "False", 2, true)], "Suspended"),
            (
                vec![object("GitRepository", "False", 2, false), object("Kustomization", "True", 2, false)],
                "Non-Compliant",
            ),
            (vec![source(), json!({"kind": "Kustomization", "metadata": {"generation": 1}})], "Pending"),
            (vec![], "Pending"),
        ] {
            let told = report(&objects, None, Timestamp::UNIX_EPOCH);
            assert_eq!(told.compliance.to_string(), compliance, "{objects:?}");
        }
        let failed = report(&[source()], Some("refused".to_owned()), Timestamp::UNIX_EPOCH);
        assert_eq!(
            (failed.compliance, failed.error.as_deref()),
            (ComplianceState::NonCompliant, Some("refused"))
        );
    }

    #[test]
    fn the_revision_is_that_of_the_source() {
        let told = report(&[object("GitRepository", "True", 2, false)], None, Timestamp::UNIX_EPOCH);
        assert_eq!(told.source_synced_commit.as_deref(), Some("dev@sha1:1"));
        assert_eq!(told.statuses[0]["statusConditions"][0]["message"], "m");
        assert_eq!(told.statuses[0]["appliedBy"], Value::Null);
    }
}
