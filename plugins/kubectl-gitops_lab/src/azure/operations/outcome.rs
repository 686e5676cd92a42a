//! What operations leave behind when they end.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::operation::{Operation, OperationKind, OperationStatus, ServiceError};
use crate::azure::instance::Azure;
use crate::azure::resources::{CONNECTED_CLUSTERS, EXTENSIONS, FLUX_CONFIGURATIONS, ResourceId};

impl Azure {
    /// Lets the next operation fail late: its request is answered well, and its end is this error.
    pub fn fail_next_operation(&mut self, code: &str, message: &str) {
        let error = ServiceError { code: code.to_owned(), message: message.to_owned() };
        self.operations.fail_next(error);
    }

    /// Lets the next operation never end.
    pub fn hang_next_operation(&mut self) {
        self.operations.hang_next();
    }

    /// How long operations take from now on.
    pub fn set_operation_duration(&mut self, duration: SignedDuration) {
        self.operations.set_duration(duration);
    }

    /// Ends all operations now that would end later by themselves.
    pub(crate) fn finish_operations(&mut self, now: Timestamp) {
        self.operations.hasten(now);
        self.end_operations(now);
    }

    /// Ends the operations that have come to their end.
    pub(in crate::azure) fn end_operations(&mut self, now: Timestamp) {
        while let Some(operation) = self.operations.ended(now) {
            match operation.error.clone() {
                Some(error) => self.fail(&operation, error, now),
                None => self.succeed(&operation, now),
            }
        }
    }

    /// What was to go is gone from its cluster.
    pub(in crate::azure) fn finish_deletion(&mut self, id: &ResourceId, now: Timestamp) {
        let running = self.operations.running(id, OperationKind::Delete);
        if running.is_empty() {
            return;
        }
        running.iter().for_each(|running| self.operations.end(running, OperationStatus::Succeeded));
        self.remove_resource(id, now);
    }

    /// Takes away a resource and what belongs to it.
    pub(in crate::azure) fn remove_resource(&mut self, id: &ResourceId, now: Timestamp) {
        let within: Vec<ResourceId> = self.resources.within(id).map(|part| part.id.clone()).collect();
        for id in within.iter().chain([id]) {
            self.resources.remove(id, now);
            self.deliveries.forget(id);
            self.connectivity.forget(id);
        }
    }

    fn succeed(&mut self, operation: &Operation, now: Timestamp) {
        if !self.is_current(operation) {
            self.operations.end(&operation.id, OperationStatus::Canceled);
            return;
        }
        self.operations.end(&operation.id, OperationStatus::Succeeded);
        let id = &operation.resource;
        if operation.kind == OperationKind::Delete {
            self.remove_resource(id, now);
            return;
        }
        self.resources.update(id, now, |resource| {
            resource.properties.insert("provisioningState".to_owned(), json!("Succeeded"));
        });
        let Some(resource) = self.resources.get(id) else { return };
        let kind = id.kind();
        if [FLUX_CONFIGURATIONS, EXTENSIONS].iter().any(|delivered| kind.eq_ignore_ascii_case(delivered)) {
            self.deliveries.accept(resource, &operation.id);
        } else if kind.eq_ignore_ascii_case(CONNECTED_CLUSTERS) {
            self.connectivity.expect(id, now);
        }
    }

    fn fail(&mut self, operation: &Operation, error: ServiceError, now: Timestamp) {
        if self.is_current(operation) {
            let is_configuration = operation.resource.kind().eq_ignore_ascii_case(FLUX_CONFIGURATIONS);
            self.resources.update(&operation.resource, now, |resource| {
                resource.properties.insert("provisioningState".to_owned(), json!("Failed"));
                if is_configuration {
                    let message = Value::from(error.message.clone());
                    resource.properties.insert("errorMessage".to_owned(), message);
                }
            });
        }
        self.operations.end(&operation.id, OperationStatus::Failed(error));
    }

    /// Whether nothing else was asked of the resource since.
    fn is_current(&self, operation: &Operation) -> bool {
        let resource = self.resources.get(&operation.resource);
        resource.is_some_and(|resource| resource.generation == operation.generation)
    }
}
