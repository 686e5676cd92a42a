//! Reads properties by their table. What is protected is kept apart from what is shown.

use std::collections::BTreeMap;

use gitops_core::wire::Secret;
use serde_json::{Map, Value, json};

use super::field::{FieldType, PropertyField};
use super::field_path::FieldPath;
use crate::azure::api::refusal::Refusal;

/// Properties that were read.
#[derive(Debug, Default)]
pub(in crate::azure) struct ReadProperties {
    pub(in crate::azure) shown: Map<String, Value>,
    /// What never comes back: by its name, or `servicePrincipal.clientSecret` within an object.
    pub(in crate::azure) protected: BTreeMap<String, Secret>,
}

/// Reads properties by their table.
pub(in crate::azure) fn read(
    given: &Map<String, Value>,
    fields: &[PropertyField],
) -> Result<ReadProperties, Refusal> {
    let mut reader = Reader::default();
    let shown = reader.fields(&FieldPath::default(), given, fields)?;
    Ok(ReadProperties { shown, protected: reader.protected })
}

#[derive(Default)]
struct Reader {
    protected: BTreeMap<String, Secret>,
}

impl Reader {
    fn fields(
        &mut self,
        path: &FieldPath,
        given: &Map<String, Value>,
        fields: &[PropertyField],
    ) -> Result<Map<String, Value>, Refusal> {
        let mut shown = Map::new();
        for field in fields {
            let value = match field.find(given).filter(|value| !value.is_null()) {
                Some(value) => self.value(&path.child(field.name), value, field.field_type)?,
                None => field.default.value(),
            };
            if let Some(value) = value {
                shown.insert(field.name.to_owned(), value);
            }
        }
        Ok(shown)
    }

    /// A value that is as its type wants it; none of what is protected.
    fn value(
        &mut self,
        path: &FieldPath,
        value: &Value,
        field_type: FieldType,
    ) -> Result<Option<Value>, Refusal> {
        Ok(Some(match field_type {
            FieldType::Text => json!(text(path, value)?),
            FieldType::Flag => json!(value.as_bool().ok_or_else(|| path.mistyped("a boolean"))?),
            FieldType::Count => json!(value.as_u64().ok_or_else(|| path.mistyped("a whole number"))?),
            FieldType::Word(words) => json!(word(path, value, words)?),
            FieldType::Texts => {
                json!(items(path, value)?.iter().map(|item| text(path, item)).collect::<Result<Vec<_>, _>>()?)
            }
            FieldType::TextMap => Value::Object(text_map(path, value)?),
            FieldType::Secret => {
                self.protected.insert(path.protected_name(), Secret::new(text(path, value)?));
                return Ok(None);
            }
            FieldType::SecretMap => {
                for (name, value) in text_map(path, value)? {
                    self.protected.insert(name, Secret::new(text(path, &value)?));
                }
                return Ok(None);
            }
            FieldType::Object(fields) => Value::Object(self.fields(path, entries(path, value)?, fields)?),
            FieldType::Objects(fields) => self.objects(path, value, fields)?,
            FieldType::NamedObjects(fields) => Value::Object(self.named_objects(path, value, fields)?),
        }))
    }

    fn objects(
        &mut self,
        path: &FieldPath,
        value: &Value,
        fields: &[PropertyField],
    ) -> Result<Value, Refusal> {
        let objects = items(path, value)?.iter().enumerate().map(|(index, item)| {
            let path = path.item(index);
            self.fields(&path, entries(&path, item)?, fields).map(Value::Object)
        });
        objects.collect()
    }

    fn named_objects(
        &mut self,
        path: &FieldPath,
        value: &Value,
        fields: &[PropertyField],
    ) -> Result<Map<String, Value>, Refusal> {
        let mut objects = Map::new();
        for (name, value) in entries(path, value)?.iter().filter(|(_, value)| !value.is_null()) {
            let path = path.child(name);
            let fields = self.fields(&path, entries(&path, value)?, fields)?;
            let named = std::iter::once(("name".to_owned(), json!(name))).chain(fields);
            objects.insert(name.clone(), Value::Object(named.collect()));
        }
        Ok(objects)
    }
}

fn text<'a>(path: &FieldPath, value: &'a Value) -> Result<&'a str, Refusal> {
    value.as_str().ok_or_else(|| path.mistyped("a string"))
}

fn word(path: &FieldPath, value: &Value, words: &[&'static str]) -> Result<&'static str, Refusal> {
    let text = text(path, value)?;
    let known = words.iter().find(|word| word.eq_ignore_ascii_case(text));
    known.copied().ok_or_else(|| path.mistyped(&format!("one of '{}'", words.join("', '"))))
}

fn items<'a>(path: &FieldPath, value: &'a Value) -> Result<&'a [Value], Refusal> {
    value.as_array().map(Vec::as_slice).ok_or_else(|| path.mistyped("an array"))
}

fn entries<'a>(path: &FieldPath, value: &'a Value) -> Result<&'a Map<String, Value>, Refusal> {
    value.as_object().ok_or_else(|| path.mistyped("an object"))
}

/// Texts by names, without those that are null.
fn text_map(path: &FieldPath, value: &Value) -> Result<Map<String, Value>, Refusal> {
    let mut texts = entries(path, value)?.clone();
    texts.retain(|_, value| !value.is_null());
    texts.values().try_for_each(|value| text(path, value).map(drop))?;
    Ok(texts)
}
