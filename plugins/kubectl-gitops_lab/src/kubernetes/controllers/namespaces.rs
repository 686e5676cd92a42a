//! The controllers without which objects make no sense: a certificate and an account in every namespace. They
//! follow the store's log after every request, so that a client never meets a cluster that is half done and a write
//! costs what it concerns.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::storage::event::Event;
use crate::kubernetes::storage::store::Unseen;

/// The config map by which pods learn whom to trust.
const AUTHORITY: &str = "kube-root-ca.crt";
/// The account that pods act as which name none.
const ACCOUNT: &str = "default";
const DESCRIPTION: &str = "Contains a CA bundle that can be used to verify the kube-apiserver when using internal \
    endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across \
    distributions of Kubernetes clusters.";

impl Cluster {
    /// Lets the controllers follow what was written until there is nothing left to follow.
    pub(in crate::kubernetes) fn settle(&mut self, now: Timestamp) {
        while let Some(unseen) = self.store.take_unseen() {
            let written = match unseen {
                Unseen::Events(events) => events,
                // Who has missed something looks at everything, and counts anew.
                Unseen::Everything(events) => {
                    self.workloads.forget_loads();
                    events
                }
            };
            let definitions = self.definition("").resource;
            if written.iter().any(|event| event.key.resource == definitions) {
                self.define(now);
            }
            for event in &written {
                self.collect(event, now);
                self.see_to_namespace(event, now);
                self.react(event, now);
            }
        }
    }

    fn see_to_namespace(&mut self, event: &Event, now: Timestamp) {
        let key = &event.key;
        if key.resource == self.workloads.kinds().namespaces {
            match event.after.as_deref() {
                Some(namespace) if is_going(namespace) => self.end_namespace_later(key, now),
                Some(_) => {
                    self.publish_authority(&key.name, now);
                    self.open_account(&key.name, now);
                }
                None => {}
            }
        } else if event.after.is_none() && self.takes(&key.namespace) {
            if key.resource == self.workloads.kinds().config_maps && key.name == AUTHORITY {
                self.publish_authority(&key.namespace, now);
            } else if key.resource == self.workloads.kinds().service_accounts && key.name == ACCOUNT {
                self.open_account(&key.namespace, now);
            }
        }
    }

    /// Whether something new comes into a namespace.
    pub(in crate::kubernetes) fn takes(&self, namespace: &str) -> bool {
        let key = self.key_of("namespaces", "", namespace);
        self.store.get(&key).is_some_and(|namespace| !is_going(namespace))
    }

    fn publish_authority(&mut self, namespace: &str, now: Timestamp) {
        let key = self.key_of("configmaps", namespace, AUTHORITY);
        if self.store.get(&key).is_some() {
            return;
        }
        let object = json!({
            "kind": "ConfigMap",
            "apiVersion": "v1",
            "metadata": {
                "name": AUTHORITY,
                "namespace": namespace,
                "annotations": {"kubernetes.io/description": DESCRIPTION},
            },
            "data": {"ca.crt": self.authority()},
        });
        self.add(key, object, now);
    }

    /// Every namespace has an account that its pods act as.
    fn open_account(&mut self, namespace: &str, now: Timestamp) {
        let key = self.key_of("serviceaccounts", namespace, ACCOUNT);
        if self.store.get(&key).is_none() {
            let metadata = json!({"name": ACCOUNT, "namespace": namespace});
            let account = json!({"kind": "ServiceAccount", "apiVersion": "v1", "metadata": metadata});
            self.add(key, account, now);
        }
    }
}

pub(in crate::kubernetes) fn is_going(object: &Value) -> bool {
    object["metadata"].get("deletionTimestamp").is_some()
}

#[cfg(test)]
mod tests {
    use http::Method;
    use serde_json::{Value, json};

    use crate::kubernetes::Cluster;
    use crate::kubernetes::testing::{cluster, send};

    /// A config map `owner`, and `dependent`, which it owns.
    fn family(cluster: &mut Cluster) {
        let maps = "/api/v1/namespaces/default/configmaps";
        let owner = send(cluster, Method::POST, maps, &json!({"metadata": {"name": "owner"}})).1;
        let reference = json!({"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": owner["metadata"]["uid"]});
        let dependent = json!({"metadata": {"name": "dependent", "ownerReferences": [reference]}});
        assert_eq!(send(cluster, Method::POST, maps, &dependent).0, 201);
    }

    fn is_there(cluster: &mut Cluster, name: &str) -> bool {
        let target = format!("/api/v1/namespaces/default/configmaps/{name}");
        send(cluster, Method::GET, &target, &Value::Null).0 == 200
    }

    #[test]
    fn dependents_go_with_their_owner_unless_they_are_orphaned() {
        for (policy, stays) in [("Background", false), ("Foreground", false), ("Orphan", true)] {
            let mut cluster = cluster();
            family(&mut cluster);
            let target = format!("/api/v1/namespaces/default/configmaps/owner?propagationPolicy={policy}");
            assert_eq!(send(&mut cluster, Method::DELETE, &target, &Value::Null).0, 200);
            assert!(!is_there(&mut cluster, "owner"), "{policy}");
            assert_eq!(is_there(&mut cluster, "dependent"), stays, "{policy}");
        }
    }

    #[test]
    fn an_owner_waits_in_the_foreground_for_a_dependent_that_is_held() {
        let mut cluster = cluster();
        family(&mut cluster);
        let map = |name: &str| format!("/api/v1/namespaces/default/configmaps/{name}");
        let (_, mut dependent) = send(&mut cluster, Method::GET, &map("dependent"), &Value::Null);
        dependent["metadata"]["finalizers"] = json!(["a.example/b"]);
        assert_eq!(send(&mut cluster, Method::PUT, &map("dependent"), &dependent).0, 200);
        let target = format!("{}?propagationPolicy=Foreground", map("owner"));
        assert_eq!(send(&mut cluster, Method::DELETE, &target, &Value::Null).0, 200);
        assert!(is_there(&mut cluster, "owner") && is_there(&mut cluster, "dependent"));
        let (_, mut dependent) = send(&mut cluster, Method::GET, &map("dependent"), &Value::Null);
        dependent["metadata"]["finalizers"] = json!([]);
        assert_eq!(send(&mut cluster, Method::PUT, &map("dependent"), &dependent).0, 200);
        assert!(!is_there(&mut cluster, "owner") && !is_there(&mut cluster, "dependent"));
    }

    #[test]
    fn a_pod_on_a_node_has_time_to_end_and_one_without_has_none() {
        let mut cluster = cluster();
        let pods = "/api/v1/namespaces/default/pods";
        for (name, node) in [("bound", "a"), ("waiting", "")] {
            let pod = json!({"metadata": {"name": name}, "spec": {"nodeName": node, "containers": []}});
            assert_eq!(send(&mut cluster, Method::POST, pods, &pod).0, 201);
        }
        let delete = |cluster: &mut Cluster, target: &str| {
            send(cluster, Method::DELETE, &format!("{pods}/{target}"), &Value::Null)
        };
        let (_, waiting) = delete(&mut cluster, "waiting");
        assert_eq!(waiting["kind"], "Pod");
        assert_eq!(delete(&mut cluster, "waiting").0, 404);
        let (_, bound) = delete(&mut cluster, "bound");
        assert_eq!(bound["metadata"]["deletionTimestamp"], "1970-01-01T00:00:30Z");
        assert_eq!(bound["metadata"]["deletionGracePeriodSeconds"], 30);
        assert_eq!(delete(&mut cluster, "bound?gracePeriodSeconds=0").0, 200);
        assert_eq!(delete(&mut cluster, "bound").0, 404);
    }

    #[test]
    fn the_clusters_certificate_comes_back_when_it_is_deleted() {
        let mut cluster = cluster();
        let target = "/api/v1/namespaces/default/configmaps/kube-root-ca.crt";
        assert_eq!(send(&mut cluster, Method::DELETE, target, &Value::Null).0, 200);
        let (code, map) = send(&mut cluster, Method::GET, target, &Value::Null);
        assert_eq!((code, &map["data"]["ca.crt"]), (200, &json!("PEM")));
    }
}
