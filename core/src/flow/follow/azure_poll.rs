//! Polls Azure in the background while clusters are watched: every thirty seconds, soon where a cluster is made of other
//! configurations than before, later where Azure takes no more requests or nothing comes of it. The first picture waits
//! for it a little, those after it never.

use std::time::Duration;

use jiff::Timestamp;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::poll_interval::{INTERVAL, PollCost, poll_interval};
use crate::flow::azure_answers::{AzureFetch, AzureQuestions, add_azure, ask_all, unanswered_yet};
use crate::flow::azure_connection::AzureConnection;
use crate::flow::selector::EnvironmentSelector;
use crate::model::verdict::Picture;

/// The shortest time between two polls, whatever happens.
const MIN_INTERVAL: Duration = Duration::from_secs(3);
/// How long the first picture waits for Azure, by the machine's own clock as everything that belongs to the network.
const FIRST_WAIT: Duration = Duration::from_secs(2);

/// What a poll asked and brought.
struct AzurePollResult {
    questions: AzureQuestions,
    fetch: AzureFetch,
    /// When its answers were there.
    at: Timestamp,
}

/// Keeps what the last poll brought.
pub(super) struct AzurePoll {
    connection: AzureConnection,
    selector: EnvironmentSelector,
    /// GitHub's, on which a pipeline that was named is.
    host: String,
    running: Option<JoinHandle<AzurePollResult>>,
    latest: Option<AzurePollResult>,
    last_poll: Option<Timestamp>,
}

impl AzurePoll {
    pub(super) fn new(connection: AzureConnection, selector: EnvironmentSelector, host: &str) -> Self {
        Self { connection, selector, host: host.to_owned(), running: None, latest: None, last_poll: None }
    }

    fn questions(&self, picture: &Picture) -> AzureQuestions {
        AzureQuestions::of_selection(&self.selector, &self.host, picture)
    }

    /// Begins to poll about what is known of the first picture.
    pub(super) fn begin(&mut self, picture: &Picture) {
        let questions = self.questions(picture);
        if !questions.is_empty() {
            self.start(questions);
        }
    }

    /// Waits for the answers about the first picture for [`FIRST_WAIT`], and asks what was not asked by now.
    pub(super) async fn ask_first(&mut self, picture: &Picture) {
        let questions = self.questions(picture);
        let waited = timeout(FIRST_WAIT, async {
            self.wait().await;
            let is_known = self.latest.as_ref().is_some_and(|latest| latest.questions == questions);
            if !questions.is_empty() && !is_known {
                self.start(questions);
                self.wait().await;
            }
        });
        // What comes too late is taken by a later picture.
        let _is_in_time = waited.await.is_ok();
    }

    /// Waits for the end of the running poll.
    async fn wait(&mut self) {
        if let Some(running) = &mut self.running {
            let result = running.await.ok();
            self.running = None;
            if let Some(result) = result {
                self.keep(result);
            }
        }
    }

    /// Adds to a picture what Azure answered by now, and begins the next poll where it is due.
    pub(super) async fn join(&mut self, picture: &mut Picture) {
        self.take_result().await;
        let questions = self.questions(picture);
        if self.running.is_none() && !questions.is_empty() && self.is_due(&questions) {
            self.start(questions);
        }
        match &self.latest {
            Some(latest) => add_azure(&self.connection, &latest.fetch, picture),
            None => add_azure(&self.connection, &unanswered_yet(), picture),
        }
    }

    fn is_due(&self, questions: &AzureQuestions) -> bool {
        let (Some(latest), Some(last)) = (&self.latest, self.last_poll) else { return true };
        let AzureFetch { asked, answered, throttled_until, .. } = latest.fetch;
        let now = self.connection.clock().now();
        if throttled_until.is_some_and(|until| now < until) {
            return false;
        }
        let is_same = latest.questions == *questions;
        let interval =
            if is_same { poll_interval(PollCost { asked, answered }, None, now) } else { MIN_INTERVAL };
        now >= last.saturating_add(interval.min(INTERVAL * 4)).unwrap_or(Timestamp::MAX)
    }

    fn start(&mut self, questions: AzureQuestions) {
        self.last_poll = Some(self.connection.clock().now());
        let connection = self.connection.clone();
        self.running = Some(tokio::spawn(async move {
            let fetch = ask_all(&connection, &questions).await;
            let at = connection.clock().now();
            AzurePollResult { questions, fetch, at }
        }));
    }

    /// Takes the result of the running poll, where it has ended.
    async fn take_result(&mut self) {
        let Some(running) = self.running.take_if(|running| running.is_finished()) else { return };
        if let Ok(result) = running.await {
            self.keep(result);
        }
    }

    /// Keeps a result, and of those before what Azure does not tell any more.
    fn keep(&mut self, result: AzurePollResult) {
        let AzurePollResult { questions, fetch, at } = result;
        let fetch = match &self.latest {
            Some(former) => fetch.remembering(&former.fetch, former.at),
            None => fetch,
        };
        self.latest = Some(AzurePollResult { questions, fetch, at });
    }
}

impl Drop for AzurePoll {
    fn drop(&mut self) {
        if let Some(running) = &self.running {
            running.abort();
        }
    }
}
