//! The controllers without which objects make no sense: the cluster's certificate in every namespace, the end
//! of namespaces, and the collection of what depends on something that is gone. They run after every request,
//! so that a client never meets a cluster that is half done.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::cluster::Cluster;
use super::keeping::is_released;
use super::store::Key;

/// The config map by which pods learn whom to trust.
const AUTHORITY: &str = "kube-root-ca.crt";
const DESCRIPTION: &str = "Contains a CA bundle that can be used to verify the kube-apiserver when using internal \
    endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across \
    distributions of Kubernetes clusters.";

impl Cluster {
    /// Lets the controllers work until there is nothing left to do.
    pub(super) fn settle(&mut self, now: Timestamp) {
        while self.store.version() != self.settled {
            // Most writes concern no dependents: a large cluster is not walked through for each of them.
            let concerns_dependents = self.store.since(self.settled).is_none_or(|mut events| {
                events.any(|event| {
                    event.after.as_deref().is_none_or(|object| is_going(object) || is_owned(object))
                })
            });
            self.settled = self.store.version();
            self.publish_authority(now);
            self.empty_namespaces(now);
            if concerns_dependents {
                self.collect(now);
            }
        }
    }

    fn publish_authority(&mut self, now: Timestamp) {
        for (name, namespace) in self.namespaces() {
            let key = self.key_of("configmaps", &name, AUTHORITY);
            if is_going(&namespace) || self.store.get(&key).is_some() {
                continue;
            }
            let object = json!({
                "kind": "ConfigMap",
                "apiVersion": "v1",
                "metadata": {
                    "name": AUTHORITY,
                    "namespace": name,
                    "annotations": {"kubernetes.io/description": DESCRIPTION},
                },
                "data": {"ca.crt": self.authority},
            });
            self.add(key, object, now);
        }
    }

    /// A namespace that is going takes all that is in it along, and goes when nothing is left.
    fn empty_namespaces(&mut self, now: Timestamp) {
        let going: Vec<String> = self
            .namespaces()
            .into_iter()
            .filter(|(_, object)| is_going(object))
            .map(|(name, _)| name)
            .collect();
        for name in going {
            let content: Vec<Key> = self
                .store
                .objects()
                .filter(|(key, _)| key.namespace == name)
                .map(|(key, _)| key.clone())
                .collect();
            for key in &content {
                self.discard(key, now);
            }
            if !self.store.objects().any(|(key, _)| key.namespace == name) {
                let key = self.key_of("namespaces", "", &name);
                self.store.remove(&key);
            }
        }
    }

    fn namespaces(&self) -> Vec<(String, Arc<Value>)> {
        let resource = self.key_of("namespaces", "", "").resource;
        let namespaces = self.store.of_kind(resource);
        namespaces.map(|(key, object)| (key.name.clone(), Arc::clone(object))).collect()
    }

    /// Deletes what has only owners that are gone, and lets go of owners whose dependents were seen to.
    fn collect(&mut self, now: Timestamp) {
        let owned = self.keys(is_owned);
        if !owned.is_empty() {
            let uids = self.store.objects().filter_map(|(_, object)| object["metadata"]["uid"].as_str());
            let there: HashSet<String> = uids.map(str::to_owned).collect();
            let abandoned = |object: &Value| {
                let owners = owners(object);
                !owners.is_empty() && owners.iter().all(|owner| !there.contains(owner))
            };
            for key in self.keys(abandoned) {
                self.discard(&key, now);
            }
        }
        for key in self.keys(|object| is_held(object, "orphan")) {
            let (own, dependents) = self.dependents(&key);
            for dependent in &dependents {
                self.orphan(dependent, &own);
            }
            self.release(&key, "orphan");
        }
        for key in self.keys(|object| is_held(object, "foregroundDeletion")) {
            let (_, dependents) = self.dependents(&key);
            for dependent in &dependents {
                self.discard(dependent, now);
            }
            if dependents.is_empty() {
                self.release(&key, "foregroundDeletion");
            }
        }
    }

    /// Where those objects are that are meant.
    fn keys(&self, is_meant: impl Fn(&Value) -> bool) -> Vec<Key> {
        let meant = self.store.objects().filter(|(_, object)| is_meant(object));
        meant.map(|(key, _)| key.clone()).collect()
    }

    /// The identifier of what is at `key`, and what depends on it.
    fn dependents(&self, key: &Key) -> (String, Vec<Key>) {
        let own = self.store.get(key).and_then(|object| object["metadata"]["uid"].as_str());
        let own = own.unwrap_or_default().to_owned();
        let dependents = self.keys(|object| owners(object).contains(&own));
        (own, dependents)
    }

    /// Takes an owner from what is at `key`.
    fn orphan(&mut self, key: &Key, owner: &str) {
        if let Some(object) = self.store.get(key) {
            let mut object = Value::clone(object);
            if let Some(owners) = object["metadata"]["ownerReferences"].as_array_mut() {
                owners.retain(|reference| reference["uid"] != owner);
            }
            self.store.put(key.clone(), object);
        }
    }

    /// Takes a finalizer from what is at `key`, which goes when it was the last.
    fn release(&mut self, key: &Key, finalizer: &str) {
        if let Some(object) = self.store.get(key) {
            let mut object = Value::clone(object);
            if let Some(finalizers) = object["metadata"]["finalizers"].as_array_mut() {
                finalizers.retain(|name| name != finalizer);
            }
            if is_released(&object) {
                self.store.remove(key);
            } else {
                self.store.put(key.clone(), object);
            }
        }
    }
}

/// The identifiers of an object's owners.
fn owners(object: &Value) -> Vec<String> {
    let references = object["metadata"]["ownerReferences"].as_array().into_iter().flatten();
    references.filter_map(|reference| reference["uid"].as_str()).map(str::to_owned).collect()
}

fn is_going(object: &Value) -> bool {
    object["metadata"].get("deletionTimestamp").is_some()
}

fn is_owned(object: &Value) -> bool {
    object["metadata"].get("ownerReferences").is_some()
}

/// Whether an object is going, and waits for what the finalizer stands for.
fn is_held(object: &Value, finalizer: &str) -> bool {
    is_going(object)
        && object["metadata"]["finalizers"].as_array().is_some_and(|names| names.contains(&json!(finalizer)))
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
