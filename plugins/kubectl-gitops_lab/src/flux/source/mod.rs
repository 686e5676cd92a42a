//! source-controller: GitRepositories.

mod conditions;
mod controller;
mod credentials;
mod failure;
mod outcome;
mod reconcile;
mod spec;
mod storage;

pub(super) use controller::SourceController;
pub(super) use storage::{Storage, told};
