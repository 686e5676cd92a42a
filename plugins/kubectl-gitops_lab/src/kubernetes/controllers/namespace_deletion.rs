//! The end of namespaces: five seconds after one is deleted its pods go, then everything else that is in it, and
//! at last the namespace itself, unless somebody's finalizer holds it. As the namespace controller does it
//! (`pkg/controller/namespace/deletion`), which looks again after a while for as long as something is left.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::namespace_conditions::{RemainingContent, conditions};
use super::namespaces::is_going;
use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::schema::immutable::is_released;
use crate::kubernetes::storage::key::Key;
use crate::kubernetes::timestamp::time;

/// How long the controller waits after a namespace was written, so that every API server knows that it is going.
const GRACE: SignedDuration = SignedDuration::from_secs(5);
/// How long, in seconds, it expects a finalizer to take.
const FINALIZER: i64 = 15;
/// What the server itself holds a namespace by until it is empty.
const FINALIZER_OF_SERVER: &str = "kubernetes";

impl Cluster {
    /// Lets the controller look at a namespace that is going.
    pub(super) fn end_namespace_later(&mut self, key: &Key, now: Timestamp) {
        self.look_after(key.clone(), GRACE, now);
    }

    /// Deletes what is in the namespace at `key`, and the namespace when nothing is left.
    pub(in crate::kubernetes) fn delete_namespace_content(
        &mut self,
        key: &Key,
        namespace: &Value,
        now: Timestamp,
    ) {
        if !is_going(namespace) || !is_held_by_server(namespace) {
            return;
        }
        let mut remaining = RemainingContent::default();
        let estimate = match self.delete_pods(key, namespace, &mut remaining.errors, now) {
            // What pods may read stays until they are gone. The conditions do not tell of pods: so it is in 1.36
            // (kubernetes/kubernetes#138208).
            Some(estimate) => Some(estimate),
            None => self.delete_others(key, &mut remaining, now),
        };
        let status = conditions(&namespace["status"]["conditions"], &remaining, &time(now));
        if namespace["status"]["conditions"] != status {
            let mut namespace = namespace.clone();
            namespace["status"]["conditions"] = status;
            self.store.put(key.clone(), namespace);
        }
        match estimate {
            _ if !remaining.errors.is_empty() => self.look_again(key.clone(), now),
            Some(estimate) => {
                self.look_after(key.clone(), SignedDuration::from_secs(estimate / 2 + 1), now);
            }
            None => self.finalize_namespace(key),
        }
    }

    /// Deletes the pods; how many seconds the controller gives them, where some are left.
    fn delete_pods(
        &mut self,
        key: &Key,
        namespace: &Value,
        errors: &mut Vec<String>,
        now: Timestamp,
    ) -> Option<i64> {
        let estimate = self.grace_of_pods(&key.name, namespace, now);
        let pods = self.workloads.kinds().pods;
        let keys: Vec<Key> = self.store.within(pods, &key.name).map(|(key, _)| key.clone()).collect();
        keys.iter().for_each(|key| self.discard(key, now));
        let mut left = self.store.within(pods, &key.name).peekable();
        left.peek()?;
        let is_held =
            |pod: &Value| pod["metadata"]["finalizers"].as_array().is_some_and(|held| !held.is_empty());
        if estimate > 0 {
            return Some(estimate);
        }
        if !left.any(|(_, pod)| is_held(pod)) {
            errors.push(format!(
                "unexpected items still remain in namespace: {} for gvr: /v1, Resource=pods",
                key.name
            ));
        }
        Some(FINALIZER)
    }

    /// The longest time that one of the pods may take, as long as it has not passed since the deletion.
    fn grace_of_pods(&self, name: &str, namespace: &Value, now: Timestamp) -> i64 {
        let pods = self.store.within(self.workloads.kinds().pods, name);
        let longest = pods
            .filter(|(_, pod)| pod["status"]["phase"] != "Succeeded" && pod["status"]["phase"] != "Failed")
            .filter_map(|(_, pod)| pod["spec"]["terminationGracePeriodSeconds"].as_i64())
            .max();
        let deleted = namespace["metadata"]["deletionTimestamp"].as_str();
        let deleted: Option<Timestamp> = deleted.and_then(|deleted| deleted.parse().ok());
        let passed = deleted.map_or(0, |deleted| now.duration_since(deleted).as_secs());
        longest.filter(|longest| passed < *longest).unwrap_or_default()
    }

    /// Deletes all but pods; how many seconds the controller gives it, where something is left.
    fn delete_others(&mut self, key: &Key, remaining: &mut RemainingContent, now: Timestamp) -> Option<i64> {
        for resource in 0..self.catalogue().resources().len() {
            let keys: Vec<Key> = self.store.within(resource, &key.name).map(|(key, _)| key.clone()).collect();
            keys.iter().for_each(|key| self.discard(key, now));
            let kind = &self.catalogue().resources()[resource];
            let left = self.store.within(resource, &key.name).map(|(_, object)| &**object);
            remaining.count(format!("{}.{}", kind.plural, kind.group), left);
        }
        (!remaining.resources.is_empty()).then_some(FINALIZER)
    }

    /// Takes the server's own finalizer away, and with it the namespace where nothing else holds it.
    fn finalize_namespace(&mut self, key: &Key) {
        self.forget_failures(key);
        let Some(namespace) = self.store.get(key) else { return };
        let mut namespace = Value::clone(namespace);
        let finalizers = namespace["spec"]["finalizers"].as_array().into_iter().flatten();
        let others: Vec<Value> =
            finalizers.filter(|finalizer| **finalizer != FINALIZER_OF_SERVER).cloned().collect();
        namespace["spec"] = if others.is_empty() { json!({}) } else { json!({"finalizers": others}) };
        match is_released(&namespace) {
            true => drop(self.store.remove(key)),
            false => drop(self.store.put(key.clone(), namespace)),
        }
    }
}

fn is_held_by_server(namespace: &Value) -> bool {
    let finalizers = namespace["spec"]["finalizers"].as_array();
    finalizers.is_some_and(|finalizers| finalizers.contains(&json!(FINALIZER_OF_SERVER)))
}

#[cfg(test)]
mod tests {
    use http::Method;
    use http::header::CONTENT_TYPE;
    use jiff::{SignedDuration, Timestamp};
    use serde_json::{Value, json};

    use crate::kubernetes::Cluster;
    use crate::kubernetes::testing::{NOW, answer_at, cluster, document, request, send};

    const NAMESPACE: &str = "/api/v1/namespaces/a";

    fn after(seconds: i64) -> Timestamp {
        NOW + SignedDuration::from_secs(seconds)
    }

    /// A cluster whose namespace `a` is being deleted since the beginning, with `objects` in it.
    fn deleted(metadata: &Value, objects: &[(&str, Value)]) -> Cluster {
        let mut cluster = cluster();
        let mut namespace = json!({"metadata": metadata});
        namespace["metadata"]["name"] = json!("a");
        assert_eq!(send(&mut cluster, Method::POST, "/api/v1/namespaces", &namespace).0, 201);
        for (plural, object) in objects {
            let (code, told) = send(&mut cluster, Method::POST, &format!("{NAMESPACE}/{plural}"), object);
            assert_eq!(code, 201, "{told}");
        }
        assert_eq!(send(&mut cluster, Method::DELETE, NAMESPACE, &Value::Null).0, 200);
        cluster
    }

    fn get(cluster: &mut Cluster, target: &str, seconds: i64) -> (u16, Value) {
        answer_at(cluster, &request(Method::GET, target, &Value::Null), after(seconds))
    }

    fn merge(cluster: &mut Cluster, target: &str, patch: &Value, seconds: i64) -> u16 {
        let request = request(Method::PATCH, target, patch);
        let request = request.with_header(CONTENT_TYPE, "application/merge-patch+json");
        document(cluster.answer(&request, after(seconds))).0
    }

    #[test]
    fn namespaces_of_the_system_may_not_be_deleted() {
        let mut cluster = cluster();
        for name in ["default", "kube-public", "kube-system"] {
            let path = format!("/api/v1/namespaces/{name}");
            let (code, refused) = send(&mut cluster, Method::DELETE, &path, &Value::Null);
            assert_eq!(code, 403);
            let message = format!("namespaces \"{name}\" is forbidden: this namespace may not be deleted");
            assert_eq!(refused["message"], message);
            assert_eq!(send(&mut cluster, Method::GET, &path, &Value::Null).0, 200);
        }
    }

    #[test]
    fn a_namespace_stays_until_its_own_finalizers_are_gone() {
        let mut cluster = deleted(&json!({"finalizers": ["example.com/x"]}), &[]);
        let (code, namespace) = get(&mut cluster, NAMESPACE, 60);
        assert_eq!(code, 200);
        assert_eq!(namespace["status"]["phase"], "Terminating");
        assert_eq!(namespace["spec"], json!({}), "the server's own finalizer is gone");
        assert_eq!(namespace["metadata"]["finalizers"], json!(["example.com/x"]));
        let free = json!({"metadata": {"finalizers": null}});
        assert_eq!(merge(&mut cluster, NAMESPACE, &free, 61), 200);
        assert_eq!(get(&mut cluster, NAMESPACE, 61).0, 404);
    }

    #[test]
    fn a_namespace_says_what_is_left_in_it_and_what_holds_that() {
        let map = json!({"metadata": {"name": "m", "finalizers": ["example.com/x"]}});
        let mut cluster = deleted(&json!({}), &[("configmaps", map)]);
        let (_, namespace) = get(&mut cluster, NAMESPACE, 4);
        assert_eq!(namespace["status"], json!({"phase": "Terminating"}), "the controller waits");
        let (_, namespace) = get(&mut cluster, NAMESPACE, 5);
        let told: Vec<String> = namespace["status"]["conditions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|condition| {
                format!("{}={}: {}", condition["type"], condition["status"], condition["message"])
                    .replace('"', "")
            })
            .collect();
        assert_eq!(
            told,
            [
                "NamespaceDeletionDiscoveryFailure=False: All resources successfully discovered",
                "NamespaceDeletionGroupVersionParsingFailure=False: All legacy kube types successfully parsed",
                "NamespaceDeletionContentFailure=False: All content successfully deleted, may be waiting on \
                 finalization",
                "NamespaceContentRemaining=True: Some resources are remaining: configmaps. has 1 resource \
                 instances",
                "NamespaceFinalizersRemaining=True: Some content in the namespace has finalizers remaining: \
                 example.com/x in 1 resource instances",
            ]
        );
        let free = json!({"metadata": {"finalizers": null}});
        assert_eq!(merge(&mut cluster, &format!("{NAMESPACE}/configmaps/m"), &free, 30), 200);
        assert_eq!(get(&mut cluster, NAMESPACE, 40).0, 404);
    }

    #[test]
    fn what_pods_may_read_stays_until_they_are_gone() {
        let pod = json!({
            "metadata": {"name": "p", "finalizers": ["example.com/x"]},
            "spec": {"containers": [{"name": "c", "image": "i"}]},
        });
        let map = json!({"metadata": {"name": "m"}});
        let mut cluster = deleted(&json!({}), &[("pods", pod), ("configmaps", map)]);
        let (_, map) = get(&mut cluster, &format!("{NAMESPACE}/configmaps/m"), 60);
        assert_eq!(map["metadata"]["deletionTimestamp"], Value::Null);
        let (_, namespace) = get(&mut cluster, NAMESPACE, 60);
        assert_eq!(namespace["status"]["conditions"][3]["reason"], "ContentRemoved");
        let free = json!({"metadata": {"finalizers": null}});
        assert_eq!(merge(&mut cluster, &format!("{NAMESPACE}/pods/p"), &free, 61), 200);
        assert_eq!(get(&mut cluster, NAMESPACE, 80).0, 404);
    }
}
