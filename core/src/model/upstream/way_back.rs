//! The way back from a deployment that failed: to render what was well before it once more, without promoting it. A change
//! of the configuration alone has no version to go back to: it is reverted where it was merged.

use super::dispatch::deploy_file;
use super::former_version::FormerVersion;
use super::github_command::GithubPlace;
use super::{FollowedBranch, PipelineFacts, Tracking, Upstream};
use crate::model::verdict::{EnvironmentStatus, NextCommand, Reason, Standing};

/// The command that goes back; `None` where what failed is no deployment, or nothing tells what was before it.
pub(super) fn way_back(
    followed: &FollowedBranch,
    pipeline: &PipelineFacts,
    upstream: &Upstream,
    environment: &EnvironmentStatus,
) -> Option<NextCommand> {
    if environment.cluster_standing != Standing::Failed || !is_deployment(environment.reason) {
        return None;
    }
    let attempted = followed.fetched.as_ref().or(followed.applied.as_ref());
    let is_applied = attempted == followed.applied.as_ref();
    // What is applied and failed later has what was before it on the branch.
    let (failed, good) = match is_applied {
        true => (upstream.running.as_ref()?, upstream.before.as_ref().map(tracking_of)?),
        false => (attempted_version(followed, upstream)?, upstream.running.clone()?),
    };
    let is_other =
        good.commit != failed.commit || good.version != failed.version || good.image_tag != failed.image_tag;
    if !is_other {
        let place = GithubPlace::new(&pipeline.host, &followed.repository);
        return Some(place.list_merged(&followed.branch));
    }
    let source = pipeline.source.as_ref()?;
    let (commit, version) = (good.commit.as_deref()?, good.version.as_deref()?);
    let inputs = [
        ("environment", upstream.environment.as_str()),
        ("commit_id", commit),
        ("promotion", "n"),
        ("image_tag", good.image_tag.as_deref().unwrap_or(version)),
        ("version", version),
    ];
    let why = match is_applied {
        true => format!("go back to {version}, which was deployed before it"),
        false => format!("go back to {version}, the last that was well"),
    };
    Some(GithubPlace::new(&pipeline.host, source).start(&deploy_file(pipeline), &inputs, &why))
}

/// What the cluster tries: the newest commit of the branch, where the cluster has fetched that.
fn attempted_version<'a>(followed: &FollowedBranch, upstream: &'a Upstream) -> Option<&'a Tracking> {
    let is_newest = followed.fetched.is_some() && followed.fetched == upstream.head;
    upstream.newest.as_ref().filter(|_| is_newest)
}

fn tracking_of(former: &FormerVersion) -> Tracking {
    let FormerVersion { commit, version, image_tag, .. } = former.clone();
    Tracking { commit: Some(commit), version, image_tag, config_commit: None }
}

/// Whether a failure is one of what was deployed, rather than of what delivers it.
fn is_deployment(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::BuildFailed
            | Reason::SubstitutionFailed
            | Reason::DecryptionFailed
            | Reason::ApplyRefused
            | Reason::HealthCheckFailed
            | Reason::Stalled
            | Reason::WorkloadNotReady
            | Reason::JobFailed
    )
}
