//! Whether an older version was deployed over a newer one: by the source commits that were tracked before and after.

use super::github_command::GithubPlace;
use super::notice::{Notice, is_same_commit};
use super::{FollowedBranch, PipelineFacts, Upstream};
use crate::model::verdict::{Reason, short};

/// That what is applied is older than what it took the place of. A hold that names the version goes back on purpose.
pub(super) fn notice(
    followed: &FollowedBranch,
    pipeline: &PipelineFacts,
    upstream: &Upstream,
) -> Option<Notice> {
    let (running, before) = (upstream.running.as_ref()?, upstream.before.as_ref()?);
    let commit = running.commit.as_deref()?;
    let is_older = before.distance.is_some_and(|distance| distance.ahead > 0 && distance.behind == 0);
    if !is_older || is_same_commit(commit, &before.commit) {
        return None;
    }
    let is_meant = upstream
        .hold
        .as_ref()
        .is_some_and(|hold| hold.version.is_none() || hold.version.as_deref() == running.version.as_deref());
    if is_meant {
        return None;
    }
    let named = |commit: &str, version: Option<&str>| match version {
        Some(version) => format!("{} ({version})", short(commit)),
        None => short(commit).to_owned(),
    };
    let message = format!(
        "{} is deployed and is older than {}, which was deployed before it",
        named(commit, running.version.as_deref()),
        named(&before.commit, before.version.as_deref())
    );
    let says = format!("{} after {}", short(commit), short(&before.commit));
    let name = followed.applied.as_deref().map(short).unwrap_or_default();
    let notice = Notice::new(Reason::OlderVersion, message);
    let place = GithubPlace::new(&pipeline.host, &followed.repository);
    let notice = notice.by("Commit", &followed.repository, name, says, None);
    Some(notice.then([place.list_merged(&followed.branch)]))
}
