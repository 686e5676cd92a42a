//! The scheduler: which node a pod goes to, or why it goes to none.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::conditions;
use super::node_fit::{Load, is_crowded, refusal};
use super::owned_pods::{has_ended, is_going, name};
use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::storage::key::Key;
use crate::kubernetes::timestamp::time;
use crate::kubernetes::workloads::event_text::EventText;

const SCHEDULER: &str = "default-scheduler";

impl Cluster {
    /// Finds a node for the pod at `key` if it needs one.
    pub(super) fn schedule(&mut self, key: &Key, pod: &Value, now: Timestamp) {
        let is_bound = pod["spec"]["nodeName"].as_str().is_some_and(|node| !node.is_empty());
        let is_own = pod["spec"]["schedulerName"].as_str().is_none_or(|name| name == SCHEDULER);
        if is_bound || is_going(pod) || !is_own {
            return;
        }
        match self.node_for(pod) {
            Ok(node) => self.bind(key, pod, &node, now),
            Err(why) => self.tell_unschedulable(key, pod, &why, now),
        }
    }

    fn bind(&mut self, key: &Key, pod: &Value, node: &str, now: Timestamp) {
        let message = format!("Successfully assigned {}/{} to {node}", key.namespace, name(pod));
        self.tell_action(pod, &EventText::normal(SCHEDULER, "Scheduled", message), "Binding", now);
        let mut bound = pod.clone();
        bound["spec"]["nodeName"] = json!(node);
        let scheduled = json!({
            "type": "PodScheduled",
            "status": "True",
            "lastProbeTime": null,
            "lastTransitionTime": time(now),
        });
        let mut list = conditions::of(&bound["status"]);
        conditions::merge(&mut list, vec![scheduled]);
        conditions::keep(&mut bound["status"], list);
        self.store.put(key.clone(), bound);
    }

    fn tell_unschedulable(&mut self, key: &Key, pod: &Value, why: &str, now: Timestamp) {
        self.workloads.waiting.insert(key.clone());
        let mut list = conditions::of(&pod["status"]);
        if conditions::get(&list, "PodScheduled").is_some_and(|condition| condition["message"] == why) {
            return;
        }
        let news = EventText::warning(SCHEDULER, "FailedScheduling", why.to_owned());
        self.tell_action(pod, &news, "Scheduling", now);
        let unscheduled = json!({
            "type": "PodScheduled",
            "observedGeneration": pod["metadata"]["generation"],
            "status": "False",
            "lastProbeTime": null,
            "lastTransitionTime": time(now),
            "reason": "Unschedulable",
            "message": why,
        });
        conditions::merge(&mut list, vec![unscheduled]);
        let mut status = pod["status"].clone();
        conditions::keep(&mut status, list);
        self.report(key, status);
    }

    /// The node that takes a pod, or in the scheduler's words why none does.
    fn node_for(&self, pod: &Value) -> Result<String, String> {
        let nodes: Vec<(&str, &Value)> =
            self.store.of_kind(self.workloads.kinds.nodes).map(|(_, node)| (name(node), &**node)).collect();
        let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
        for (name, node) in &nodes {
            let load = self.workloads.loads.get(*name).copied().unwrap_or_default();
            match refusal(node, pod, load) {
                None => return Ok((*name).to_owned()),
                Some(reason) => *reasons.entry(reason).or_default() += 1,
            }
        }
        if nodes.is_empty() {
            return Err("no nodes available to schedule pods".to_owned());
        }
        let list = |counts: &BTreeMap<&str, usize>| {
            let told: Vec<String> = counts.iter().map(|(what, count)| format!("{count} {what}")).collect();
            told.join(", ")
        };
        let mut helps: BTreeMap<&str, usize> = BTreeMap::new();
        for (reason, count) in &reasons {
            let help = match is_crowded(reason) {
                true => "No preemption victims found for incoming pod.",
                false => "Preemption is not helpful for scheduling.",
            };
            *helps.entry(help).or_default() += count;
        }
        let (all, why, helps) = (nodes.len(), list(&reasons), list(&helps).replace("., ", ", "));
        Err(format!(
            "0/{all} nodes are available: {why}. no new claims to deallocate, preemption: 0/{all} nodes are \
             available: {helps}"
        ))
    }

    /// Keeps count of what pods take of their nodes, and lets those look again that found no place when some of it
    /// comes free.
    pub(super) fn weigh(&mut self, key: &Key, states: [Option<&Value>; 2], now: Timestamp) {
        let takes = |pod: &&Value| !has_ended(pod) && pod["spec"]["nodeName"].is_string();
        let [before, after] = states.map(|pod| pod.filter(takes));
        let node = |pod: &Value| pod["spec"]["nodeName"].as_str().unwrap_or_default().to_owned();
        match (before, after) {
            (Some(_), Some(_)) => {}
            (None, Some(pod)) => self.workloads.loads.entry(node(pod)).or_default().add(Load::of(pod)),
            (Some(pod), None) => {
                self.workloads.loads.entry(node(pod)).or_default().remove(Load::of(pod));
                self.seek_again(now);
            }
            (None, None) => {}
        }
        if after.is_some() || states[1].is_none() {
            self.workloads.waiting.remove(key);
        }
    }

    /// Lets the pods look for a node again that found none.
    pub(super) fn seek_again(&mut self, now: Timestamp) {
        let next = SignedDuration::from_millis(1000 - now.as_millisecond().rem_euclid(1000));
        for key in self.workloads.waiting.clone() {
            self.look_after(key, next, now);
        }
    }
}
