//! How defaults are written down, and put in.

use serde_json::{Map, Value};

/// A value that is put in.
#[derive(Clone, Copy, Debug)]
pub(super) enum Preset {
    Text(&'static str),
    Number(i64),
    Flag(bool),
    /// An object with nothing in it yet.
    Empty,
}

/// When a default counts.
#[derive(Clone, Copy, Debug)]
pub(super) enum When {
    Always,
    /// Another field has one of these values.
    Is(&'static str, &'static [&'static str]),
    /// Another field is not there.
    Lacks(&'static str),
}

/// The default of a field.
pub(super) type Default = (&'static str, Preset, When);

/// What is put into an object, then into its parts.
#[derive(Clone, Copy, Debug)]
pub(super) struct DefaultedField {
    /// The field in which the part is, as an object or as a list of objects.
    pub(super) at: &'static str,
    pub(super) defaults: &'static [Default],
    /// What depends on more than one field.
    pub(super) computed: Option<fn(&mut Value)>,
    pub(super) parts: &'static [&'static [DefaultedField]],
}

impl DefaultedField {
    pub(super) const fn new(at: &'static str, defaults: &'static [Default]) -> Self {
        Self { at, defaults, computed: None, parts: &[] }
    }

    pub(super) const fn with(self, parts: &'static [&'static [DefaultedField]]) -> Self {
        Self { parts, ..self }
    }

    pub(super) const fn computed(self, computed: fn(&mut Value)) -> Self {
        Self { computed: Some(computed), ..self }
    }

    /// Puts the defaults into `value`.
    pub(super) fn fill(&self, value: &mut Value) {
        if let Value::Array(items) = value {
            items.iter_mut().for_each(|item| self.fill(item));
            return;
        }
        let Value::Object(fields) = value else { return };
        for (name, preset, when) in self.defaults {
            if is_unset(fields.get(*name)) && when.holds(fields) {
                fields.insert((*name).to_owned(), preset.value());
            }
        }
        if let Some(computed) = self.computed {
            computed(value);
        }
        for part in self.parts.iter().copied().flatten() {
            if let Some(value) = value.get_mut(part.at) {
                part.fill(value);
            }
        }
    }
}

impl Preset {
    fn value(self) -> Value {
        match self {
            Preset::Text(text) => Value::from(text),
            Preset::Number(number) => Value::from(number),
            Preset::Flag(flag) => Value::from(flag),
            Preset::Empty => Value::Object(Map::new()),
        }
    }
}

impl When {
    fn holds(self, fields: &Map<String, Value>) -> bool {
        match self {
            When::Always => true,
            When::Is(name, values) => {
                fields.get(name).and_then(Value::as_str).is_some_and(|value| values.contains(&value))
            }
            When::Lacks(name) => !fields.contains_key(name),
        }
    }
}

/// Whether nothing was said: nothing, or an empty text.
pub(super) fn is_unset(value: Option<&Value>) -> bool {
    value.is_none_or(|value| value.is_null() || value == "")
}
