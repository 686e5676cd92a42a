//! The revisions of stateful sets and daemon sets: one object a template, which says what it was.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::owned_pods::{name, number, reference};
use super::revisions::hash;
use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::storage::key::Key;

/// The label by which a pod says of which revision it is.
pub(super) const REVISION: &str = "controller-revision-hash";

impl Cluster {
    /// The name of the revision of the present template of `owner`, which is written down if it is new.
    pub(super) fn revise(&mut self, owner: &Value, now: Timestamp) -> String {
        let template = &owner["spec"]["template"];
        let revision = format!("{}-{}", name(owner), hash(template));
        let known = self.controlled(owner, self.workloads.kinds.revisions);
        let newest = known.iter().map(|(_, one)| number(&one["revision"])).max().unwrap_or_default();
        if let Some((key, one)) = known.iter().find(|(key, _)| key.name == revision) {
            if number(&one["revision"]) < newest {
                let mut again = Value::clone(one);
                again["revision"] = json!(newest + 1);
                self.rewrite(key, again);
            }
            return revision;
        }
        let namespace = owner["metadata"]["namespace"].as_str().unwrap_or_default().to_owned();
        let mut kept = template.clone();
        kept["$patch"] = json!("replace");
        let mut labels = template["metadata"]["labels"].clone();
        labels["controller.kubernetes.io/hash"] = json!(hash(template));
        let object = json!({
            "kind": "ControllerRevision",
            "apiVersion": "apps/v1",
            "metadata": {
                "name": revision,
                "namespace": namespace,
                "labels": labels,
                "ownerReferences": [reference(owner)],
            },
            "data": {"spec": {"template": kept}},
            "revision": newest + 1,
        });
        let key = Key { resource: self.workloads.kinds.revisions, namespace, name: revision.clone() };
        if self.takes(&key.namespace) && self.store.get(&key).is_none() {
            self.add(key, object, now);
            self.forget_history(owner, now);
        }
        revision
    }

    fn forget_history(&mut self, owner: &Value, now: Timestamp) {
        let limit = owner["spec"]["revisionHistoryLimit"].as_u64().unwrap_or(10);
        let mut known = self.controlled(owner, self.workloads.kinds.revisions);
        known.sort_by_key(|(_, one)| number(&one["revision"]));
        // The present one is beside those that are kept.
        let kept = usize::try_from(limit).unwrap_or(usize::MAX).saturating_add(1);
        for (key, _) in known.iter().take(known.len().saturating_sub(kept)) {
            self.discard(key, now);
        }
    }
}

/// Whether a pod is of this revision.
pub(super) fn is_of(pod: &Value, revision: &str) -> bool {
    pod["metadata"]["labels"][REVISION] == revision
}
