//! All operations: when each ends, and what tests let become of the next.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::{SignedDuration, Timestamp};

use super::operation::{Operation, OperationKind, OperationStatus, ServiceError};
use crate::azure::guid::guid;
use crate::azure::resources::ResourceId;

/// How long the service works at something when nothing else is said.
const DURATION: SignedDuration = SignedDuration::from_secs(10);

/// What becomes of an operation, when not what usually does.
#[derive(Clone, Debug)]
enum PlannedOutcome {
    Fails(ServiceError),
    NeverEnds,
}

/// All operations, by their ids.
#[derive(Debug)]
pub(crate) struct Operations {
    by_id: BTreeMap<String, Operation>,
    /// Those that end by themselves, in the order in which they do.
    ends: BTreeSet<(Timestamp, String)>,
    /// What becomes of the next ones.
    fates: VecDeque<PlannedOutcome>,
    duration: SignedDuration,
    count: u64,
}

impl Default for Operations {
    fn default() -> Self {
        Self {
            by_id: BTreeMap::new(),
            ends: BTreeSet::new(),
            fates: VecDeque::new(),
            duration: DURATION,
            count: 0,
        }
    }
}

impl Operations {
    /// Begins one; the answer is its id.
    pub(crate) fn begin(
        &mut self,
        resource: &ResourceId,
        generation: u64,
        kind: OperationKind,
        now: Timestamp,
    ) -> String {
        self.count += 1;
        let id = guid(&["operation", resource.key(), &self.count.to_string()]);
        let (ends, error) = match self.fates.pop_front() {
            None => (Some(now + self.duration), None),
            Some(PlannedOutcome::Fails(error)) => (Some(now + self.duration), Some(error)),
            Some(PlannedOutcome::NeverEnds) => (None, None),
        };
        self.ends.extend(ends.map(|ends| (ends, id.clone())));
        let (resource, status) = (resource.clone(), OperationStatus::Running);
        let operation = Operation { id: id.clone(), resource, kind, status, generation, ends, error };
        self.by_id.insert(id.clone(), operation);
        id
    }

    /// Lets all end now that would end later by themselves.
    pub(crate) fn hasten(&mut self, now: Timestamp) {
        for (_, id) in std::mem::take(&mut self.ends) {
            if let Some(operation) = self.by_id.get_mut(&id) {
                operation.ends = Some(now);
                self.ends.insert((now, id));
            }
        }
    }

    /// One by its id.
    pub(crate) fn get(&self, id: &str) -> Option<&Operation> {
        self.by_id.get(&id.to_ascii_lowercase())
    }

    /// Lets one end no more by itself, because a cluster has to say so. One that was to fail does so all the same.
    pub(crate) fn wait_for_cluster(&mut self, id: &str) {
        let operation = self.by_id.get_mut(id).filter(|operation| operation.error.is_none());
        if let Some(ends) = operation.and_then(|operation| operation.ends.take()) {
            self.ends.remove(&(ends, id.to_owned()));
        }
    }

    /// Ends one.
    pub(super) fn end(&mut self, id: &str, status: OperationStatus) {
        if let Some(operation) = self.by_id.get_mut(id) {
            operation.status = status;
            if let Some(ends) = operation.ends.take() {
                self.ends.remove(&(ends, id.to_owned()));
            }
        }
    }

    /// The ids of those of a resource that run.
    pub(super) fn running(&self, resource: &ResourceId, kind: OperationKind) -> Vec<String> {
        let running = self.by_id.values().filter(|operation| {
            !operation.is_over() && operation.kind == kind && operation.resource == *resource
        });
        running.map(|operation| operation.id.clone()).collect()
    }

    /// When the next ends.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        self.ends.first().map(|(ends, _)| *ends)
    }

    /// Takes the first that has ended by `now`.
    pub(super) fn ended(&mut self, now: Timestamp) -> Option<Operation> {
        let (_, id) = self.ends.first().filter(|(ends, _)| *ends <= now)?.clone();
        self.ends.pop_first();
        let operation = self.by_id.get_mut(&id)?;
        operation.ends = None;
        Some(operation.clone())
    }

    /// Lets the next one fail with this error at its end.
    pub(crate) fn fail_next(&mut self, error: ServiceError) {
        self.fates.push_back(PlannedOutcome::Fails(error));
    }

    /// Lets the next one never end.
    pub(crate) fn hang_next(&mut self) {
        self.fates.push_back(PlannedOutcome::NeverEnds);
    }

    /// How long operations take from now on.
    pub(crate) fn set_duration(&mut self, duration: SignedDuration) {
        self.duration = duration;
    }
}
