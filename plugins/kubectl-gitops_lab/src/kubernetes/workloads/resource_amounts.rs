//! Amounts of resources: what containers ask for, and what quotas allow.

use std::collections::BTreeMap;

use serde_json::Value;

use super::quantities::Quantity;

/// Amounts by the names that quotas give them.
pub(super) type Amounts = BTreeMap<String, Quantity>;

pub(super) fn amounts(value: &Value) -> Amounts {
    let amounts = value.as_object().into_iter().flatten();
    amounts.filter_map(|(what, amount)| Some((what.clone(), quantity(amount)?))).collect()
}

pub(super) fn quantity(value: &Value) -> Option<Quantity> {
    match value {
        Value::String(text) => Quantity::parse(text),
        Value::Number(number) => number.as_i64().map(Quantity::count),
        _ => None,
    }
}

/// What the containers of a pod ask for together.
pub(super) fn resources(pod: &Value) -> Amounts {
    let mut sum = Amounts::new();
    let mut add = |what: String, amount: Quantity| {
        let before = sum.get(&what).copied().unwrap_or_default();
        sum.insert(what, before.plus(amount));
    };
    for container in pod["spec"]["containers"].as_array().into_iter().flatten() {
        for kind in ["requests", "limits"] {
            for (what, amount) in amounts(&container["resources"][kind]) {
                if kind == "requests" && ["cpu", "memory", "ephemeral-storage"].contains(&what.as_str()) {
                    add(what.clone(), amount);
                }
                add(format!("{kind}.{what}"), amount);
            }
        }
    }
    sum
}
