//! The document `PipelineStatus`: what `status` prints with `-o json` and `-o yaml`.

use jiff::Timestamp;
use serde::Serialize;

use super::pipeline::{ClusterRef, PipelineView};
use super::verdict::{EnvironmentStatus, LostContact, Picture, Remark};
use super::{Question, Unanswered, World};

/// Every environment of a pipeline, and what was asked about it.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PipelineStatus {
    #[schemars(extend("const" = "gitops.dev/v1"))]
    api_version: &'static str,
    #[schemars(extend("const" = "PipelineStatus"))]
    kind: &'static str,
    /// When this was so.
    pub observed_at: Timestamp,
    /// The kubeconfig's context; `null` inside a pod, and where several clusters were asked: then each environment
    /// names its own.
    pub context: Option<String>,
    /// The environments, in order of namespace.
    pub environments: Vec<EnvironmentStatus>,
    /// Their pipelines: the repositories, and every environment of the chain, whether it is shown or not.
    pub pipelines: Vec<PipelineView>,
    /// What is worth knowing of the clusters themselves.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Remark>,
    /// The watched clusters that give no answers any more. Their environments stand as they were heard last.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lost_contacts: Vec<LostContact>,
    /// The worlds, and what of them was not answered.
    pub worlds: Vec<WorldStatus>,
}

/// One of the three worlds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorldStatus {
    /// Which.
    pub world: World,
    /// Whether all of it, some of it, or nothing was answered.
    pub answer: &'static str,
    /// Why nothing was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The questions without an answer.
    pub missing: Vec<Missing>,
}

/// A question without an answer. Those to a cluster have a verb and a resource, those to GitHub are said in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Missing {
    /// The cluster, of a question to one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub cluster: Option<ClusterRef>,
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
    pub fn of(picture: &Picture) -> Self {
        let context = match picture.clusters.as_slice() {
            [cluster] => cluster.context(),
            _ => None,
        };
        Self {
            api_version: "gitops.dev/v1",
            kind: "PipelineStatus",
            observed_at: picture.observed_at,
            context: context.map(str::to_owned),
            environments: picture.environments.clone(),
            pipelines: picture.pipelines.clone(),
            remarks: picture.remarks.clone(),
            lost_contacts: picture.lost_contacts.clone(),
            worlds: World::ALL
                .map(|world| WorldStatus::of(world, &picture.unanswered, &picture.clusters))
                .to_vec(),
        }
    }
}

impl WorldStatus {
    /// A world, of what all of them did not answer, where these clusters were asked.
    pub fn of(world: World, unanswered: &[Unanswered], clusters: &[ClusterRef]) -> Self {
        let own = || unanswered.iter().filter(|unanswered| unanswered.world == world);
        let missing: Vec<Missing> = own().filter_map(Missing::of).collect();
        let not_asked = own().find(|unanswered| unanswered.what.is_none());
        let is_silent = |cluster: &ClusterRef| {
            own().any(|unanswered| unanswered.what.is_none() && unanswered.cluster.as_ref() == Some(cluster))
        };
        let answer = match not_asked {
            // Of several clusters others were asked.
            Some(unanswered) if unanswered.cluster.is_some() && !clusters.iter().all(is_silent) => "partial",
            Some(_) => "none",
            None if missing.is_empty() => "complete",
            None => "partial",
        };
        Self { world, answer, why: not_asked.map(|unanswered| unanswered.why.to_string()), missing }
    }
}

impl Missing {
    fn of(unanswered: &Unanswered) -> Option<Self> {
        let Question { verb, resource, namespace, .. } = unanswered.what.clone()?;
        let cluster = unanswered.cluster.clone();
        Some(Self { cluster, verb, resource, namespace, why: unanswered.why.to_string() })
    }
}
