//! What whoever runs the gate chose.

use std::time::Duration;

use jiff::SignedDuration;

use crate::flow::selector::EnvironmentSelector;
use crate::model::github::RepositoryName;
use crate::model::pipeline::Resolved;
use crate::model::post_deployment::{AwaitedDeployment, OfflinePolicy, RequiredShare};

/// What the gate is about and how it decides.
#[derive(Clone, Debug)]
pub struct GateRequest {
    /// Which environment.
    pub start: GateStart,
    /// Its name, where that is given; else it is that of the branch that a namespace follows.
    pub environment: Option<String>,
    /// The deployment target, where only one is meant.
    pub target: Option<String>,
    /// The commit of the gitops or the source repository, whole or its beginning; else the newest of the branch.
    pub revision: Option<String>,
    /// How it decides.
    pub policy: ChosenPolicy,
    /// The most configurations that Resource Manager is asked about at one look.
    pub confirm: usize,
    /// How long it waits.
    pub timeout: Option<Duration>,
    /// Whether the commit status is written, and which run it links to.
    pub record: Option<RunLink>,
}

/// What the environment is found from.
#[derive(Clone, Debug)]
pub enum GateStart {
    /// The namespace of a cluster at hand.
    Namespace(EnvironmentSelector),
    /// A repository of the pipeline, and clusters at hand where some are named.
    Repository(Resolved<RepositoryName>, Option<EnvironmentSelector>),
}

/// What was chosen on the command line; the pipeline's file says the rest.
#[derive(Clone, Debug, Default)]
pub struct ChosenPolicy {
    /// What is waited for.
    pub awaited: AwaitedDeployment,
    /// What becomes of silent clusters.
    pub offline: Option<OfflinePolicy>,
    /// Of how many clusters.
    pub required: Option<RequiredShare>,
    /// How many clusters there must be.
    pub expected: Option<usize>,
    /// Whether no configuration is success.
    pub allows_none: bool,
    /// For how long a failure may mend.
    pub grace: Option<SignedDuration>,
}

/// The run of a workflow that the gate is part of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunLink {
    /// Its page.
    pub url: Option<String>,
}
