//! The roles that a cluster has from the beginning, and to whom they are bound: what everybody may ask for, and
//! the four that people are given.

use serde_json::{Value, json};

use super::identity::{AUTHENTICATED, MASTERS, UNAUTHENTICATED};

const API: &str = "rbac.authorization.k8s.io";
const READ: [&str; 3] = ["get", "list", "watch"];
const WRITE: [&str; 5] = ["create", "delete", "deletecollection", "patch", "update"];

/// What people work with in namespaces: groups and their resources.
const WORKED_WITH: [(&str, &[&str]); 6] = [
    (
        "",
        &[
            "configmaps",
            "endpoints",
            "events",
            "persistentvolumeclaims",
            "pods",
            "pods/log",
            "replicationcontrollers",
            "serviceaccounts",
            "services",
        ],
    ),
    (
        "apps",
        &[
            "daemonsets",
            "deployments",
            "deployments/scale",
            "replicasets",
            "replicasets/scale",
            "statefulsets",
            "statefulsets/scale",
        ],
    ),
    ("autoscaling", &["horizontalpodautoscalers"]),
    ("batch", &["cronjobs", "jobs"]),
    ("networking.k8s.io", &["ingresses", "networkpolicies"]),
    ("policy", &["poddisruptionbudgets"]),
];

/// Roles and bindings, each with its plural.
pub(in super::super) fn preset() -> Vec<(&'static str, Value)> {
    let mut objects: Vec<(&str, Value)> = roles().into_iter().map(|role| ("clusterroles", role)).collect();
    for (role, groups) in [
        ("cluster-admin", &[MASTERS][..]),
        ("system:basic-user", &[AUTHENTICATED]),
        ("system:discovery", &[AUTHENTICATED]),
        ("system:public-info-viewer", &[AUTHENTICATED, UNAUTHENTICATED]),
    ] {
        objects.push(("clusterrolebindings", binding(role, groups)));
    }
    objects
}

fn roles() -> Vec<Value> {
    let create = |group: &str, resources: &[&str]| json!({"verbs": ["create"], "apiGroups": [group], "resources": resources});
    let see = |urls: &[&str]| json!({"verbs": ["get"], "nonResourceURLs": urls});
    let all = [
        json!({"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}),
        json!({"verbs": ["*"], "nonResourceURLs": ["*"]}),
    ];
    let reviews = [
        create("authorization.k8s.io", &["selfsubjectaccessreviews", "selfsubjectrulesreviews"]),
        create("authentication.k8s.io", &["selfsubjectreviews"]),
    ];
    let discovery = see(&[
        "/api",
        "/api/*",
        "/apis",
        "/apis/*",
        "/healthz",
        "/livez",
        "/openapi",
        "/openapi/*",
        "/readyz",
        "/version",
        "/version/",
    ]);
    let public = see(&["/healthz", "/livez", "/readyz", "/version", "/version/"]);
    let both = [&READ[..], &WRITE[..]].concat();
    let secrets = json!({"verbs": both, "apiGroups": [""], "resources": ["secrets"]});
    let namespaces = json!({"verbs": READ, "apiGroups": [""], "resources": ["namespaces", "resourcequotas"]});
    let mut admin = [worked_with(&both), vec![namespaces.clone(), secrets]].concat();
    let edit = admin.clone();
    admin.push(json!({
        "verbs": both,
        "apiGroups": [API],
        "resources": ["rolebindings", "roles"],
    }));
    let view = [worked_with(&READ), vec![namespaces]].concat();
    vec![
        role("admin", &admin),
        role("cluster-admin", &all),
        role("edit", &edit),
        role("system:basic-user", &reviews),
        role("system:discovery", &[discovery]),
        role("system:public-info-viewer", &[public]),
        role("view", &view),
    ]
}

fn worked_with(verbs: &[&str]) -> Vec<Value> {
    let rule = |(group, resources): &(&str, &[&str])| json!({"verbs": verbs, "apiGroups": [group], "resources": resources});
    WORKED_WITH.iter().map(rule).collect()
}

fn metadata(name: &str) -> Value {
    json!({
        "name": name,
        "annotations": {"rbac.authorization.kubernetes.io/autoupdate": "true"},
        "labels": {"kubernetes.io/bootstrapping": "rbac-defaults"},
    })
}

fn role(name: &str, rules: &[Value]) -> Value {
    json!({"kind": "ClusterRole", "apiVersion": format!("{API}/v1"), "metadata": metadata(name), "rules": rules})
}

fn binding(role: &str, groups: &[&str]) -> Value {
    let subjects: Vec<Value> =
        groups.iter().map(|group| json!({"kind": "Group", "apiGroup": API, "name": group})).collect();
    json!({
        "kind": "ClusterRoleBinding",
        "apiVersion": format!("{API}/v1"),
        "metadata": metadata(role),
        "roleRef": {"apiGroup": API, "kind": "ClusterRole", "name": role},
        "subjects": subjects,
    })
}
