//! Objects with a value of the wrong type, or too great a number, in any field: they are read and judged without panic.

use gitops_core::model::verdict::{picture, wants};
use serde_json::{Value, json};

use super::least::*;
use super::timeline::{Timeline, cluster, names};

fn odd_values() -> [Value; 8] {
    [
        Value::Null,
        json!(-3),
        json!("\u{1b}[2J"),
        json!(true),
        json!([[]]),
        json!({ "x": [0] }),
        json!(i64::MAX),
        json!(i64::MIN),
    ]
}

/// A release whose upgrade failed, and more workloads than sentences name, of which none is ready.
fn failing_release() -> Vec<Value> {
    let release = json!({
        "kind": "HelmRelease",
        "metadata": { "name": "runner", "namespace": NAMESPACE, "generation": 1, "uid": "r", "creationTimestamp": ago(7200) },
        "spec": {
            "interval": "10m", "timeout": "5m",
            "chart": { "spec": { "chart": "runner", "version": "1.x", "sourceRef": { "kind": "HelmRepository", "name": "charts" } } },
            "install": { "timeout": "5m", "remediation": { "retries": 2 } },
            "upgrade": { "timeout": "5m", "remediation": { "retries": 2 } },
        },
        "status": {
            "observedGeneration": 1, "lastAttemptedGeneration": 1, "lastAttemptedRevision": "1.5.0",
            "lastAttemptedReleaseAction": "upgrade", "failures": 1, "installFailures": 1, "upgradeFailures": 1,
            "conditions": [
                condition("Ready", "False", "UpgradeFailed", 60),
                condition("Released", "False", "UpgradeFailed", 60),
            ],
            "history": [{ "version": 1, "status": "deployed", "chartName": "runner", "chartVersion": "1.4.0", "lastDeployed": ago(3600) }],
            "inventory": { "entries": [] },
        },
    });
    let workload = |number: usize| {
        let labels =
            json!({ "helm.toolkit.fluxcd.io/name": "runner", "helm.toolkit.fluxcd.io/namespace": NAMESPACE });
        let named = [
            ("/kind", json!(["Deployment", "StatefulSet", "DaemonSet"][number % 3])),
            ("/metadata/name", json!(format!("hello-{number}"))),
            ("/metadata/labels", labels),
            ("/spec/minReadySeconds", json!(1)),
            ("/spec/progressDeadlineSeconds", json!(600)),
            ("/spec/updateStrategy", json!({ "rollingUpdate": { "partition": 1 } })),
            ("/status", counts()),
        ];
        with(deployment(), &named)
    };
    [vec![release], (0..6).map(workload).collect()].concat()
}

/// The counts of every kind of workload.
fn counts() -> Value {
    let names = [
        "replicas",
        "updatedReplicas",
        "readyReplicas",
        "availableReplicas",
        "desiredNumberScheduled",
        "numberReady",
        "numberAvailable",
        "updatedNumberScheduled",
        "currentNumberScheduled",
        "observedGeneration",
    ];
    names.iter().map(|name| ((*name).to_owned(), json!(1))).collect()
}

fn judge(objects: &[Value]) {
    judged(&cluster(NAMESPACE, objects));
}

#[test]
fn numbers_out_of_all_proportion_are_judged_without_panic() {
    let failing = failing_release();
    judge(&failing);
    for (index, object) in failing.iter().enumerate() {
        for path in paths(object, "") {
            for odd in odd_values() {
                let mut objects = failing.clone();
                *objects[index].pointer_mut(&path).expect("path") = odd;
                judge(&objects);
            }
        }
    }
    // In every field of numbers at once, so that sums and differences are of two such.
    for (one, other) in
        [(i64::MAX, i64::MAX), (i64::MIN, i64::MIN), (i64::MAX, i64::MIN), (i64::MIN, i64::MAX)]
    {
        let mut objects = failing.clone();
        let mut turn = 0;
        for object in &mut objects {
            for path in paths(&object.clone(), "") {
                let field = object.pointer_mut(&path).expect("path");
                if field.is_number() && !path.ends_with("eneration") {
                    turn += 1;
                    *field = json!(if turn % 2 == 0 { one } else { other });
                }
            }
        }
        assert!(turn > 20);
        judge(&objects);
    }
}

#[test]
fn odd_objects_are_read_without_panic() {
    let odd = odd_values();
    for name in names() {
        let timeline = Timeline::read(&name);
        let moments = timeline.moments();
        let moment = &moments[moments.len() - 1];
        let indexes = 0..moment.objects.len();
        let all: Vec<(usize, String)> = indexes
            .flat_map(|index| paths(&moment.objects[index], "").into_iter().map(move |path| (index, path)))
            .collect();
        let mut turn = 0;
        // Every field of some object in every recording, in turn, so that all kinds are met many times.
        for (index, path) in all.into_iter().step_by(3) {
            turn += 1;
            let mut objects = moment.objects.clone();
            let field = objects[index].pointer_mut(&path).expect("path");
            *field = odd[turn % odd.len()].clone();
            let answers = cluster(&timeline.namespace, &objects);
            picture(&answers, &timeline.selection(), moment.now);
            wants(&answers, &timeline.selection());
        }
        assert!(turn > 20, "{name}");
    }
}

/// The paths of fields that mean something here: metadata, and everything of specification and status,
/// the pod template's insides aside.
fn paths(value: &Value, path: &str) -> Vec<String> {
    if path.starts_with("/spec/template/") || path.matches('/').count() > 5 {
        return Vec::new();
    }
    let children: Vec<(String, &Value)> = match value {
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.replace('~', "~0").replace('/', "~1"), value)).collect()
        }
        Value::Array(elements) => {
            elements.iter().take(2).enumerate().map(|(index, value)| (index.to_string(), value)).collect()
        }
        _ => Vec::new(),
    };
    children
        .into_iter()
        .flat_map(|(name, value)| {
            let path = format!("{path}/{name}");
            let below = paths(value, &path);
            std::iter::once(path).chain(below)
        })
        .collect()
}
