//! The spine: what a promotion flow is about, named once. The worlds add evidence to it; none of them owns it. A
//! pipeline without a cluster at hand is still a pipeline.

mod chain;
mod cluster;
mod environment;
mod repositories;
mod resolved;

pub use chain::{ChainError, chain};
pub use cluster::{ClusterRef, EnvironmentId};
pub use environment::{DeploymentTarget, Environment};
pub use repositories::{Pipeline, Role, conventional, role};
pub use resolved::{Resolved, ResolvedFrom};
