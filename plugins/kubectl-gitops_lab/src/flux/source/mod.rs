//! source-controller: GitRepositories.

mod controller;
mod credentials;
mod failure;
mod reconcile;
mod storage;
mod words;

pub(super) use controller::SourceController;
pub(super) use storage::{Storage, told};
