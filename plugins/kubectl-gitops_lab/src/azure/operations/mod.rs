//! Operations that go on after their request was answered, and where their state is asked for.

mod operation;
mod outcome;
mod routes;
mod schedule;

pub(crate) use operation::OperationKind;
pub(in crate::azure) use routes::{ROUTES, located};
pub(crate) use schedule::Operations;
