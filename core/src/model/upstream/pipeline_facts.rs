//! What GitHub tells of a pipeline as a whole.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Chain, FoundRevision};
use crate::model::github::{
    Commit, PendingDeployment, RepositoryName, RunList, Workflow, WorkflowJob, WorkflowRun,
};
use crate::model::pipeline::ResolvedFrom;

/// One pipeline. What is `None` was not answered, or not asked because nothing needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PipelineFacts {
    /// The host that its repositories are on.
    pub host: String,
    /// The gitops repository.
    pub gitops: RepositoryName,
    /// The source repository.
    pub source: Option<RepositoryName>,
    /// The configs repository.
    pub configs: Option<RepositoryName>,
    /// Where their names came from.
    pub origins: RepositoryOrigins,
    /// Its environments.
    pub chain: Chain,
    /// The newest commit of the source repository.
    pub newest: Option<Commit>,
    /// The newest runs of the source repository.
    pub source_runs: Option<Arc<RunList>>,
    /// The newest runs of the gitops repository.
    pub gitops_runs: Option<Arc<RunList>>,
    /// The newest runs of the configs repository.
    pub configs_runs: Option<Arc<RunList>>,
    /// The workflows of the source repository.
    pub source_workflows: Option<Vec<Workflow>>,
    /// The workflows of the gitops repository.
    pub gitops_workflows: Option<Vec<Workflow>>,
    /// The jobs of runs that failed, by run.
    pub jobs: BTreeMap<u64, Vec<WorkflowJob>>,
    /// The commit that is asked for.
    pub revision: Option<FoundRevision>,
    /// What runs wait to deploy to, by run.
    pub pending: BTreeMap<u64, Vec<PendingDeployment>>,
}

/// Where the names of a pipeline's repositories came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RepositoryOrigins {
    /// That of the source repository.
    pub source: Option<ResolvedFrom>,
    /// That of the configs repository.
    pub configs: Option<ResolvedFrom>,
    /// That of the gitops repository.
    pub gitops: Option<ResolvedFrom>,
}

impl PipelineFacts {
    /// The job and the step at which a run failed: `job build, step Run tests`.
    pub(super) fn failed_step(&self, run: &WorkflowRun) -> Option<String> {
        let jobs = self.jobs.get(&run.id)?;
        let job = jobs.iter().find(|job| job.state.is_failure())?;
        Some(match &job.step {
            Some(step) => format!("job {}, step {step}", job.name),
            None => format!("job {}", job.name),
        })
    }
}
