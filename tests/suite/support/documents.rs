//! Documents of the suite, held to their schemas: whatever a test makes a command print.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use jsonschema::Validator;
use serde_json::{Value, json};

/// Where the schemas are.
pub(crate) fn schema_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/schemas")
}

/// Fails where `text` is a document of the suite that its schema does not describe. Other text passes.
pub(crate) fn require_valid_documents(text: &str) {
    let documents = serde_json::Deserializer::from_str(text).into_iter::<Value>().map_while(Result::ok);
    documents.filter(|document| document["apiVersion"] == "gitops.dev/v1").for_each(|document| {
        let error = schema_error(&document);
        assert_eq!(error, None, "{document:#}");
    });
}

/// Why a document is not what its schema says.
pub(crate) fn schema_error(document: &Value) -> Option<String> {
    static VALIDATORS: OnceLock<BTreeMap<&'static str, Validator>> = OnceLock::new();
    let validators = VALIDATORS.get_or_init(|| {
        let compiled = gitops_core::cli::schemas().map(|(kind, schema)| {
            (kind, jsonschema::validator_for(&schema).expect("a schema that can be used"))
        });
        compiled.into()
    });
    let kind = document["kind"].as_str().unwrap_or_default();
    let Some(validator) = validators.get(kind) else {
        return Some(format!("kind {} has no schema", json!(kind)));
    };
    validator.iter_errors(document).next().map(|error| format!("{}: {error}", error.instance_path()))
}
