//! What was said about the pods of a workload or a Job, by pod: what is asked of one pod costs nothing for the others.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::joins::Joins;
use crate::model::objects::{Event, Pod, PodEventSubject};

/// Of each pod that is not ready or was restarted, the newest event of each kind that says why.
#[derive(Clone, Debug, Default)]
pub struct PodEvents {
    /// By the names of pods, which are of one namespace. Events of a former pod of the same name are left out.
    by_pod: HashMap<String, Vec<Arc<Event>>>,
}

impl PodEvents {
    /// Those about a pod, the newest first.
    pub fn of(&self, pod: &Pod) -> &[Arc<Event>] {
        self.by_pod.get(&pod.meta.name).map(Vec::as_slice).unwrap_or_default()
    }
}

impl Joins<'_> {
    /// What was said about these pods of one workload or Job.
    pub(super) fn pod_events<'b>(&mut self, pods: impl Iterator<Item = &'b Arc<Pod>>) -> PodEvents {
        let mut by_pod: HashMap<String, Vec<Arc<Event>>> = HashMap::new();
        for pod in pods.filter(|pod| !pod.is_ready_and_never_restarted()) {
            let place = ("Pod", pod.meta.namespace.as_str(), pod.meta.name.as_str());
            let events = self.events.get(&place).map(Vec::as_slice).unwrap_or_default();
            self.comparisons += 1 + events.len();
            let mut subjects: HashSet<PodEventSubject> = HashSet::new();
            let own = events.iter().rev().filter(|(_, event)| event.concerns("Pod", &pod.meta));
            let newest = own.filter(|(_, event)| {
                PodEventSubject::of(event).is_some_and(|subject| subjects.insert(subject))
            });
            let newest: Vec<Arc<Event>> = newest.map(|(_, event)| (*event).clone()).collect();
            if !newest.is_empty() {
                by_pod.insert(pod.meta.name.clone(), newest);
            }
        }
        PodEvents { by_pod }
    }
}
