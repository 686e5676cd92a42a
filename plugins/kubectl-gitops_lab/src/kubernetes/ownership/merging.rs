//! Merging what is applied into what is there, and taking out what nobody owns any more.

use serde_json::{Map, Value};

use super::comparing::{items, of_item};
use super::set::FieldSet;
use super::shapes::Shape;

/// Puts `applied` into `live`.
pub(super) fn merge(shape: &Shape<'_>, live: &mut Value, applied: &Value) {
    match (shape, applied) {
        (Shape::Map(of), Value::Object(fields)) => {
            if !live.is_object() {
                *live = Value::Object(Map::new());
            }
            let Value::Object(into) = live else { return };
            for (name, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
                merge(&of.field(name, value), into.entry(name.clone()).or_insert(Value::Null), value);
            }
        }
        (Shape::Keyed { .. } | Shape::Set, Value::Array(_)) => *live = merged_list(shape, live, applied),
        _ => *live = applied.clone(),
    }
}

/// The items of both lists: those that are applied in their order, and the others where they were.
fn merged_list(shape: &Shape<'_>, live: &Value, applied: &Value) -> Value {
    let (old, new) = (items(shape, live), items(shape, applied));
    let is_applied = |step: &String| new.iter().any(|(other, _)| other == step);
    let mut list = Vec::new();
    let mut rest = old.as_slice();
    for (step, item) in &new {
        let alone = rest.iter().take_while(|(other, _)| !is_applied(other)).count();
        let ahead = rest.iter().position(|(other, _)| other == step).map_or(alone, |place| place + 1);
        let (passed, left) = rest.split_at(ahead.max(alone));
        list.extend(passed.iter().filter(|(other, _)| !is_applied(other)).map(|(_, item)| (*item).clone()));
        rest = left;
        let mut merged =
            old.iter().find(|(other, _)| other == step).map_or(Value::Null, |(_, item)| (*item).clone());
        merge(&of_item(shape), &mut merged, item);
        list.push(merged);
    }
    list.extend(rest.iter().filter(|(other, _)| !is_applied(other)).map(|(_, item)| (*item).clone()));
    Value::Array(list)
}

/// Takes the fields of `set` out of `value`, with all that is in them.
pub(super) fn remove(shape: &Shape<'_>, value: &mut Value, set: &FieldSet) {
    match (shape, value) {
        (Shape::Map(of), Value::Object(fields)) => {
            fields.retain(|name, value| {
                let Some(rest) = set.below.get(&format!("f:{name}")) else { return true };
                if rest.here {
                    return false;
                }
                remove(&of.field(name, value), value, rest);
                true
            });
        }
        (Shape::Keyed { .. } | Shape::Set, list @ Value::Array(_)) => {
            let steps: Vec<String> = items(shape, list).into_iter().map(|(step, _)| step).collect();
            let Value::Array(values) = list else { return };
            let mut steps = steps.iter();
            values.retain_mut(|item| {
                let Some(rest) = steps.next().and_then(|step| set.below.get(step)) else { return true };
                if rest.here {
                    return false;
                }
                remove(&of_item(shape), item, rest);
                true
            });
        }
        _ => {}
    }
}
