//! What to type next. Only commands that exist: this suite's own, kubectl, flux, az.

mod attempts;
mod azure;
mod controllers;
mod credentials;
mod failures;
pub(super) mod helm;
mod installation;
mod overdue;
mod references;
mod sources;
mod workloads;

use super::{NextCommand, Reason};

pub use attempts::resume_command;
pub(super) use attempts::{apply_now, attempt, deletion, follow, reconcile, recreate, resume};
pub(super) use azure::is_azure;
pub(super) use controllers::{controller, silent_controller, unanswered};
pub(super) use credentials::is_ssh;
pub(super) use failures::{failed_attempt, lost_artifact};
pub(super) use installation::{
    crashing_controller, installation, release_definition, terminating_installation,
};
pub(super) use overdue::{
    artifact_download, dependencies, log_of_controller, overdue_attempt, overdue_fetch,
    terminating_namespace, untried_revision,
};
pub(super) use references::follow_outranked;
pub(super) use sources::{fetch, fetch_now};
pub(super) use workloads::workload;
