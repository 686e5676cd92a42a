//! Tolerant access to JSON. Text is made harmless where it enters: no terminal control, no passwords.

use jiff::Timestamp;
use serde_json::Value;

use crate::model::printable;

/// The text at `key`; empty where there is none.
pub(super) fn text(value: &Value, key: &str) -> String {
    optional(value, key).unwrap_or_default()
}

/// The text at `key`, where it is there and not empty.
pub(super) fn optional(value: &Value, key: &str) -> Option<String> {
    harmless(&value[key])
}

/// Text that can be shown.
pub(super) fn harmless(value: &Value) -> Option<String> {
    let text = value.as_str().filter(|text| !text.is_empty())?;
    Some(crate::model::harmless(text))
}

/// The whole number at `key`.
pub(super) fn number(value: &Value, key: &str) -> Option<i64> {
    value[key].as_i64()
}

/// How many there are of something, or how many seconds. The servers keep no greater number in such a field, and sums and
/// differences of these cannot overflow.
pub(super) fn count(value: &Value, key: &str) -> Option<i64> {
    number(value, key).map(|number| number.clamp(i32::MIN.into(), i32::MAX.into()))
}

/// Whether `key` is `true`.
pub(super) fn flag(value: &Value, key: &str) -> bool {
    value[key].as_bool().unwrap_or(false)
}

/// The time at `key`.
pub(super) fn time(value: &Value, key: &str) -> Option<Timestamp> {
    value[key].as_str()?.parse().ok()
}

/// The elements of the list at `key`.
pub(super) fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value[key].as_array().map(Vec::as_slice).unwrap_or_default().iter()
}

/// The text values of the map at `key`.
pub(super) fn map(value: &Value, key: &str) -> std::collections::BTreeMap<String, String> {
    text_map(&value[key])
}

/// The text values of a map, such as the `data` of a ConfigMap.
pub(in crate::model) fn text_map(value: &Value) -> std::collections::BTreeMap<String, String> {
    let entries = value.as_object().into_iter().flatten();
    entries.filter_map(|(name, value)| Some((printable(name), harmless(value)?))).collect()
}

/// A Go duration (`1m30s`, `10s`, `500ms`) in seconds, rounded up.
pub(super) fn seconds(value: &Value, key: &str) -> Option<i64> {
    let text = value[key].as_str()?;
    let mut total = 0.0;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let amount: f64 = rest[..digits].parse().ok()?;
        let unit_end =
            rest[digits..].find(|c: char| c.is_ascii_digit()).map_or(rest.len(), |end| digits + end);
        let factor = match &rest[digits..unit_end] {
            "h" => 3600.0,
            "m" => 60.0,
            "s" => 1.0,
            "ms" => 0.001,
            _ => return None,
        };
        total += amount * factor;
        rest = &rest[unit_end..];
    }
    (total > 0.0 && total < 1e9).then_some(total.ceil() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn durations_are_read_as_go_writes_them() {
        for (text, expected) in [
            ("1m30s", Some(90)),
            ("1h0m0s", Some(3600)),
            ("500ms", Some(1)),
            ("2", None),
            ("5d", None),
            ("", None),
            ("0s", None),
        ] {
            assert_eq!(seconds(&json!({ "d": text }), "d"), expected, "{text}");
        }
    }

    #[test]
    fn passwords_in_urls_are_masked() {
        let text = "unable to clone 'https://git:hunter2@host/a.git' and ssh://git@host/b, http://plain/c";
        let safe = harmless(&json!(text)).expect("text");
        assert_eq!(
            safe,
            "unable to clone 'https://redacted@host/a.git' and ssh://git@host/b, http://plain/c"
        );
    }

    #[test]
    fn counts_are_as_great_as_servers_keep_them() {
        for (number, expected) in [(3, 3), (i64::MAX, i32::MAX.into()), (i64::MIN, i32::MIN.into())] {
            assert_eq!(count(&json!({ "n": number }), "n"), Some(expected));
        }
        assert_eq!(count(&json!({}), "n"), None);
    }

    #[test]
    fn wrong_types_are_nothing() {
        let odd = json!({ "s": 3, "n": "x", "l": {}, "m": [], "t": "yesterday" });
        assert_eq!(text(&odd, "s"), "");
        assert_eq!(number(&odd, "n"), None);
        assert_eq!(list(&odd, "l").count(), 0);
        assert!(map(&odd, "m").is_empty());
        assert_eq!(time(&odd, "t"), None);
        assert_eq!(text(&json!(null), "s"), "");
    }
}
