//! One question to Azure about what delivers to environments. Environments that ask the same share the question, and so
//! its answer.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::model::azure::{ArcCluster, ClusterKind};
use crate::model::verdict::Picture;
use crate::model::verdict::timing::CONFIGURATIONS_ONE_BY_ONE;

/// What Azure is asked. Two questions that are equal have one answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AzureQuestion {
    /// A cluster, and whether Azure hears of it.
    Cluster(ArcCluster),
    /// One Flux configuration of a cluster, with the conditions of its objects.
    Configuration(ArcCluster, String),
    /// All Flux configurations of a cluster, without conditions.
    Configurations(ArcCluster),
}

impl AzureQuestion {
    /// The cluster that it is about.
    pub fn cluster(&self) -> &ArcCluster {
        match self {
            Self::Cluster(cluster) | Self::Configuration(cluster, _) | Self::Configurations(cluster) => {
                cluster
            }
        }
    }
}

/// The distinct questions about the environments of a picture. None waits for the answer to another, so that Azure
/// takes one answer's time: of many configurations the list is read, which has their states, and not each of them for
/// the conditions besides, which the cluster tells anyway.
pub fn wanted_questions(picture: &Picture) -> BTreeSet<AzureQuestion> {
    let mut questions = BTreeSet::new();
    for (cluster, names) in configurations_by_cluster(picture) {
        if cluster.kind() == ClusterKind::Connected {
            questions.insert(AzureQuestion::Cluster(cluster.clone()));
        }
        if names.len() > CONFIGURATIONS_ONE_BY_ONE {
            questions.insert(AzureQuestion::Configurations(cluster.clone()));
        } else {
            let one = |name: &str| AzureQuestion::Configuration(cluster.clone(), name.to_owned());
            questions.extend(names.into_iter().map(one));
        }
    }
    questions
}

/// The cloud of each cluster of Azure's that says it.
pub fn clouds(picture: &Picture) -> BTreeMap<ArcCluster, String> {
    let origins = picture.environments.iter().filter_map(|environment| environment.azure.as_ref());
    let named = origins.filter_map(|origin| Some((origin.cluster.clone().ok()?, origin.cloud.clone()?)));
    named.collect()
}

fn configurations_by_cluster(picture: &Picture) -> BTreeMap<&ArcCluster, BTreeSet<&str>> {
    let mut by_cluster: BTreeMap<&ArcCluster, BTreeSet<&str>> = BTreeMap::new();
    let origins = picture.environments.iter().filter_map(|environment| environment.azure.as_ref());
    for origin in origins {
        let Ok(cluster) = &origin.cluster else { continue };
        let names = origin.configurations.iter().map(|configuration| configuration.name.as_str());
        by_cluster.entry(cluster).or_default().extend(names);
    }
    by_cluster
}

/// What is asked, in words: `Flux configuration hello-dev of edge-1 in rg-edge`.
impl fmt::Display for AzureQuestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cluster(cluster) => write!(f, "connected cluster {cluster}"),
            Self::Configuration(cluster, name) => write!(f, "Flux configuration {name} of {cluster}"),
            Self::Configurations(cluster) => write!(f, "Flux configurations of {cluster}"),
        }
    }
}
