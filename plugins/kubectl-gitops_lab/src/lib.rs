//! `kubectl gitops-lab`: offline stand-ins for what the suite works with.
//!
//! `replay`: a recorded timeline of a cluster, served as a read-only Kubernetes API at its own pace. It knows nothing of what the suite makes of it, and nothing but the front and the tests know it;
//! no Kubernetes client is in here, so that what is served is what was recorded and not what a client library
//! takes for it. [`Replay`] is the same thing for tests, stepped by hand.
//!
//! `up`: clusters in memory that can be written to, each with its Flux, beside a GitHub, held to what real ones were
//! recorded answering. [`Lab`] is the same thing for tests.

#![cfg_attr(test, expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands"))]

mod access;
mod arc;
mod azure;
mod commands;
mod event_correlation;
mod flux;
mod git;
mod github;
mod http;
mod kubernetes;
mod message;
mod path_pattern;
mod platform;
mod recording;
mod scenario;
mod simulation;
mod world;

pub use self::access::{AccessLevel, AccessToken, Actor, Area, Permission, Permissions, Right, Role};
pub use self::http::{
    Clock, Credentials, GitServer, Lab, Pace, Replay, ReplayOptions, ServingError, Settings,
};
pub use azure::{Azure, AzureIdentity, AzureRole, azure_route, azure_routes};
pub use commands::{Args, run};
pub use flux::{Commit, Credential, Distrust, FetchFailure, FetchRequest, Fetched, Files, Reference, Remote};
pub use git::{
    Change, FetchError, FoundCommit, GitError, GitHost, Reachability, RefChange, RefChanged, RefError, Via,
};
pub use github::{
    GitHub, JobRecord, RunRecord, Runner, RunnerShift, github_needs, github_route, github_routes,
};
pub use recording::{Recording, Timeline, TimelineError, recordings};
pub use scenario::{
    AzureAgents, AzureCluster, AzureConfiguration, AzureReport, BuiltIn, Chart, ChartSource, Conclusion,
    Deployment, Edit, FailureCondition, Grant, ImageOutcome, Metadata, Namespace, PodOutcome, Push, Release,
    ReleaseState, Repetition, RunState, Scenario, ScenarioError, ScenarioGroup, ScenarioJob,
    ScenarioRepository, ScenarioRequest, ScenarioRequestBody, ScenarioResourceGraph, ScenarioRun,
    ScenarioRunner, ScenarioStep, Source, SourceFailure, SourceKind, Spec, SyntheticFleet, scenarios,
};
pub use simulation::{Happened, Simulation};
pub use world::{Effect, Fault, FaultStatus, Host, Limited, Odds};
