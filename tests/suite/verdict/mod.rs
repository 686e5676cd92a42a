//! The verdict, put to every moment of every recorded timeline.

pub(crate) mod advice;
mod beginnings;
mod down;
mod drift;
mod edges;
pub(crate) mod endings;
mod helm;
mod hostile_names;
mod least;
mod makers;
mod outages;
mod outlooks;
mod past;
mod properties;
mod readiness;
mod roll_outs;
mod rules;
mod sentences;
mod several;
mod sources;
pub(crate) mod story;
mod stuck;
pub(crate) mod timeline;
mod wire_names;
mod words;
mod workload_objects;
mod workloads;
