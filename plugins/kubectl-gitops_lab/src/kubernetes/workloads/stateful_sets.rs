//! The stateful set controller: pods with names that stay, one after another, the last one first when they change.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::history::{REVISION, is_of};
use super::owned_pods::{has_ended, is_going, is_ready, name, number};
use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::storage::key::Key;
use crate::kubernetes::workloads::event_text::EventText;

const COMPONENT: &str = "statefulset-controller";

/// The pods of a set by their ordinals.
type PodsByOrdinal = BTreeMap<i64, (Key, Arc<Value>)>;

impl Cluster {
    pub(super) fn reconcile_stateful_set(&mut self, key: &Key, set: &Value, now: Timestamp) {
        if is_going(set) {
            return;
        }
        let update = self.revise(set, now);
        let pods: PodsByOrdinal = self
            .controlled(set, self.workloads.kinds.pods)
            .into_iter()
            .filter_map(|(key, pod)| Some((key.name.rsplit_once('-')?.1.parse().ok()?, (key, pod))))
            .collect();
        let current = set["status"]["currentRevision"].as_str().unwrap_or(&update).to_owned();
        self.step(key, set, &pods, &update, now);
        self.report(key, counted(set, &pods, current, &update));
    }

    /// Takes the next step: one pod at a time, unless the set says otherwise.
    fn step(&mut self, key: &Key, set: &Value, pods: &PodsByOrdinal, update: &str, now: Timestamp) {
        let is_parallel = set["spec"]["podManagementPolicy"] == "Parallel";
        let wanted = set["spec"]["replicas"].as_i64().unwrap_or(1);
        for ordinal in 0..wanted {
            match pods.get(&ordinal) {
                Some((pod, object)) if has_ended(object) && !is_going(object) => self.discard(pod, now),
                Some((_, pod)) if is_parallel || (is_ready(pod) && !is_going(pod)) => continue,
                Some(_) => {}
                None => {
                    self.make_member(key, set, ordinal, update, now);
                    if is_parallel {
                        continue;
                    }
                }
            }
            return;
        }
        for (_, (pod, object)) in pods.iter().rev().filter(|(ordinal, _)| **ordinal >= wanted) {
            if !is_going(object) {
                self.remove_member(set, pod, now);
            }
            if !is_parallel {
                return;
            }
        }
        let strategy = &set["spec"]["updateStrategy"];
        if strategy["type"] == "OnDelete" {
            return;
        }
        let partition = number(&strategy["rollingUpdate"]["partition"]);
        for (_, (pod, object)) in pods.range(partition.min(wanted)..wanted).rev() {
            if !is_of(object, update) && !is_going(object) {
                self.remove_member(set, pod, now);
                return;
            }
            if !is_ready(object) {
                return;
            }
        }
    }

    fn make_member(&mut self, key: &Key, set: &Value, ordinal: i64, update: &str, now: Timestamp) {
        let pod = format!("{}-{ordinal}", name(set));
        let mut template = set["spec"]["template"].clone();
        let labels = &mut template["metadata"]["labels"];
        labels["statefulset.kubernetes.io/pod-name"] = json!(pod);
        labels["apps.kubernetes.io/pod-index"] = json!(ordinal.to_string());
        labels[REVISION] = json!(update);
        template["spec"]["hostname"] = json!(pod);
        if let Some(service) = set["spec"]["serviceName"].as_str().filter(|service| !service.is_empty()) {
            template["spec"]["subdomain"] = json!(service);
        }
        self.claim_volumes(set, &pod, &mut template, now);
        let (reason, message, is_warning) = match self.make_pod(set, &template, Some(pod.clone()), now) {
            Ok(_) => (
                "SuccessfulCreate",
                format!("create Pod {pod} in StatefulSet {} successful", name(set)),
                false,
            ),
            Err(why) => {
                self.look_again(key.clone(), now);
                let told = format!("create Pod {pod} in StatefulSet {} failed error: {why}", name(set));
                ("FailedCreate", told, true)
            }
        };
        self.tell(set, &EventText { component: COMPONENT, is_warning, reason, message }, now);
    }

    fn remove_member(&mut self, set: &Value, pod: &Key, now: Timestamp) {
        self.discard(pod, now);
        let message = format!("delete Pod {} in StatefulSet {} successful", pod.name, name(set));
        self.tell(set, &EventText::normal(COMPONENT, "SuccessfulDelete", message), now);
    }

    /// Gives a pod the volumes that it keeps: claims that are met at once.
    fn claim_volumes(&mut self, set: &Value, pod: &str, template: &mut Value, now: Timestamp) {
        let namespace = set["metadata"]["namespace"].as_str().unwrap_or_default();
        let mut volumes = template["spec"]["volumes"].as_array().cloned().unwrap_or_default();
        for claim in set["spec"]["volumeClaimTemplates"].as_array().into_iter().flatten() {
            let claimed = format!("{}-{pod}", name(claim));
            volumes.retain(|volume| volume["name"] != claim["metadata"]["name"]);
            volumes.push(json!({
                "name": claim["metadata"]["name"],
                "persistentVolumeClaim": {"claimName": claimed},
            }));
            let key = self.key_of("persistentvolumeclaims", namespace, &claimed);
            if self.store.get(&key).is_none() {
                let mut metadata = json!({"name": claimed, "namespace": namespace});
                if let Some(labels) = set["spec"]["selector"].get("matchLabels") {
                    metadata["labels"] = labels.clone();
                }
                let capacity = json!({"storage": claim["spec"]["resources"]["requests"]["storage"]});
                let status = json!({"phase": "Bound", "accessModes": claim["spec"]["accessModes"], "capacity": capacity});
                let object = json!({
                    "kind": "PersistentVolumeClaim",
                    "apiVersion": "v1",
                    "metadata": metadata,
                    "spec": claim["spec"],
                    "status": status,
                });
                self.add(key, object, now);
            }
        }
        if !volumes.is_empty() {
            template["spec"]["volumes"] = json!(volumes);
        }
    }
}

fn counted(set: &Value, pods: &PodsByOrdinal, current: String, update: &str) -> Value {
    let count = |is_counted: &dyn Fn(&Value) -> bool| -> i64 {
        let counted = pods.values().filter(|(_, pod)| !is_going(pod) && is_counted(pod));
        i64::try_from(counted.count()).unwrap_or(i64::MAX)
    };
    let wanted = set["spec"]["replicas"].as_i64().unwrap_or(1);
    let updated = count(&|pod| is_of(pod, update));
    let ready = count(&is_ready);
    let is_over = updated == wanted && ready == wanted;
    let current = if is_over { update.to_owned() } else { current };
    let mut status = json!({
        "observedGeneration": set["metadata"]["generation"],
        "replicas": pods.len(),
        "availableReplicas": ready,
        "collisionCount": 0,
        "currentRevision": current,
        "updateRevision": update,
    });
    for (field, count) in [
        ("readyReplicas", ready),
        ("currentReplicas", count(&|pod| is_of(pod, &current))),
        ("updatedReplicas", updated),
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

    use crate::kubernetes::Cluster;
    use crate::kubernetes::testing::{NOW, cluster, send};

    const SETS: &str = "/apis/apps/v1/namespaces/default/statefulsets";

    fn pods(cluster: &mut Cluster) -> Vec<(String, String)> {
        let list = send(cluster, Method::GET, "/api/v1/namespaces/default/pods", &Value::Null).1;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        list["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|pod| (text(&pod["metadata"]["name"]), text(&pod["spec"]["containers"][0]["image"])))
            .collect()
    }

    #[test]
    fn members_come_one_after_another_and_change_from_the_last() {
        let mut cluster = cluster();
        let labels = json!({"app": "db"});
        let template = json!({
            "metadata": {"labels": labels},
            "spec": {"containers": [{"name": "db", "image": "db:1"}]},
        });
        let claim = json!({"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}});
        let spec = json!({
            "replicas": 3, "serviceName": "db", "selector": {"matchLabels": labels},
            "template": template, "volumeClaimTemplates": [claim],
        });
        let (code, answer) =
            send(&mut cluster, Method::POST, SETS, &json!({"metadata": {"name": "db"}, "spec": spec}));
        assert_eq!(code, 201, "{answer}");
        cluster.advance(NOW + SignedDuration::from_millis(25));
        assert_eq!(pods(&mut cluster).len(), 1, "the second waits for the first");
        cluster.advance(NOW + SignedDuration::from_secs(1));
        let all = |image: &str| -> Vec<(String, String)> {
            (0..3).map(|ordinal| (format!("db-{ordinal}"), image.to_owned())).collect()
        };
        assert_eq!(pods(&mut cluster), all("db:1"));
        let name = format!("{SETS}/db");
        let (_, mut set) = send(&mut cluster, Method::GET, &name, &Value::Null);
        assert_eq!(
            (&set["status"]["readyReplicas"], &set["status"]["currentReplicas"]),
            (&json!(3), &json!(3))
        );
        set["spec"]["template"]["spec"]["containers"][0]["image"] = json!("db:2");
        assert_eq!(send(&mut cluster, Method::PUT, &name, &set).0, 200);
        cluster.advance(NOW + SignedDuration::from_secs(2));
        assert_eq!(pods(&mut cluster), all("db:2"));
        let (_, set) = send(&mut cluster, Method::GET, &name, &Value::Null);
        assert_eq!(set["status"]["currentRevision"], set["status"]["updateRevision"]);
        let claims = "/api/v1/namespaces/default/persistentvolumeclaims";
        let claims = send(&mut cluster, Method::GET, claims, &Value::Null).1;
        assert_eq!(claims["items"].as_array().map(Vec::len), Some(3));
        let revisions = "/apis/apps/v1/namespaces/default/controllerrevisions";
        let revisions = send(&mut cluster, Method::GET, revisions, &Value::Null).1;
        assert_eq!(revisions["items"].as_array().map(Vec::len), Some(2));
    }
}
