//! The document `PipelineStatus`: what `status` prints with `-o json` and `-o yaml`.

use jiff::Timestamp;
use serde::Serialize;

use super::cluster::{Gap, Within};
use super::upstream::{Beside, Unanswered};
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
    pub worlds: Vec<WorldStatus>,
}

/// One of the three worlds.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WorldStatus {
    /// `cluster`, `github` or `azure`.
    pub world: &'static str,
    /// Whether all of it, some of it, or nothing was answered.
    pub answer: &'static str,
    /// Why nothing was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The questions without an answer.
    pub missing: Vec<Missing>,
}

/// A question without an answer. Those to a cluster have a verb and a resource, those to GitHub are said in words.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Missing {
    /// The verb, as RBAC has it.
    pub verb: &'static str,
    /// The resource, as RBAC has it; of GitHub what was asked, in words.
    pub resource: String,
    /// The namespace; none for the whole cluster.
    pub namespace: Option<String>,
    /// Why there is no answer.
    pub why: String,
}

impl PipelineStatus {
    /// The document for a picture.
    pub fn of(picture: &Picture, context: Option<&str>, observed_at: Timestamp) -> Self {
        let cluster = WorldStatus::asked("cluster", picture.gaps.iter().map(Missing::of).collect());
        let github = match &picture.github {
            Beside::NotAsked(why) => WorldStatus::not_asked("github", why),
            Beside::Asked(unanswered) => {
                WorldStatus::asked("github", unanswered.iter().map(Missing::of_github).collect())
            }
        };
        Self {
            api_version: "gitops.dev/v1",
            kind: "PipelineStatus",
            observed_at,
            context: context.map(str::to_owned),
            environments: picture.environments.clone(),
            worlds: vec![cluster, github, WorldStatus::not_asked("azure", "not asked yet")],
        }
    }
}

impl WorldStatus {
    fn asked(world: &'static str, missing: Vec<Missing>) -> Self {
        let answer = if missing.is_empty() { "complete" } else { "partial" };
        Self { world, answer, why: None, missing }
    }

    fn not_asked(world: &'static str, why: &str) -> Self {
        Self { world, answer: "none", why: Some(why.to_owned()), missing: Vec::new() }
    }
}

impl Missing {
    fn of(gap: &Gap) -> Self {
        let namespace = match &gap.scope.within {
            Within::Cluster => None,
            Within::Namespace(namespace) => Some(namespace.clone()),
            Within::Object(namespace, _) => Some(namespace.clone()).filter(|namespace| !namespace.is_empty()),
        };
        let resource = gap.scope.kind.resource().to_owned();
        Self { verb: gap.scope.verb(), resource, namespace, why: gap.why.clone() }
    }

    fn of_github(one: &Unanswered) -> Self {
        Self { verb: "get", resource: one.asked.clone(), namespace: None, why: one.why.clone() }
    }
}
