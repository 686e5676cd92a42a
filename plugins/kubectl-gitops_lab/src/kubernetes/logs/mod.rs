//! What containers have written: which container is meant, what it wrote and when, and what of it is told.
//!
//! The text of a pod is said by its annotation `lab.gitops.dev/logs`, else by the lab, else it is a plain one. It
//! is written line by line from the moment the container starts, so that a log can be followed.

mod answer;
mod container;
mod following;
mod options;
mod text;

pub(crate) use following::{Following, LogNews};
