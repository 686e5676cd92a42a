//! The verdict, put to every moment of every recorded timeline.

mod edges;
mod least;
mod properties;
mod rules;
mod story;
pub(crate) mod timeline;
