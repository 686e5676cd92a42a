//! The answer for people.

mod details;
mod groups;
mod page;
mod rows;
mod story;
mod summary;
mod worlds;

pub(crate) use page::{View, names};
pub(crate) use story::Story;
