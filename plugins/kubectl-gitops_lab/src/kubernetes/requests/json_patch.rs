//! Merge patches and JSON patches (RFC 7386, RFC 6902): functions of two documents.

use serde_json::{Map, Value};

/// `target` with a merge patch applied.
pub(in crate::kubernetes) fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(changes) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    if let Value::Object(fields) = target {
        for (name, change) in changes {
            if change.is_null() {
                fields.remove(name);
            } else {
                merge(fields.entry(name.clone()).or_insert(Value::Null), change);
            }
        }
    }
}

/// `target` with a JSON patch applied; none when that cannot be done.
pub(crate) fn json(target: &Value, patch: &Value) -> Option<Value> {
    let mut document = target.clone();
    for operation in patch.as_array()? {
        let path = operation["path"].as_str()?;
        let value = || operation.get("value").cloned();
        let from = || operation["from"].as_str();
        match operation["op"].as_str()? {
            "add" => add(&mut document, path, value()?)?,
            "remove" => drop(remove(&mut document, path)?),
            "replace" => *document.pointer_mut(path)? = value()?,
            "move" => {
                let moved = remove(&mut document, from()?)?;
                add(&mut document, path, moved)?;
            }
            "copy" => {
                let copied = document.pointer(from()?)?.clone();
                add(&mut document, path, copied)?;
            }
            "test" if document.pointer(path) == Some(&value()?) => {}
            _ => return None,
        }
    }
    Some(document)
}

/// The place that a path ends in, and its last segment.
fn parent<'a>(document: &'a mut Value, path: &str) -> Option<(&'a mut Value, String)> {
    let (parent, last) = path.rsplit_once('/')?;
    Some((document.pointer_mut(parent)?, last.replace("~1", "/").replace("~0", "~")))
}

fn add(document: &mut Value, path: &str, value: Value) -> Option<()> {
    if path.is_empty() {
        *document = value;
        return Some(());
    }
    match parent(document, path)? {
        (Value::Object(fields), last) => drop(fields.insert(last, value)),
        (Value::Array(items), last) => {
            let index = if last == "-" { items.len() } else { last.parse().ok()? };
            if index > items.len() {
                return None;
            }
            items.insert(index, value);
        }
        _ => return None,
    }
    Some(())
}

fn remove(document: &mut Value, path: &str) -> Option<Value> {
    match parent(document, path)? {
        (Value::Object(fields), last) => fields.remove(&last),
        (Value::Array(items), last) => {
            let index: usize = last.parse().ok()?;
            (index < items.len()).then(|| items.remove(index))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::merge;

    #[test]
    fn merge_patches_replace_lists_and_null_takes_away() {
        for (before, patch, after) in [
            (json!({"a": {"b": 1}}), json!({"a": {"c": 2}}), json!({"a": {"b": 1, "c": 2}})),
            (json!({"a": {"b": 1}}), json!({"a": {"b": null}}), json!({"a": {}})),
            (json!({"a": [1, 2]}), json!({"a": [3]}), json!({"a": [3]})),
            (json!({"a": "b"}), json!({"a": {"c": {"d": null}}}), json!({"a": {"c": {}}})),
        ] {
            let mut document = before;
            merge(&mut document, &patch);
            assert_eq!(document, after, "{patch}");
        }
    }

    #[test]
    fn json_patches_do_all_or_nothing() {
        let before = json!({"a": {"x/y": 1}, "l": [1, 2]});
        let patched = |patch: Value| super::json(&before, &patch);
        let cases = [
            (json!([{"op": "add", "path": "/l/1", "value": 9}]), Some(json!([1, 9, 2]))),
            (json!([{"op": "add", "path": "/l/-", "value": 9}]), Some(json!([1, 2, 9]))),
            (json!([{"op": "remove", "path": "/l/0"}]), Some(json!([2]))),
            (json!([{"op": "copy", "from": "/l/0", "path": "/l/2"}]), Some(json!([1, 2, 1]))),
            (json!([{"op": "move", "from": "/l/0", "path": "/l/-"}]), Some(json!([2, 1]))),
            (json!([{"op": "test", "path": "/a/x~1y", "value": 1}]), Some(json!([1, 2]))),
            (json!([{"op": "test", "path": "/a/x~1y", "value": 2}]), None),
            (json!([{"op": "remove", "path": "/l/5"}]), None),
            (json!([{"op": "replace", "path": "/none", "value": 1}]), None),
            (json!([{"op": "add", "path": "/l/7", "value": 1}]), None),
            (json!({"op": "add"}), None),
        ];
        for (patch, list) in cases {
            assert_eq!(patched(patch.clone()).map(|after| after["l"].clone()), list, "{patch}");
        }
    }
}
