//! Namespaces, what pods are configured with, and what they may use.

use serde_json::{Value, json};

use super::column::{Column, born, column, count, name, truth, wide};
use super::text::{is_going, list, plain, size, text};

pub(super) fn namespaces() -> Vec<Column> {
    vec![name(), column("Status", |object, _| object["status"]["phase"].clone()), born()]
}

pub(super) fn config_maps() -> Vec<Column> {
    vec![
        name(),
        column("Data", |object, _| json!(size(&object["data"]) + size(&object["binaryData"]))),
        born(),
    ]
}

pub(super) fn secrets() -> Vec<Column> {
    vec![
        name(),
        column("Type", |object, _| object["type"].clone()),
        column("Data", |object, _| json!(size(&object["data"]))),
        born(),
    ]
}

pub(super) fn leases() -> Vec<Column> {
    vec![name(), column("Holder", |object, _| json!(text(&object["spec"]["holderIdentity"]))), born()]
}

pub(super) fn quotas() -> Vec<Column> {
    vec![
        name(),
        column("Request", |object, _| json!(used(object, false))),
        column("Limit", |object, _| json!(used(object, true))),
        born(),
    ]
}

/// What is used of what may be; limits have a column of their own.
fn used(quota: &Value, limits: bool) -> String {
    let hard = quota["status"]["hard"].as_object().into_iter().flatten();
    let shown = |value: &Value| if value.is_null() { "0".to_owned() } else { plain(value) };
    let told: Vec<String> = hard
        .filter(|(name, _)| name.starts_with("limits.") == limits)
        .map(|(name, hard)| format!("{name}: {}/{}", shown(&quota["status"]["used"][name]), shown(hard)))
        .collect();
    told.join(", ")
}

pub(super) fn priorities() -> Vec<Column> {
    vec![
        name(),
        count("Value", |object, _| object["value"].clone()),
        truth("Global-Default", |object, _| json!(object["globalDefault"] == true)),
        born(),
        column("PreemptionPolicy", |object, _| json!(text(&object["preemptionPolicy"]))),
    ]
}

pub(super) fn storage_classes() -> Vec<Column> {
    vec![
        name(),
        column("Provisioner", |object, _| object["provisioner"].clone()),
        column("ReclaimPolicy", |object, _| json!(object["reclaimPolicy"].as_str().unwrap_or("Delete"))),
        column("VolumeBindingMode", |object, _| {
            json!(object["volumeBindingMode"].as_str().unwrap_or("Immediate"))
        }),
        column("AllowVolumeExpansion", |object, _| json!(object["allowVolumeExpansion"] == true)),
        born(),
    ]
}

pub(super) fn volumes() -> Vec<Column> {
    vec![
        name(),
        column("Capacity", |object, _| json!(text(&object["spec"]["capacity"]["storage"]))),
        column("Access Modes", |object, _| json!(modes(&object["spec"]["accessModes"]))),
        column("Reclaim Policy", |object, _| json!(text(&object["spec"]["persistentVolumeReclaimPolicy"]))),
        column("Status", |object, _| json!(phase(object))),
        column("Claim", |object, _| {
            let claim = &object["spec"]["claimRef"];
            match claim.is_null() {
                true => json!(""),
                false => json!(format!("{}/{}", text(&claim["namespace"]), text(&claim["name"]))),
            }
        }),
        column("StorageClass", |object, _| json!(text(&object["spec"]["storageClassName"]))),
        column("VolumeAttributesClass", |object, _| json!(set(&object["spec"]["volumeAttributesClassName"]))),
        column("Reason", |object, _| json!(text(&object["status"]["reason"]))),
        born(),
        wide("VolumeMode", |object, _| json!(set(&object["spec"]["volumeMode"]))),
    ]
}

/// What is known of a claim once it is bound.
fn when_bound(claim: &Value, told: String) -> Value {
    match text(&claim["spec"]["volumeName"]) {
        "" => json!(""),
        _ => json!(told),
    }
}

pub(super) fn claims() -> Vec<Column> {
    vec![
        name(),
        column("Status", |object, _| json!(phase(object))),
        column("Volume", |object, _| json!(text(&object["spec"]["volumeName"]))),
        column("Capacity", |object, _| {
            when_bound(object, text(&object["status"]["capacity"]["storage"]).to_owned())
        }),
        column("Access Modes", |object, _| when_bound(object, modes(&object["status"]["accessModes"]))),
        column("StorageClass", |object, _| json!(text(&object["spec"]["storageClassName"]))),
        column("VolumeAttributesClass", |object, _| json!(set(&object["spec"]["volumeAttributesClassName"]))),
        born(),
        wide("VolumeMode", |object, _| json!(set(&object["spec"]["volumeMode"]))),
    ]
}

fn phase(object: &Value) -> &str {
    if is_going(object) { "Terminating" } else { text(&object["status"]["phase"]) }
}

fn set(value: &Value) -> &str {
    value.as_str().unwrap_or("<unset>")
}

/// The short words for modes of access, in their order.
fn modes(modes: &Value) -> String {
    const SHORT: [(&str, &str); 4] = [
        ("ReadWriteOnce", "RWO"),
        ("ReadOnlyMany", "ROX"),
        ("ReadWriteMany", "RWX"),
        ("ReadWriteOncePod", "RWOP"),
    ];
    let given = |mode: &&(&str, &str)| list(modes).iter().any(|given| given == mode.0);
    SHORT.iter().filter(given).map(|mode| mode.1).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{modes, used};

    #[test]
    fn quotas_tell_limits_apart() {
        let quota = json!({"status": {
            "hard": {"limits.cpu": "2", "pods": "4", "requests.cpu": "1"},
            "used": {"limits.cpu": "500m", "pods": "1"},
        }});
        assert_eq!(used(&quota, false), "pods: 1/4, requests.cpu: 0/1");
        assert_eq!(used(&quota, true), "limits.cpu: 500m/2");
        assert_eq!(modes(&json!(["ReadWriteMany", "ReadWriteOnce"])), "RWO,RWX");
    }
}
