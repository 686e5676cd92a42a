//! Workloads that never come up: before their deadlines and after, and what a reader is told of them.

mod containers;
mod deadlines;
mod jobs;
mod pods;
