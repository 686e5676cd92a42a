//! The replica set controller: as many pods as are wanted, and a count of them.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::conditions;
use super::owned_pods::{is_active, is_going, is_ready, name, number, ready_since};
use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::storage::key::Key;
use crate::kubernetes::timestamp::time;
use crate::kubernetes::workloads::event_text::EventText;

const COMPONENT: &str = "replicaset-controller";
/// How many pods are made or deleted at once.
const BURST: usize = 500;

type Pod = (Key, Arc<Value>);

impl Cluster {
    pub(super) fn reconcile_replica_set(&mut self, key: &Key, set: &Value, now: Timestamp) {
        let pods = self.controlled(set, self.workloads.kinds.pods);
        let failure = if is_going(set) { None } else { self.manage_replicas(set, &pods, now).err() };
        let (status, next) = counted(set, &pods, failure.as_ref(), now);
        self.report(key, status);
        match failure {
            Some(_) => self.look_again(key.clone(), now),
            None => drop(self.workloads.failures.remove(key)),
        }
        if let Some(next) = next {
            self.wake(key.clone(), next);
        }
    }

    /// Makes or deletes pods until there are as many as are wanted; an error says why it could not.
    fn manage_replicas(&mut self, set: &Value, pods: &[Pod], now: Timestamp) -> Result<(), ReplicaFailure> {
        let active: Vec<&Pod> = pods.iter().filter(|(_, pod)| is_active(pod)).collect();
        let wanted = usize::try_from(number(&set["spec"]["replicas"])).unwrap_or_default();
        if active.len() < wanted {
            return self.make_pods(set, (wanted - active.len()).min(BURST), now);
        }
        let surplus = (active.len() - wanted).min(BURST);
        for (key, pod) in least_worthy(active).into_iter().take(surplus) {
            self.discard(key, now);
            let message = format!("Deleted pod: {}", name(pod));
            self.tell(set, &EventText::normal(COMPONENT, "SuccessfulDelete", message), now);
        }
        Ok(())
    }

    /// One at first, then twice as many each time, so that what cannot be made is not tried often.
    fn make_pods(&mut self, set: &Value, count: usize, now: Timestamp) -> Result<(), ReplicaFailure> {
        let (mut left, mut batch) = (count, 1);
        while left > 0 {
            let mut failure = None;
            for _ in 0..batch.min(left) {
                match self.make_pod(set, &set["spec"]["template"], None, now) {
                    Ok(pod) => {
                        let message = format!("Created pod: {}", pod.name);
                        self.tell(set, &EventText::normal(COMPONENT, "SuccessfulCreate", message), now);
                    }
                    Err(why) => {
                        let message = format!("Error creating: {why}");
                        self.tell(set, &EventText::warning(COMPONENT, "FailedCreate", message), now);
                        failure.get_or_insert(ReplicaFailure { reason: "FailedCreate", message: why });
                    }
                }
            }
            if let Some(failure) = failure {
                return Err(failure);
            }
            left -= batch.min(left);
            batch *= 2;
        }
        Ok(())
    }
}

/// Why there are not as many pods as are wanted.
struct ReplicaFailure {
    reason: &'static str,
    message: String,
}

/// The order in which pods are deleted: those first that are missed least.
fn least_worthy(mut pods: Vec<&Pod>) -> Vec<&Pod> {
    pods.sort_by_cached_key(|(key, pod)| {
        let is_bound = pod["spec"]["nodeName"].as_str().is_some_and(|node| !node.is_empty());
        let phase = match pod["status"]["phase"].as_str() {
            Some("Pending") => 0,
            Some("Unknown") => 1,
            _ => 2,
        };
        let cost = pod["metadata"]["annotations"]["controller.kubernetes.io/pod-deletion-cost"].as_str();
        let cost: i64 = cost.and_then(|cost| cost.parse().ok()).unwrap_or_default();
        let newest = |time: Option<Timestamp>| std::cmp::Reverse(time);
        let created = pod["metadata"]["creationTimestamp"].as_str().and_then(|time| time.parse().ok());
        (is_bound, phase, is_ready(pod), cost, newest(ready_since(pod)), newest(created), key.name.clone())
    });
    pods
}

/// The status of a replica set with these pods, and when it changes by itself.
fn counted(
    set: &Value,
    pods: &[Pod],
    failure: Option<&ReplicaFailure>,
    now: Timestamp,
) -> (Value, Option<Timestamp>) {
    let settle = SignedDuration::from_secs(number(&set["spec"]["minReadySeconds"]));
    let labels = set["spec"]["template"]["metadata"]["labels"].as_object();
    let (mut replicas, mut labeled, mut ready, mut available, mut terminating) = (0, 0, 0, 0, 0);
    let mut next: Option<Timestamp> = None;
    for (_, pod) in pods {
        if is_going(pod) {
            terminating += i64::from(!super::owned_pods::has_ended(pod));
        }
        if !is_active(pod) {
            continue;
        }
        replicas += 1;
        let own = &pod["metadata"]["labels"];
        labeled +=
            i64::from(labels.is_none_or(|labels| labels.iter().all(|(name, value)| own[name] == *value)));
        if !is_ready(pod) {
            continue;
        }
        ready += 1;
        let at = ready_since(pod).and_then(|since| since.checked_add(settle).ok()).unwrap_or(now);
        if at <= now {
            available += 1;
        } else {
            next = Some(next.map_or(at, |next| next.min(at)));
        }
    }
    let mut status = json!({"replicas": replicas});
    for (field, count) in
        [("fullyLabeledReplicas", labeled), ("readyReplicas", ready), ("availableReplicas", available)]
    {
        if count > 0 {
            status[field] = json!(count);
        }
    }
    status["terminatingReplicas"] = json!(terminating);
    status["observedGeneration"] = set["metadata"]["generation"].clone();
    let mut list = conditions::of(&set["status"]);
    match failure {
        None => conditions::remove(&mut list, "ReplicaFailure"),
        Some(failure) if conditions::get(&list, "ReplicaFailure").is_none() => list.push(json!({
            "type": "ReplicaFailure",
            "status": "True",
            "lastTransitionTime": time(now),
            "reason": failure.reason,
            "message": failure.message,
        })),
        Some(_) => {}
    }
    conditions::keep(&mut status, list);
    (status, next)
}
