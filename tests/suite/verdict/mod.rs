//! The verdict, put to every moment of every recorded timeline.

pub(crate) mod advice;
mod edges;
mod least;
mod outlooks;
mod properties;
mod readiness;
mod rules;
pub(crate) mod story;
pub(crate) mod timeline;
mod wire_names;
mod words;
