//! Properties of resources as tables of fields: what each holds, what stands for it where it is not given, and whether
//! it ever comes back. What is not in a table is not kept, as the service does not.

use std::collections::BTreeMap;

use gitops_core::wire::Secret;
use serde_json::{Map, Value, json};

use super::api::refusal::Refusal;

/// A field of an object.
#[derive(Debug)]
pub(in crate::azure) struct Field {
    pub(in crate::azure) name: &'static str,
    pub(in crate::azure) form: Form,
    pub(in crate::azure) default: DefaultValue,
}

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub(in crate::azure) enum Form {
    Text,
    /// A text that never comes back.
    Secret,
    Flag,
    /// A whole number that is not negative.
    Count,
    /// One of these words, in any case; kept as it stands here.
    Word(&'static [&'static str]),
    Texts,
    /// Texts by names.
    TextMap,
    /// Texts by names, none of which ever comes back.
    SecretMap,
    Object(&'static [Field]),
    Objects(&'static [Field]),
    /// Objects by names, each of which is told its own.
    NamedObjects(&'static [Field]),
}

/// What stands for a field that is not given, or null.
#[derive(Clone, Copy, Debug)]
pub(in crate::azure) enum DefaultValue {
    /// Nothing: the field is not there.
    Absent,
    Null,
    Flag(bool),
    Count(u64),
    Text(&'static str),
    NoTexts,
    Nothing,
}

/// A field.
pub(in crate::azure) const fn field(name: &'static str, form: Form, default: DefaultValue) -> Field {
    Field { name, form, default }
}

impl DefaultValue {
    fn value(self) -> Option<Value> {
        Some(match self {
            DefaultValue::Absent => return None,
            DefaultValue::Null => Value::Null,
            DefaultValue::Flag(flag) => json!(flag),
            DefaultValue::Count(count) => json!(count),
            DefaultValue::Text(text) => json!(text),
            DefaultValue::NoTexts => json!([]),
            DefaultValue::Nothing => json!({}),
        })
    }
}

/// Properties that were read.
#[derive(Debug, Default)]
pub(in crate::azure) struct ReadProperties {
    pub(in crate::azure) shown: Map<String, Value>,
    /// What never comes back: by its name, or `servicePrincipal.clientSecret` within an object. Null takes away.
    pub(in crate::azure) protected: BTreeMap<String, Option<Secret>>,
}

/// Reads properties by their table.
pub(in crate::azure) fn read(
    given: &Map<String, Value>,
    fields: &[Field],
) -> Result<ReadProperties, Refusal> {
    let mut read = ReadProperties::default();
    read.shown = object("properties", "", given, fields, &mut read.protected)?;
    Ok(read)
}

type Protected = BTreeMap<String, Option<Secret>>;

/// `path` is where it stands, and `within` what protected names begin with.
fn object(
    path: &str,
    within: &str,
    given: &Map<String, Value>,
    fields: &[Field],
    protected: &mut Protected,
) -> Result<Map<String, Value>, Refusal> {
    let mut shown = Map::new();
    for Field { name, form, default } in fields {
        // The service takes names in any case.
        let found = given
            .get(*name)
            .or_else(|| given.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value));
        let value = match found.filter(|value| !value.is_null()) {
            Some(value) => checked(&format!("{path}.{name}"), (within, name), value, *form, protected)?,
            None => default.value(),
        };
        if let Some(value) = value {
            shown.insert((*name).to_owned(), value);
        }
    }
    Ok(shown)
}

/// A value that is as its form wants it; nothing of what is protected.
fn checked(
    path: &str,
    (within, name): (&str, &str),
    value: &Value,
    form: Form,
    protected: &mut Protected,
) -> Result<Option<Value>, Refusal> {
    let mistyped = |wanted: &str| {
        let message = format!("The value of '{path}' is invalid: {wanted} is expected.");
        Refusal::property(path, message)
    };
    let text = |value: &Value| value.as_str().map(str::to_owned).ok_or_else(|| mistyped("a string"));
    let entries = |value: &Value| value.as_object().cloned().ok_or_else(|| mistyped("an object"));
    Ok(Some(match form {
        Form::Text => json!(text(value)?),
        Form::Flag => json!(value.as_bool().ok_or_else(|| mistyped("a boolean"))?),
        Form::Count => json!(value.as_u64().ok_or_else(|| mistyped("a whole number"))?),
        Form::Word(words) => {
            let text = text(value)?;
            let known = words.iter().find(|word| word.eq_ignore_ascii_case(&text));
            json!(known.ok_or_else(|| mistyped(&format!("one of '{}'", words.join("', '"))))?)
        }
        Form::Texts => {
            let items = value.as_array().ok_or_else(|| mistyped("an array"))?;
            json!(items.iter().map(text).collect::<Result<Vec<_>, _>>()?)
        }
        Form::TextMap => {
            let mut texts = entries(value)?;
            texts.retain(|_, value| !value.is_null());
            texts.values().try_for_each(|value| text(value).map(drop))?;
            Value::Object(texts)
        }
        Form::Secret => {
            protected.insert(format!("{within}{name}"), Some(Secret::new(text(value)?)));
            return Ok(None);
        }
        Form::SecretMap => {
            for (name, value) in entries(value)? {
                let secret = if value.is_null() { None } else { Some(Secret::new(text(&value)?)) };
                protected.insert(name, secret);
            }
            return Ok(None);
        }
        Form::Object(fields) => {
            let begin = if within.is_empty() { "" } else { within };
            let begin = match path.matches('.').count() {
                // A source's own secrets are called by their names alone.
                0 | 1 => begin.to_owned(),
                _ => format!("{name}."),
            };
            Value::Object(object(path, &begin, &entries(value)?, fields, protected)?)
        }
        Form::Objects(fields) => {
            let items = value.as_array().ok_or_else(|| mistyped("an array"))?;
            let item = |(index, item): (usize, &Value)| {
                object(&format!("{path}[{index}]"), within, &entries(item)?, fields, protected)
            };
            json!(items.iter().enumerate().map(item).collect::<Result<Vec<_>, _>>()?)
        }
        Form::NamedObjects(fields) => {
            let mut objects = Map::new();
            for (name, value) in entries(value)?.into_iter().filter(|(_, value)| !value.is_null()) {
                let path = format!("{path}.{name}");
                let fields = object(&path, within, &entries(&value)?, fields, protected)?;
                let named = std::iter::once(("name".to_owned(), json!(name))).chain(fields);
                objects.insert(name, Value::Object(named.collect()));
            }
            Value::Object(objects)
        }
    }))
}
