//! The daemon set controller: a pod on every node that takes it.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::history::{REVISION, is_of};
use super::node_fit::{Load, refusal};
use super::owned_pods::{has_ended, is_active, is_going, is_ready, name};
use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::storage::key::Key;
use crate::kubernetes::workloads::event_text::EventText;

const COMPONENT: &str = "daemonset-controller";
/// What is kept away from nodes and yet does not keep a daemon away.
const TOLERATED: [(&str, &str); 6] = [
    ("node.kubernetes.io/not-ready", "NoExecute"),
    ("node.kubernetes.io/unreachable", "NoExecute"),
    ("node.kubernetes.io/disk-pressure", "NoSchedule"),
    ("node.kubernetes.io/memory-pressure", "NoSchedule"),
    ("node.kubernetes.io/pid-pressure", "NoSchedule"),
    ("node.kubernetes.io/unschedulable", "NoSchedule"),
];

/// The pods of a set by the node that they are for.
type PodsByNode = BTreeMap<String, Vec<(Key, Arc<Value>)>>;

impl Cluster {
    pub(super) fn reconcile_daemon_set(&mut self, key: &Key, set: &Value, now: Timestamp) {
        if is_going(set) {
            return;
        }
        let revision = self.revise(set, now);
        let hash = revision.rsplit_once('-').map(|(_, hash)| hash.to_owned()).unwrap_or_default();
        let mut pods = PodsByNode::new();
        for (key, pod) in self.controlled(set, self.workloads.kinds.pods) {
            pods.entry(meant_for(&pod)).or_default().push((key, pod));
        }
        let nodes = self.nodes_for(set);
        for node in &nodes {
            let on_node = pods.get(node).map(Vec::as_slice).unwrap_or_default();
            for (key, _) in on_node.iter().filter(|(_, pod)| has_ended(pod) && !is_going(pod)) {
                self.discard(key, now);
            }
            if on_node.is_empty() {
                self.make_daemon(key, set, node, &hash, now);
            }
        }
        let misplaced = pods.iter().filter(|(node, _)| !nodes.contains(node)).flat_map(|(_, pods)| pods);
        let misplaced: Vec<Key> =
            misplaced.filter(|(_, pod)| !is_going(pod)).map(|(key, _)| key.clone()).collect();
        for key in &misplaced {
            self.remove_daemon(set, key, now);
        }
        self.renew_daemons(set, &pods, &hash, now);
        self.report(key, counted(set, &nodes, &pods, misplaced.len(), &hash));
    }

    fn nodes_for(&self, set: &Value) -> Vec<String> {
        let mut pod = set["spec"]["template"].clone();
        tolerate(&mut pod);
        let nodes = self.store.of_kind(self.workloads.kinds.nodes);
        nodes
            .filter(|(_, node)| refusal(node, &pod, Load::default()).is_none())
            .map(|(_, node)| name(node).to_owned())
            .collect()
    }

    fn make_daemon(&mut self, key: &Key, set: &Value, node: &str, hash: &str, now: Timestamp) {
        let mut template = set["spec"]["template"].clone();
        template["metadata"]["labels"][REVISION] = json!(hash);
        template["metadata"]["labels"]["pod-template-generation"] =
            json!(set["metadata"]["generation"].to_string());
        tolerate(&mut template);
        let field = json!({"key": "metadata.name", "operator": "In", "values": [node]});
        template["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"] =
            json!({"nodeSelectorTerms": [{"matchFields": [field]}]});
        let news = match self.make_pod(set, &template, None, now) {
            Ok(pod) => EventText::normal(COMPONENT, "SuccessfulCreate", format!("Created pod: {}", pod.name)),
            Err(why) => {
                self.look_again(key.clone(), now);
                EventText::warning(COMPONENT, "FailedCreate", format!("Error creating: {why}"))
            }
        };
        self.tell(set, &news, now);
    }

    fn remove_daemon(&mut self, set: &Value, key: &Key, now: Timestamp) {
        self.discard(key, now);
        let message = format!("Deleted pod: {}", key.name);
        self.tell(set, &EventText::normal(COMPONENT, "SuccessfulDelete", message), now);
    }

    /// Replaces pods of an older template, as many at once as may be missing.
    fn renew_daemons(&mut self, set: &Value, pods: &PodsByNode, hash: &str, now: Timestamp) {
        let strategy = &set["spec"]["updateStrategy"];
        if strategy["type"] == "OnDelete" {
            return;
        }
        let allowed = strategy["rollingUpdate"]["maxUnavailable"].as_u64().unwrap_or(1);
        let all = || pods.values().flatten();
        let missing = all().filter(|(_, pod)| !is_active(pod) || !is_ready(pod)).count();
        let spare = usize::try_from(allowed).unwrap_or(usize::MAX).saturating_sub(missing);
        let old = all().filter(|(_, pod)| is_active(pod) && !is_of(pod, hash));
        // What does not run is missed by nobody.
        let (idle, busy): (Vec<_>, Vec<_>) = old.partition(|(_, pod)| !is_ready(pod));
        for (key, _) in idle.into_iter().chain(busy.into_iter().take(spare)) {
            self.remove_daemon(set, key, now);
        }
    }
}

/// The node that a daemon is for, which it is told before it is there.
fn meant_for(pod: &Value) -> String {
    let required = "requiredDuringSchedulingIgnoredDuringExecution";
    let terms = &pod["spec"]["affinity"]["nodeAffinity"][required]["nodeSelectorTerms"];
    let meant = terms[0]["matchFields"][0]["values"][0].as_str();
    pod["spec"]["nodeName"].as_str().or(meant).unwrap_or_default().to_owned()
}

fn tolerate(template: &mut Value) {
    let mut tolerations = template["spec"]["tolerations"].as_array().cloned().unwrap_or_default();
    for (key, effect) in TOLERATED {
        let toleration = json!({"key": key, "operator": "Exists", "effect": effect});
        if !tolerations.contains(&toleration) {
            tolerations.push(toleration);
        }
    }
    template["spec"]["tolerations"] = json!(tolerations);
}

fn counted(set: &Value, nodes: &[String], pods: &PodsByNode, misplaced: usize, hash: &str) -> Value {
    let count = |is_counted: &dyn Fn(&Value) -> bool| {
        let on = |node: &&String| {
            let pods = pods.get(*node).map(Vec::as_slice).unwrap_or_default();
            pods.iter().any(|(_, pod)| is_active(pod) && is_counted(pod))
        };
        nodes.iter().filter(on).count()
    };
    let ready = count(&is_ready);
    let mut status = json!({
        "currentNumberScheduled": count(&|_| true),
        "numberMisscheduled": misplaced,
        "desiredNumberScheduled": nodes.len(),
        "numberReady": ready,
        "observedGeneration": set["metadata"]["generation"],
    });
    for (field, count) in [
        ("updatedNumberScheduled", count(&|pod| is_of(pod, hash))),
        ("numberAvailable", ready),
        ("numberUnavailable", nodes.len() - ready),
    ] {
        if count > 0 {
            status[field] = json!(count);
        }
    }
    status
}

#[cfg(test)]
mod tests {
    use http::Method;
    use jiff::SignedDuration;
    use serde_json::{Value, json};

    use crate::kubernetes::testing::{NOW, cluster, send};

    const SETS: &str = "/apis/apps/v1/namespaces/default/daemonsets";

    #[test]
    fn every_node_that_is_meant_has_a_daemon() {
        let mut cluster = cluster();
        let labels = json!({"app": "agent"});
        let template = json!({
            "metadata": {"labels": labels},
            "spec": {"containers": [{"name": "agent", "image": "agent:1"}]},
        });
        let spec = json!({"selector": {"matchLabels": labels}, "template": template});
        let (code, answer) =
            send(&mut cluster, Method::POST, SETS, &json!({"metadata": {"name": "agent"}, "spec": spec}));
        assert_eq!(code, 201, "{answer}");
        cluster.advance(NOW + SignedDuration::from_secs(1));
        let name = format!("{SETS}/agent");
        let (_, mut set) = send(&mut cluster, Method::GET, &name, &Value::Null);
        assert_eq!(
            (&set["status"]["numberReady"], &set["status"]["desiredNumberScheduled"]),
            (&json!(1), &json!(1))
        );
        set["spec"]["template"]["spec"]["containers"][0]["image"] = json!("agent:2");
        assert_eq!(send(&mut cluster, Method::PUT, &name, &set).0, 200);
        cluster.advance(NOW + SignedDuration::from_secs(2));
        let pods = "/api/v1/namespaces/default/pods";
        let (_, list) = send(&mut cluster, Method::GET, pods, &Value::Null);
        let images: Vec<&Value> = list["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|pod| &pod["spec"]["containers"][0]["image"])
            .collect();
        assert_eq!(images, ["agent:2"]);
        let (_, mut set) = send(&mut cluster, Method::GET, &name, &Value::Null);
        assert_eq!(set["status"]["updatedNumberScheduled"], 1);
        set["spec"]["template"]["spec"]["nodeSelector"] = json!({"none": "such"});
        assert_eq!(send(&mut cluster, Method::PUT, &name, &set).0, 200);
        cluster.advance(NOW + SignedDuration::from_secs(3));
        let (_, list) = send(&mut cluster, Method::GET, pods, &Value::Null);
        assert_eq!(list["items"].as_array().map(Vec::len), Some(0));
    }
}
