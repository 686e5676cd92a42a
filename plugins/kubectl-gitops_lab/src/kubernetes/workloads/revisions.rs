//! Which replica sets a deployment has had, the one for its present template, and how many are kept.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::conditions;
use super::owned_pods::{is_going, name, number, reference};
use super::rolling_update::Bounds;
use super::rollout::{COMPONENT, Rollout, Set};
use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::storage::key::Key;
use crate::kubernetes::timestamp::time;
use crate::kubernetes::workloads::event_text::EventText;

const HASH: &str = "pod-template-hash";
const REVISION: &str = "deployment.kubernetes.io/revision";
const REVISIONS: &str = "deployment.kubernetes.io/revision-history";
/// Annotations that a deployment does not hand on to its replica sets.
const OWN: [&str; 6] = [
    "kubectl.kubernetes.io/last-applied-configuration",
    REVISION,
    REVISIONS,
    "deployment.kubernetes.io/desired-replicas",
    "deployment.kubernetes.io/max-replicas",
    "deprecated.deployment.rollback.to",
];

impl Cluster {
    /// The deployment at `key` and its replica sets.
    pub(super) fn rollout(&self, key: &Key, deployment: &Value) -> Rollout {
        let sets = self.controlled(deployment, self.workloads.kinds.replica_sets);
        let mut old: Vec<Set> = sets.into_iter().map(|(key, object)| Set { key, object }).collect();
        let age = |set: &Set| {
            let metadata = &set.object["metadata"];
            (metadata["creationTimestamp"].as_str().unwrap_or_default().to_owned(), revision(&set.object))
        };
        old.sort_by_cached_key(age);
        let template = &deployment["spec"]["template"];
        let place = old.iter().position(|set| same_template(&set.object["spec"]["template"], template));
        let new = place.map(|place| old.remove(place));
        let bounds = Bounds::of(&deployment["spec"]);
        Rollout { key: key.clone(), deployment: deployment.clone(), bounds, new, old }
    }

    /// Sees to it that there is a replica set for the present template, and that it has the newest revision.
    pub(super) fn renew(&mut self, rollout: &mut Rollout, now: Timestamp) {
        let newest = rollout.old.iter().map(|set| revision(&set.object)).max().unwrap_or_default() + 1;
        match rollout.new.take() {
            Some(set) => {
                let set = self.promote(rollout, set, newest);
                let revision = revision(&set.object);
                rollout.new = Some(set);
                let found = format!("Found new replica set {:?}", new_name(rollout));
                self.note_revision(rollout, revision, ("FoundNewReplicaSet", found, false), now);
            }
            None => self.create_set(rollout, newest, now),
        }
    }

    /// Gives a replica set that there was before the newest revision.
    fn promote(&mut self, rollout: &Rollout, mut set: Set, newest: u64) -> Set {
        let mut object = Value::clone(&set.object);
        hand_on(&rollout.deployment, &mut object);
        let before = revision(&object);
        if before < newest {
            let annotations = &mut object["metadata"]["annotations"];
            if before > 0 {
                let past = annotations[REVISIONS].as_str().map(|past| format!("{past},")).unwrap_or_default();
                annotations[REVISIONS] = json!(format!("{past}{before}"));
            }
            annotations[REVISION] = json!(newest.to_string());
        }
        let delay = rollout.deployment["spec"].get("minReadySeconds").cloned();
        match (delay, object["spec"].as_object_mut()) {
            (Some(delay), Some(spec)) => drop(spec.insert("minReadySeconds".to_owned(), delay)),
            (None, Some(spec)) => drop(spec.remove("minReadySeconds")),
            (_, None) => {}
        }
        if let Some(object) = self.rewrite(&set.key, object) {
            set.object = object;
        }
        set
    }

    fn create_set(&mut self, rollout: &mut Rollout, newest: u64, now: Timestamp) {
        let deployment = &rollout.deployment;
        let hash = hash(&deployment["spec"]["template"]);
        let mut template = deployment["spec"]["template"].clone();
        template["metadata"]["labels"][HASH] = json!(hash);
        let mut selector = deployment["spec"]["selector"].clone();
        selector["matchLabels"][HASH] = json!(hash);
        let all = rollout.old.iter().map(Set::replicas).sum();
        let replicas = match rollout.is_recreated() {
            true => rollout.bounds.wanted,
            false => rollout.bounds.grown(0, all),
        };
        let mut object = json!({
            "kind": "ReplicaSet",
            "apiVersion": "apps/v1",
            "metadata": {
                "name": format!("{}-{hash}", name(deployment)),
                "namespace": rollout.key.namespace,
                "labels": template["metadata"]["labels"],
                "annotations": {REVISION: newest.to_string()},
                "ownerReferences": [reference(deployment)],
            },
            "spec": {"replicas": replicas, "selector": selector, "template": template},
            "status": {"replicas": 0},
        });
        if let Some(delay) = deployment["spec"].get("minReadySeconds") {
            object["spec"]["minReadySeconds"] = delay.clone();
        }
        hand_on(deployment, &mut object);
        rollout.annotate(&mut object);
        let key = Key {
            resource: self.workloads.kinds.replica_sets,
            namespace: rollout.key.namespace.clone(),
            name: name(&object).to_owned(),
        };
        if !self.takes(&key.namespace) || self.store.get(&key).is_some() {
            return;
        }
        self.add(key.clone(), object, now);
        let Some(object) = self.store.get(&key).cloned() else { return };
        if replicas > 0 {
            let message = format!("Scaled up replica set {} from 0 to {replicas}", key.name);
            self.tell(&rollout.deployment, &EventText::normal(COMPONENT, "ScalingReplicaSet", message), now);
        }
        let created = format!("Created new replica set {:?}", key.name);
        rollout.new = Some(Set { key, object });
        self.note_revision(rollout, newest, ("NewReplicaSetCreated", created, true), now);
    }

    /// Writes the revision onto the deployment, and how it came to it.
    fn note_revision(
        &mut self,
        rollout: &mut Rollout,
        revision: u64,
        (reason, message, is_new): (&str, String, bool),
        now: Timestamp,
    ) {
        let mut deployment = rollout.deployment.clone();
        deployment["metadata"]["annotations"][REVISION] = json!(revision.to_string());
        let mut list = conditions::of(&deployment["status"]);
        let is_unknown = conditions::get(&list, "Progressing").is_none();
        if deployment["spec"].get("progressDeadlineSeconds").is_some() && (is_new || is_unknown) {
            conditions::set(
                &mut list,
                json!({
                    "type": "Progressing",
                    "status": "True",
                    "lastUpdateTime": time(now),
                    "lastTransitionTime": time(now),
                    "reason": reason,
                    "message": message,
                }),
            );
            conditions::keep(&mut deployment["status"], list);
        }
        if let Some(deployment) = self.rewrite(&rollout.key, deployment) {
            rollout.deployment = Value::clone(&deployment);
        }
    }

    /// Takes away the oldest replica sets that are over the limit and have no pods.
    pub(super) fn forget_revisions(&mut self, rollout: &Rollout, now: Timestamp) {
        let limit = rollout.deployment["spec"]["revisionHistoryLimit"].as_u64().unwrap_or(10);
        let mut sets: Vec<&Set> = rollout.old.iter().filter(|set| !is_going(&set.object)).collect();
        let surplus = sets.len().saturating_sub(usize::try_from(limit).unwrap_or(usize::MAX));
        sets.sort_by_key(|set| revision(&set.object));
        for set in sets.into_iter().take(surplus) {
            let seen = number(&set.object["status"]["observedGeneration"]);
            let is_seen = seen >= number(&set.object["metadata"]["generation"]);
            if set.replicas() == 0 && set.counted("replicas") == 0 && is_seen {
                self.discard(&set.key, now);
            }
        }
    }
}

/// The name of the replica set of the present template.
pub(super) fn new_name(rollout: &Rollout) -> &str {
    rollout.new.as_ref().map(|set| set.key.name.as_str()).unwrap_or_default()
}

fn revision(set: &Value) -> u64 {
    let revision = set["metadata"]["annotations"][REVISION].as_str();
    revision.and_then(|revision| revision.parse().ok()).unwrap_or_default()
}

/// Hands a deployment's annotations on to a replica set.
fn hand_on(deployment: &Value, set: &mut Value) {
    let annotations = deployment["metadata"]["annotations"].as_object().into_iter().flatten();
    for (name, value) in annotations.filter(|(name, _)| !OWN.contains(&name.as_str())) {
        set["metadata"]["annotations"][name] = value.clone();
    }
}

/// Whether a replica set was made from this template.
fn same_template(made: &Value, template: &Value) -> bool {
    if made["spec"] != template["spec"] {
        return false;
    }
    let mut metadata = made["metadata"].clone();
    if let Some(labels) = metadata["labels"].as_object_mut() {
        labels.remove(HASH);
    }
    metadata == template["metadata"]
}

/// A short name of a template, in the letters that names are made of: FNV-1a of the document. The real one is a
/// hash of how Go prints it.
pub(super) fn hash(template: &Value) -> String {
    const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let hash = template
        .to_string()
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    hash.to_string().bytes().map(|digit| char::from(LETTERS[usize::from(digit) % LETTERS.len()])).collect()
}
