//! Environments of a chain that no cluster in the picture has: rows that say what is pushed, and that nobody at hand
//! knows what is applied.

use super::{FollowedBranch, Upstream, Upstreams};
use crate::model::pipeline::ClusterRef;
use crate::model::verdict::{EnvironmentStatus, FollowedSource, Picture, short};

/// Adds a row for each environment that is elsewhere. A picture that has rows in the namespace has it already.
pub(super) fn add_rows(picture: &mut Picture, upstreams: &Upstreams, host: &str) {
    for branch in &upstreams.elsewhere {
        let is_there = picture.environments.iter().any(|known| known.id == branch.id);
        let Some(upstream) = upstreams.of.get(&branch.id).filter(|_| !is_there) else { continue };
        picture.environments.push(row(picture, branch, upstream, host));
    }
    picture.environments.sort_by(|a, b| a.id.cmp(&b.id));
    sort_by_chain(picture, upstreams);
}

fn row(picture: &Picture, branch: &FollowedBranch, upstream: &Upstream, host: &str) -> EnvironmentStatus {
    let FollowedBranch { id, environment, repository, .. } = branch;
    let project = id.namespace.strip_prefix(&format!("{environment}-")).unwrap_or(&id.namespace);
    let source = FollowedSource {
        url: format!("https://{host}/{repository}"),
        branch: Some(branch.branch.clone()),
        ..FollowedSource::default()
    };
    let mut row = EnvironmentStatus::not_observed(picture, &id.namespace, environment, project, source);
    if let Some(head) = &upstream.head {
        row.message = format!("{}; {} is pushed", row.message, short(head));
    }
    row
}

/// Puts the environments of one pipeline in the order of its chain. Those of several stay in order of cluster and
/// namespace.
fn sort_by_chain(picture: &mut Picture, upstreams: &Upstreams) {
    let [pipeline] = upstreams.pipelines.as_slice() else { return };
    let position = |environment: &EnvironmentStatus| {
        let upstream = upstreams.of.get(&environment.id);
        let name = upstream.map_or(environment.environment.as_str(), |upstream| &upstream.environment);
        pipeline.chain.position(name).unwrap_or(usize::MAX)
    };
    picture.environments.sort_by(|a, b| {
        (position(a), matches!(a.id.cluster, ClusterRef::NotKnown))
            .cmp(&(position(b), matches!(b.id.cluster, ClusterRef::NotKnown)))
    });
}
