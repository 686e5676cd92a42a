//! What the cluster itself says of Azure's part in an environment: which cluster it is there, and which Flux
//! configurations Azure's agent made the environment's objects of.
//!
//! Labels decide, as Azure's agent writes them. Names of objects are not taken apart: a configuration and a kustomization
//! may both hold dashes.

use std::collections::BTreeMap;

use crate::model::argument::is_name;
use crate::model::azure::ArcCluster;
use crate::model::cluster::{ClusterState, EnvironmentFacts, Kind, KustomizationFacts};
use crate::model::contract::{ARC_CONFIG, AZURE_CONFIGURATION_LABEL, AZURE_MANAGED_LABEL};
use crate::model::objects::{Meta, Source};
use crate::model::verdict::commit;

/// Azure's part in an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AzureOrigin {
    /// The cluster in Azure, or why it is not known which one it is.
    pub cluster: Result<ArcCluster, String>,
    /// The cloud that the cluster's agents work with (`AZURE_ENVIRONMENT`), where they say it.
    pub cloud: Option<String>,
    /// The configurations that deliver to the environment, that of its main kustomization first.
    pub configurations: Vec<AppliedConfiguration>,
}

/// A Flux configuration as far as an environment has part in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AppliedConfiguration {
    /// The name in Azure, from the label that its agent puts on objects.
    pub name: String,
    /// The objects of it that deliver to the environment.
    pub objects: Vec<AppliedObject>,
    /// The commits that the cluster has of it: what its sources fetched and what its kustomizations applied last.
    pub commits: Vec<String>,
    /// The commit that its kustomization applied last.
    pub applied: Option<String>,
}

/// One of Flux's objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppliedObject {
    /// `Kustomization`, `GitRepository` or another source of Flux's.
    pub kind: &'static str,
    /// Where it is in the cluster, from its metadata.
    pub namespace: String,
    /// What it is called there.
    pub name: String,
}

impl AzureOrigin {
    /// Azure's part in an environment; `None` where its agent made nothing of it, and where the cluster is not Azure's.
    pub fn of(state: &ClusterState, environment: &EnvironmentFacts) -> Option<Self> {
        let configurations = configurations(environment);
        if configurations.is_empty() {
            return None;
        }
        let arc = &state.facts().arc;
        let cluster = match state.unanswered_in(Kind::ArcConfig, ARC_CONFIG.0) {
            Some(unanswered) if arc.is_empty() => Err(unanswered.why.to_string()),
            // Objects that somebody copied from a cluster of Azure's, labels and all.
            None if arc.is_empty() => return None,
            _ => identity(arc),
        };
        let cloud = arc.get("AZURE_ENVIRONMENT").filter(|name| !name.is_empty()).cloned();
        Some(Self { cluster, cloud, configurations })
    }
}

/// The cluster that the ConfigMap of Azure's agents names.
fn identity(arc: &BTreeMap<String, String>) -> Result<ArcCluster, String> {
    let (namespace, name) = ARC_CONFIG;
    ArcCluster::from_config(arc)
        .ok_or_else(|| format!("configmap {namespace}/{name} does not name a cluster of Azure's"))
}

/// The configurations that deliver to an environment, that of its main kustomization first.
fn configurations(environment: &EnvironmentFacts) -> Vec<AppliedConfiguration> {
    let main = environment.main().map(|main| main.object.meta.key());
    let mut kustomizations: Vec<&KustomizationFacts> =
        environment.kustomizations.iter().map(AsRef::as_ref).collect();
    kustomizations.sort_by_key(|own| Some(own.object.meta.key()) != main);
    let mut configurations: Vec<AppliedConfiguration> = Vec::new();
    for kustomization in kustomizations {
        let source = kustomization.source.as_deref();
        let meta = &kustomization.object.meta;
        let Some(name) = configuration(meta).or_else(|| source.and_then(configuration_of_source)) else {
            continue;
        };
        let own = configuration_named(&mut configurations, name);
        let applied = kustomization.object.applied.as_deref().and_then(commit);
        own.applied = own.applied.take().or(applied.map(str::to_owned));
        own.commits.extend(applied.map(str::to_owned));
        own.add("Kustomization", meta);
        source.into_iter().for_each(|source| own.add_source(source));
    }
    for source in &environment.unused_sources {
        if let Some(name) = configuration_of_source(source) {
            configuration_named(&mut configurations, name).add_source(source);
        }
    }
    configurations
}

fn configuration_named<'a>(
    configurations: &'a mut Vec<AppliedConfiguration>,
    name: &str,
) -> &'a mut AppliedConfiguration {
    let known = configurations.iter().position(|known| known.name == name);
    let place = known.unwrap_or_else(|| {
        configurations
            .push(AppliedConfiguration { name: name.to_owned(), ..AppliedConfiguration::default() });
        configurations.len() - 1
    });
    &mut configurations[place]
}

/// The configuration that Azure's agent made an object of. What is no name becomes part of no address.
fn configuration(meta: &Meta) -> Option<&str> {
    let name = meta.labels.get(AZURE_CONFIGURATION_LABEL)?;
    (is_azure(meta) && is_name(name)).then_some(name)
}

/// A source is called like its configuration, so that it tells the name even where the label is gone.
fn configuration_of_source(source: &Source) -> Option<&str> {
    let name = || Some(source.meta.name.as_str()).filter(|name| is_azure(&source.meta) && is_name(name));
    configuration(&source.meta).or_else(name)
}

fn is_azure(meta: &Meta) -> bool {
    meta.labels.get(AZURE_MANAGED_LABEL).is_some_and(|value| value == "true")
}

impl AppliedConfiguration {
    fn add(&mut self, kind: &'static str, meta: &Meta) {
        let object = AppliedObject { kind, namespace: meta.namespace.clone(), name: meta.name.clone() };
        if !self.objects.contains(&object) {
            self.objects.push(object);
        }
    }

    fn add_source(&mut self, source: &Source) {
        self.add(source.kind.name(), &source.meta);
        self.commits.extend(source.artifact.as_deref().and_then(commit).map(str::to_owned));
    }
}
