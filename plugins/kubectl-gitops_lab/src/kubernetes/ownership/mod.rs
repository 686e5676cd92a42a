//! Who owns which field of an object: what server-side apply and `managedFields` are about. Functions of
//! documents; which request asks for what is `applying`'s and `writing`'s.

mod comparing;
mod last_applied;
mod managers;
mod merging;
mod set;
mod shapes;

pub(super) use last_applied::{KUBECTL, remember, still_as_applied};
pub(super) use managers::{Conflict, Manager, Managers, blank};
pub(super) use shapes::{FieldRow, FieldTable, Shape, ShapeType, fields_of_kind};
