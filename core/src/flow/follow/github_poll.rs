//! Polls GitHub in the background while clusters are watched: every thirty seconds, and at once when a cluster applied
//! something else. Pictures never wait for it. Unchanged answers cost nothing of the rate limit (ETags).

use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::flow::github_answers::{answer_deadline, connect, mark_not_asked, mark_unneeded, read_branches};
use crate::github::{Access, Github};
use crate::model::upstream::{FollowedBranch, Upstreams, followed_branches, join};
use crate::model::verdict::Picture;

/// How often GitHub is asked while nothing happens.
const INTERVAL: Duration = Duration::from_secs(30);
/// The shortest time between two polls, whatever happens.
const MIN_INTERVAL: Duration = Duration::from_secs(3);

/// The branches that were asked about, and the answers.
struct PollResult {
    branches: Vec<FollowedBranch>,
    github: Option<Github>,
    answers: Result<Upstreams, String>,
}

/// Keeps reader.
pub(super) struct GithubPoll {
    access: Access,
    github: Option<Github>,
    running: Option<JoinHandle<PollResult>>,
    latest: Option<(Vec<FollowedBranch>, Result<Upstreams, String>)>,
    last_poll: Option<Instant>,
}

impl GithubPoll {
    pub(super) fn new(access: Access) -> Self {
        Self { access, github: None, running: None, latest: None, last_poll: None }
    }

    /// Adds to a picture what GitHub answered by now, and begins the next poll where it is due.
    pub(super) async fn join(&mut self, picture: &mut Picture) {
        let branches = followed_branches(picture, self.access.host());
        if branches.is_empty() {
            return mark_unneeded(picture, self.access.host());
        }
        self.take_result().await;
        let is_new = self.latest.as_ref().is_none_or(|(polled, _)| *polled != branches);
        let interval = if is_new { MIN_INTERVAL } else { INTERVAL };
        if self.running.is_none() && self.last_poll.is_none_or(|last| last.elapsed() >= interval) {
            self.start(branches.clone());
        }
        match &self.latest {
            Some((polled, Ok(answers))) => {
                // An answer about what was applied before says nothing of what is applied now.
                let still: Vec<FollowedBranch> =
                    polled.iter().filter(|followed| branches.contains(followed)).cloned().collect();
                join(picture, &still, answers);
            }
            Some((_, Err(why))) => mark_not_asked(picture, why.clone()),
            None => {}
        }
    }

    fn start(&mut self, branches: Vec<FollowedBranch>) {
        let (access, github) = (self.access.clone(), self.github.clone());
        self.last_poll = Some(Instant::now());
        self.running = Some(tokio::spawn(async move {
            let deadline = answer_deadline();
            let github = match github {
                Some(github) => Ok(github),
                None => connect(&access, deadline).await,
            };
            match github {
                Ok(github) => {
                    let answers = Ok(read_branches(github.clone(), branches.clone(), deadline).await);
                    PollResult { branches, github: Some(github), answers }
                }
                Err(why) => PollResult { branches, github: None, answers: Err(why) },
            }
        }));
    }

    /// Takes the result of the running poll, where it has ended.
    async fn take_result(&mut self) {
        let Some(running) = self.running.take_if(|running| running.is_finished()) else { return };
        if let Ok(result) = running.await {
            self.github = result.github;
            self.latest = Some((result.branches, result.answers));
        }
    }
}

impl Drop for GithubPoll {
    fn drop(&mut self) {
        if let Some(running) = &self.running {
            running.abort();
        }
    }
}
