//! One question to Azure about what delivers to environments. Environments that ask the same share the question, and so
//! its answer.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::{AzureAnswer, FollowedRepository, Follower};
use crate::model::azure::{ArcCluster, ClusterKind};
use crate::model::verdict::timing::CONFIGURATIONS_ONE_BY_ONE;
use crate::model::verdict::{EnvironmentStatus, Picture};

/// What Azure is asked. Two questions that are equal have one answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AzureQuestion {
    /// A cluster, and whether Azure hears of it.
    Cluster(ArcCluster),
    /// One Flux configuration of a cluster, with the conditions of its objects.
    Configuration(ArcCluster, String),
    /// All Flux configurations of a cluster, without conditions.
    Configurations(ArcCluster),
    /// Resource Graph: the Flux configurations of whatever clusters that follow a repository.
    Followers(FollowedRepository),
}

impl AzureQuestion {
    /// The cluster that it is about, where it is about one.
    pub fn cluster(&self) -> Option<&ArcCluster> {
        match self {
            Self::Cluster(cluster) | Self::Configuration(cluster, _) | Self::Configurations(cluster) => {
                Some(cluster)
            }
            Self::Followers(_) => None,
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
    questions.extend(followed_repositories(picture).into_iter().map(AzureQuestion::Followers));
    questions
}

/// The repositories that Azure has part in: what Azure's agents made on a cluster that was asked follows them. Of a picture
/// without any cluster it is not known who has part in them, and all are asked about.
fn followed_repositories(picture: &Picture) -> BTreeSet<FollowedRepository> {
    let is_azures = |environment: &&EnvironmentStatus| {
        let origin = environment.azure.as_ref();
        picture.clusters.is_empty() || origin.is_some_and(|origin| origin.cluster.is_ok())
    };
    let followed = picture.environments.iter().filter(is_azures);
    followed.filter_map(|environment| FollowedRepository::new(&environment.source.as_ref()?.url)).collect()
}

/// What Resource Manager is asked about the clusters that Resource Graph named and that were not asked about: nothing where
/// those are many.
pub fn further_questions(
    asked: &BTreeSet<AzureQuestion>,
    answers: &[&AzureAnswer],
) -> BTreeSet<AzureQuestion> {
    let known: BTreeSet<&ArcCluster> = asked.iter().filter_map(AzureQuestion::cluster).collect();
    let followers = answers.iter().flat_map(|answer| match answer {
        AzureAnswer::Followers(followers) => followers.rows.as_slice(),
        _ => &[],
    });
    let followers: Vec<&Follower> =
        followers.filter(|follower| !known.contains(follower.cluster())).collect();
    if followers.len() > CONFIGURATIONS_ONE_BY_ONE {
        return BTreeSet::new();
    }
    let questions = followers.into_iter().flat_map(|follower| {
        let cluster = follower.cluster();
        let is_connected = cluster.kind() == ClusterKind::Connected;
        let connected = is_connected.then(|| AzureQuestion::Cluster(cluster.clone()));
        let name = follower.document.name.clone();
        connected.into_iter().chain([AzureQuestion::Configuration(cluster.clone(), name)])
    });
    questions.collect()
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
            Self::Followers(repository) => write!(f, "which clusters follow {repository}"),
        }
    }
}
