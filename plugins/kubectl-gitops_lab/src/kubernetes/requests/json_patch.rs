//! Merge patches and JSON patches (RFC 7386, RFC 6902), as the crate `json-patch` applies them. Whoever asks has its own
//! words for a patch that cannot be applied.

use json_patch::Patch;
use serde::Deserialize;
use serde_json::Value;

/// `target` with a merge patch applied.
pub(in crate::kubernetes) fn merge(target: &mut Value, patch: &Value) {
    json_patch::merge(target, patch);
}

/// `target` with a JSON patch applied; none when that cannot be done.
pub(crate) fn json(target: &Value, patch: &Value) -> Option<Value> {
    let patch = Patch::deserialize(patch).ok()?;
    let mut document = target.clone();
    json_patch::patch(&mut document, &patch).ok()?;
    Some(document)
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
