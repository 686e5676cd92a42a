//! Refs of repositories: whether they may move, and what follows when they have.

mod push;
mod refusal;
mod updates;
mod workflow_files;

pub(super) use refusal::RefRefusal;
