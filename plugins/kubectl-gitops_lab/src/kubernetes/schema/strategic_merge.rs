//! Strategic merge patches: merge patches that know which lists have keys, and say in directives what they mean
//! (`strategicpatch` of Kubernetes). A function of two documents and of how the kind is merged.

use serde_json::{Map, Value};

use crate::kubernetes::ownership::{Shape, ShapeType};

const DIRECTIVE: &str = "$patch";
const RETAIN: &str = "$retainKeys";
const ORDER: &str = "$setElementOrder/";
const DELETE: &str = "$deleteFromPrimitiveList/";

/// Why a patch cannot be applied.
#[derive(Debug, PartialEq, thiserror::Error)]
pub(in crate::kubernetes) enum Unpatchable {
    #[error("unknown patch type found: {0}")]
    Directive(String),
    #[error("merging lists cannot yet be specified in the patch")]
    MergedList,
    #[error("map: {item} does not contain declared merge key: {key}")]
    NoKey { item: String, key: String },
    #[error("invalid patch format of {0} list")]
    Malformed(&'static str),
}

/// Applies a strategic merge patch to an object as kustomize does, which knows Kubernetes' own kinds alone.
pub(crate) fn patch_strategically(object: &mut Value, patch: &Value) -> Result<(), String> {
    let group =
        object["apiVersion"].as_str().unwrap_or_default().split_once('/').map_or("", |(group, _)| group);
    let is_own = !group.contains('.') || group.ends_with(".k8s.io");
    let kind = object["kind"].as_str().filter(|_| is_own).unwrap_or_default().to_owned();
    merge(ShapeType::of_kind(&kind), object, patch).map_err(|error| error.to_string())
}

/// `target` with a strategic merge patch applied.
pub(in crate::kubernetes) fn merge(
    of: ShapeType<'_>,
    target: &mut Value,
    patch: &Value,
) -> Result<(), Unpatchable> {
    let Value::Object(changes) = patch else {
        *target = patch.clone();
        return Ok(());
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(fields) = target else { return Ok(()) };
    match changes.get(DIRECTIVE).map(|directive| directive.as_str().unwrap_or_default()) {
        None => {}
        Some("replace") => {
            *target = plain(patch);
            return Ok(());
        }
        Some("delete") => {
            fields.clear();
            return Ok(());
        }
        Some(other) => return Err(Unpatchable::Directive(format!("{other} in {}", shown(patch)))),
    }
    if let Some(retained) = changes.get(RETAIN) {
        let retained = retained.as_array().ok_or(Unpatchable::Malformed("retainKeys"))?;
        fields.retain(|name, _| retained.iter().any(|one| one == name));
    }
    for (name, gone) in changes.iter().filter_map(|(name, gone)| Some((name.strip_prefix(DELETE)?, gone))) {
        let gone = gone.as_array().ok_or(Unpatchable::Malformed("primitive"))?;
        if let Some(list) = fields.get_mut(name).and_then(Value::as_array_mut) {
            list.retain(|item| !gone.contains(item));
        }
    }
    for (name, change) in changes.iter().filter(|(name, _)| !name.starts_with('$')) {
        let order = changes.get(&format!("{ORDER}{name}"));
        field(of, fields, name, change, order)?;
    }
    // An order may be said of a list of which nothing changes.
    for (name, order) in changes.iter().filter_map(|(name, order)| Some((name.strip_prefix(ORDER)?, order))) {
        if !changes.contains_key(name) && fields.contains_key(name) {
            field(of, fields, name, &Value::Array(Vec::new()), Some(order))?;
        }
    }
    Ok(())
}

fn field(
    of: ShapeType<'_>,
    fields: &mut Map<String, Value>,
    name: &str,
    change: &Value,
    order: Option<&Value>,
) -> Result<(), Unpatchable> {
    if change.is_null() {
        fields.remove(name);
        return Ok(());
    }
    let Some(before) = fields.get_mut(name) else {
        fields.insert(name.to_owned(), plain(change));
        return Ok(());
    };
    match (of.field(name, change), change) {
        (Shape::Map(of), Value::Object(_)) => merge(of, before, change),
        (_, Value::Object(_)) => merge(ShapeType::of_kind(""), before, change),
        (Shape::Keyed { keys, item, .. }, Value::Array(items)) => {
            let key = keys.first().map_or("name", |(key, _)| key);
            *before = Value::Array(keyed(before, items, key, item, order)?);
            Ok(())
        }
        (Shape::Set, Value::Array(items)) => {
            *before = Value::Array(set(before, items, order)?);
            Ok(())
        }
        _ => {
            *before = plain(change);
            Ok(())
        }
    }
}

/// A list whose items are found again by a key.
fn keyed(
    before: &Value,
    patch: &[Value],
    key: &str,
    of: ShapeType<'_>,
    order: Option<&Value>,
) -> Result<Vec<Value>, Unpatchable> {
    let live = before.as_array().cloned().unwrap_or_default();
    let mut list = live.clone();
    let is_replaced = patch.iter().any(|item| item[DIRECTIVE] == "replace" && item.get(key).is_none());
    let mut changes = Vec::new();
    for item in patch {
        match item.get(DIRECTIVE).map(|directive| directive.as_str().unwrap_or_default()) {
            Some("delete") => {
                let gone = keyed_by(item, key)?;
                list.retain(|item| item.get(key) != Some(gone));
            }
            Some("replace") if item.get(key).is_none() => {}
            Some("merge") => return Err(Unpatchable::MergedList),
            _ => changes.push(item),
        }
    }
    if is_replaced {
        return Ok(changes.into_iter().map(plain).collect());
    }
    for item in &changes {
        let own = keyed_by(item, key)?;
        match list.iter_mut().find(|other| other.get(key) == Some(own)) {
            Some(other) => merge(of, other, item)?,
            None => list.push(plain(item)),
        }
    }
    let value = |item: &Value| item.get(key).cloned().unwrap_or_default();
    let wanted: Vec<Value> = match order {
        Some(order) => {
            order.as_array().ok_or(Unpatchable::Malformed("setElementOrder"))?.iter().map(value).collect()
        }
        None => changes.into_iter().map(value).collect(),
    };
    Ok(ordered(list, &wanted, &live.iter().map(value).collect::<Vec<_>>(), value))
}

/// A list of values without order.
fn set(before: &Value, patch: &[Value], order: Option<&Value>) -> Result<Vec<Value>, Unpatchable> {
    let live = before.as_array().cloned().unwrap_or_default();
    let mut list = live.clone();
    list.extend(patch.iter().filter(|item| !live.contains(item)).cloned());
    let wanted = match order {
        Some(order) => order.as_array().ok_or(Unpatchable::Malformed("setElementOrder"))?,
        None => patch,
    };
    Ok(ordered(list, wanted, &live, Value::clone))
}

/// The items that are `wanted` in that order; each of the others before the first wanted one that it stood before
/// in the list that was there.
fn ordered(
    list: Vec<Value>,
    wanted: &[Value],
    live: &[Value],
    value: impl Fn(&Value) -> Value,
) -> Vec<Value> {
    let place = |order: &[Value], item: &Value| order.iter().position(|one| *one == value(item));
    let (mut right, left): (Vec<Value>, Vec<Value>) =
        list.into_iter().partition(|item| place(wanted, item).is_some());
    right.sort_by_key(|item| place(wanted, item));
    let mut left = left.into_iter().peekable();
    let mut all = Vec::new();
    for item in right {
        let here = place(live, &item);
        while let Some(other) = left
            .next_if(|other| matches!((place(live, other), here), (Some(other), Some(here)) if other < here))
        {
            all.push(other);
        }
        all.push(item);
    }
    all.extend(left);
    all
}

fn keyed_by<'v>(item: &'v Value, key: &str) -> Result<&'v Value, Unpatchable> {
    let missing = || Unpatchable::NoKey { item: shown(item), key: key.to_owned() };
    item.get(key).ok_or_else(missing)
}

/// A patch as the value that it makes where there was none: without directives and nulls.
fn plain(patch: &Value) -> Value {
    match patch {
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(name, value)| !name.starts_with('$') && !value.is_null());
            Value::Object(kept.map(|(name, value)| (name.clone(), plain(value))).collect())
        }
        Value::Array(items) => {
            let is_kept = |item: &&Value| {
                item[DIRECTIVE] != "delete"
                    && !(item[DIRECTIVE] == "replace"
                        && item.as_object().is_some_and(|fields| fields.len() == 1))
            };
            Value::Array(items.iter().filter(is_kept).map(plain).collect())
        }
        value => value.clone(),
    }
}

/// A value as Go prints it.
fn shown(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|(name, value)| format!("{name}:{}", shown(value))).collect();
            format!("map[{}]", fields.join(" "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(" ")),
        Value::String(text) => text.clone(),
        Value::Null => "<nil>".to_owned(),
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Unpatchable, merge};
    use crate::kubernetes::ownership::ShapeType;

    fn pod(containers: &Value) -> Value {
        json!({"spec": {"containers": containers}})
    }

    fn patched(before: &Value, patch: &Value) -> Result<Value, Unpatchable> {
        let mut object = before.clone();
        merge(ShapeType::of_kind("Pod"), &mut object, patch)?;
        Ok(object)
    }

    #[test]
    fn items_with_keys_are_merged_and_new_ones_stand_first() {
        let before = pod(&json!([{"name": "a", "image": "1"}, {"name": "b", "image": "1"}]));
        for (patch, after) in [
            (
                json!([{"name": "b", "image": "2"}]),
                json!([{"name": "a", "image": "1"}, {"name": "b", "image": "2"}]),
            ),
            (
                json!([{"name": "c"}]),
                json!([{"name": "c"}, {"name": "a", "image": "1"}, {"name": "b", "image": "1"}]),
            ),
            (json!([{"$patch": "delete", "name": "a"}]), json!([{"name": "b", "image": "1"}])),
            (json!([{"$patch": "replace"}, {"name": "c"}]), json!([{"name": "c"}])),
            (
                json!([{"$patch": "replace", "name": "a", "command": null}]),
                json!([{"name": "a"}, {"name": "b", "image": "1"}]),
            ),
        ] {
            assert_eq!(patched(&before, &pod(&patch)), Ok(pod(&after)), "{patch}");
        }
    }

    #[test]
    fn an_order_is_kept_and_others_stay_where_they_were() {
        let before = pod(&json!([{"name": "a"}, {"name": "b"}, {"name": "c"}]));
        let order = json!({"spec": {"$setElementOrder/containers": [{"name": "c"}, {"name": "a"}]}});
        assert_eq!(patched(&before, &order), Ok(pod(&json!([{"name": "b"}, {"name": "c"}, {"name": "a"}]))));
        let with_new = json!({"spec": {
            "$setElementOrder/containers": [{"name": "a"}, {"name": "d"}, {"name": "c"}],
            "containers": [{"name": "d"}],
        }});
        let after = pod(&json!([{"name": "a"}, {"name": "d"}, {"name": "b"}, {"name": "c"}]));
        assert_eq!(patched(&before, &with_new), Ok(after));
    }

    #[test]
    fn directives_say_what_becomes_of_objects_and_plain_lists() {
        let before = json!({
            "metadata": {"labels": {"a": "1"}, "finalizers": ["x/1", "x/2"]},
            "spec": {"volumes": [{"name": "v", "emptyDir": {}}], "tolerations": [{"key": "a"}]},
        });
        for (patch, pointer, after) in [
            (
                json!({"metadata": {"labels": {"$patch": "replace", "b": "2"}}}),
                "/metadata/labels",
                json!({"b": "2"}),
            ),
            (json!({"metadata": {"labels": {"$patch": "delete"}}}), "/metadata/labels", json!({})),
            (json!({"metadata": {"labels": null}}), "/metadata/labels", Value::Null),
            (
                json!({"metadata": {"$deleteFromPrimitiveList/finalizers": ["x/1"]}}),
                "/metadata/finalizers",
                json!(["x/2"]),
            ),
            (
                json!({"metadata": {"finalizers": ["x/3"]}}),
                "/metadata/finalizers",
                json!(["x/3", "x/1", "x/2"]),
            ),
            (
                json!({"spec": {"volumes": [{"$retainKeys": ["name", "secret"], "name": "v", "secret": {"secretName": "s"}}]}}),
                "/spec/volumes",
                json!([{"name": "v", "secret": {"secretName": "s"}}]),
            ),
            (json!({"spec": {"tolerations": [{"key": "b"}]}}), "/spec/tolerations", json!([{"key": "b"}])),
        ] {
            let object = patched(&before, &patch).unwrap();
            assert_eq!(object.pointer(pointer).cloned().unwrap_or_default(), after, "{patch}");
        }
    }

    #[test]
    fn what_cannot_be_understood_is_told_as_a_server_tells_it() {
        let before = pod(&json!([{"name": "a"}]));
        let told = |patch: Value| patched(&before, &patch).unwrap_err().to_string();
        assert_eq!(
            told(pod(&json!([{"image": "b"}]))),
            "map: map[image:b] does not contain declared merge key: name"
        );
        assert_eq!(
            told(json!({"spec": {"$patch": "odd"}})),
            "unknown patch type found: odd in map[$patch:odd]"
        );
    }
}
