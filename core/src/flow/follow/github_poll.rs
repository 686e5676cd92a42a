//! Polls GitHub in the background while clusters are watched: every thirty seconds, and at once when a cluster fetched or
//! applied something else. The first picture waits for it a little, those after it never. Only what may have changed is
//! asked again; while a rate limit is reached nothing is.

use std::time::Duration;

use jiff::Timestamp;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::poll_interval::{INTERVAL, PollCost, poll_interval};
use crate::flow::github_answers::{answer_deadline, ask_all, connect, mark_not_asked, mark_unneeded};
use crate::flow::github_connection::GithubConnection;
use crate::flow::selector::EnvironmentSelector;
use crate::flow::status_error::StatusError;
use crate::model::Why;
use crate::model::upstream::{GithubAnswers, GithubScope, Upstreams, join, remaining_upstreams, upstreams};
use crate::model::verdict::Picture;

/// The shortest time between two polls, whatever happens.
const MIN_INTERVAL: Duration = Duration::from_secs(3);
/// How long what may change counts, so that a poll in between asks what is new alone.
const FRESH: Duration = INTERVAL.saturating_sub(MIN_INTERVAL);

/// How long the first picture waits for GitHub, by the machine's own clock as everything that belongs to the network.
const FIRST_WAIT: Duration = Duration::from_secs(2);
/// Why nothing of GitHub stands on a picture that is older than its first answers.
const NO_ANSWER_YET: &str = "it has not answered yet";

/// What was asked about, the answers, and when to ask again.
struct PollResult {
    scope: GithubScope,
    answers: Result<PolledAnswers, Why>,
    interval: Duration,
    /// Until when nothing may be sent.
    limited_until: Option<Timestamp>,
}

/// What GitHub answered, and what that says of the branches that were asked about.
struct PolledAnswers {
    answers: GithubAnswers,
    upstreams: Upstreams,
}

/// Keeps what the last poll brought.
pub(super) struct GithubPoll {
    connection: GithubConnection,
    selector: EnvironmentSelector,
    running: Option<JoinHandle<PollResult>>,
    latest: Option<PollResult>,
    last_poll: Option<Timestamp>,
}

impl GithubPoll {
    pub(super) fn new(connection: GithubConnection, selector: EnvironmentSelector) -> Self {
        Self { connection, selector, running: None, latest: None, last_poll: None }
    }

    fn scope(&self, picture: &Picture) -> GithubScope {
        self.selector.github_scope(picture, self.connection.host())
    }

    /// Begins to poll about what is known of the first picture.
    pub(super) fn begin(&mut self, picture: &Picture) {
        let scope = self.scope(picture);
        if !scope.is_empty() {
            self.start(scope);
        }
    }

    /// Waits for the answers about the first picture for [`FIRST_WAIT`], and asks what was not asked by now.
    pub(super) async fn ask_first(&mut self, picture: &Picture) {
        let scope = self.scope(picture);
        let waited = timeout(FIRST_WAIT, async {
            self.wait().await;
            let is_known = self.latest.as_ref().is_some_and(|latest| latest.scope == scope);
            if !scope.is_empty() && !is_known {
                self.start(scope);
                self.wait().await;
            }
        });
        // What comes too late is taken by a later picture.
        let _is_in_time = waited.await.is_ok();
    }

    /// That no pipeline has the commit that was asked for, as far as GitHub has answered.
    pub(super) fn missing_revision(&self) -> Option<StatusError> {
        let polled = self.latest.as_ref()?.answers.as_ref().ok()?;
        self.selector.missing_revision(&polled.upstreams.without_revision()?)
    }

    /// Waits for the end of the running poll.
    async fn wait(&mut self) {
        if let Some(running) = &mut self.running {
            self.latest = running.await.ok();
            self.running = None;
        }
    }

    /// Adds to a picture what GitHub answered by now, and begins the next poll where it is due.
    pub(super) async fn join(&mut self, picture: &mut Picture) {
        let scope = self.scope(picture);
        if scope.is_empty() {
            return mark_unneeded(picture, self.connection.host());
        }
        self.take_result().await;
        if self.running.is_none() && self.is_due(&scope) {
            self.start(scope.clone());
        }
        match &self.latest {
            Some(PollResult { scope: asked, answers: Ok(polled), .. }) => {
                polled.join(picture, asked, &scope);
            }
            Some(PollResult { answers: Err(why), .. }) => mark_not_asked(picture, &scope, why.clone()),
            None => mark_not_asked(picture, &scope, Why::NotAsked(NO_ANSWER_YET.to_owned())),
        }
    }

    fn is_due(&self, scope: &GithubScope) -> bool {
        let (Some(latest), Some(last)) = (&self.latest, self.last_poll) else { return true };
        let now = self.connection.clock().now();
        if latest.limited_until.is_some_and(|until| now < until) {
            return false;
        }
        let interval = if latest.scope == *scope { latest.interval } else { MIN_INTERVAL };
        now >= last.saturating_add(interval).unwrap_or(Timestamp::MAX)
    }

    fn start(&mut self, scope: GithubScope) {
        let known = self.latest.as_ref().map(|latest| latest.scope.branches.as_slice()).unwrap_or_default();
        let moved = scope.branches.iter().filter(|branch| !known.contains(branch));
        moved.for_each(|branch| self.connection.memory().forget_moved(branch));
        self.last_poll = Some(self.connection.clock().now());
        self.running = Some(tokio::spawn(poll(self.connection.clone(), scope)));
    }

    /// Takes the result of the running poll, where it has ended.
    async fn take_result(&mut self) {
        let Some(running) = self.running.take_if(|running| running.is_finished()) else { return };
        if let Ok(result) = running.await {
            self.latest = Some(result);
        }
    }
}

impl PolledAnswers {
    /// Adds to a picture what the answers about `asked` say of what is followed by now.
    fn join(&self, picture: &mut Picture, asked: &GithubScope, scope: &GithubScope) {
        if asked == scope {
            return join(picture, scope, &self.upstreams);
        }
        let unanswered = self.upstreams.unanswered.clone();
        let remaining = remaining_upstreams(asked, scope, &self.answers);
        join(picture, scope, &Upstreams { unanswered, ..remaining });
    }
}

async fn poll(connection: GithubConnection, scope: GithubScope) -> PollResult {
    let deadline = answer_deadline();
    match connect(&connection, deadline).await {
        Ok(github) => {
            let round = ask_all(&connection, &github, &scope, FRESH, deadline).await;
            let cost = PollCost { asked: round.asked, answered: round.answered };
            let interval = poll_interval(cost, github.quota(), github.now());
            // The run's clock may differ from GitHub's.
            let limited_until = github.reached_limit().and_then(|limit| {
                connection.clock().now().checked_add(limit.until.duration_since(github.now())).ok()
            });
            let upstreams = upstreams(&scope, &round.answers, None);
            let answers = Ok(PolledAnswers { answers: round.answers, upstreams });
            PollResult { scope, answers, interval, limited_until }
        }
        Err(why) => PollResult { scope, answers: Err(why), interval: INTERVAL, limited_until: None },
    }
}

impl Drop for GithubPoll {
    fn drop(&mut self) {
        if let Some(running) = &self.running {
            running.abort();
        }
    }
}
