//! A lab with a pipeline, and how far a commit has come in it.

use std::time::Duration;

use gitops_core::model::github::{FileChange, MergeMethod, RepositoryName};
use kubectl_gitops_lab::{Clock, Lab, Scenario, Settings};
use serde_json::{Value, json};

use super::super::client::Client;
use crate::github::lab_client;

pub(super) const CLUSTER: &str = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg-contoso-edge/providers/Microsoft.Kubernetes/connectedClusters/edge-1";
pub(super) const SOURCE: &str =
    "/apis/source.toolkit.fluxcd.io/v1/namespaces/flux-system/gitrepositories/hello-dev";
pub(super) const KUSTOMIZATION: &str =
    "/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations/hello-dev-hello-dev";
pub(super) const DEPLOYMENT: &str = "/apis/apps/v1/namespaces/dev-hello/deployments/hello";
pub(super) const MANIFESTS: &str = "hello/gen_manifests.yaml";

/// The default pipeline, and an image that it does not run yet.
const SCENARIO: &str = "
apiVersion: lab.gitops.dev/v1
kind: Scenario
metadata: {name: next}
spec:
  base: default
  ago: 1m
  images: ['ghcr.io/contoso/hello/hello:0.0.1-13']
";

/// How far a commit can come, one joint after the other.
pub(super) const STAGES: [&str; 8] = [
    "merged",
    "fetched",
    "attempted",
    "applied",
    "ready",
    "healthy",
    "told to Azure",
    "found in Resource Graph",
];

pub(crate) struct Scene {
    pub(crate) lab: Lab,
}

impl Scene {
    pub(crate) async fn set() -> Self {
        Self::of(Scenario::parse(SCENARIO).unwrap()).await
    }

    pub(super) async fn of(scenario: Scenario) -> Self {
        let clock = Clock::Stepped("2026-01-02T03:04:05Z".parse().unwrap());
        let settings = Settings { scenario: Some(scenario), clock, ..Settings::default() };
        Self { lab: Lab::start(settings).await.unwrap() }
    }

    pub(crate) fn step(&self, seconds: u64) {
        self.lab.step(Duration::from_secs(seconds));
    }

    /// Asks Azure as whoever runs the lab: status and document.
    pub(super) async fn azure(&self, method: &str, target: &str, body: &Value) -> (u16, Value) {
        let client = self.lab.azure_client().client;
        let token = self.lab.with_azure(|azure, now| azure.token(&client, now));
        let client = Client::new(self.lab.authority(), self.lab.azure_url(), &token);
        let headers = [("Content-Type", "application/json")];
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let answer = client.send_with(method, target, &headers, &body).await.whole().await;
        (answer.status, if answer.text.is_empty() { Value::Null } else { answer.json() })
    }

    /// What Resource Manager says of a configuration.
    pub(super) async fn properties(&self, name: &str) -> Value {
        let (status, mut told) = self.azure("GET", &configuration(name), &Value::Null).await;
        assert_eq!(status, 200, "{told}");
        told["properties"].take()
    }

    /// Changes a configuration, as a person does, and lets it come to the cluster.
    pub(super) async fn change(&self, name: &str, properties: Value) {
        let body = json!({"properties": properties});
        let (status, told) = self.azure("PATCH", &configuration(name), &body).await;
        assert_eq!(status, 202, "{told}");
        self.step(25);
    }

    /// Changes an object in the cluster.
    pub(super) async fn patch(&self, path: &str, patch: &Value) {
        let headers = [("Content-Type", "application/merge-patch+json")];
        let client = Client::of_lab(&self.lab);
        let answer =
            client.send_with("PATCH", path, &headers, patch.to_string().as_bytes()).await.whole().await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }

    /// Opens a pull request for dev that replaces words in its manifests, merges it on GitHub, and says which commit that
    /// made.
    pub(crate) async fn merge(&self, edits: &[(&str, &str)]) -> String {
        let github = lab_client(&self.lab, self.lab.git_token("admin").unwrap());
        let name: RepositoryName = "contoso/hello-gitops".parse().unwrap();
        let head = github.head(&name, "dev").await.unwrap().expect("a branch");
        let parent = github.commit(&name, &head).await.unwrap().expect("a commit");
        let files = self.lab.git().files("contoso/hello-gitops", &head).unwrap();
        let before = String::from_utf8(files[MANIFESTS].clone()).unwrap();
        let content = edits.iter().fold(before, |text, (find, with)| text.replace(find, with));
        let changes = [FileChange::Write { path: MANIFESTS.to_owned(), content }];
        let commit =
            github.make_commit(&name, &parent, "Deploy to 'dev' '0.0.1-13'", &changes).await.unwrap();
        let commit = commit.expect("something changed");
        github.create_branch(&name, "deploy/13/dev", &commit).await.unwrap();
        let (pull, _) =
            github.create_pull(&name, ("deploy/13/dev", "dev"), "Deploy 0.0.1-13", "").await.unwrap();
        github.merge_pull(&name, pull.number, &commit, MergeMethod::Merge).await.unwrap()
    }

    /// The joints that a commit has passed.
    pub(crate) async fn passed(&self, commit: &str) -> Vec<&'static str> {
        let get = |path: &str| self.lab.get(path).unwrap_or_default();
        let (source, kustomization, deployment) = (get(SOURCE), get(KUSTOMIZATION), get(DEPLOYMENT));
        let (status, workload) = (&kustomization["status"], &deployment["status"]);
        let is_at = |revision: &Value| revision.as_str().is_some_and(|revision| revision.ends_with(commit));
        let tip = self.lab.git().tip("contoso/hello-gitops", "dev").unwrap();
        let image = &deployment["spec"]["template"]["spec"]["containers"][0]["image"];
        let is_new = image.as_str().is_some_and(|image| !image.ends_with("0.0.1-12"));
        let is_observed = workload["observedGeneration"] == deployment["metadata"]["generation"];
        let are_ready =
            ["updatedReplicas", "readyReplicas", "replicas"].iter().all(|field| workload[field] == 2);
        let row = self.row().await;
        let passed = [
            tip.as_deref() == Some(commit),
            is_at(&source["status"]["artifact"]["revision"]),
            is_at(&status["lastAttemptedRevision"]),
            is_new,
            is_new && is_observed && are_ready,
            is_at(&status["lastAppliedRevision"]),
            is_compliant_with(&self.properties("hello-dev").await, commit),
            is_compliant_with(&row["properties"], commit),
        ];
        STAGES.into_iter().zip(passed).filter(|(_, passed)| *passed).map(|(joint, _)| joint).collect()
    }

    /// What Resource Graph says of the configuration of dev.
    pub(super) async fn row(&self) -> Value {
        let query = "kubernetesconfigurationresources | where type =~ 'microsoft.kubernetesconfiguration/fluxconfigurations' \
                     | where name == 'hello-dev' | project id, properties";
        let target = "/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01";
        let body = json!({"query": query, "subscriptions": ["11111111-1111-4111-8111-111111111111"]});
        let (status, mut told) = self.azure("POST", target, &body).await;
        assert_eq!(status, 200, "{told}");
        told["data"][0].take()
    }

    /// How many rows the queries find that pipelines of the reference send.
    pub(super) async fn found_by_reference(&self, commit: &str, compliance: &str) -> u64 {
        let query = format!(
            "kubernetesconfigurationresources | where type == 'microsoft.kubernetesconfiguration/fluxconfigurations' \
             | where properties.gitRepository.url == '{}/contoso/hello-gitops' \
             | where properties.sourceSyncedCommitId == 'dev@sha1:{commit}' | where properties.complianceState == '{compliance}'",
            self.lab.git_url()
        );
        let target = "/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01";
        let body = json!({"query": query, "subscriptions": ["11111111-1111-4111-8111-111111111111"]});
        let (status, told) = self.azure("POST", target, &body).await;
        assert_eq!(status, 200, "{told}");
        told["totalRecords"].as_u64().expect("a count")
    }
}

/// Where a configuration of the cluster is.
pub(super) fn configuration(name: &str) -> String {
    format!(
        "{CLUSTER}/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/{name}?api-version=2025-04-01"
    )
}

/// Whether a configuration is told to be compliant, with all of its objects at a commit.
fn is_compliant_with(properties: &Value, commit: &str) -> bool {
    let is_at = |text: &Value| text.as_str().is_some_and(|text| text.ends_with(commit));
    properties["complianceState"] == "Compliant"
        && is_at(&properties["sourceSyncedCommitId"])
        && (properties["statuses"].is_null() || is_at(&json!(applied(properties))))
}

/// What the Kustomization of a configuration says of itself, as Azure tells it.
pub(super) fn applied(properties: &Value) -> String {
    let statuses = properties["statuses"].as_array().map(Vec::as_slice).unwrap_or_default();
    let kustomization = statuses.iter().find(|status| status["kind"] == "Kustomization");
    let conditions = kustomization.and_then(|status| status["statusConditions"].as_array());
    let ready = conditions.into_iter().flatten().find(|condition| condition["type"] == "Ready");
    ready.and_then(|ready| ready["message"].as_str()).unwrap_or_default().to_owned()
}
