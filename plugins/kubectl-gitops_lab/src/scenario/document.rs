//! A scenario as people write it. Fields that are not known are refused by name: a mistyped one would otherwise
//! make a scenario that is not the one that was meant.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};

use super::azure_agents::AzureAgents;
use super::azure_clusters::AzureCluster;
use super::error::ScenarioError;
use super::grants::Grant;
use super::releases::Release;
use super::repetition::Repetition;
use super::requests::ScenarioRequest;
use super::resource_graph::ScenarioResourceGraph;
use super::runs::{EarlierRuns, ScenarioRun, ScenarioRunner};
use super::sources::Source;
use crate::git::Reachability;
use crate::world::Fault;

const API_VERSION: &str = "lab.gitops.dev/v1";
const KIND: &str = "Scenario";

/// What a lab begins with.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Scenario {
    api_version: String,
    kind: String,
    /// What it is called.
    pub metadata: Metadata,
    /// What it is.
    #[serde(default)]
    pub spec: Spec,
}

/// An organisation.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organization {
    /// The name in addresses.
    pub name: String,
    /// Who belongs to it.
    #[serde(default)]
    pub members: Vec<String>,
}

/// What a scenario is called.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metadata {
    /// Its name.
    pub name: String,
}

/// What there is, or what is done to what there was.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Spec {
    /// One line.
    #[serde(default)]
    pub description: String,
    /// The scenario that this one happens to, by its name: one that is built in.
    #[serde(default)]
    pub base: Option<String>,
    /// How long ago it happened. What follows from it has followed when the lab begins.
    #[serde(default)]
    pub ago: SignedDuration,
    /// How much longer ago than it says its base happened, and all that this one builds on.
    #[serde(default)]
    pub after: SignedDuration,
    /// What `/version` says, with what follows from it.
    #[serde(default)]
    pub kubernetes_version: Option<String>,
    /// Namespaces.
    #[serde(default)]
    pub namespaces: Vec<Namespace>,
    /// Organisations that are there before any repository of theirs is. One that a repository names is there as well.
    #[serde(default)]
    pub organizations: Vec<Organization>,
    /// Tokens that the git host knows.
    #[serde(default)]
    pub tokens: Vec<Grant>,
    /// Repositories.
    #[serde(default)]
    pub repositories: Vec<ScenarioRepository>,
    /// What GitHub is asked for once the repositories are there.
    #[serde(default)]
    pub github: Vec<ScenarioRequest>,
    /// What takes workflow runs from then on; what is said last comes first.
    #[serde(default)]
    pub runners: Vec<ScenarioRunner>,
    /// How many runs workflows had before these.
    #[serde(default)]
    pub earlier_runs: Vec<EarlierRuns>,
    /// Workflow runs that are written down as they are.
    #[serde(default)]
    pub runs: Vec<ScenarioRun>,
    /// What Azure is asked for then; once for each cluster, where `${lab.cluster}` stands in it.
    #[serde(default)]
    pub azure: Vec<ScenarioRequest>,
    /// Clusters that are in Azure alone.
    #[serde(default)]
    pub azure_clusters: Vec<AzureCluster>,
    /// How the agents of Azure Arc are from then on.
    #[serde(default)]
    pub agents: AzureAgents,
    /// The condition of the git host.
    #[serde(default)]
    pub git_host: Reachability,
    /// How Azure Resource Graph is from then on.
    #[serde(default)]
    pub resource_graph: ScenarioResourceGraph,
    /// What becomes of pods, by their images.
    #[serde(default)]
    pub fates: Vec<ImageOutcome>,
    /// Images that are published. Of `ghcr.io/<organisation>`, where an organisation has a repository here, others
    /// cannot be pulled.
    #[serde(default)]
    pub images: Vec<String>,
    /// Deployments of one container, in short.
    #[serde(default)]
    pub deployments: Vec<Deployment>,
    /// Sources that are no git repositories.
    #[serde(default)]
    pub sources: Vec<Source>,
    /// Helm releases.
    #[serde(default)]
    pub releases: Vec<Release>,
    /// Objects. What is there is changed in the fields that are given, as by a merge patch.
    #[serde(default)]
    pub objects: Vec<Value>,
    /// What goes wrong with requests once the lab runs.
    #[serde(default)]
    pub faults: Vec<Fault>,
    /// What there is once for each of many names.
    #[serde(default)]
    pub each: Vec<Repetition>,
}

/// A namespace.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Namespace {
    /// Its name.
    pub name: String,
    /// Its labels.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
}

/// A repository and what is committed to it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScenarioRepository {
    /// `organisation/repository`
    pub name: String,
    /// The branch that a clone checks out; of those that are there, the first.
    #[serde(default)]
    pub default_branch: Option<String>,
    /// To each branch what is committed. Words of the lab may stand in its name.
    #[serde(default)]
    pub branches: BTreeMap<String, Push>,
}

/// What a commit changes.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Push {
    /// Its message.
    pub message: String,
    /// The branch that this one begins at, where it is not there yet; it has no past where nothing is said.
    #[serde(default)]
    pub from: Option<String>,
    /// To each path its text, or null when it goes.
    #[serde(default)]
    pub files: BTreeMap<String, Option<String>>,
    /// To each path that is there what is changed in its text.
    #[serde(default)]
    pub edits: BTreeMap<String, Vec<Edit>>,
}

/// A change of a text.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// What is there, wherever it is.
    pub find: String,
    /// What stands there afterwards.
    pub with: String,
}

/// A deployment of one container that is called as it is, on one pod, whose label `app` is its name.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deployment {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// What it runs.
    pub image: String,
}

impl Deployment {
    /// The whole of it.
    pub(super) fn object(&self) -> Value {
        let labels = json!({"app": self.name});
        let container = json!({"name": self.name, "image": self.image});
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": self.name, "namespace": self.namespace, "labels": labels},
            "spec": {
                "replicas": 1,
                "selector": {"matchLabels": labels},
                "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
            },
        })
    }
}

/// What becomes of pods with an image.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImageOutcome {
    /// The image: `*` is any text.
    pub image: String,
    /// What becomes of them.
    pub outcome: PodOutcome,
    /// After how long.
    #[serde(default)]
    pub after: Option<SignedDuration>,
}

/// What becomes of a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PodOutcome {
    /// Its image cannot be pulled.
    Image,
    /// It crashes again and again.
    Crash,
    /// It runs, and crashes later.
    Later,
    /// As a job's, it fails.
    Fail,
    /// As a job's, it never ends.
    Hang,
}

impl PodOutcome {
    /// As a pod's label says it.
    pub(super) fn word(self) -> &'static str {
        match self {
            PodOutcome::Image => "image",
            PodOutcome::Crash => "crash",
            PodOutcome::Later => "later",
            PodOutcome::Fail => "fail",
            PodOutcome::Hang => "hang",
        }
    }
}

impl Scenario {
    /// Reads one.
    ///
    /// # Errors
    ///
    /// It is not a scenario of this version; the message names the field that is not known.
    pub fn parse(text: &str) -> Result<Self, ScenarioError> {
        let scenario: Self = serde_saphyr::from_str(text)?;
        if (scenario.api_version.as_str(), scenario.kind.as_str()) != (API_VERSION, KIND) {
            return Err(ScenarioError::Kind { api_version: scenario.api_version, kind: scenario.kind });
        }
        Ok(scenario)
    }

    /// One that is made by a program.
    pub fn new(name: &str, spec: Spec) -> Self {
        let metadata = Metadata { name: name.to_owned() };
        Self { api_version: API_VERSION.to_owned(), kind: KIND.to_owned(), metadata, spec }
    }
}

#[cfg(test)]
mod tests {
    use super::Scenario;

    const HEAD: &str = "apiVersion: lab.gitops.dev/v1\nkind: Scenario\nmetadata: {name: a}\n";

    #[test]
    fn what_is_not_known_is_refused_by_name() {
        for (rest, named) in [
            ("spec: {colour: red}", "colour"),
            ("spec: {tokens: [{name: a, repositories: a/b, right: own}]}", "own"),
            ("spec: {faults: [{path: a, effect: explode}]}", "explode"),
            ("spec: {repositories: [{name: a/b, branch: {}}]}", "branch"),
            (
                "spec: {releases: [{namespace: a, name: a, chart: {name: a, version: '1', engine: x}}]}",
                "engine",
            ),
            (
                "spec: {releases: [{namespace: a, name: a, chart: {name: a, version: '1'}, state: well}]}",
                "well",
            ),
            (
                "spec: {releases: [{namespace: a, name: A_B/../c, chart: {name: a, version: '1'}}]}",
                "A_B/../c",
            ),
            (
                "spec: {releases: [{namespace: a, name: a, chart: {name: a, version: '1'}, version: 0}]}",
                "begin with 1",
            ),
            (
                "spec: {releases: [{namespace: a, name: a, chart: {name: a, version: '1'}, manifests: [5]}]}",
                "metadata.name",
            ),
            ("spec: {sources: [{kind: Bucket, namespace: a, name: a, branch: x}]}", "branch"),
            ("spec: {sources: [{kind: GitRepository, namespace: a, name: a}]}", "GitRepository"),
            ("status: {}", "status"),
        ] {
            let error = Scenario::parse(&format!("{HEAD}{rest}")).unwrap_err();
            let told = std::error::Error::source(&error).unwrap().to_string();
            assert!(told.contains(named), "{rest}: {told}");
        }
        assert!(Scenario::parse(HEAD).is_ok());
        let other = Scenario::parse(&HEAD.replace("/v1", "/v2")).unwrap_err();
        assert_eq!(other.to_string(), "lab.gitops.dev/v2 Scenario is not lab.gitops.dev/v1 Scenario");
    }
}
