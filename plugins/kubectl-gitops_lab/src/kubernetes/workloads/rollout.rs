//! A deployment and its replica sets while a controller looks at them, and the scaling of one of them.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::owned_pods::{name, number};
use super::rolling_update::{Bounds, ReplicaCount};
use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::storage::key::Key;
use crate::kubernetes::workloads::event_text::EventText;

pub(super) const COMPONENT: &str = "deployment-controller";
const DESIRED: &str = "deployment.kubernetes.io/desired-replicas";
const MAXIMUM: &str = "deployment.kubernetes.io/max-replicas";

/// A deployment and what it is made of.
pub(super) struct Rollout {
    pub(super) key: Key,
    pub(super) deployment: Value,
    pub(super) bounds: Bounds,
    /// The replica set of the present template.
    pub(super) new: Option<Set>,
    /// All others, the oldest first.
    pub(super) old: Vec<Set>,
}

/// A replica set.
#[derive(Clone)]
pub(super) struct Set {
    pub(super) key: Key,
    pub(super) object: Arc<Value>,
}

impl Set {
    /// How many pods it is to have.
    pub(super) fn replicas(&self) -> i64 {
        number(&self.object["spec"]["replicas"])
    }

    pub(super) fn counted(&self, field: &str) -> i64 {
        number(&self.object["status"][field])
    }

    pub(super) fn count(&self) -> ReplicaCount {
        ReplicaCount { replicas: self.replicas(), available: self.counted("availableReplicas") }
    }

    /// The most pods its deployment was to have when this was scaled last.
    pub(super) fn maximum(&self) -> i64 {
        let maximum = self.object["metadata"]["annotations"][MAXIMUM].as_str();
        maximum.and_then(|maximum| maximum.parse().ok()).unwrap_or_default()
    }
}

impl Rollout {
    pub(super) fn sets(&self) -> impl Iterator<Item = &Set> {
        self.old.iter().chain(&self.new)
    }

    /// Whether the wanted number has changed since the replica sets were scaled.
    pub(super) fn is_scaled(&self) -> bool {
        let wanted = self.bounds.wanted.to_string();
        self.sets().filter(|set| set.replicas() > 0).any(|set| {
            let desired = set.object["metadata"]["annotations"][DESIRED].as_str();
            desired.is_some_and(|desired| desired != wanted)
        })
    }

    pub(super) fn is_recreated(&self) -> bool {
        self.deployment["spec"]["strategy"]["type"] == "Recreate"
    }

    pub(super) fn is_paused(&self) -> bool {
        self.deployment["spec"]["paused"] == true
    }

    /// What replica sets say about the scale of their deployment.
    pub(super) fn annotate(&self, set: &mut Value) {
        set["metadata"]["annotations"][DESIRED] = json!(self.bounds.wanted.to_string());
        set["metadata"]["annotations"][MAXIMUM] = json!(self.bounds.most().to_string());
    }
}

impl Cluster {
    /// Gives `set` so many pods, and tells of it. Whether that changed anything.
    pub(super) fn scale(&mut self, rollout: &Rollout, set: &mut Set, replicas: i64, now: Timestamp) -> bool {
        let before = set.replicas();
        let mut object = Value::clone(&set.object);
        object["spec"]["replicas"] = json!(replicas);
        rollout.annotate(&mut object);
        if object == *set.object {
            return false;
        }
        if let Some(object) = self.rewrite(&set.key, object) {
            set.object = object;
        }
        if before == replicas {
            return false;
        }
        let direction = if before < replicas { "up" } else { "down" };
        let message =
            format!("Scaled {direction} replica set {} from {before} to {replicas}", name(&set.object));
        self.tell(&rollout.deployment, &EventText::normal(COMPONENT, "ScalingReplicaSet", message), now);
        true
    }
}
