//! What tables of properties are made of.

use serde_json::{Map, Value, json};

/// A field of an object.
#[derive(Debug)]
pub(in crate::azure) struct PropertyField {
    pub(in crate::azure) name: &'static str,
    pub(in crate::azure) field_type: FieldType,
    pub(in crate::azure) default: DefaultValue,
}

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub(in crate::azure) enum FieldType {
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
    Object(&'static [PropertyField]),
    Objects(&'static [PropertyField]),
    /// Objects by names, each of which is told its own.
    NamedObjects(&'static [PropertyField]),
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
    EmptyList,
    EmptyObject,
}

/// A field.
pub(in crate::azure) const fn field(
    name: &'static str,
    field_type: FieldType,
    default: DefaultValue,
) -> PropertyField {
    PropertyField { name, field_type, default }
}

impl PropertyField {
    /// What is given for this field, if anything is. The service takes names in any case.
    pub(super) fn find<'a>(&self, given: &'a Map<String, Value>) -> Option<&'a Value> {
        let is_own = |(key, _): &(&String, &Value)| key.eq_ignore_ascii_case(self.name);
        given.get(self.name).or_else(|| given.iter().find(is_own).map(|(_, value)| value))
    }
}

impl DefaultValue {
    pub(super) fn value(self) -> Option<Value> {
        Some(match self {
            DefaultValue::Absent => return None,
            DefaultValue::Null => Value::Null,
            DefaultValue::Flag(flag) => json!(flag),
            DefaultValue::Count(count) => json!(count),
            DefaultValue::Text(text) => json!(text),
            DefaultValue::EmptyList => json!([]),
            DefaultValue::EmptyObject => json!({}),
        })
    }
}
