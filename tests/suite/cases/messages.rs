//! Fields decide, never messages: with every message empty each case and each small cluster stands where it stood.

use gitops_core::model::verdict::EnvironmentStatus;
use serde_json::Value;

use super::recording::{Recording, judge, judge_as};
use super::small_clusters::{NAMESPACE, now, rows};
use super::table::expectations;

fn standing(status: Option<EnvironmentStatus>) -> Option<String> {
    status.map(|status| status.standing.to_string())
}

/// The objects with every message empty.
fn without_messages(objects: &[Value]) -> Vec<Value> {
    fn blank(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                for (name, field) in fields {
                    match field {
                        Value::String(text) if name == "message" => text.clear(),
                        field => blank(field),
                    }
                }
            }
            Value::Array(elements) => elements.iter_mut().for_each(blank),
            _ => {}
        }
    }
    let mut objects = objects.to_vec();
    objects.iter_mut().for_each(blank);
    objects
}

#[test]
fn messages_decide_no_standing_of_a_case() {
    for expectation in expectations() {
        let recording = Recording::read(expectation.case);
        for second in expectation.seconds {
            let objects = without_messages(&recording.objects(*second));
            let blank = judge(&recording.namespace, &objects, recording.time(*second));
            let told = recording.status(*second);
            assert_eq!(standing(blank), standing(told), "{} at {second}", expectation.case);
        }
    }
}

#[test]
fn messages_decide_no_standing_of_a_small_cluster() {
    for row in rows() {
        let blank = judge_as(row.reader, NAMESPACE, &without_messages(&row.objects), now());
        let told = judge_as(row.reader, NAMESPACE, &row.objects, now());
        assert_eq!(standing(blank), standing(told), "{}", row.expected.case);
    }
}
