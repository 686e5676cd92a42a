//! Columns that a definition names (`additionalPrinterColumns`), each a path in Kubernetes' form of JSONPath.

use jiff::Timestamp;
use jsonpath_rust::parser::model::JpQuery;
use jsonpath_rust::parser::parse_json_path;
use jsonpath_rust::query::js_path_process;
use serde_json::{Value, json};

use super::column::{Cell, Column, name, since};
use super::text::{plain, text};
use crate::kubernetes::Definition;

/// The name, and what the definition names.
pub(super) fn columns(definition: &Definition) -> Vec<Column> {
    let named = definition.columns.iter().map(|column| Column {
        name: text(&column["name"]).to_owned(),
        form: text(&column["type"]).to_owned(),
        priority: column["priority"].as_i64().unwrap_or_default(),
        cell: Cell::Path(path(text(&column["jsonPath"]))),
    });
    std::iter::once(name()).chain(named).collect()
}

/// Kubernetes leaves the root out.
fn path(written: &str) -> Option<JpQuery> {
    parse_json_path(&format!("${written}")).ok()
}

/// The first thing at a path, in the form of its column.
pub(super) fn cell(path: Option<&JpQuery>, form: &str, object: &Value, now: Timestamp) -> Value {
    let found = path.and_then(|path| js_path_process(path, object).ok());
    let Some(value) = found.and_then(|found| found.into_iter().next()).map(|found| found.val()) else {
        return Value::Null;
    };
    match (form, value) {
        (_, Value::Null) => Value::Null,
        ("date", Value::String(time)) if time.parse::<Timestamp>().is_ok() => json!(since(value, now)),
        ("date", _) => json!("<invalid>"),
        ("string", value) => json!(plain(value)),
        ("integer", Value::Number(number)) => number.as_i64().map_or(Value::Null, |number| json!(number)),
        ("number", Value::Number(_)) | ("boolean", Value::Bool(_)) => value.clone(),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use serde_json::{Value, json};

    use super::{cell, path};

    #[test]
    fn paths_of_definitions_find_what_they_name() {
        let object = json!({
            "metadata": {"creationTimestamp": "1970-01-01T00:00:00Z", "labels": {"a.b/c": "d"}},
            "spec": {"url": "https://example.com", "replicas": 3, "suspend": true},
            "status": {"conditions": [
                {"type": "Other", "status": "Unknown"},
                {"type": "Ready", "status": "True", "message": "well"},
            ]},
        });
        let now = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(65);
        for (form, written, told) in [
            ("string", ".spec.url", json!("https://example.com")),
            ("string", r#".status.conditions[?(@.type=="Ready")].status"#, json!("True")),
            ("string", ".status.conditions[1].message", json!("well")),
            ("string", r#".metadata.labels['a.b/c']"#, json!("d")),
            ("string", ".spec.replicas", json!("3")),
            ("integer", ".spec.replicas", json!(3)),
            ("boolean", ".spec.suspend", json!(true)),
            ("date", ".metadata.creationTimestamp", json!("65s")),
            ("date", ".spec.url", json!("<invalid>")),
            ("string", ".spec.none", Value::Null),
            ("string", r#".status.conditions[?(@.type=="Healthy")].status"#, Value::Null),
            ("string", "{broken", Value::Null),
        ] {
            assert_eq!(cell(path(written).as_ref(), form, &object, now), told, "{written}");
        }
    }
}
