//! Words that several kinds' cells are made of.

use serde_json::{Value, json};

const NONE: &str = "<none>";

pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

pub(super) fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_default()
}

/// How many there are in a map.
pub(super) fn size(map: &Value) -> usize {
    map.as_object().map_or(0, serde_json::Map::len)
}

/// A text, or that there is none.
pub(super) fn or_none(value: &Value) -> Value {
    match text(value) {
        "" => json!(NONE),
        text => json!(text),
    }
}

/// A number or a text as a person would write it.
pub(super) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What a field of all items is, in one line.
pub(super) fn joined<'a>(items: impl IntoIterator<Item = &'a Value>, field: &str) -> String {
    items.into_iter().map(|item| text(&item[field])).collect::<Vec<_>>().join(",")
}

/// Labels, or that there are none.
pub(super) fn labels(map: &Value) -> String {
    let pairs = map.as_object().into_iter().flatten();
    let pairs: Vec<String> = pairs.map(|(name, value)| format!("{name}={}", text(value))).collect();
    if pairs.is_empty() { NONE.to_owned() } else { pairs.join(",") }
}

/// A selector of labels, or that there is none.
pub(super) fn selector(selector: &Value) -> String {
    let pairs = selector["matchLabels"].as_object().into_iter().flatten();
    let mut words: Vec<(String, String)> =
        pairs.map(|(name, value)| (name.clone(), format!("{name}={}", text(value)))).collect();
    for expression in list(&selector["matchExpressions"]) {
        let key = text(&expression["key"]).to_owned();
        let mut values: Vec<&str> = list(&expression["values"]).iter().map(text).collect();
        values.sort_unstable();
        let values = values.join(",");
        let told = match text(&expression["operator"]) {
            "In" => format!("{key} in ({values})"),
            "NotIn" => format!("{key} notin ({values})"),
            "Exists" => key.clone(),
            _ => format!("!{key}"),
        };
        words.push((key, told));
    }
    words.sort();
    let words: Vec<String> = words.into_iter().map(|(_, told)| told).collect();
    if words.is_empty() { NONE.to_owned() } else { words.join(",") }
}

/// The first three, and how many more there are.
pub(super) fn first_three(items: &[String]) -> String {
    match items {
        [] => "<unset>".to_owned(),
        [_] | [_, _] | [_, _, _] => items.join(","),
        [..] => format!("{} + {} more...", items[..3].join(","), items.len() - 3),
    }
}

/// The condition of a kind, if it is told.
pub(super) fn condition<'a>(object: &'a Value, kind: &str) -> Option<&'a Value> {
    list(&object["status"]["conditions"]).iter().find(|condition| condition["type"] == kind)
}

/// Whether a condition holds.
pub(super) fn holds(object: &Value, kind: &str) -> bool {
    condition(object, kind).is_some_and(|condition| condition["status"] == "True")
}

/// Whether somebody asked for the object's end.
pub(super) fn is_going(object: &Value) -> bool {
    object["metadata"].get("deletionTimestamp").is_some()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{first_three, selector};

    #[test]
    fn selectors_are_written_in_the_order_of_their_labels() {
        let written = selector(&json!({
            "matchLabels": {"b": "1"},
            "matchExpressions": [
                {"key": "a", "operator": "In", "values": ["y", "x"]},
                {"key": "c", "operator": "DoesNotExist"},
                {"key": "d", "operator": "Exists"},
            ],
        }));
        assert_eq!(written, "a in (x,y),b=1,!c,d");
        assert_eq!(selector(&json!({})), "<none>");
    }

    #[test]
    fn long_lists_are_cut() {
        let items: Vec<String> = ["a", "b", "c", "d", "e"].map(String::from).into();
        assert_eq!(first_three(&items), "a,b,c + 2 more...");
        assert_eq!(first_three(&items[..3]), "a,b,c");
        assert_eq!(first_three(&[]), "<unset>");
    }
}
