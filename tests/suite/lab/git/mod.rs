//! The lab's git host as stock git meets it.

mod hosting;
pub(super) mod person;
