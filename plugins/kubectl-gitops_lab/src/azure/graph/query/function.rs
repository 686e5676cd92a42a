//! The functions that queries may call on values.

use std::borrow::Cow;

use serde_json::{Value as Json, json};

use super::super::value::{Kind, KqlValue};

/// A function: what it is called, how many arguments it takes, what it gives, and how.
pub(super) struct Function {
    pub(super) name: &'static str,
    /// The fewest and the most arguments.
    pub(super) arguments: (usize, usize),
    /// What it gives; none where that follows from its arguments.
    pub(super) gives: Option<Kind>,
    pub(super) evaluate: fn(&[KqlValue]) -> KqlValue,
}

/// How long a text may be that a function makes, in bytes, as in the real language; a longer one is null.
const MOST_TEXT: usize = 1 << 20;

/// As many as are given.
const ANY: usize = usize::MAX;

const FUNCTIONS: [Function; 31] = [
    function("tostring", (1, 1), Kind::Text, |given| KqlValue::text(given[0].to_text().into_owned())),
    function("tolower", (1, 1), Kind::Text, |given| KqlValue::text(given[0].to_text().to_lowercase())),
    function("toupper", (1, 1), Kind::Text, |given| KqlValue::text(given[0].to_text().to_uppercase())),
    function("strlen", (1, 1), Kind::Long, |given| long(given[0].to_text().chars().count())),
    function("strcat", (1, 64), Kind::Text, |given| joined(given, "")),
    function("strcat_delim", (2, 64), Kind::Text, |given| joined(&given[1..], &given[0].to_text())),
    function("split", (2, 3), Kind::Dynamic, split),
    function("substring", (2, 3), Kind::Text, substring),
    function("indexof", (2, 2), Kind::Long, index_of),
    function("replace_string", (3, 3), Kind::Text, replaced),
    function("toint", (1, 1), Kind::Long, |given| to_long(&given[0])),
    function("tolong", (1, 1), Kind::Long, |given| to_long(&given[0])),
    function("toreal", (1, 1), Kind::Real, |given| to_real(&given[0])),
    function("todouble", (1, 1), Kind::Real, |given| to_real(&given[0])),
    function("tobool", (1, 1), Kind::Bool, |given| to_bool(&given[0])),
    function("todatetime", (1, 1), Kind::DateTime, |given| {
        given[0].to_date().map_or(KqlValue::Null, KqlValue::DateTime)
    }),
    function("isempty", (1, 1), Kind::Bool, |given| KqlValue::Bool(given[0].to_text().is_empty())),
    function("isnotempty", (1, 1), Kind::Bool, |given| KqlValue::Bool(!given[0].to_text().is_empty())),
    function("notempty", (1, 1), Kind::Bool, |given| KqlValue::Bool(!given[0].to_text().is_empty())),
    function("isnull", (1, 1), Kind::Bool, |given| KqlValue::Bool(given[0].is_null())),
    function("isnotnull", (1, 1), Kind::Bool, |given| KqlValue::Bool(!given[0].is_null())),
    function("notnull", (1, 1), Kind::Bool, |given| KqlValue::Bool(!given[0].is_null())),
    function("not", (1, 1), Kind::Bool, |given| {
        given[0].truth().map_or(KqlValue::Null, |is| KqlValue::Bool(!is))
    }),
    function("array_length", (1, 1), Kind::Long, |given| match &given[0] {
        KqlValue::Dynamic(Json::Array(elements)) => long(elements.len()),
        _ => KqlValue::Null,
    }),
    function("bag_keys", (1, 1), Kind::Dynamic, |given| match &given[0] {
        KqlValue::Dynamic(Json::Object(members)) => KqlValue::Dynamic(members.keys().cloned().collect()),
        _ => KqlValue::Null,
    }),
    function("parse_json", (1, 1), Kind::Dynamic, parse_json),
    function("todynamic", (1, 1), Kind::Dynamic, parse_json),
    chosen("coalesce", (2, 64), |given| {
        given.iter().find(|value| !value.to_text().is_empty()).cloned().unwrap_or(KqlValue::Null)
    }),
    chosen("iff", (3, 3), case),
    chosen("iif", (3, 3), case),
    chosen("case", (3, ANY), case),
];

/// What the language of Resource Graph has and the lab's has not.
const NOT_SIMULATED: [&str; 22] = [
    "extract",
    "extract_all",
    "replace",
    "replace_regex",
    "trim",
    "trim_start",
    "trim_end",
    "bin",
    "floor",
    "format_datetime",
    "datetime_diff",
    "datetime_add",
    "parse_version",
    "zip",
    "pack",
    "bag_pack",
    "pack_all",
    "array_concat",
    "set_has_element",
    "ipv4_is_in_range",
    "totimespan",
    "dynamic",
];

const fn function(
    name: &'static str,
    arguments: (usize, usize),
    gives: Kind,
    evaluate: fn(&[KqlValue]) -> KqlValue,
) -> Function {
    Function { name, arguments, gives: Some(gives), evaluate }
}

const fn chosen(
    name: &'static str,
    arguments: (usize, usize),
    evaluate: fn(&[KqlValue]) -> KqlValue,
) -> Function {
    Function { name, arguments, gives: None, evaluate }
}

/// The function with this name.
pub(super) fn find(name: &str) -> Option<&'static Function> {
    const { &FUNCTIONS }.iter().find(|function| function.name == name)
}

/// Whether the service has it though the lab has not.
pub(super) fn is_not_simulated(name: &str) -> bool {
    NOT_SIMULATED.contains(&name)
}

fn long(count: usize) -> KqlValue {
    i64::try_from(count).map_or(KqlValue::Null, KqlValue::Long)
}

fn joined(values: &[KqlValue], separator: &str) -> KqlValue {
    let texts: Vec<Cow<'_, str>> = values.iter().map(KqlValue::to_text).collect();
    let length = texts.iter().map(|text| text.len() + separator.len()).fold(0, usize::saturating_add);
    if length > MOST_TEXT { KqlValue::Null } else { KqlValue::text(texts.join(separator)) }
}

/// A text with every `find` replaced.
fn replaced(given: &[KqlValue]) -> KqlValue {
    let [text, find, with] = [0, 1, 2].map(|at| given[at].to_text());
    let length = text.matches(&*find).count().saturating_mul(with.len()).saturating_add(text.len());
    if length > MOST_TEXT { KqlValue::Null } else { KqlValue::text(text.replace(&*find, &with)) }
}

/// The parts of a text between separators; one of them, where its number is given.
fn split(given: &[KqlValue]) -> KqlValue {
    let (text, separator) = (given[0].to_text(), given[1].to_text());
    let parts: Vec<&str> = if separator.is_empty() { vec![&text] } else { text.split(&*separator).collect() };
    let chosen = match given.get(2) {
        Some(KqlValue::Long(index)) => usize::try_from(*index).ok().and_then(|index| parts.get(index)),
        Some(_) => None,
        None => return KqlValue::Dynamic(json!(parts)),
    };
    KqlValue::Dynamic(chosen.map_or(json!([]), |part| json!([part])))
}

fn substring(given: &[KqlValue]) -> KqlValue {
    let index = |at: usize| match given.get(at) {
        Some(KqlValue::Long(index)) => usize::try_from(*index).ok(),
        _ => None,
    };
    let text = given[0].to_text();
    let letters = text.chars().skip(index(1).unwrap_or_default());
    KqlValue::text(letters.take(index(2).unwrap_or(usize::MAX)).collect::<String>())
}

fn index_of(given: &[KqlValue]) -> KqlValue {
    let text = given[0].to_text();
    match text.find(&*given[1].to_text()) {
        Some(at) => long(text[..at].chars().count()),
        None => KqlValue::Long(-1),
    }
}

fn to_long(value: &KqlValue) -> KqlValue {
    match value {
        KqlValue::Long(_) => value.clone(),
        KqlValue::Bool(value) => KqlValue::Long(i64::from(*value)),
        #[expect(clippy::cast_possible_truncation, reason = "that is what the function is for")]
        KqlValue::Real(value) => KqlValue::Long(*value as i64),
        KqlValue::Text(text) => text.trim().parse().map_or(KqlValue::Null, KqlValue::Long),
        _ => KqlValue::Null,
    }
}

fn to_real(value: &KqlValue) -> KqlValue {
    value.to_text().trim().parse().map_or(KqlValue::Null, KqlValue::Real)
}

fn to_bool(value: &KqlValue) -> KqlValue {
    match value.to_text().to_lowercase().as_str() {
        "true" | "1" => KqlValue::Bool(true),
        "false" | "0" => KqlValue::Bool(false),
        _ => KqlValue::Null,
    }
}

fn parse_json(given: &[KqlValue]) -> KqlValue {
    match &given[0] {
        KqlValue::Text(text) => match serde_json::from_str::<Json>(text) {
            Ok(json) => KqlValue::from(&json),
            Err(_) => given[0].clone(),
        },
        other => other.clone(),
    }
}

/// Conditions and what is chosen when they hold, in pairs, and what is chosen otherwise.
fn case(given: &[KqlValue]) -> KqlValue {
    let (pairs, otherwise) = given.as_chunks::<2>();
    let chosen = pairs.iter().find(|[condition, _]| condition.truth() == Some(true));
    chosen.map(|[_, value]| value).or(otherwise.first()).cloned().unwrap_or(KqlValue::Null)
}
