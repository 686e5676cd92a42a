//! The document `PipelineStatus`: what `status` prints with `-o json` and `-o yaml`.

use jiff::Timestamp;
use serde::Serialize;

use super::cluster::{Gap, Within};
use super::verdict::{EnvironmentStatus, Picture};

/// Every environment of a pipeline, and what was asked about it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PipelineStatus {
    api_version: &'static str,
    kind: &'static str,
    /// When this was so.
    pub observed_at: Timestamp,
    /// The kubeconfig's context; none inside a pod.
    pub context: Option<String>,
    /// The environments, in order of namespace.
    pub environments: Vec<EnvironmentStatus>,
    /// The worlds, and what of them was not answered.
    pub worlds: Vec<World>,
}

/// One of the three worlds.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct World {
    /// `cluster`, `github` or `azure`.
    pub world: &'static str,
    /// Whether all of it, some of it, or nothing was answered.
    pub answer: &'static str,
    /// Why nothing was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<&'static str>,
    /// The questions without an answer.
    pub missing: Vec<Missing>,
}

/// A question without an answer.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Missing {
    /// The verb, as RBAC has it.
    pub verb: &'static str,
    /// The resource, as RBAC has it.
    pub resource: &'static str,
    /// The namespace; none for the whole cluster.
    pub namespace: Option<String>,
    /// Why there is no answer.
    pub why: String,
}

impl PipelineStatus {
    /// The document for a picture.
    pub fn of(picture: &Picture, context: Option<&str>, observed_at: Timestamp) -> Self {
        let missing: Vec<Missing> = picture.gaps.iter().map(Missing::of).collect();
        let answer = if missing.is_empty() { "complete" } else { "partial" };
        let unasked =
            |world| World { world, answer: "none", why: Some("not asked yet"), missing: Vec::new() };
        Self {
            api_version: "gitops.dev/v1",
            kind: "PipelineStatus",
            observed_at,
            context: context.map(str::to_owned),
            environments: picture.environments.clone(),
            worlds: vec![
                World { world: "cluster", answer, why: None, missing },
                unasked("github"),
                unasked("azure"),
            ],
        }
    }
}

impl Missing {
    fn of(gap: &Gap) -> Self {
        let namespace = match &gap.scope.within {
            Within::Cluster => None,
            Within::Namespace(namespace) => Some(namespace.clone()),
            Within::Object(namespace, _) => Some(namespace.clone()).filter(|namespace| !namespace.is_empty()),
        };
        Self { verb: gap.scope.verb(), resource: gap.scope.kind.resource(), namespace, why: gap.why.clone() }
    }
}
