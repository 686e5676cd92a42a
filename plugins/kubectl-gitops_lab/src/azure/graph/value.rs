//! Values of the query language, and how they compare.
//!
//! A property of a document is a value of the kind that it has: `dynamic` is left to what has none, arrays and objects.

use std::borrow::Cow;
use std::cmp::Ordering;

use gitops_core::model::azure::azure_date;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value as Json;

/// What is known of a value before there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Bool,
    Long,
    Real,
    Text,
    DateTime,
    Timespan,
    /// Anything: what stands in a property.
    Dynamic,
}

impl Kind {
    /// As the language names it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Bool => "bool",
            Kind::Long => "long",
            Kind::Real => "real",
            Kind::Text => "string",
            Kind::DateTime => "datetime",
            Kind::Timespan => "timespan",
            Kind::Dynamic => "dynamic",
        }
    }

    /// As a table of an answer names it.
    pub(super) fn column_type(self) -> &'static str {
        match self {
            Kind::Bool => "boolean",
            Kind::Long => "integer",
            Kind::Real => "number",
            Kind::Text | Kind::Timespan => "string",
            Kind::DateTime => "datetime",
            Kind::Dynamic => "object",
        }
    }

    /// Whether values of both can be compared without a cast.
    pub(super) fn is_comparable_with(self, other: Kind) -> bool {
        let is_number = |kind| matches!(kind, Kind::Long | Kind::Real);
        self == other || [self, other].contains(&Kind::Dynamic) || is_number(self) && is_number(other)
    }
}

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Long(i64),
    Real(f64),
    Text(Cow<'static, str>),
    DateTime(Timestamp),
    Timespan(SignedDuration),
    /// An array or an object.
    Dynamic(Json),
}

/// A step from a document into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Member(String),
    /// From the end, where it is negative.
    Element(i64),
}

/// What stands in a document behind these steps; nothing where there is no such place.
pub(super) fn walk<'a>(document: &'a Json, steps: &[Step]) -> Option<&'a Json> {
    steps.iter().try_fold(document, |place, step| match step {
        Step::Member(name) => place.get(name.as_str()),
        Step::Element(index) => {
            let elements = place.as_array()?;
            let index = if *index < 0 { index + i64::try_from(elements.len()).ok()? } else { *index };
            elements.get(usize::try_from(index).ok()?)
        }
    })
}

impl From<&Json> for Value {
    fn from(json: &Json) -> Self {
        match json {
            Json::Null => Value::Null,
            Json::Bool(value) => Value::Bool(*value),
            Json::Number(number) => match number.as_i64() {
                Some(value) => Value::Long(value),
                None => Value::Real(number.as_f64().unwrap_or(f64::NAN)),
            },
            Json::String(text) => Value::text(text.clone()),
            Json::Array(_) | Json::Object(_) => Value::Dynamic(json.clone()),
        }
    }
}

impl Value {
    pub(super) fn text(text: impl Into<Cow<'static, str>>) -> Self {
        Value::Text(text.into())
    }

    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        match self {
            Value::Text(text) => text.len(),
            Value::Dynamic(Json::Array(elements)) => elements.len().saturating_mul(size_of::<Json>()),
            _ => 0,
        }
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// True, false, or null.
    pub(super) fn truth(&self) -> Option<bool> {
        match self {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// As `tostring` writes it: nothing of null.
    pub(super) fn to_text(&self) -> Cow<'_, str> {
        match self {
            Value::Null => Cow::Borrowed(""),
            Value::Bool(value) => Cow::Borrowed(if *value { "true" } else { "false" }),
            Value::Long(value) => Cow::Owned(value.to_string()),
            Value::Real(value) => Cow::Owned(value.to_string()),
            Value::Text(text) => Cow::Borrowed(text),
            Value::DateTime(at) => Cow::Owned(date_text(*at)),
            Value::Timespan(span) => Cow::Owned(timespan_text(*span)),
            Value::Dynamic(json) => Cow::Owned(json.to_string()),
        }
    }

    /// The document that it is in an answer.
    pub(super) fn into_json(self) -> Json {
        match self {
            Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(value),
            Value::Long(value) => value.into(),
            Value::Real(value) => value.into(),
            Value::Text(text) => Json::String(text.into_owned()),
            Value::Dynamic(json) => json,
            Value::DateTime(_) | Value::Timespan(_) => Json::String(self.to_text().into_owned()),
        }
    }

    /// The number that it is.
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            #[expect(
                clippy::cast_precision_loss,
                reason = "numbers of a whole and a real kind meet as real ones"
            )]
            Value::Long(value) => Some(*value as f64),
            Value::Real(value) => Some(*value),
            _ => None,
        }
    }

    /// How two values of one kind stand to one another; none for null, and for values of different kinds.
    pub(super) fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
            (Value::Long(left), Value::Long(right)) => Some(left.cmp(right)),
            (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
            (Value::DateTime(left), Value::DateTime(right)) => Some(left.cmp(right)),
            (Value::Timespan(left), Value::Timespan(right)) => Some(left.cmp(right)),
            (Value::Dynamic(left), Value::Dynamic(right)) => (left == right).then_some(Ordering::Equal),
            _ => self.number()?.partial_cmp(&other.number()?),
        }
    }

    /// An order of all values, for sorting and grouping: null is the least.
    pub(super) fn total_order(&self, other: &Self) -> Ordering {
        let rank = |value: &Value| match value {
            Value::Null => 0,
            Value::Bool(_) => 1,
            Value::Long(_) | Value::Real(_) => 2,
            Value::DateTime(_) => 3,
            Value::Timespan(_) => 4,
            Value::Text(_) => 5,
            Value::Dynamic(_) => 6,
        };
        let by_text = || self.to_text().cmp(&other.to_text());
        rank(self).cmp(&rank(other)).then_with(|| match (self, other) {
            (Value::Null, Value::Null) => Ordering::Equal,
            (Value::Dynamic(_), Value::Dynamic(_)) => by_text(),
            _ => self.compare(other).unwrap_or_else(by_text),
        })
    }

    /// The date that a text or a date is.
    pub(super) fn to_date(&self) -> Option<Timestamp> {
        match self {
            Value::DateTime(at) => Some(*at),
            Value::Text(text) => text.parse().ok().or_else(|| azure_date(text)),
            _ => None,
        }
    }
}

/// A value in the order of all values.
#[derive(Clone, Debug)]
pub(super) struct Ordered(pub(super) Value);

impl PartialEq for Ordered {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Ordered {}

impl PartialOrd for Ordered {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ordered {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_order(&other.0)
    }
}

/// A date with seven digits behind the second, as the service writes it.
pub(super) fn date_text(at: Timestamp) -> String {
    format!("{}{:07}Z", at.strftime("%Y-%m-%dT%H:%M:%S."), at.subsec_nanosecond() / 100)
}

/// `d.hh:mm:ss`, without days where there are none.
fn timespan_text(span: SignedDuration) -> String {
    let seconds = span.as_secs().unsigned_abs();
    let (days, rest) = (seconds / 86400, seconds % 86400);
    let sign = if span.is_negative() { "-" } else { "" };
    let days = if days == 0 { String::new() } else { format!("{days}.") };
    format!("{sign}{days}{:02}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn steps_lead_into_a_document_and_nowhere_else() {
        let document = json!({"a": {"b": [1, {"c": "x"}]}});
        let member = |name: &str| Step::Member(name.to_owned());
        for (steps, found) in [
            (vec![], Some(&document)),
            (vec![member("a"), member("b"), Step::Element(0)], Some(&json!(1))),
            (vec![member("a"), member("b"), Step::Element(-1), member("c")], Some(&json!("x"))),
            (vec![member("a"), member("b"), Step::Element(2)], None),
            (vec![member("a"), member("b"), Step::Element(-3)], None),
            (vec![member("A")], None),
            (vec![member("a"), Step::Element(0)], None),
            (vec![member("a"), member("b"), member("0")], None),
        ] {
            assert_eq!(walk(&document, &steps), found, "{steps:?}");
        }
    }

    #[test]
    fn values_are_written_as_the_service_writes_them() {
        let at = "2021-05-19T18:17:12.027Z".parse().unwrap();
        for (value, text) in [
            (Value::Null, ""),
            (Value::Bool(true), "true"),
            (Value::Long(-3), "-3"),
            (Value::DateTime(at), "2021-05-19T18:17:12.0270000Z"),
            (Value::Timespan(SignedDuration::from_secs(-90_061)), "-1.01:01:01"),
            (Value::Timespan(SignedDuration::from_secs(300)), "00:05:00"),
            (Value::Dynamic(json!({"a": [1]})), r#"{"a":[1]}"#),
        ] {
            assert_eq!(value.to_text(), text);
        }
    }

    #[test]
    fn only_values_of_one_kind_compare() {
        let (one, two) = (Value::Long(1), Value::Real(2.0));
        assert_eq!(one.compare(&two), Some(Ordering::Less));
        assert_eq!(one.compare(&Value::text("1")), None);
        assert_eq!(Value::Null.compare(&Value::Null), None);
        assert_eq!(Value::Null.total_order(&one), Ordering::Less);
    }
}
