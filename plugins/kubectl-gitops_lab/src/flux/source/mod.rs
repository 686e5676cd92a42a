//! source-controller: GitRepositories.

mod asked;
mod controller;
mod credentials;
mod ending;
mod failure;
mod reconcile;
mod storage;
mod words;

pub(super) use controller::SourceController;
pub(super) use storage::{Storage, told};
