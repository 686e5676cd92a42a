//! The answer for people.

mod page;
mod story;

pub(crate) use page::{View, names};
pub(crate) use story::Story;
