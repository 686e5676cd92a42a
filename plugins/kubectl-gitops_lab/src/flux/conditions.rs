//! The conditions of an object of Flux's: how they are set, ordered, and summed up in `Ready`.

use jiff::Timestamp;
use serde_json::{Value, json};

pub(super) const READY: &str = "Ready";
pub(super) const RECONCILING: &str = "Reconciling";
pub(super) const STALLED: &str = "Stalled";

/// What a condition says, without when it began to.
#[derive(Clone, Debug)]
pub(super) struct Saying<'a> {
    pub(super) status: &'a str,
    pub(super) reason: &'a str,
    pub(super) message: &'a str,
}

fn list(object: &Value) -> &[Value] {
    object["status"]["conditions"].as_array().map_or(&[], Vec::as_slice)
}

/// The conditions of an object.
pub(super) fn all(object: &Value) -> Vec<Value> {
    list(object).to_vec()
}

/// One of them.
pub(super) fn get<'a>(object: &'a Value, kind: &str) -> Option<&'a Value> {
    list(object).iter().find(|condition| condition["type"] == kind)
}

/// Whether a condition is there and has a status.
pub(super) fn is(object: &Value, kind: &str, status: &str) -> bool {
    get(object, kind).is_some_and(|condition| condition["status"] == status)
}

/// Sets a condition. The time moves when anything but the generation does.
pub(super) fn set(object: &mut Value, kind: &str, saying: &Saying<'_>, now: Timestamp) {
    let mut conditions = all(object);
    let mut condition = json!({
        "type": kind,
        "status": saying.status,
        "reason": saying.reason,
        "message": saying.message,
        "lastTransitionTime": now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    });
    condition["observedGeneration"] = object["metadata"]["generation"].clone();
    match conditions.iter_mut().find(|condition| condition["type"] == kind) {
        Some(existing) => {
            let same =
                ["status", "reason", "message"].iter().all(|field| existing[*field] == condition[*field]);
            if same {
                condition["lastTransitionTime"] = existing["lastTransitionTime"].clone();
            }
            *existing = condition;
        }
        None => conditions.push(condition),
    }
    sort(&mut conditions);
    object["status"]["conditions"] = json!(conditions);
}

/// Takes a condition away.
pub(super) fn remove(object: &mut Value, kind: &str) {
    if let Some(conditions) = object["status"]["conditions"].as_array_mut() {
        conditions.retain(|condition| condition["type"] != kind);
    }
}

/// Says that work goes on, which is the opposite of being stalled.
pub(super) fn reconciling(object: &mut Value, reason: &str, message: &str, now: Timestamp) {
    remove(object, STALLED);
    set(object, RECONCILING, &Saying { status: "True", reason, message }, now);
}

/// Says that nothing helps but a change.
pub(super) fn stalled(object: &mut Value, reason: &str, message: &str, now: Timestamp) {
    remove(object, RECONCILING);
    set(object, STALLED, &Saying { status: "True", reason, message }, now);
}

/// Stalled, Reconciling, Ready; then the newest generation first, and by name.
fn sort(conditions: &mut [Value]) {
    let weight = |condition: &Value| match condition["type"].as_str() {
        Some(STALLED) => 0,
        Some(RECONCILING) => 1,
        Some(READY) => 2,
        _ => 3,
    };
    conditions.sort_by_cached_key(|condition| {
        let generation = condition["observedGeneration"].as_i64().unwrap_or_default();
        let order = if weight(condition) < 3 { 0 } else { -generation };
        (weight(condition), order, condition["type"].to_string())
    });
}

/// What `kinds` together say: the worst first, and among equals the first of `kinds`. `negative` are those that
/// are well when they are not there.
pub(super) fn summary(object: &Value, kinds: &[&str], negative: &[&str]) -> Option<(String, String, String)> {
    let priority = |kind: &str, status: &str| match (status, negative.contains(&kind)) {
        ("True", true) => 0,
        ("False", false) => 1,
        ("True", false) => 2,
        ("False", true) => 3,
        _ => 4,
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (rank, _, condition) = kinds
        .iter()
        .enumerate()
        .filter_map(|(place, kind)| {
            let condition = get(object, kind)?;
            Some((priority(kind, condition["status"].as_str().unwrap_or_default()), place, condition))
        })
        .min_by_key(|(rank, place, _)| (*rank, *place))?;
    let status = ["False", "False", "True", "True", "Unknown"][rank];
    Some((status.to_owned(), text(&condition["reason"]), text(&condition["message"])))
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use serde_json::{Value, json};

    use super::{Saying, get, set, summary};

    fn object(conditions: &[(&str, &str)]) -> Value {
        let mut object = json!({"metadata": {"generation": 1}, "status": {}});
        for (kind, status) in conditions {
            let saying = Saying { status, reason: kind, message: "m" };
            set(&mut object, kind, &saying, Timestamp::UNIX_EPOCH);
        }
        object
    }

    #[test]
    fn a_message_moves_the_time_and_a_generation_does_not() {
        let mut object = object(&[("Ready", "True")]);
        let later = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(9);
        object["metadata"]["generation"] = json!(2);
        let mut time = |message: &str| {
            set(&mut object, "Ready", &Saying { status: "True", reason: "Ready", message }, later);
            let ready = get(&object, "Ready").unwrap();
            (ready["lastTransitionTime"].clone(), ready["observedGeneration"].clone())
        };
        assert_eq!(time("m"), (json!("1970-01-01T00:00:00Z"), json!(2)));
        assert_eq!(time("n"), (json!("1970-01-01T00:00:09Z"), json!(2)));
    }

    #[test]
    fn ready_is_what_the_worst_says() {
        let kinds = ["FetchFailed", "ArtifactInStorage", "Reconciling"];
        let negative = ["FetchFailed", "Reconciling"];
        for (conditions, told) in [
            (vec![("ArtifactInStorage", "True")], Some(("True", "ArtifactInStorage"))),
            (vec![("ArtifactInStorage", "True"), ("FetchFailed", "True")], Some(("False", "FetchFailed"))),
            (vec![("Reconciling", "True"), ("FetchFailed", "True")], Some(("False", "FetchFailed"))),
            (vec![("ArtifactInStorage", "False")], Some(("False", "ArtifactInStorage"))),
            (vec![("ArtifactInStorage", "Unknown")], Some(("Unknown", "ArtifactInStorage"))),
            (vec![], None),
        ] {
            let found = summary(&object(&conditions), &kinds, &negative);
            let found = found.as_ref().map(|(status, reason, _)| (status.as_str(), reason.as_str()));
            assert_eq!(found, told, "{conditions:?}");
        }
    }

    #[test]
    fn conditions_have_an_order() {
        let object = object(&[
            ("Healthy", "True"),
            ("ArtifactOutdated", "True"),
            ("Ready", "True"),
            ("Reconciling", "True"),
        ]);
        let order: Vec<&Value> =
            object["status"]["conditions"].as_array().unwrap().iter().map(|one| &one["type"]).collect();
        assert_eq!(order, ["Reconciling", "Ready", "ArtifactOutdated", "Healthy"]);
    }
}
