//! A pipeline as documents write it: the shape is API. Everything that was found has where it was found from, so that
//! nothing is explained by a guess of the reader's.

use serde::Serialize;

use super::{EnvironmentId, ResolvedFrom};
use crate::model::{World, harmless};

/// A pipeline: its repositories, and its environments in the order of promotion.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PipelineView {
    /// The project: the source repository's name, else what the namespaces say.
    pub project: String,
    /// The source repository; `null` where nobody told which it is.
    pub source: Option<RepositoryView>,
    /// The configs repository; `null` likewise.
    pub configs: Option<RepositoryView>,
    /// The gitops repository; `null` where nothing follows one.
    pub gitops: Option<RepositoryView>,
    /// Its environments: those of the chain in order, then those that no link of the chain leads to.
    pub chain: Vec<ChainEnvironment>,
}

/// A repository of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RepositoryView {
    /// Its name, `owner/name`; the address of one that is not on GitHub.
    pub repository: String,
    /// Where that was found: `--project`, `GITHUB_REPOSITORY`, `git remote origin`, `variable MANIFESTS_REPO of
    /// contoso/hello`, `source of edge/dev-hello`, or `convention`.
    pub from: String,
}

/// An environment of a pipeline, and which part of it is at hand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChainEnvironment {
    /// Its name.
    pub environment: String,
    /// The clusters and namespaces that it is known to be in.
    pub deployments: Vec<EnvironmentId>,
    /// The worlds that told something of it.
    pub worlds: Vec<World>,
}

impl RepositoryView {
    /// A repository, and where it was found.
    pub fn new(repository: impl Into<String>, from: &ResolvedFrom) -> Self {
        Self { repository: repository.into(), from: harmless(&from.to_string()) }
    }
}

impl ChainEnvironment {
    /// An environment of which nothing else is known.
    pub fn named(environment: impl Into<String>) -> Self {
        Self { environment: environment.into(), ..Self::default() }
    }
}
