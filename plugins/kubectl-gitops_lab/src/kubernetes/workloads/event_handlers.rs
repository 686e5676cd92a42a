//! Who looks at what because of a write: the controllers follow the store's log, so that a write costs what it
//! concerns and not what there is.
//!
//! A controller looks a moment after the write, as a real one does: the states in between can be seen.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::jobs::BATCH;
use super::owned_pods::{controller, has_ended};
use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::storage::event::Event;
use crate::kubernetes::storage::key::Key;

/// How long a controller takes to see a change.
pub(super) const REACTION: SignedDuration = SignedDuration::from_millis(10);

impl Cluster {
    /// Lets the controllers know of a write.
    pub(in crate::kubernetes) fn react(&mut self, event: &Event, now: Timestamp) {
        let kinds = self.workloads.kinds;
        let key = &event.key;
        if key.resource == kinds.events {
            return;
        }
        let works = [
            kinds.pods,
            kinds.deployments,
            kinds.replica_sets,
            kinds.stateful_sets,
            kinds.daemon_sets,
            kinds.quotas,
            kinds.services,
        ];
        if event.after.is_some() && works.contains(&key.resource) {
            self.look_soon(key.clone(), now);
        }
        if let (true, Some(job)) = (key.resource == kinds.jobs, &event.after) {
            let generation = |job: &Arc<Value>| job["metadata"]["generation"].clone();
            let is_other = event.before.as_ref().is_none_or(|before| generation(before) != generation(job));
            self.look_after(key.clone(), if is_other { REACTION } else { BATCH }, now);
        }
        let states = [event.before.as_deref(), event.after.as_deref()];
        if key.resource == kinds.pods {
            self.look_at_services(key, states, now);
            self.weigh(key, states, now);
        }
        if key.resource == kinds.nodes {
            self.look_at_nodes(now);
        }
        if event.after.is_none() && key.resource == kinds.services {
            self.forget_endpoints(key);
        }
        if event.after.is_none() {
            self.workloads.failures.remove(key);
            self.workloads.ends.remove(key);
        }
        let ends = |state: &Option<Arc<Value>>| state.as_ref().is_none_or(|state| has_ended(state));
        if event.before.is_some() && ends(&event.after) && key.resource != kinds.quotas {
            for quota in self.quotas(&key.namespace) {
                self.look_soon(quota, now);
            }
        }
        for state in states.into_iter().flatten().filter(|state| controller(state).is_some()) {
            if let Some(owner) = self.controller_of(state) {
                let delay = if owner.resource == kinds.jobs { BATCH } else { REACTION };
                self.look_after(owner, delay, now);
            }
        }
    }

    /// Lets those look again who care for nodes.
    fn look_at_nodes(&mut self, now: Timestamp) {
        self.seek_again(now);
        let daemon_sets = self.store.of_kind(self.workloads.kinds.daemon_sets);
        let daemon_sets: Vec<Key> = daemon_sets.map(|(key, _)| key.clone()).collect();
        for key in daemon_sets {
            self.look_soon(key, now);
        }
    }

    /// Lets the controllers look at what is at `key` as soon as they can.
    pub(super) fn look_soon(&mut self, key: Key, now: Timestamp) {
        self.look_after(key, REACTION, now);
    }

    /// Lets them look again after a while.
    pub(in crate::kubernetes) fn look_after(&mut self, key: Key, delay: SignedDuration, now: Timestamp) {
        if let Ok(at) = now.checked_add(delay) {
            self.wake(key, at);
        }
    }

    /// Looks again at what went wrong, later each time.
    pub(in crate::kubernetes) fn look_again(&mut self, key: Key, now: Timestamp) {
        let failures = self.workloads.failures.entry(key.clone()).or_default();
        let delay = SignedDuration::from_millis(5 << (*failures).min(17));
        *failures += 1;
        self.look_after(key, delay, now);
    }

    /// Forgets what went wrong with what is at `key`, since it went well.
    pub(in crate::kubernetes) fn forget_failures(&mut self, key: &Key) {
        self.workloads.failures.remove(key);
    }

    /// Does what is to be done about what is at `key`.
    pub(in crate::kubernetes) fn look(&mut self, key: &Key, now: Timestamp) {
        let kinds = self.workloads.kinds;
        if key.resource == kinds.events {
            self.forget_event(key, now);
        }
        let Some(object) = self.store.get(key).cloned() else { return };
        let object: &Value = &object;
        if key.resource == kinds.pods {
            self.schedule(key, object, now);
            self.play(key, object, now);
            self.let_go_of_orphan(key, object);
        } else if key.resource == kinds.replica_sets {
            self.reconcile_replica_set(key, object, now);
        } else if key.resource == kinds.quotas {
            self.count_usage(key, object);
        } else if key.resource == kinds.namespaces {
            self.delete_namespace_content(key, object, now);
        } else if key.resource == kinds.stateful_sets {
            self.reconcile_stateful_set(key, object, now);
        } else if key.resource == kinds.daemon_sets {
            self.reconcile_daemon_set(key, object, now);
        } else if key.resource == kinds.services {
            self.point_out(key, object, now);
        } else if key.resource == kinds.jobs {
            self.reconcile_job(key, object, now);
        } else if key.resource == kinds.deployments {
            self.reconcile_deployment(key, object, now);
        }
    }
}
