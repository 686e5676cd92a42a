//! The fields of a body, and what is said of those that are missing or of another type.

use serde_json::{Map, Value};

use super::refusal::Refusal;

/// The fields of a body.
#[derive(Debug)]
pub(in crate::github) struct BodyFields(pub(in crate::github) Map<String, Value>);

impl BodyFields {
    /// A field, unless it is null.
    pub(in crate::github) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    pub(in crate::github) fn text(&self, name: &str) -> Result<Option<String>, Refusal> {
        self.get(name)
            .map(|value| {
                let text = value.as_str().map(str::to_owned);
                text.ok_or_else(|| Refusal::mistyped(name, value, "a string"))
            })
            .transpose()
    }

    /// A text that must be there.
    pub(in crate::github) fn needed(&self, name: &str) -> Result<String, Refusal> {
        self.text(name)?.ok_or_else(|| Refusal::missing(name))
    }

    pub(in crate::github) fn flag(&self, name: &str) -> Result<Option<bool>, Refusal> {
        self.get(name)
            .map(|value| value.as_bool().ok_or_else(|| Refusal::mistyped(name, value, "a boolean")))
            .transpose()
    }

    /// A list of texts.
    pub(in crate::github) fn texts(&self, name: &str) -> Result<Option<Vec<String>>, Refusal> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let list = value.as_array().ok_or_else(|| Refusal::mistyped(name, value, "an array"))?;
        let text = |item: &Value| {
            let text = item.as_str().or_else(|| item["name"].as_str()).map(str::to_owned);
            text.ok_or_else(|| Refusal::mistyped(name, item, "a string"))
        };
        list.iter().map(text).collect::<Result<_, _>>().map(Some)
    }

    /// The fields of a field.
    pub(in crate::github) fn inner(&self, name: &str) -> Result<Option<BodyFields>, Refusal> {
        self.get(name)
            .map(|value| {
                let fields = value.as_object().cloned().map(BodyFields);
                fields.ok_or_else(|| Refusal::mistyped(name, value, "an object"))
            })
            .transpose()
    }
}
