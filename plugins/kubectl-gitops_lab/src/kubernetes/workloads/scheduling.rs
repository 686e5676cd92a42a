//! The scheduler: which node a pod goes to, or why it goes to none.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::conditions;
use super::owned::{is_going, name};
use super::recorder::News;
use crate::kubernetes::cluster::{Cluster, time};
use crate::kubernetes::store::Key;

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
        self.tell_action(pod, &News::normal(SCHEDULER, "Scheduled", message), "Binding", now);
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
        let mut list = conditions::of(&pod["status"]);
        if conditions::get(&list, "PodScheduled").is_some_and(|condition| condition["message"] == why) {
            return;
        }
        let news = News::warning(SCHEDULER, "FailedScheduling", why.to_owned());
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
        let wanted = || pod["spec"]["nodeSelector"].as_object().into_iter().flatten();
        let fits = |node: &Value| wanted().all(|(name, value)| node["metadata"]["labels"][name] == *value);
        match nodes.iter().find(|(_, node)| fits(node)) {
            Some((name, _)) => Ok((*name).to_owned()),
            None if nodes.is_empty() => Err("no nodes available to schedule pods".to_owned()),
            None => {
                let all = nodes.len();
                Err(format!(
                    "0/{all} nodes are available: {all} node(s) didn't match Pod's node affinity/selector. no new \
                     claims to deallocate, preemption: 0/{all} nodes are available: {all} Preemption is not \
                     helpful for scheduling."
                ))
            }
        }
    }
}
