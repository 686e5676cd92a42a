//! Operations that go on after their request was answered, and where their state is asked for.

mod operation;
mod outcome;
mod schedule;

pub(crate) use operation::{Operation, OperationKind, OperationStatus, ServiceError};
pub(crate) use schedule::Operations;
