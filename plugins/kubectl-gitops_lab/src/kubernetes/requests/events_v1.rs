//! Events in their newer form (`events.k8s.io`): the same events as in the core group, with other names for their
//! fields. They are kept in the older form and shown in either.

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::kubernetes::Resource;

/// The group of the newer form.
pub(in crate::kubernetes) const NEWER: &str = "events.k8s.io";

/// The fields that have another name in the newer form.
const RENAMED: [(&str, &str); 8] = [
    ("involvedObject", "regarding"),
    ("message", "note"),
    ("reportingComponent", "reportingController"),
    ("source", "deprecatedSource"),
    ("firstTimestamp", "deprecatedFirstTimestamp"),
    ("lastTimestamp", "deprecatedLastTimestamp"),
    ("count", "deprecatedCount"),
    ("related", "related"),
];
/// Fields that the older form tells even when they say nothing.
const OPTIONAL: [&str; 2] = ["reportingController", "reportingInstance"];

/// `object` as a kind shows it.
pub(in crate::kubernetes) fn seen<'a>(resource: &Resource, object: &'a Value) -> Cow<'a, Value> {
    match resource.group == NEWER {
        true => Cow::Owned(newer(object)),
        false => Cow::Borrowed(object),
    }
}

fn newer(event: &Value) -> Value {
    let mut newer = json!({});
    for (name, value) in event.as_object().into_iter().flatten() {
        let renamed = RENAMED.iter().find(|(older, _)| older == name).map_or(name.as_str(), |(_, name)| name);
        if !(OPTIONAL.contains(&renamed) && value == "") {
            newer[renamed] = value.clone();
        }
    }
    newer["apiVersion"] = json!("events.k8s.io/v1");
    newer
}

#[cfg(test)]
mod tests {
    use http::Method;
    use jiff::SignedDuration;
    use serde_json::{Value, json};

    use crate::kubernetes::testing;
    use crate::kubernetes::testing::{NOW, cluster, request, send};

    #[test]
    fn events_are_the_same_in_both_groups() {
        let mut cluster = cluster();
        let newer = "/apis/events.k8s.io/v1/namespaces/default/events";
        let watch = request(Method::GET, &format!("{newer}?watch=true"), &Value::Null);
        let mut watching = testing::watch(cluster.answer(&watch, NOW));
        let begin = cluster.version();
        let pod = json!({"metadata": {"name": "p"}, "spec": {"containers": [{"name": "a", "image": "a"}]}});
        send(&mut cluster, Method::POST, "/api/v1/namespaces/default/pods", &pod);
        cluster.advance(NOW + SignedDuration::from_secs(1));
        let older = send(&mut cluster, Method::GET, "/api/v1/namespaces/default/events", &Value::Null).1;
        let (code, list) = send(&mut cluster, Method::GET, newer, &Value::Null);
        assert_eq!(
            (code, &list["kind"], &list["apiVersion"]),
            (200, &json!("EventList"), &json!("events.k8s.io/v1"))
        );
        let (one, other) = (&list["items"][0], &older["items"][0]);
        assert_eq!(one["note"], other["message"]);
        assert_eq!(one["regarding"], other["involvedObject"]);
        assert_eq!(one.get("message"), None);
        let lines = cluster.news(&mut watching, begin, cluster.version(), NOW).unwrap();
        let line: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
        assert_eq!((&line["type"], &line["object"]["note"]), (&json!("ADDED"), &one["note"]));
        assert_eq!(send(&mut cluster, Method::POST, newer, &json!({})).0, 501);
    }
}
