//! The description of Flux configurations as schemas that a validator takes.

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::support::contracts;

const FOLDER: &str = "azure/fluxConfigurations/2025-04-01";

/// What the description does not call nullable, and is null in its own examples or in what was recorded.
const NULL_ALL_THE_SAME: [(&str, &str); 8] = [
    ("ObjectStatusDefinition", "statusConditions"),
    ("ObjectStatusDefinition", "helmReleaseProperties"),
    ("OperationStatusResult", "error"),
    ("FluxConfigurationsList", "nextLink"),
    ("SystemData", "createdBy"),
    ("SystemData", "createdByType"),
    ("SystemData", "lastModifiedBy"),
    ("SystemData", "lastModifiedByType"),
];

/// An example of the specification.
pub(super) fn example(name: &str) -> Option<Value> {
    contracts::json(&format!("{FOLDER}/examples/{name}.json"))
}

/// The description's definitions.
pub(crate) struct Description(Map<String, Value>);

impl Description {
    pub(crate) fn read() -> Option<Self> {
        let description = contracts::json(&format!("{FOLDER}/fluxconfiguration.condensed.json"))?;
        let mut definitions = converted(&description["definitions"]).as_object().unwrap().clone();
        for (name, field) in NULL_ALL_THE_SAME {
            let property = &mut definitions[name]["properties"][field];
            *property = nullable(property.take());
        }
        Some(Self(definitions))
    }

    /// What is wrong with a document that is to be as a definition says: nothing more is in it, either.
    pub(crate) fn problems(&self, definition: &str, document: &Value) -> Vec<String> {
        let whole = json!({"$ref": format!("#/definitions/{definition}"), "definitions": self.0});
        let validator: Validator =
            jsonschema::options().with_draft(jsonschema::Draft::Draft7).build(&whole).unwrap();
        let problem = |error: jsonschema::ValidationError<'_>| {
            format!("{definition} at {}: {error}", error.instance_path())
        };
        validator.iter_errors(document).map(problem).collect()
    }
}

fn nullable(schema: Value) -> Value {
    json!({"anyOf": [schema, {"type": "null"}]})
}

/// Swagger as JSON Schema: what may be null says so in a way of its own, and objects are closed, so that a field which is
/// spelt otherwise is seen.
fn converted(schema: &Value) -> Value {
    match schema {
        Value::Array(items) => items.iter().map(converted).collect(),
        Value::Object(fields) => {
            let is_nullable = fields.get("x-nullable") == Some(&Value::Bool(true));
            let ours = |name: &str| !name.starts_with("x-") && !["description", "readOnly"].contains(&name);
            let kept = fields.iter().filter(|(name, value)| ours(name) || value.is_object());
            let mut kept: Map<_, _> = kept.map(|(name, value)| (name.clone(), converted(value))).collect();
            let is_object = kept.get("type") == Some(&json!("object")) && kept.contains_key("properties");
            if is_object && !kept.contains_key("additionalProperties") {
                kept.insert("additionalProperties".to_owned(), json!(false));
            }
            if is_nullable { nullable(Value::Object(kept)) } else { Value::Object(kept) }
        }
        other => other.clone(),
    }
}

#[test]
fn a_document_that_is_otherwise_is_found() {
    let Some(description) = Description::read() else { return };
    let fine = json!({"properties": {"scope": "cluster", "gitRepository": {"url": null}}});
    assert_eq!(description.problems("FluxConfiguration", &fine), Vec::<String>::new());
    for (definition, document) in [
        ("FluxConfiguration", json!({"properties": {"scope": "everywhere"}})),
        ("FluxConfiguration", json!({"properties": {"Scope": "cluster"}})),
        ("FluxConfiguration", json!({"properties": {"bucket": null}})),
        ("FluxConfiguration", json!({"properties": {"complianceState": "Fine"}})),
        ("OperationStatusResult", json!({"status": null})),
        ("FluxConfigurationsList", json!({"nextLink": null})),
    ] {
        assert_ne!(description.problems(definition, &document), Vec::<String>::new(), "{document}");
    }
}
