//! Values of the query language, and how they compare.
//!
//! A property of a document is a value of the kind that it has: `dynamic` is left to what has none, arrays and objects.

use std::borrow::Cow;
use std::cmp::Ordering;

use gitops_core::model::azure::azure_date;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value as Json;

use crate::azure::timestamp::query_time;

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
pub(super) enum KqlValue {
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

impl From<&Json> for KqlValue {
    fn from(json: &Json) -> Self {
        match json {
            Json::Null => KqlValue::Null,
            Json::Bool(value) => KqlValue::Bool(*value),
            Json::Number(number) => match number.as_i64() {
                Some(value) => KqlValue::Long(value),
                None => KqlValue::Real(number.as_f64().unwrap_or(f64::NAN)),
            },
            Json::String(text) => KqlValue::text(text.clone()),
            Json::Array(_) | Json::Object(_) => KqlValue::Dynamic(json.clone()),
        }
    }
}

impl KqlValue {
    pub(super) fn text(text: impl Into<Cow<'static, str>>) -> Self {
        KqlValue::Text(text.into())
    }

    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        match self {
            KqlValue::Text(text) => text.len(),
            KqlValue::Dynamic(Json::Array(elements)) => elements.len().saturating_mul(size_of::<Json>()),
            _ => 0,
        }
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self, KqlValue::Null)
    }

    /// True, false, or null.
    pub(super) fn truth(&self) -> Option<bool> {
        match self {
            KqlValue::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// As `tostring` writes it: nothing of null.
    pub(super) fn to_text(&self) -> Cow<'_, str> {
        match self {
            KqlValue::Null => Cow::Borrowed(""),
            KqlValue::Bool(value) => Cow::Borrowed(if *value { "true" } else { "false" }),
            KqlValue::Long(value) => Cow::Owned(value.to_string()),
            KqlValue::Real(value) => Cow::Owned(value.to_string()),
            KqlValue::Text(text) => Cow::Borrowed(text),
            KqlValue::DateTime(at) => Cow::Owned(query_time(*at)),
            KqlValue::Timespan(span) => Cow::Owned(timespan_text(*span)),
            KqlValue::Dynamic(json) => Cow::Owned(json.to_string()),
        }
    }

    /// The document that it is in an answer.
    pub(super) fn into_json(self) -> Json {
        match self {
            KqlValue::Null => Json::Null,
            KqlValue::Bool(value) => Json::Bool(value),
            KqlValue::Long(value) => value.into(),
            KqlValue::Real(value) => value.into(),
            KqlValue::Text(text) => Json::String(text.into_owned()),
            KqlValue::Dynamic(json) => json,
            KqlValue::DateTime(_) | KqlValue::Timespan(_) => Json::String(self.to_text().into_owned()),
        }
    }

    /// The number that it is.
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            #[expect(
                clippy::cast_precision_loss,
                reason = "numbers of a whole and a real kind meet as real ones"
            )]
            KqlValue::Long(value) => Some(*value as f64),
            KqlValue::Real(value) => Some(*value),
            _ => None,
        }
    }

    /// How two values of one kind stand to one another; none for null, and for values of different kinds.
    pub(super) fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (KqlValue::Bool(left), KqlValue::Bool(right)) => Some(left.cmp(right)),
            (KqlValue::Long(left), KqlValue::Long(right)) => Some(left.cmp(right)),
            (KqlValue::Text(left), KqlValue::Text(right)) => Some(left.cmp(right)),
            (KqlValue::DateTime(left), KqlValue::DateTime(right)) => Some(left.cmp(right)),
            (KqlValue::Timespan(left), KqlValue::Timespan(right)) => Some(left.cmp(right)),
            (KqlValue::Dynamic(left), KqlValue::Dynamic(right)) => (left == right).then_some(Ordering::Equal),
            _ => self.number()?.partial_cmp(&other.number()?),
        }
    }

    /// An order of all values, for sorting and grouping: null is the least.
    pub(super) fn total_order(&self, other: &Self) -> Ordering {
        let rank = |value: &KqlValue| match value {
            KqlValue::Null => 0,
            KqlValue::Bool(_) => 1,
            KqlValue::Long(_) | KqlValue::Real(_) => 2,
            KqlValue::DateTime(_) => 3,
            KqlValue::Timespan(_) => 4,
            KqlValue::Text(_) => 5,
            KqlValue::Dynamic(_) => 6,
        };
        let by_text = || self.to_text().cmp(&other.to_text());
        rank(self).cmp(&rank(other)).then_with(|| match (self, other) {
            (KqlValue::Null, KqlValue::Null) => Ordering::Equal,
            (KqlValue::Dynamic(_), KqlValue::Dynamic(_)) => by_text(),
            _ => self.compare(other).unwrap_or_else(by_text),
        })
    }

    /// The date that a text or a date is.
    pub(super) fn to_date(&self) -> Option<Timestamp> {
        match self {
            KqlValue::DateTime(at) => Some(*at),
            KqlValue::Text(text) => text.parse().ok().or_else(|| azure_date(text)),
            _ => None,
        }
    }
}

/// A value in the order of all values.
#[derive(Clone, Debug)]
pub(super) struct Ordered(pub(super) KqlValue);

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
            (KqlValue::Null, ""),
            (KqlValue::Bool(true), "true"),
            (KqlValue::Long(-3), "-3"),
            (KqlValue::DateTime(at), "2021-05-19T18:17:12.0270000Z"),
            (KqlValue::Timespan(SignedDuration::from_secs(-90_061)), "-1.01:01:01"),
            (KqlValue::Timespan(SignedDuration::from_secs(300)), "00:05:00"),
            (KqlValue::Dynamic(json!({"a": [1]})), r#"{"a":[1]}"#),
        ] {
            assert_eq!(value.to_text(), text);
        }
    }

    #[test]
    fn only_values_of_one_kind_compare() {
        let (one, two) = (KqlValue::Long(1), KqlValue::Real(2.0));
        assert_eq!(one.compare(&two), Some(Ordering::Less));
        assert_eq!(one.compare(&KqlValue::text("1")), None);
        assert_eq!(KqlValue::Null.compare(&KqlValue::Null), None);
        assert_eq!(KqlValue::Null.total_order(&one), Ordering::Less);
    }
}
