//! The answer for people.

mod changes;
mod columns;
mod compliance;
mod details;
mod groups;
mod page;
mod rows;
mod screen;
mod summary;
mod terminal;
mod worlds;

pub(crate) use changes::Changes;
pub(crate) use page::{View, names};
pub(crate) use terminal::{Size, drawn};
