//! GitHub as the lab has it: its REST API over the repositories of the git host.
//!
//! Repositories, tokens, branches and commits are the git host's own: what git pushes is seen here, and what is
//! committed here can be cloned. This module adds what only GitHub knows: accounts, pull requests, statuses,
//! settings, runs. A request and a time go in, an answer comes out: no clock, no connection, no task; `http`
//! carries both over HTTPS.
//!
//! Not a table of recorded answers: objects are made by rules, and the contract tests hold them to GitHub's own
//! description and to recordings.

mod actions;
mod api;
mod content;
mod instance;
mod issues;
mod node_id;
mod people;
mod protection;
mod pulls;
mod refs;
mod repositories;
mod urls;

pub use actions::{JobRecord, RunRecord, Runner, RunnerShift};
pub use api::routes::{github_needs, github_route, github_routes};
pub use instance::GitHub;
