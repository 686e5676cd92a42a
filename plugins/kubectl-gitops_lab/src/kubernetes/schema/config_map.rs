//! Config maps as a server takes them, and the keys and sizes that they have in common with secrets.

use serde_json::{Map, Value};

use super::byte_strings;
use crate::kubernetes::refusals::Cause;

/// How many bytes a config map or a secret holds at most.
const LARGEST: usize = 1024 * 1024;
const LONGEST_KEY: usize = 253;

/// What is wrong with the content of a config map.
pub(super) fn check(map: &Value) -> Vec<Cause> {
    let (texts, bytes) = (fields(&map["data"]), fields(&map["binaryData"]));
    let mut causes = Vec::new();
    let mut bags =
        [("data", texts.clone(), &bytes, "binaryData"), ("binaryData", bytes.clone(), &texts, "data")];
    for (bag, content, other, named) in &mut bags {
        for key in content.keys() {
            causes.extend(check_key(bag, key));
            if other.contains_key(key) {
                let why = format!("{key:?}: duplicate of key present in {named}");
                causes.push(Cause::invalid(format!("{bag}[{key}]"), why));
            }
        }
    }
    let length = |value: &Value| value.as_str().map_or(0, str::len);
    let size = texts.values().map(length).sum::<usize>() + sizes(&bytes);
    // The whole object is meant, whose path is empty.
    causes.extend(too_large("[]", size));
    causes
}

/// What an immutable config map may not become.
pub(super) fn check_update(before: &Value, map: &Value) -> Vec<Cause> {
    check_immutable(before, map, &["data", "binaryData"])
}

/// What of `fields` has changed though the object is said to be immutable.
pub(super) fn check_immutable(before: &Value, object: &Value, fields: &[&str]) -> Vec<Cause> {
    if before["immutable"] != true {
        return Vec::new();
    }
    let unlocked = (object["immutable"] != true).then_some("immutable");
    let changed = fields.iter().copied().filter(|field| before[field] != object[field]);
    let told = |field| Cause::forbidden(field, "field is immutable when `immutable` is set");
    unlocked.into_iter().chain(changed).map(told).collect()
}

/// What is wrong with a key of `bag`.
pub(super) fn check_key(bag: &str, key: &str) -> Vec<Cause> {
    let mut wrong = Vec::new();
    if key.len() > LONGEST_KEY {
        wrong.push(format!("must be no more than {LONGEST_KEY} characters"));
    }
    let is_well = |letter: char| letter.is_ascii_alphanumeric() || "-._".contains(letter);
    if key.is_empty() || !key.chars().all(is_well) {
        wrong.push(
            "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or \
             'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
                .to_owned(),
        );
    }
    match key {
        "." | ".." => wrong.push(format!("must not be '{key}'")),
        key if key.starts_with("..") => wrong.push("must not start with '..'".to_owned()),
        _ => {}
    }
    wrong.iter().map(|why| Cause::invalid(format!("{bag}[{key}]"), format!("{key:?}: {why}"))).collect()
}

/// Refuses more than fits.
pub(super) fn too_large(field: &str, size: usize) -> Option<Cause> {
    (size > LARGEST).then(|| Cause::too_long(field, format!("may not be more than {LARGEST} bytes")))
}

/// How many bytes are kept in base64.
pub(super) fn sizes(bytes: &Map<String, Value>) -> usize {
    let decoded = bytes.values().filter_map(Value::as_str).filter_map(|text| byte_strings::decode(text).ok());
    decoded.map(|bytes| bytes.len()).sum()
}

pub(super) fn fields(bag: &Value) -> Map<String, Value> {
    bag.as_object().cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{check, check_update};

    fn told(map: &Value) -> Vec<String> {
        check(map).iter().map(|cause| format!("{}: {}", cause.field, cause.message)).collect()
    }

    #[test]
    fn keys_and_sizes_of_config_maps_are_checked() {
        assert_eq!(told(&json!({"data": {"a_b.c-D": "1"}, "binaryData": {"x": "eA=="}})), [""; 0]);
        assert_eq!(
            told(&json!({"data": {"a b": "1", "..": "", "x": ""}, "binaryData": {"x": "eA=="}})),
            [
                "data[..]: Invalid value: \"..\": must not be '..'",
                "data[a b]: Invalid value: \"a b\": a valid config key must consist of alphanumeric characters, '-', \
                 '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is \
                 '[-._a-zA-Z0-9]+')",
                "data[x]: Invalid value: \"x\": duplicate of key present in binaryData",
                "binaryData[x]: Invalid value: \"x\": duplicate of key present in data",
            ]
        );
        let large = json!({"data": {"a": "x".repeat(1024 * 1024), "b": "y"}});
        assert_eq!(told(&large), ["[]: Too long: may not be more than 1048576 bytes"]);
    }

    #[test]
    fn an_immutable_map_stays_immutable() {
        let before = json!({"immutable": true, "data": {"a": "1"}});
        let causes = check_update(&before, &json!({"data": {"a": "2"}}));
        let fields: Vec<&str> = causes.iter().map(|cause| cause.field.as_str()).collect();
        assert_eq!(fields, ["immutable", "data"]);
    }
}
