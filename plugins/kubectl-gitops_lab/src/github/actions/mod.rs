//! Actions: settings that workflows read, environments, workflows themselves and their runs. Nothing is executed here:
//! runs are records, which runners of a scenario take and end, or whoever runs the lab.

mod dispatches;
mod environment;
mod environments;
mod job;
mod jobs;
mod new_run;
mod pending_deployments;
mod progress;
mod push_trigger;
mod pushes;
mod run;
mod run_record;
mod runner;
mod runs;
mod secrets;
mod variables;
mod vault;
mod vault_scope;
mod workflow;
mod workflows;

pub(super) use dispatches::ROUTES as DISPATCHING;
pub(super) use environment::Environment;
pub(super) use environments::ROUTES as ENVIRONMENTS;
pub(super) use jobs::ROUTES as JOBS;
pub(super) use pending_deployments::ROUTES as PENDING_DEPLOYMENTS;
pub(super) use run::Runs;
pub use run_record::{JobRecord, RunRecord};
pub use runner::{Runner, RunnerShift};
pub(super) use runs::ROUTES as RUNS;
pub(super) use secrets::ROUTES as SECRETS;
pub(super) use variables::ROUTES as VARIABLES;
pub(super) use vault::Vault;
pub(super) use workflow::Workflows;
pub(super) use workflows::ROUTES as WORKFLOWS;
