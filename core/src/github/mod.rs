//! GitHub (octocrab): repositories, trees, pull requests, statuses, settings, actions.
//!
//! octocrab builds and signs requests; beneath it lies the suite's own transport ([`crate::wire::Transport`]), so
//! that retries, roots and proxies are those of every world and no write is doubled (octocrab's own retries repeat
//! even `POST`). Documents are read by the tolerant types of [`crate::model::github`].

mod access;
mod access_error;
mod accounts;
mod actions;
mod branches;
mod client;
mod environments;
mod error;
mod git_data;
mod labels;
mod policies;
mod pull_requests;
mod rate_limit;
mod repositories;
mod request;
mod response;
mod response_cache;
mod route;
mod settings;
mod statuses;

pub use access::{Access, TokenSource};
pub use access_error::AccessError;
pub use actions::DispatchedRun;
pub use client::{Github, GithubOptions};
pub use error::GithubError;
pub use git_data::RefUpdate;
pub use rate_limit::{ReachedLimit, RequestQuota};
pub use repositories::{NewRepository, RepositoryOwner};
pub use settings::Level;
pub(crate) use statuses::is_same_status;
