//! GitHub (octocrab): repositories, trees, pull requests, statuses, settings, actions.
//!
//! octocrab builds and signs requests; beneath it lies the suite's own transport ([`crate::wire::Transport`]), so
//! that retries, roots and proxies are those of every world, and no write is ever doubled (octocrab's own retries
//! repeat even `POST`). Answers are read by the small tolerant nouns of [`crate::model::github`]: octocrab's models
//! refuse a whole answer for one field that an older server lacks.

mod access;
mod account;
mod actions;
mod answer;
mod branches;
mod connect;
mod environments;
mod error;
mod git;
mod issues;
mod memory;
mod pulls;
mod repositories;
mod request;
mod route;
mod settings;
mod statuses;

pub use access::{Access, Origin, Sourced, TokenSource};
pub use actions::Dispatched;
pub use connect::{Github, Options};
pub use error::{ConnectError, GithubError};
pub use git::RefUpdate;
pub use repositories::NewRepository;
pub use settings::Level;
