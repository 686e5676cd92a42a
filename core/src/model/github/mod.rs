//! Nouns of GitHub: small tolerant readings of what its API answers. What is not read is not kept.

mod actions;
mod name;
mod pull;
mod read;
mod repository;
mod tree;

pub use actions::{Job, Run, RunState, Workflow};
pub use name::{NameError, RepositoryName};
pub use pull::{CommitStatus, MergeMethod, Mergeable, PullRequest, PullState, Review, StatusState};
pub use repository::{Account, Branch, Environment, Label, Repository, Scopes};
pub use tree::{Change, Commit, Comparison, Entry, Tree};

use read::{flag, items, maybe, number, raw, text, time};
