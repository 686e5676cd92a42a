//! The spine: what a promotion flow is about, named once. The worlds add evidence to it; none of them owns it.

mod cluster;

pub use cluster::{ClusterRef, EnvironmentId};
