//! Azure's agents in a lab: from a merge to what Azure says of it, and where that stops; what agents make, undo and
//! remove.

mod agents;
mod broken_line;
mod line_of_life;
mod scenarios;
pub(crate) mod scene;
