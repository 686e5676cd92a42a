//! What a deployment says of itself: functions of the deployment and its replica sets.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::conditions;
use super::owned_pods::{name, number};
use super::revisions::new_name;
use super::rollout::{Rollout, Set};
use crate::kubernetes::timestamp::time;

/// Whether a deployment says how long it may take.
pub(super) fn has_deadline(rollout: &Rollout) -> bool {
    deadline(rollout).is_some()
}

fn deadline(rollout: &Rollout) -> Option<i64> {
    let deadline = rollout.deployment["spec"]["progressDeadlineSeconds"].as_i64()?;
    (deadline != i64::from(i32::MAX)).then_some(deadline)
}

pub(super) fn condition(kind: &str, status: &str, reason: &str, message: String, now: Timestamp) -> Value {
    json!({
        "type": kind,
        "status": status,
        "lastUpdateTime": time(now),
        "lastTransitionTime": time(now),
        "reason": reason,
        "message": message,
    })
}

/// The counts, and whether enough pods are available.
pub(super) fn status(rollout: &Rollout, now: Timestamp) -> Value {
    let sum = |field: &str| rollout.sets().map(|set| set.counted(field)).sum::<i64>();
    let available = sum("availableReplicas");
    let wanted: i64 = rollout.sets().map(Set::replicas).sum();
    let updated = rollout.new.as_ref().map_or(0, |set| set.counted("replicas"));
    let mut status = json!({"observedGeneration": rollout.deployment["metadata"]["generation"]});
    for (field, count) in [
        ("replicas", sum("replicas")),
        ("updatedReplicas", updated),
        ("readyReplicas", sum("readyReplicas")),
        ("availableReplicas", available),
        ("unavailableReplicas", (wanted - available).max(0)),
    ] {
        if count > 0 {
            status[field] = json!(count);
        }
    }
    status["terminatingReplicas"] = json!(sum("terminatingReplicas"));
    let mut list = conditions::of(&rollout.deployment["status"]);
    let told = match available >= rollout.bounds.wanted - rollout.bounds.unavailable {
        true => ("True", "MinimumReplicasAvailable", "Deployment has minimum availability."),
        false => ("False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability."),
    };
    conditions::set(&mut list, condition("Available", told.0, told.1, told.2.to_owned(), now));
    conditions::keep(&mut status, list);
    status
}

/// Whether nothing is left to do.
pub(super) fn is_complete(rollout: &Rollout, status: &Value) -> bool {
    let all = ["updatedReplicas", "replicas", "availableReplicas"];
    all.iter().all(|field| number(&status[field]) == rollout.bounds.wanted)
        && number(&status["observedGeneration"]) >= number(&rollout.deployment["metadata"]["generation"])
}

/// `status` with how far the rollout is.
pub(super) fn progress(rollout: &Rollout, mut status: Value, now: Timestamp) -> Value {
    let mut list = conditions::of(&status);
    if !has_deadline(rollout) {
        conditions::remove(&mut list, "Progressing");
    } else {
        let before = conditions::of(&rollout.deployment["status"]);
        let current = conditions::get(&before, "Progressing");
        let is_over = number(&status["replicas"]) == number(&status["updatedReplicas"])
            && current.is_some_and(|current| current["reason"] == "NewReplicaSetAvailable");
        if !is_over {
            advance(rollout, &status, current, &mut list, now);
        }
    }
    match failure(rollout) {
        Some(failure) => conditions::set(&mut list, failure),
        None => conditions::remove(&mut list, "ReplicaFailure"),
    }
    conditions::keep(&mut status, list);
    status
}

fn advance(
    rollout: &Rollout,
    status: &Value,
    current: Option<&Value>,
    list: &mut Vec<Value>,
    now: Timestamp,
) {
    let subject = match &rollout.new {
        Some(_) => format!("ReplicaSet {:?}", new_name(rollout)),
        None => format!("Deployment {:?}", name(&rollout.deployment)),
    };
    let told = |status: &str, reason: &str, what: &str| {
        condition("Progressing", status, reason, format!("{subject} {what}."), now)
    };
    if is_complete(rollout, status) {
        conditions::set(list, told("True", "NewReplicaSetAvailable", "has successfully progressed"));
    } else if is_progressing(&rollout.deployment["status"], status) {
        let mut condition = told("True", "ReplicaSetUpdated", "is progressing");
        if let Some(current) = current.filter(|current| current["status"] == "True") {
            condition["lastTransitionTime"] = current["lastTransitionTime"].clone();
        }
        // Every step is told, though it says the same as the one before.
        conditions::remove(list, "Progressing");
        list.push(condition);
    } else if is_late(rollout, list, now) {
        conditions::set(list, told("False", "ProgressDeadlineExceeded", "has timed out progressing"));
    }
}

/// Whether there are more new pods or fewer old ones than before.
fn is_progressing(before: &Value, after: &Value) -> bool {
    let count = |status: &Value, field: &str| number(&status[field]);
    let old = |status: &Value| count(status, "replicas") - count(status, "updatedReplicas");
    let has_more = ["updatedReplicas", "readyReplicas", "availableReplicas"]
        .iter()
        .any(|field| count(after, field) > count(before, field));
    has_more || old(after) < old(before)
}

fn is_late(rollout: &Rollout, list: &[Value], now: Timestamp) -> bool {
    let Some(current) = conditions::get(list, "Progressing") else { return false };
    match current["reason"].as_str() {
        Some("NewReplicaSetAvailable") => false,
        Some("ProgressDeadlineExceeded") => true,
        _ => end(rollout, current).is_some_and(|end| end < now),
    }
}

/// When the time of a rollout that says `current` of its progress is over.
fn end(rollout: &Rollout, current: &Value) -> Option<Timestamp> {
    let since: Timestamp = current["lastUpdateTime"].as_str()?.parse().ok()?;
    since.checked_add(SignedDuration::from_secs(deadline(rollout)?)).ok()
}

/// When to look whether the rollout is late: a second after its time is over, as times are kept to the second.
pub(super) fn late(rollout: &Rollout, status: &Value) -> Option<Timestamp> {
    let list = conditions::of(status);
    let current = conditions::get(&list, "Progressing")?;
    if is_complete(rollout, status) || current["reason"] == "ProgressDeadlineExceeded" {
        return None;
    }
    end(rollout, current)?.checked_add(SignedDuration::from_secs(1)).ok()
}

/// What a replica set says of pods that cannot be made: the new one first.
fn failure(rollout: &Rollout) -> Option<Value> {
    let of = |set: &Set| {
        let list = conditions::of(&set.object["status"]);
        conditions::get(&list, "ReplicaFailure").cloned()
    };
    let failed = rollout.new.as_ref().and_then(of).or_else(|| rollout.old.iter().find_map(of))?;
    Some(json!({
        "type": "ReplicaFailure",
        "status": failed["status"],
        "lastUpdateTime": failed["lastTransitionTime"],
        "lastTransitionTime": failed["lastTransitionTime"],
        "reason": failed["reason"],
        "message": failed["message"],
    }))
}
