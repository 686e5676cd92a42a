//! Which fields a document has, and which differ between two.

use std::collections::BTreeMap;

use serde_json::Value;

use super::set::FieldSet;
use super::shapes::{Shape, key_step};

/// The items of a list by their steps.
pub(super) fn items<'v>(shape: &Shape<'_>, list: &'v Value) -> Vec<(String, &'v Value)> {
    let values = list.as_array().into_iter().flatten();
    match shape {
        Shape::Keyed { keys, .. } => values.map(|item| (key_step(keys, item), item)).collect(),
        _ => values.map(|item| (format!("v:{item}"), item)).collect(),
    }
}

/// How an item of a list is merged.
pub(super) fn of_item<'a>(shape: &Shape<'a>) -> Shape<'a> {
    match shape {
        Shape::Keyed { item, whole: false, .. } => Shape::Map(*item),
        _ => Shape::Whole,
    }
}

/// The parts of a value with their steps and shapes; none when it is one value.
fn parts<'a, 'v>(shape: &Shape<'a>, value: &'v Value) -> Option<Vec<(String, Shape<'a>, &'v Value)>> {
    match (shape, value) {
        (Shape::Map(of), Value::Object(fields)) => {
            let fields = fields.iter().filter(|(_, value)| !value.is_null());
            Some(fields.map(|(name, value)| (format!("f:{name}"), of.field(name, value), value)).collect())
        }
        (Shape::Keyed { .. } | Shape::Set, Value::Array(_)) => {
            let items = items(shape, value).into_iter();
            Some(items.map(|(step, item)| (step, of_item(shape), item)).collect())
        }
        _ => None,
    }
}

/// What somebody who applies `value` says of: its leaves, and the items of its lists.
pub(super) fn fields(shape: &Shape<'_>, value: &Value) -> FieldSet {
    let Some(parts) = parts(shape, value).filter(|parts| !parts.is_empty()) else { return FieldSet::end() };
    let mut set = FieldSet::default();
    for (step, shape, value) in parts {
        let mut rest = fields(&shape, value);
        rest.here |= !step.starts_with("f:");
        set.insert(step, rest);
    }
    set
}

/// In what two documents differ.
#[derive(Clone, Debug, Default)]
pub(super) struct Comparison {
    /// Fields that have become another value, or are new.
    pub(super) set: FieldSet,
    pub(super) removed: FieldSet,
}

/// Compares two values of a shape.
pub(super) fn compare(shape: &Shape<'_>, before: Option<&Value>, after: Option<&Value>) -> Comparison {
    let mut found = Comparison::default();
    if before == after {
        return found;
    }
    let old = before.and_then(|value| parts(shape, value));
    let new = after.and_then(|value| parts(shape, value));
    // Nothing in it, before and after: as good as one value.
    if let (Some(old), Some(new)) = (&old, &new)
        && old.is_empty()
        && new.is_empty()
    {
        return found;
    }
    let is_value = |value: Option<&Value>, parts: bool| value.is_some() && !parts;
    let was_value = is_value(before, old.is_some()) && before != Some(&Value::Null);
    if was_value || is_value(after, new.is_some()) {
        found.set.here = after.is_some();
        found.removed.here = after.is_none();
        return found;
    }
    found.set.here = before.is_none();
    found.removed.here = after.is_none();
    let old = old.unwrap_or_default();
    let mut left: BTreeMap<&str, &Value> =
        old.iter().map(|(step, _, value)| (step.as_str(), *value)).collect();
    for (step, shape, value) in new.unwrap_or_default() {
        let part = compare(&shape, left.remove(step.as_str()), Some(value));
        found.set.insert(step.clone(), part.set);
        found.removed.insert(step, part.removed);
    }
    for (step, shape, value) in old.iter().filter(|(step, ..)| left.contains_key(step.as_str())) {
        found.removed.insert(step.clone(), compare(shape, Some(value), None).removed);
    }
    found
}
