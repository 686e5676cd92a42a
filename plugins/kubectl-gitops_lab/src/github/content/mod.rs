//! What is in repositories: refs and objects, files, branches, commits, and how commits differ.

mod branches;
mod commit_json;
mod commits;
mod compare;
mod diff;
mod files;
mod objects;
mod refs;
mod revision;
mod status;
mod statuses;
mod trees;

pub(super) use branches::ROUTES as BRANCHES;
pub(super) use commit_json::{Author, text};
pub(super) use commits::ROUTES as COMMITS;
pub(super) use compare::{ROUTES as COMPARE, between};
pub(super) use diff::changes;
pub(super) use files::ROUTES as FILES;
pub(super) use objects::ROUTES as OBJECTS;
pub(super) use refs::ROUTES as REFS;
pub(super) use revision::{branch_tip, commit_at};
pub(super) use status::Statuses;
pub(super) use statuses::ROUTES as STATUSES;
pub(super) use trees::ROUTES as TREES;
