//! What GitHub's API answers, as far as the flow reads it. Reading is tolerant: a field that an older server lacks is
//! empty.
//!
//! octocrab's models are used where a document is the client's own affair (`Merge`, `RateLimit`, `PublicKey`). Not for
//! these: most of them require fields that the flow does not read (`Label` an id and a default, `Ref` a node id,
//! `WorkFlow` a badge), `CommitComparison` refuses a recorded answer of the real service for the shape of its authors, and
//! a state that is new to their closed enumerations refuses a whole list. `model` also names no client's crate.

mod actions;
mod fields;
mod git_data;
mod organization;
mod pull_request;
mod repository;
mod repository_name;

pub use actions::{PendingDeployment, RunList, RunState, Workflow, WorkflowJob, WorkflowRun, run_number};
pub use git_data::{Commit, Comparison, FileChange, MOST_COMPARED_FILES, Tree, TreeEntry};
pub use organization::{ActionsPolicy, ContainerPackage, Membership, Organization};
pub use pull_request::{CommitStatus, MergeMethod, Mergeable, PullRequest, PullState, Review, StatusState};
pub use repository::{Account, Branch, DeploymentEnvironment, Label, Repository, TokenScopes};
pub use repository_name::{InvalidRepositoryName, RepositoryName};
