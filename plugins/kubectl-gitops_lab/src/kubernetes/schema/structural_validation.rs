//! What breaks the schema of a custom resource, in the server's order and words. All of it is told at once. (Fields of
//! one object come in the order of the document; a server's come in any order.)

use serde_json::{Map, Value};

use super::limits;
use super::structural::within;
use super::value_types::wrong_type;
use crate::kubernetes::refusals::Cause;

/// What breaks the schema. What an update leaves as it was in `before` is not looked at.
pub(super) fn check(schema: &Value, before: Option<&Value>, value: &Value) -> Vec<Cause> {
    let mut causes = Vec::new();
    check_at(schema, before, value, "", &mut causes);
    let blocking = [
        "FieldValueNotSupported",
        "FieldValueRequired",
        "FieldValueTooLong",
        "FieldValueTooMany",
        "FieldValueTypeInvalid",
    ];
    if causes.iter().any(|cause| blocking.contains(&cause.reason)) {
        causes.push(Cause::invalid(
            "<nil>",
            "null: some validation rules were not checked because the object was invalid; correct the existing \
             errors to complete validation",
        ));
    }
    causes
}

fn check_at(schema: &Value, before: Option<&Value>, value: &Value, path: &str, causes: &mut Vec<Cause>) {
    if before == Some(value) {
        return;
    }
    if let Some(wrong) = wrong_type(schema, value).filter(|_| !is_fitting(schema, value)) {
        let expected = schema["type"].as_str().unwrap_or_default();
        let why = format!("{wrong:?}: {path} in body must be of type {expected}: {wrong:?}");
        causes.push(Cause::wrong_type(path, why));
    }
    match value {
        Value::String(text) => causes.extend(limits::check_text(schema, text, path)),
        Value::Number(number) => causes.extend(limits::check_number(schema, number, path)),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                check_at(&schema["items"], None, item, &format!("{path}[{index}]"), causes);
            }
            causes.extend(limits::check_items(schema, items, path));
        }
        _ => {}
    }
    if let Some(values) = schema["enum"].as_array().filter(|values| !values.contains(value)) {
        let quoted =
            |value: &Value| format!("{:?}", value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        let values: Vec<String> = values.iter().map(quoted).collect();
        causes.push(Cause::unsupported(path, format!("{value}: supported values: {}", values.join(", "))));
    }
    if let Value::Object(fields) = value {
        check_fields(schema, before, fields, path, causes);
    }
}

/// Whether a value is taken for one of another type: nothing where that is allowed, `1.0` for a whole number.
fn is_fitting(schema: &Value, value: &Value) -> bool {
    let is_whole = value.as_f64().is_some_and(|number| number.fract() == 0.0);
    (schema["nullable"] == true && value.is_null()) || (schema["type"] == "integer" && is_whole)
}

fn check_fields(
    schema: &Value,
    before: Option<&Value>,
    fields: &Map<String, Value>,
    path: &str,
    causes: &mut Vec<Cause>,
) {
    causes.extend(limits::check_properties(schema, fields, path));
    for (name, field) in fields {
        let known = schema["properties"].get(name).or_else(|| schema.get("additionalProperties"));
        if let Some(schema) = known.filter(|schema| schema.is_object()) {
            let before = before.and_then(|before| before.get(name));
            check_at(schema, before, field, &within(path, name), causes);
        }
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !fields.contains_key(name) {
            causes.push(Cause::required(within(path, name)));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::check;
    use crate::kubernetes::definitions::shipped;

    fn schema(plural: &str) -> Value {
        let definitions = shipped();
        let named = |definition: &&Value| definition["spec"]["names"]["plural"] == plural;
        definitions.iter().find(named).unwrap()["spec"]["versions"][0]["schema"]["openAPIV3Schema"].clone()
    }

    fn told(schema: &Value, before: Option<&Value>, value: &Value) -> Vec<String> {
        let causes = check(schema, before, value);
        let told = causes.iter().map(|cause| format!("{}: {}", cause.field, cause.message));
        told.filter(|told| !told.starts_with("<nil>: Invalid value: null")).collect()
    }

    #[test]
    fn types_patterns_and_enumerations_are_checked() {
        for (spec, fields) in [
            (json!({"interval": "1m", "url": "https://a"}), vec![]),
            (json!({"interval": 1, "url": "https://a"}), vec!["spec.interval", "<nil>"]),
            (json!({"interval": "1m", "url": "ftp://a"}), vec!["spec.url"]),
            (json!({"interval": "1m", "url": "https://a", "provider": "b"}), vec!["spec.provider", "<nil>"]),
            (json!({"interval": "1m"}), vec!["spec.url", "<nil>"]),
        ] {
            let causes = check(&schema("gitrepositories"), None, &json!({"spec": spec}));
            let found: Vec<&str> = causes.iter().map(|cause| cause.field.as_str()).collect();
            assert_eq!(found, fields, "{spec}");
        }
    }

    #[test]
    fn a_name_that_is_too_long_is_refused_and_all_that_is_wrong_is_told() {
        let long = "n".repeat(64);
        let spec = json!({
            "interval": "soon", "prune": true, "path": "./dev", "targetNamespace": long,
            "sourceRef": {"kind": "GitRepository", "name": ""},
        });
        assert_eq!(
            told(&schema("kustomizations"), None, &json!({"spec": spec})),
            [
                "spec.interval: Invalid value: \"soon\": spec.interval in body should match \
                 '^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$'",
                "spec.targetNamespace: Too long: may not be more than 63 bytes",
            ]
        );
        let empty = json!({
            "interval": "1m", "prune": true, "targetNamespace": "",
            "sourceRef": {"kind": "GitRepository", "name": "a"},
        });
        assert_eq!(
            told(&schema("kustomizations"), None, &json!({"spec": empty})),
            [
                "spec.targetNamespace: Invalid value: \"\": spec.targetNamespace in body should be at least 1 chars long"
            ]
        );
    }

    #[test]
    fn what_an_update_leaves_as_it_was_is_not_looked_at() {
        let object = |interval: &str, url: &str| json!({"spec": {"interval": interval, "url": url}});
        let before = object("soon", "https://a");
        assert_eq!(told(&schema("gitrepositories"), Some(&before), &object("soon", "https://b")), [""; 0]);
        assert_eq!(told(&schema("gitrepositories"), Some(&before), &object("later", "https://b")).len(), 1);
    }

    #[test]
    fn numbers_lists_and_maps_have_their_limits() {
        let of = |schema: Value| json!({"properties": {"a": schema}});
        for (schema, value, expected) in [
            (
                json!({"type": "integer", "minimum": 0}),
                json!(-1),
                "-1: a in body should be greater than or equal to 0",
            ),
            (
                json!({"type": "integer", "minimum": 1, "exclusiveMinimum": true}),
                json!(1),
                "1: a in body should be greater than 1",
            ),
            (
                json!({"type": "integer", "maximum": 3}),
                json!(4),
                "4: a in body should be less than or equal to 3",
            ),
            (
                json!({"type": "number", "maximum": 3, "exclusiveMaximum": true}),
                json!(3),
                "3: a in body should be less than 3",
            ),
            (json!({"type": "integer", "multipleOf": 5}), json!(7), "7: a in body should be a multiple of 5"),
            (json!({"type": "array", "minItems": 1}), json!([]), "0: a in body should have at least 1 items"),
            (
                json!({"type": "array", "uniqueItems": true}),
                json!([1, 2, 1]),
                "\"\": a in body shouldn't contain duplicates",
            ),
            (
                json!({"type": "object", "minProperties": 1}),
                json!({}),
                "0: a in body should have at least 1 properties",
            ),
        ] {
            assert_eq!(
                told(&of(schema), None, &json!({"a": value})),
                [format!("a: Invalid value: {expected}")]
            );
        }
        for (schema, value, expected) in [
            (json!({"type": "array", "maxItems": 1}), json!([1, 2]), "Too many: 2: must have at most 1 item"),
            (
                json!({"type": "object", "maxProperties": 0}),
                json!({"b": 1}),
                "Too many: 1: must have at most 0 items",
            ),
            (
                json!({"type": "integer", "enum": [1, 2]}),
                json!(3),
                "Unsupported value: 3: supported values: \"1\", \"2\"",
            ),
            (
                json!({"type": "string", "format": "date-time"}),
                json!("now"),
                "Invalid value: \"now\": a in body must be of type date-time: \"now\"",
            ),
        ] {
            assert_eq!(told(&of(schema), None, &json!({"a": value})), [format!("a: {expected}")]);
        }
    }
}
