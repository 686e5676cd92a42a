//! Actions: settings that workflows read, environments, workflows themselves and their runs. Nothing runs here:
//! runs are records, which whoever runs the lab concludes.

mod dispatches;
mod environment;
mod environments;
mod jobs;
mod run;
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
pub(super) use run::Runs;
pub(super) use runs::ROUTES as RUNS;
pub(super) use secrets::ROUTES as SECRETS;
pub(super) use variables::ROUTES as VARIABLES;
pub(super) use vault::Vault;
pub(super) use workflow::Workflows;
pub(super) use workflows::ROUTES as WORKFLOWS;
