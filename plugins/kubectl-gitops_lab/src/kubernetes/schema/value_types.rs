//! The types of JSON, as schemas name them.

use serde_json::Value;

/// The type that `value` has, where the schema asks for another one.
pub(super) fn wrong_type(schema: &Value, value: &Value) -> Option<&'static str> {
    let has = type_of(value);
    let fits = |expected: &str| expected == has || (expected == "number" && has == "integer");
    schema["type"].as_str().filter(|expected| !fits(expected)).map(|_| has)
}

pub(super) fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
