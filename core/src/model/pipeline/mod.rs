//! The spine: what a promotion flow is about, named once. The worlds add evidence to it; none of them owns it. A
//! pipeline without a cluster at hand is still a pipeline.
//!
//! [`Pipeline`] has an example that goes from observations to a verdict.

mod chain;
mod cluster;
mod cluster_argument;
mod cluster_count;
mod environment;
mod hold;
mod project;
mod repositories;
mod resolved;
mod tested;
mod view;

pub use chain::{ChainError, chain};
pub use cluster::{ClusterRef, EnvironmentId};
pub use cluster_argument::{ClusterArgument, InvalidClusterArgument, is_resource_group};
pub use cluster_count::ClusterCount;
pub use environment::{DeploymentTarget, Environment, target_path};
pub use hold::Hold;
pub use project::Project;
pub use repositories::{Pipeline, Role, conventional, role};
pub use resolved::{Resolved, ResolvedFrom};
pub use tested::Tested;
pub use view::{ChainEnvironment, PipelineView, RepositoryView};
