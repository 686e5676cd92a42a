//! The schemas in `docs/schemas` are those of the documents, and tell a document from anything else. Every document
//! that any other test makes a command print is held to them too (`support::documents`).

use gitops_core::cli::schemas;
use serde_json::{Value, json};

use crate::support::{Program, Server, listed, schema_error, schema_folder};

#[test]
fn the_documentation_has_the_schema_of_every_document() {
    let folder = schema_folder();
    for (kind, schema) in schemas() {
        let file = folder.join(format!("{kind}.json"));
        let text = format!("{schema:#}\n");
        if std::env::var("SNAPSHOTS").as_deref() == Ok("overwrite") {
            std::fs::create_dir_all(&folder).expect("a folder");
            std::fs::write(&file, &text).expect("a file");
        }
        let documented = std::fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(documented, text, "SNAPSHOTS=overwrite cargo test -p gitops-tests schemas writes {kind}");
    }
}

/// The names that a schema's object has to have.
fn required(schema: &Value) -> Vec<&str> {
    schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

#[test]
fn they_say_what_each_field_means() {
    let (_, schema) = schemas().into_iter().find(|(kind, _)| *kind == "PipelineStatus").expect("it");
    let environment = &schema["$defs"]["EnvironmentStatus"];
    for field in ["since", "sinceFrom", "asOf", "cluster", "ready", "standing"] {
        assert!(environment["properties"].get(field).is_some(), "{field}: {environment:#}");
    }
    assert!(required(environment).contains(&"asOf") && !required(environment).contains(&"since"));
    for (kind, schema) in schemas() {
        assert_eq!(undescribed(kind, &schema), Vec::<String>::new());
    }
}

/// The types and fields of a schema that nothing describes. `apiVersion` and `kind` are Kubernetes' own.
fn undescribed(kind: &str, schema: &Value) -> Vec<String> {
    let definitions = schema["$defs"].as_object().into_iter().flatten();
    let types = definitions.map(|(name, definition)| (name.as_str(), definition)).chain([(kind, schema)]);
    let mut undescribed = Vec::new();
    for (name, definition) in types {
        let fields = definition["properties"].as_object().into_iter().flatten();
        let fields = fields.filter(|(field, _)| !["apiVersion", "kind"].contains(&field.as_str()));
        let fields = fields.map(|(field, schema)| (format!("{name}.{field}"), schema));
        let variants = definition["oneOf"].as_array().into_iter().flatten().enumerate();
        let variants = variants.map(|(at, variant)| (format!("{name}, variant {at}"), variant));
        let parts = [(name.to_owned(), definition)].into_iter().chain(fields).chain(variants);
        let parts = parts.filter(|(_, part)| part["description"].as_str().is_none_or(str::is_empty));
        undescribed.extend(parts.map(|(part, _)| part));
    }
    undescribed
}

#[test]
fn a_field_without_a_description_is_found_wherever_it_is() {
    let schema = json!({
        "description": "A document.",
        "properties": { "kind": {}, "first": {}, "second": { "description": "" } },
        "$defs": {
            "Part": { "properties": { "third": { "$ref": "#/$defs/Choice" } } },
            "Choice": { "description": "A choice.", "oneOf": [{ "const": "A" }] },
        },
    });
    let mut found = undescribed("Document", &schema);
    found.sort_unstable();
    assert_eq!(found, ["Choice, variant 0", "Document.first", "Document.second", "Part", "Part.third"]);
}

#[test]
fn a_document_that_lacks_something_or_holds_another_word_is_refused() {
    let server = Server::start(|call| listed(&crate::status::pipeline(), call));
    let program = Program::with_kubeconfig(&server.kubeconfig());
    let ended = program.status(&["-n", "dev-hello", "-o", "json"]);
    let document: Value = serde_json::from_str(&ended.stdout).expect("a document");
    assert_eq!(schema_error(&document), None);
    let mut without = document.clone();
    without["environments"][0].as_object_mut().expect("an environment").remove("asOf");
    assert!(schema_error(&without).is_some(), "a field is gone");
    let mut other = document.clone();
    other["environments"][0]["standing"] = json!("Green");
    assert!(schema_error(&other).is_some(), "another word");
    let mut more = document;
    more["environments"][0]["further"] = json!(1);
    assert_eq!(schema_error(&more), None, "fields may be added");
}
