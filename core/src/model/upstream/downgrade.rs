//! Whether an older version was deployed over a newer one: by the source commits that were tracked before and after, and
//! where these are the same by the versions.

use super::github_command::GithubPlace;
use super::notice::Notice;
use super::{FollowedBranch, PipelineFacts, Tracking, Upstream};
use crate::model::is_same_commit;
use crate::model::verdict::{Reason, short};

/// That what is applied is older than what it took the place of; where no cluster tells what is applied, what is pushed.
/// A hold that names the version goes back on purpose.
pub(super) fn notice(
    followed: &FollowedBranch,
    pipeline: &PipelineFacts,
    upstream: &Upstream,
) -> Option<Notice> {
    let (shown, done) = match followed.applied {
        Some(_) => (upstream.running.as_ref()?, "deployed"),
        None => (upstream.tracked()?, "pushed"),
    };
    let before = upstream.before.as_ref().filter(|before| before.is_newer_than(shown))?;
    let source = pipeline.source.as_ref().or(upstream.source.as_ref())?;
    let is_meant = upstream
        .hold
        .as_ref()
        .is_some_and(|hold| hold.version.is_none() || hold.version.as_deref() == shown.version.as_deref());
    if is_meant {
        return None;
    }
    let commit = shown.commit.as_deref()?;
    let (older, newer) = (version_of(shown), before.version.as_ref().or(before.image_tag.as_ref()));
    let message = match is_same_commit(commit, &before.commit) {
        true => format!(
            "{} is {done} and is older than {}, which was {done} before it; both are built from {} of {source}",
            older?,
            newer?,
            short(commit)
        ),
        false => format!(
            "{} of {source} is {done} and is older than {}, which was {done} before it",
            named(commit, older),
            named(&before.commit, newer)
        ),
    };
    let says = format!("{} after {}", named(commit, older), named(&before.commit, newer));
    let name = followed.applied.as_deref().or(upstream.head.as_deref()).map(short).unwrap_or_default();
    let notice = Notice::new(Reason::OlderVersion, message);
    let place = GithubPlace::new(&pipeline.host, &followed.repository);
    let notice = notice.by("Commit", &followed.repository, name, says, None);
    Some(notice.then([place.list_merged(&followed.branch)]))
}

/// The version of a deployment, else the tag of its image.
pub(super) fn version_of(tracking: &Tracking) -> Option<&String> {
    tracking.version.as_ref().or(tracking.image_tag.as_ref())
}

/// `1a2b3c4 (0.0.1-42)`.
pub(super) fn named(commit: &str, version: Option<&String>) -> String {
    match version {
        Some(version) => format!("{} ({version})", short(commit)),
        None => short(commit).to_owned(),
    }
}
