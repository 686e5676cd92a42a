//! GitHub beside a cluster that is watched: asked in the background, seldom, and at once when the cluster applied
//! something else. Nothing waits for it. What has not changed since costs nothing of the rate limit (ETags).

use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::flow::github_answers::{asked, deadline, not_asked, opened};
use crate::github::{Access, Github};
use crate::model::upstream::{FollowedBranch, Upstreams, followed_branches, join};
use crate::model::verdict::Picture;

/// So often is GitHub asked while nothing happens.
const INTERVAL: Duration = Duration::from_secs(30);
/// And never more often than this.
const LEAST: Duration = Duration::from_secs(3);

/// What was asked, and what came of it.
struct Said {
    branches: Vec<FollowedBranch>,
    github: Option<Github>,
    answers: Result<Upstreams, String>,
}

/// Keeps asking.
pub(super) struct GithubPoll {
    access: Access,
    github: Option<Github>,
    running: Option<JoinHandle<Said>>,
    latest: Option<(Vec<FollowedBranch>, Result<Upstreams, String>)>,
    asked: Option<Instant>,
}

impl GithubPoll {
    pub(super) fn new(access: Access) -> Self {
        Self { access, github: None, running: None, latest: None, asked: None }
    }

    /// Puts into a picture what is known by now, and sees to it that more gets known.
    pub(super) async fn join(&mut self, picture: &mut Picture) {
        let branches = followed_branches(picture, self.access.host());
        if branches.is_empty() {
            if let Err(why) = opened(&self.access, &branches, deadline()).await {
                not_asked(picture, why);
            }
            return;
        }
        self.take().await;
        let is_new = self.latest.as_ref().is_none_or(|(asked, _)| *asked != branches);
        let patience = if is_new { LEAST } else { INTERVAL };
        if self.running.is_none() && self.asked.is_none_or(|asked| asked.elapsed() >= patience) {
            self.ask(branches.clone());
        }
        match &self.latest {
            Some((asked, Ok(answers))) => {
                // An answer about what was applied before says nothing of what is applied now.
                let still: Vec<FollowedBranch> =
                    asked.iter().filter(|one| branches.contains(one)).cloned().collect();
                join(picture, &still, answers);
            }
            Some((_, Err(why))) => not_asked(picture, why.clone()),
            None => {}
        }
    }

    fn ask(&mut self, branches: Vec<FollowedBranch>) {
        let (access, github) = (self.access.clone(), self.github.clone());
        self.asked = Some(Instant::now());
        self.running = Some(tokio::spawn(async move {
            let deadline = deadline();
            let github = match github {
                Some(github) => Ok(github),
                None => opened(&access, &branches, deadline).await,
            };
            match github {
                Ok(github) => {
                    let answers = Ok(asked(github.clone(), branches.clone(), deadline).await);
                    Said { branches, github: Some(github), answers }
                }
                Err(why) => Said { branches, github: None, answers: Err(why) },
            }
        }));
    }

    /// Takes what was answered, where that has come.
    async fn take(&mut self) {
        let Some(running) = self.running.take_if(|running| running.is_finished()) else { return };
        if let Ok(said) = running.await {
            self.github = said.github;
            self.latest = Some((said.branches, said.answers));
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
