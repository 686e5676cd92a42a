//! One cluster that is watched: a watch for every scope that its verdict needs, and the state they led to. A scope
//! whose watch reports only errors is read directly after a while; refused credentials are read anew.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, SelectAll};
use futures::{FutureExt, StreamExt};
use tokio::time::Instant;

use crate::flow::context::Context;
use crate::flow::observe::{answers, doubtful, says_missing};
use crate::flow::status::{ObservedCluster, judge, picture_at};
use crate::flow::status_error::StatusError;
use crate::kubernetes::{Change, ConnectError, Connection};
use crate::model::cluster::{Answer, ClusterState, Scope, Selection};
use crate::model::verdict::{Picture, wants};

/// Credentials are read anew at most this often.
const RENEWAL: Duration = Duration::from_secs(5);
/// A scope is read directly when its watch has reported only errors for this long, or for the request timeout if
/// that is shorter.
const SILENCE: Duration = Duration::from_secs(15);

pub(super) struct ClusterWatch {
    connection: Connection,
    selection: Selection,
    state: ClusterState,
    /// Since when the watch of a scope has reported only errors.
    silent: BTreeMap<Scope, Instant>,
    streams: SelectAll<BoxStream<'static, (Scope, ScopeEvent)>>,
    followed: BTreeSet<Scope>,
    /// Scopes that are being read because their watches were silent for long.
    pending: BTreeSet<Scope>,
    renewed: Instant,
    must_renew: bool,
    /// Credentials that are being read anew.
    renewal: Option<BoxFuture<'static, Result<Connection, ConnectError>>>,
    /// Whether the cluster ever said anything of the selection.
    has_answered: bool,
}

/// What arrives for a scope.
enum ScopeEvent {
    /// A change that its watch reports.
    Changed(Change),
    /// The answer to a question beside the watch, which was silent for long.
    Answered(Answer),
}

impl ClusterWatch {
    /// Begins with what was answered already.
    pub(super) fn new(observed: ObservedCluster) -> Self {
        let ObservedCluster { connection, selection, state } = observed;
        Self {
            connection,
            selection,
            state,
            silent: BTreeMap::new(),
            streams: SelectAll::new(),
            followed: BTreeSet::new(),
            renewed: Instant::now(),
            pending: BTreeSet::new(),
            must_renew: false,
            renewal: None,
            has_answered: false,
        }
    }

    /// How it is reached now.
    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The verdict now, or why a cluster that never said anything of the selection still does not.
    pub(super) fn judged(&mut self, context: &Context) -> (&Connection, Result<Picture, StatusError>) {
        let judged = if self.has_answered {
            Ok(self.picture(context))
        } else {
            let time = context.time_of(&self.connection);
            judge(&self.state, &self.selection, time, self.connection.server())
        };
        self.has_answered = judged.is_ok();
        (&self.connection, judged)
    }

    /// The verdict now, on what is known.
    pub(super) fn picture(&self, context: &Context) -> Picture {
        picture_at(&self.state, &self.selection, context.time_of(&self.connection))
    }

    /// Starts watching what is newly wanted.
    pub(super) fn start_watches(&mut self) {
        for scope in wants(&self.state, &self.selection) {
            if self.followed.insert(scope.clone()) {
                let changes = self.connection.watch(&scope);
                self.streams
                    .push(changes.map(move |change| (scope.clone(), ScopeEvent::Changed(change))).boxed());
            }
        }
    }

    /// Takes the next change. Whether an answer is another now.
    pub(super) async fn next(&mut self) -> bool {
        tokio::select! {
            Some((scope, event)) = self.streams.next() => match event {
                ScopeEvent::Changed(change) => self.take(scope, change),
                ScopeEvent::Answered(answer) => {
                    self.pending.remove(&scope);
                    self.take_answer(scope, answer)
                }
            },
            renewed = finished(&mut self.renewal) => self.start_over(renewed),
        }
    }

    /// Asks anew what was silent for long, and reads credentials anew that were refused. Both go on beside the
    /// watches, of this cluster and of others: [`Self::next`] takes what comes of them.
    pub(super) fn repair(&mut self) {
        self.ask_silent();
        self.renew();
    }

    /// Asks again before a workload is called missing: answers that arrive side by side may straddle a deployment.
    pub(super) async fn confirm_missing(&mut self, picture: &Picture) -> bool {
        says_missing(picture) && self.ask(doubtful(&self.state)).await
    }

    /// Whether the answers are different now.
    fn take(&mut self, scope: Scope, change: Change) -> bool {
        match change {
            Change::All(all) => self.answered(scope, Answer::Objects(all)),
            Change::Put(object) => {
                self.silent.remove(&scope);
                self.state.put(&scope, &object)
            }
            Change::Gone(object) => {
                self.silent.remove(&scope);
                self.state.remove(&scope, &object)
            }
            // The watch goes on trying. The error counts once a direct read fails as well (`ask_silent`).
            Change::Refused(answer @ (Answer::Silent(_) | Answer::Unauthenticated)) => {
                self.must_renew |= answer == Answer::Unauthenticated;
                self.silent.entry(scope).or_insert_with(Instant::now);
                false
            }
            Change::Refused(answer) => self.answered(scope, answer),
        }
    }

    fn answered(&mut self, scope: Scope, answer: Answer) -> bool {
        self.silent.remove(&scope);
        self.state.replace(scope, answer)
    }

    /// Asks, and takes what is answered in place of what was watched.
    async fn ask(&mut self, scopes: Vec<Scope>) -> bool {
        let mut has_changed = false;
        for (scope, answer) in answers(&self.connection, scopes).await {
            has_changed |= self.take_answer(scope, answer);
        }
        has_changed
    }

    /// Takes an answer in place of what was watched. A scope that did not answer stays silent.
    fn take_answer(&mut self, scope: Scope, answer: Answer) -> bool {
        match answer {
            Answer::Objects(all) => self.take(scope, Change::All(all)),
            answer => self.state.replace(scope, answer),
        }
    }

    /// Reads the scopes whose watches have reported only errors for long. A watch that was cut and resumed reports
    /// nothing until something changes, so its silence alone does not tell whether it works.
    fn ask_silent(&mut self) {
        let patience = self.connection.timeout().map_or(SILENCE, |limit| limit.min(SILENCE));
        let long = self.silent.iter().filter(|(_, since)| since.elapsed() >= patience);
        let long: Vec<Scope> =
            long.map(|(scope, _)| scope.clone()).filter(|scope| !self.pending.contains(scope)).collect();
        for scope in &long {
            self.silent.insert(scope.clone(), Instant::now());
        }
        if long.is_empty() {
            return;
        }
        self.pending.extend(long.iter().cloned());
        let connection = self.connection.clone();
        let answers = stream::once(async move { answers(&connection, long).await }).flat_map(stream::iter);
        self.streams.push(answers.map(|(scope, answer)| (scope, ScopeEvent::Answered(answer))).boxed());
    }

    /// After a refusal: reads credentials anew, which may take as long as a credential plugin does.
    fn renew(&mut self) {
        if !self.must_renew || self.renewal.is_some() || self.renewed.elapsed() < RENEWAL {
            return;
        }
        self.must_renew = false;
        self.renewed = Instant::now();
        let connection = self.connection.clone();
        self.renewal = Some(async move { connection.renewed().await }.boxed());
    }

    /// Begins all watches anew with new credentials. Whether that was done.
    fn start_over(&mut self, renewed: Result<Connection, ConnectError>) -> bool {
        self.renewal = None;
        let Ok(connection) = renewed else { return false };
        self.connection = connection;
        self.streams = SelectAll::new();
        self.followed.clear();
        self.pending.clear();
        true
    }
}

/// The result of a renewal, when it has one.
async fn finished(
    renewal: &mut Option<BoxFuture<'static, Result<Connection, ConnectError>>>,
) -> Result<Connection, ConnectError> {
    match renewal {
        Some(renewal) => renewal.await,
        None => std::future::pending().await,
    }
}
