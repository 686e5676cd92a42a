//! Nodes, and what happened.

use serde_json::{Value, json};

use super::column::{Column, born, column, name, since, wide};
use super::text::{condition, list, number, text};

pub(super) fn nodes() -> Vec<Column> {
    vec![
        name(),
        column("Status", |node, _| json!(status(node))),
        column("Roles", |node, _| json!(roles(node))),
        born(),
        column("Version", |node, _| json!(text(&node["status"]["nodeInfo"]["kubeletVersion"]))),
        wide("Internal-IP", |node, _| json!(address(node, "InternalIP"))),
        wide("External-IP", |node, _| json!(address(node, "ExternalIP"))),
        wide("OS-Image", |node, _| json!(known(&node["status"]["nodeInfo"]["osImage"]))),
        wide("Kernel-Version", |node, _| {
            let about = &node["status"]["nodeInfo"];
            let kernel = known(&about["kernelVersion"]);
            match text(&about["architecture"]) {
                "" => json!(kernel),
                architecture => json!(format!("{kernel} ({architecture})")),
            }
        }),
        wide("Container-Runtime", |node, _| {
            json!(known(&node["status"]["nodeInfo"]["containerRuntimeVersion"]))
        }),
    ]
}

fn status(node: &Value) -> String {
    let mut words = vec![match condition(node, "Ready") {
        Some(ready) if ready["status"] == "True" => "Ready",
        Some(_) => "NotReady",
        None => "Unknown",
    }];
    if node["spec"]["unschedulable"] == true {
        words.push("SchedulingDisabled");
    }
    words.join(",")
}

fn roles(node: &Value) -> String {
    let labels = node["metadata"]["labels"].as_object().into_iter().flatten();
    let mut roles: Vec<&str> = labels
        .filter_map(|(name, value)| match name.strip_prefix("node-role.kubernetes.io/") {
            Some(role) => Some(role),
            None if name == "kubernetes.io/role" => value.as_str(),
            None => None,
        })
        .filter(|role| !role.is_empty())
        .collect();
    roles.sort_unstable();
    if roles.is_empty() { "<none>".to_owned() } else { roles.join(",") }
}

fn address(node: &Value, kind: &str) -> String {
    let mut addresses = list(&node["status"]["addresses"]).iter();
    let found = addresses.find(|address| address["type"] == kind);
    found.map_or("<none>", |address| text(&address["address"])).to_owned()
}

fn known(value: &Value) -> &str {
    match text(value) {
        "" => "<unknown>",
        text => text,
    }
}

pub(super) fn events() -> Vec<Column> {
    vec![
        column("Last Seen", |event, now| json!(since(last(event), now))),
        column("Type", |event, _| event["type"].clone()),
        column("Reason", |event, _| event["reason"].clone()),
        column("Object", |event, _| {
            let involved = &event["involvedObject"];
            let kind = text(&involved["kind"]).to_lowercase();
            match text(&involved["name"]) {
                "" => json!(kind),
                name => json!(format!("{kind}/{name}")),
            }
        }),
        wide("Subobject", |event, _| json!(text(&event["involvedObject"]["fieldPath"]))),
        wide("Source", |event, _| json!(source(event))),
        column("Message", |event, _| json!(text(&event["message"]).trim())),
        wide("First Seen", |event, now| json!(since(first(event), now))),
        wide("Count", |event, _| {
            let series = event["series"]["count"].as_i64();
            json!(series.unwrap_or_else(|| number(&event["count"]).max(1)))
        }),
        Column { priority: 1, ..name() },
    ]
}

fn first(event: &Value) -> &Value {
    if event["firstTimestamp"].is_null() { &event["eventTime"] } else { &event["firstTimestamp"] }
}

fn last(event: &Value) -> &Value {
    match (&event["series"], &event["lastTimestamp"]) {
        (Value::Object(_), _) => &event["series"]["lastObservedTime"],
        (_, Value::Null) => first(event),
        (_, last) => last,
    }
}

/// Who told, and where.
fn source(event: &Value) -> String {
    let one_of = |old: &str, new: &str| match text(&event["source"][old]) {
        "" => text(&event[new]).to_owned(),
        told => told.to_owned(),
    };
    let who = one_of("component", "reportingComponent");
    match one_of("host", "reportingInstance").as_str() {
        "" => who,
        place => format!("{who}, {place}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{roles, status};

    #[test]
    fn a_node_says_whether_it_takes_pods() {
        let ready = json!({"metadata": {"labels": {"node-role.kubernetes.io/worker": "", "a": "b"}},
            "spec": {"unschedulable": true}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}});
        assert_eq!((status(&ready).as_str(), roles(&ready).as_str()), ("Ready,SchedulingDisabled", "worker"));
        let lost = json!({"status": {"conditions": [{"type": "Ready", "status": "Unknown"}]}});
        assert_eq!((status(&lost).as_str(), roles(&lost).as_str()), ("NotReady", "<none>"));
    }
}
