//! What somebody may do, as far as a recording tells: what was answered may be read, what was refused may not, and
//! nothing may be written. What others may do was not recorded.

use http::StatusCode;
use serde_json::{Value, json};

use super::{RecordedAnswer, RecordedCluster};

/// The kind of review that a path makes.
pub(crate) fn reviewed(path: &str) -> Option<&'static str> {
    match path.trim_end_matches('/').strip_prefix("/apis/authorization.k8s.io/v1/")? {
        "selfsubjectaccessreviews" => Some("SelfSubjectAccessReview"),
        "selfsubjectrulesreviews" => Some("SelfSubjectRulesReview"),
        _ => None,
    }
}

/// Answers a review of what whoever asks may do at `position`, or of what `other` may.
pub(crate) fn review(
    world: &RecordedCluster,
    position: usize,
    kind: &str,
    spec: &Value,
    other: Option<&str>,
) -> RecordedAnswer {
    let status = match (kind, other) {
        ("SelfSubjectRulesReview", _) => json!({
            "resourceRules": [{"verbs": ["get", "list", "watch"], "apiGroups": ["*"], "resources": ["*"]}],
            "nonResourceRules": [],
            "incomplete": true,
            "evaluationError": "what was refused when this was recorded is refused again",
        }),
        (_, Some(other)) => refused(&format!("what {other} may do was not recorded")),
        (_, None) => access(world, position, &spec["resourceAttributes"]),
    };
    let review = json!({
        "kind": kind, "apiVersion": "authorization.k8s.io/v1", "metadata": {}, "spec": spec, "status": status,
    });
    RecordedAnswer::Json(StatusCode::CREATED, review)
}

fn access(world: &RecordedCluster, position: usize, attributes: &Value) -> Value {
    let text = |field: &str| attributes[field].as_str().filter(|text| !text.is_empty());
    if !matches!(text("verb"), Some("get" | "list" | "watch")) {
        return refused("a recording is read-only");
    }
    let (group, plural) = (text("group").unwrap_or_default(), text("resource").unwrap_or_default());
    let mut kinds = world.catalogue().resources().iter();
    let place = kinds.position(|kind| (kind.group.as_str(), kind.plural.as_str()) == (group, plural));
    let code = place.and_then(|place| world.refused(position, place, text("namespace"), text("name")));
    match code {
        Some(StatusCode::FORBIDDEN) => refused("it was not allowed when this was recorded"),
        _ => json!({"allowed": true}),
    }
}

fn refused(why: &str) -> Value {
    json!({"allowed": false, "reason": why})
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::super::{RecordedAnswer, RecordedCluster, Shift, Timeline};
    use super::{review, reviewed};

    #[test]
    fn a_review_tells_what_was_refused() {
        let timeline = json!({"scenario": "s", "namespace": "n", "timeline": [
            {"t": 0, "answer": {"resource": "deployments.apps", "namespace": "n", "code": 403}},
        ]});
        let timeline = Timeline::parse(&timeline.to_string()).unwrap();
        let world =
            RecordedCluster::new(&timeline, &Shift::new(&timeline, 0.0, Timestamp::UNIX_EPOCH, 1.0), &[]);
        let kind = reviewed("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews").expect("a review");
        for (verb, group, resource, other, expected) in [
            ("list", "apps", "deployments", None, (false, Some("it was not allowed when this was recorded"))),
            ("list", "", "pods", None, (true, None)),
            ("patch", "", "pods", None, (false, Some("a recording is read-only"))),
            ("get", "", "pods", Some("jo"), (false, Some("what jo may do was not recorded"))),
        ] {
            let attributes = json!({"verb": verb, "group": group, "resource": resource, "namespace": "n"});
            let spec = json!({"resourceAttributes": attributes});
            let RecordedAnswer::Json(code, document) = review(&world, 1, kind, &spec, other) else {
                panic!("no document")
            };
            let status = &document["status"];
            let told = (status["allowed"] == true, status["reason"].as_str());
            assert_eq!((code.as_u16(), told), (201, expected), "{verb} {resource}");
        }
        assert_eq!(reviewed("/api/v1/namespaces/n/pods"), None);
    }
}
