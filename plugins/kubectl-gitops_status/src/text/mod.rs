//! The answer for people.

mod page;
mod story;
mod wrap;

pub(crate) use page::{View, names};
pub(crate) use story::Story;
