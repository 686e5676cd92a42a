//! Azure's agents in a lab: from a merge to what Azure says of it, and where that stops; what agents make, undo and
//! remove.

mod agents;
mod delivery;
mod delivery_faults;
mod scenarios;
pub(crate) mod scene;
