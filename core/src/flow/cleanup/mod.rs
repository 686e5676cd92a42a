//! Takes a project away again: what exists of it is found in all three worlds, a plan is made of that and carried out, and
//! each thing is looked for once more after its deletion.
//!
//! A step is done when what it deletes is seen to be gone, and not when its deletion was accepted. Killed anywhere and run
//! again, the inventory is another, and the plan is what is left.

mod cluster_inventory;
mod configuration_deletion;
mod deletion_deadline;
mod error;
mod flux_object_deletion;
mod github_inventory;
mod inventory;
mod namespace_deletion;
mod planned;
mod repository_deletion;
mod request;

pub use error::CleanupError;
pub use planned::{Cleanup, cleanup};
pub use request::CleanupRequest;
