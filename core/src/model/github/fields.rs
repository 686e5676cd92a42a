//! Fields of JSON documents by pointer, read tolerantly: what is absent or of another type is empty.

use jiff::Timestamp;
use serde_json::Value;

use crate::model::harmless;

/// A line, made safe to show; empty where there is none.
pub(super) fn line(value: &Value, path: &str) -> String {
    optional_line(value, path).unwrap_or_default()
}

/// A line, made safe to show; `None` where there is none.
pub(super) fn optional_line(value: &Value, path: &str) -> Option<String> {
    value.pointer(path).and_then(Value::as_str).filter(|text| !text.is_empty()).map(harmless)
}

/// A text of several lines, unchanged: whoever shows it makes it safe.
pub(super) fn raw_text(value: &Value, path: &str) -> String {
    value.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned()
}

pub(super) fn number(value: &Value, path: &str) -> u64 {
    value.pointer(path).and_then(Value::as_u64).unwrap_or_default()
}

pub(super) fn flag(value: &Value, path: &str) -> bool {
    value.pointer(path).and_then(Value::as_bool).unwrap_or_default()
}

pub(super) fn timestamp(value: &Value, path: &str) -> Option<Timestamp> {
    value.pointer(path)?.as_str()?.parse().ok()
}

pub(super) fn items<'a>(value: &'a Value, path: &str) -> impl Iterator<Item = &'a Value> {
    value.pointer(path).and_then(Value::as_array).into_iter().flatten()
}
