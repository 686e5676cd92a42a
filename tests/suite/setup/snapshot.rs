//! Everything that set-up makes, as one text: what two runs came to can be compared by it. Ids, times and hashes of
//! commits are left out.

use std::fmt::Write;

use gitops_core::azure::Azure;
use gitops_core::github::{Github, Level};
use gitops_core::model::azure::{ArcCluster, ClusterKind, FluxConfiguration};
use gitops_core::model::github::RepositoryName;
use gitops_core::wire::Clock;
use serde_json::Value;

use super::scene::{Scene, name};
use crate::azure::client::{SUBSCRIPTION, access_of};

impl Scene {
    /// GitHub, Azure and the cluster.
    pub(super) async fn snapshot(&self) -> String {
        let github = self.github();
        let mut text = String::new();
        for repository in ["contoso/hello", "contoso/hello-configs", "contoso/hello-gitops"] {
            text += &self.repository(&github, &name(repository)).await;
        }
        text += &self.azure_configurations().await;
        for namespace in ["dev-hello", "qa-hello"] {
            text += &self.namespace(namespace);
        }
        text
    }

    async fn repository(&self, github: &Github, repository: &RepositoryName) -> String {
        let Some(found) = github.repository(repository).await.expect("an answer") else {
            return format!("no repository {repository}\n");
        };
        let mut text = format!(
            "repository {} private {} deletes {} {:?}\n",
            found.name, found.is_private, found.deletes_merged_branches, found.merge_messages
        );
        let mut branches = github.branches(repository).await.expect("branches");
        branches.sort_by(|a, b| a.name.cmp(&b.name));
        for branch in branches {
            let tree = github.tree(repository, &branch.head).await.expect("a tree");
            let commits = github.history(repository, &branch.name, None, 100).await.expect("commits");
            let messages: Vec<String> = commits.into_iter().map(|commit| commit.message).collect();
            let _ = writeln!(text, "  branch {} {messages:?}", branch.name);
            for file in tree.files {
                let _ = writeln!(text, "    {} {}", file.path, file.sha);
            }
        }
        for (name, value) in github.variables(repository, Level::Repository).await.expect("variables") {
            let _ = writeln!(text, "  variable {name} {value}");
        }
        let mut secrets = github.secrets(repository, Level::Repository).await.expect("secrets");
        secrets.sort();
        for secret in secrets {
            let value =
                self.lab.with_github(|github, _| github.secret(&repository.to_string(), None, &secret));
            let _ = writeln!(text, "  secret {secret} {:?}", value.map(|value| value.len()));
        }
        let labels = github.labels(repository).await.expect("labels");
        let labels: Vec<String> = labels.into_iter().map(|label| label.name + " " + &label.color).collect();
        let _ = writeln!(text, "  labels {labels:?}");
        let mut environments = github.environments(repository).await.expect("environments");
        environments.sort_by(|a, b| a.name.cmp(&b.name));
        for environment in environments {
            let level = Level::Environment(&environment.name);
            let variables = github.variables(repository, level).await.expect("variables");
            let _ = writeln!(text, "  environment {} {variables:?}", environment.name);
        }
        let pulls = github.pulls(repository, &found.default_branch, false).await.expect("pull requests");
        for pull in pulls {
            let _ = writeln!(text, "  pull request {} {:?} from {}", pull.title, pull.state, pull.head);
        }
        text
    }

    /// The configurations, as Azure has them.
    async fn azure_configurations(&self) -> String {
        let mut text = String::new();
        for configuration in self.configurations().await {
            let FluxConfiguration { name, url, branch, source_interval, kustomizations, .. } = configuration;
            let path = url.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
            let url = path.map_or("", |(_, path)| path);
            let _ = writeln!(
                text,
                "configuration {name} of {url} {branch:?} every {source_interval:?} {kustomizations:?}"
            );
        }
        text
    }

    /// Azure, as its owner.
    pub(super) fn azure(&self) -> Azure {
        let (identity, url) = (self.lab.azure_client(), self.lab.azure_url());
        let mut access = access_of(self.lab.authority(), url, url);
        access.credentials.tenant = Some(identity.tenant);
        access.credentials.client = Some(identity.client);
        access.credentials.client_secret = Some(identity.secret);
        access.open(Clock::manual(self.lab.now())).expect("a client")
    }

    /// The configurations of the first cluster.
    pub(super) async fn configurations(&self) -> Vec<FluxConfiguration> {
        self.azure().flux_configurations(&cluster()).await.expect("configurations")
    }

    fn namespace(&self, namespace: &str) -> String {
        let Some(found) = self.lab.get(&format!("/api/v1/namespaces/{namespace}")) else {
            return format!("no namespace {namespace}\n");
        };
        let label = |key: &str| found["metadata"]["labels"][key].as_str().unwrap_or("none").to_owned();
        let secret = self.lab.get(&format!("/api/v1/namespaces/{namespace}/secrets/cr-secret"));
        let secret: Option<Value> = secret.map(|secret| secret["type"].clone());
        format!(
            "namespace {namespace} of {} {} with {secret:?}\n",
            label("gitops.dev/project"),
            label("gitops.dev/environment")
        )
    }
}

/// The first cluster of the lab, as Azure has it.
pub(super) fn cluster() -> ArcCluster {
    ArcCluster::new(SUBSCRIPTION, "rg-contoso-edge", ClusterKind::Connected, "edge-1").expect("a cluster")
}
