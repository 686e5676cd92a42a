//! Whether another commit took the place of the one that is asked for: one that came after it, another version of the
//! same, or an older one that was deployed over it.

use std::cmp::Ordering;

use super::downgrade::{named, version_of};
use super::former_version::order_of_versions;
use super::github_command::GithubPlace;
use super::revision::FoundRevision;
use super::revision_stage::{RevisionCase, Stage};
use crate::model::is_same_commit;
use crate::model::verdict::{Reason, Standing};

/// That what the branch holds took the place of the commit. Of a commit that is older than that it does not matter
/// whether it was ever deployed; of one that is newer, or has another history, it does.
pub(super) fn superseded(revision: &FoundRevision, case: &RevisionCase<'_>) -> Option<Stage> {
    let RevisionCase { followed, pipeline, upstream, .. } = case;
    let (tracked, own) = (upstream.tracked()?, revision.source_commit()?);
    let commit = tracked.commit.as_deref()?;
    let source = pipeline.source.as_ref()?;
    let (environment, distance) = (&upstream.environment, upstream.revision.distance);
    let is_former = upstream.before.as_ref().is_some_and(|before| is_same_commit(&before.commit, own));
    let was_deployed = is_former || upstream.revision.was_deployed();
    let successor = format!("{} of {source}", named(commit, version_of(tracked)));
    let (message, is_older) = match revision {
        FoundRevision::Gitops { tracking, .. } if is_same_commit(own, commit) => {
            let is_older = order_of_versions(tracked, tracking) == Some(Ordering::Less);
            let version = version_of(tracked).map(|version| format!(" ({version})")).unwrap_or_default();
            let what = if is_older { "an older version" } else { "another version" };
            (format!("{what}{version} of the same source commit took its place in {environment}"), is_older)
        }
        _ => match distance {
            Some(distance) if distance.ahead > 0 && distance.behind == 0 => {
                (format!("{successor}, which came after it, took its place in {environment}"), false)
            }
            _ if !was_deployed => return None,
            Some(distance) if distance.ahead == 0 && distance.behind > 0 => {
                (format!("{successor}, which is older, was deployed over it in {environment}"), true)
            }
            _ => (format!("{successor} took its place in {environment}"), false),
        },
    };
    let place = GithubPlace::new(&pipeline.host, &followed.repository);
    let next = is_older.then(|| place.list_merged(&followed.branch));
    Some(Stage::new(Standing::NotDeployed, Reason::Superseded, message).then(next))
}
