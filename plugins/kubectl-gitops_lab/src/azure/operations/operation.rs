//! An operation.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::azure::resources::ResourceId;

/// What the service says when something fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServiceError {
    pub(crate) code: String,
    pub(crate) message: String,
}

/// What an operation does to its resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OperationKind {
    Create,
    Update,
    Delete,
}

/// How far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum OperationStatus {
    Running,
    Succeeded,
    Failed(ServiceError),
    /// Something else was asked of the resource meanwhile.
    Canceled,
}

/// One operation.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    /// A GUID.
    pub(crate) id: String,
    pub(crate) resource: ResourceId,
    pub(crate) kind: OperationKind,
    pub(crate) status: OperationStatus,
    /// The generation of its resource that it is about.
    pub(super) generation: u64,
    /// When it ends by itself; never, of one that hangs or waits for a cluster.
    pub(super) ends: Option<Timestamp>,
    /// How it ends then, if not well.
    pub(super) error: Option<ServiceError>,
}

impl Operation {
    /// Whether it has ended.
    pub(crate) fn is_over(&self) -> bool {
        self.status != OperationStatus::Running
    }

    /// As it is shown.
    pub(super) fn document(&self) -> Value {
        let (status, error) = match &self.status {
            OperationStatus::Running => ("InProgress", Value::Null),
            OperationStatus::Succeeded => ("Succeeded", Value::Null),
            OperationStatus::Canceled => ("Canceled", Value::Null),
            OperationStatus::Failed(ServiceError { code, message }) => {
                ("Failed", json!({"code": code, "message": message}))
            }
        };
        let id = format!("{}/operations/{}", self.resource, self.id);
        json!({"id": id, "name": self.id, "status": status, "properties": {}, "error": error})
    }
}
