//! Conditions of a status: a list with one entry a type.

use serde_json::{Value, json};

/// The condition of a type.
pub(super) fn get<'a>(conditions: &'a [Value], kind: &str) -> Option<&'a Value> {
    conditions.iter().find(|condition| condition["type"] == kind)
}

/// Those of a status.
pub(super) fn of(status: &Value) -> Vec<Value> {
    status["conditions"].as_array().cloned().unwrap_or_default()
}

/// Whether an object's status has a condition that is true.
pub(super) fn is_true(object: &Value, kind: &str) -> bool {
    let conditions = object["status"]["conditions"].as_array().map(Vec::as_slice).unwrap_or_default();
    get(conditions, kind).is_some_and(|condition| condition["status"] == "True")
}

pub(super) fn remove(conditions: &mut Vec<Value>, kind: &str) {
    conditions.retain(|condition| condition["type"] != kind);
}

/// Puts a condition at the end, unless it says nothing new. The time of its last transition stays while its
/// status does.
pub(super) fn set(conditions: &mut Vec<Value>, mut condition: Value) {
    let kind = condition["type"].as_str().unwrap_or_default().to_owned();
    if let Some(current) = get(conditions, &kind) {
        if current["status"] == condition["status"] {
            if current["reason"] == condition["reason"] {
                return;
            }
            condition["lastTransitionTime"] = current["lastTransitionTime"].clone();
        }
        remove(conditions, &kind);
    }
    conditions.push(condition);
}

/// Puts conditions into a list as a strategic merge patch does: in the place of those of their type, and before
/// all others where there are none.
pub(super) fn merge(conditions: &mut Vec<Value>, changes: Vec<Value>) {
    let mut new = Vec::new();
    for change in changes {
        match conditions.iter_mut().find(|condition| condition["type"] == change["type"]) {
            Some(condition) => *condition = change,
            None => new.push(change),
        }
    }
    conditions.splice(0..0, new);
}

/// Writes conditions into a status; a list without any is not kept.
pub(super) fn keep(status: &mut Value, conditions: Vec<Value>) {
    if conditions.is_empty() {
        if let Some(fields) = status.as_object_mut() {
            fields.remove("conditions");
        }
    } else {
        status["conditions"] = json!(conditions);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    fn types(conditions: &[Value]) -> Vec<&str> {
        conditions.iter().filter_map(|condition| condition["type"].as_str()).collect()
    }

    #[test]
    fn a_condition_moves_to_the_end_when_it_says_something_new() {
        let condition = |kind: &str, status: &str, reason: &str, time: u8| json!({"type": kind, "status": status, "reason": reason, "lastTransitionTime": time});
        let mut conditions = vec![condition("A", "True", "X", 1), condition("B", "True", "Y", 1)];
        super::set(&mut conditions, condition("A", "True", "X", 2));
        assert_eq!(types(&conditions), ["A", "B"], "nothing new");
        super::set(&mut conditions, condition("A", "True", "Z", 2));
        assert_eq!((types(&conditions), &conditions[1]["lastTransitionTime"]), (vec!["B", "A"], &json!(1)));
        super::set(&mut conditions, condition("A", "False", "Z", 3));
        assert_eq!(conditions[1]["lastTransitionTime"], 3);
    }

    #[test]
    fn conditions_that_are_merged_stay_in_their_place_and_new_ones_come_first() {
        let condition = |kind: &str| json!({"type": kind});
        let mut conditions = vec![condition("Ready"), condition("PodScheduled")];
        super::merge(&mut conditions, vec![condition("Initialized"), condition("Ready")]);
        assert_eq!(types(&conditions), ["Initialized", "Ready", "PodScheduled"]);
    }
}
