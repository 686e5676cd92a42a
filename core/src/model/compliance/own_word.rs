//! What clusters say themselves that were asked: whether everything is applied there that follows a branch. Azure hears of
//! it later, so that their own word counts before what Azure tells of them.

use std::collections::BTreeMap;

use super::FollowedRepository;
use crate::model::azure::ArcCluster;
use crate::model::verdict::{EnvironmentStatus, Standing, commit};

/// By repository and branch: each cluster of Azure's that was asked, and whether it has applied the newest commit.
pub(super) fn own_words(
    environments: &[EnvironmentStatus],
) -> BTreeMap<(FollowedRepository, String), BTreeMap<ArcCluster, bool>> {
    let mut words: BTreeMap<_, BTreeMap<ArcCluster, bool>> = BTreeMap::new();
    for environment in environments {
        let Some((branch, cluster)) = place(environment) else { continue };
        // Of several environments of one branch on a cluster the worst counts.
        *words.entry(branch).or_default().entry(cluster).or_insert(true) &= is_applied(environment);
    }
    words
}

fn place(environment: &EnvironmentStatus) -> Option<((FollowedRepository, String), ArcCluster)> {
    let cluster = environment.azure.as_ref()?.cluster.clone().ok()?;
    let source = environment.source.as_ref()?;
    Some(((FollowedRepository::new(&source.url)?, source.branch.clone()?), cluster))
}

/// Whether the newest commit that is known of is applied.
fn is_applied(environment: &EnvironmentStatus) -> bool {
    let head = environment.github.as_ref().and_then(|github| github.head.as_deref());
    let applied = environment.revision.as_deref().and_then(commit);
    let is_newest = head.is_none_or(|head| applied.is_none_or(|applied| applied.eq_ignore_ascii_case(head)));
    environment.cluster_standing == Standing::Deployed && is_newest
}
