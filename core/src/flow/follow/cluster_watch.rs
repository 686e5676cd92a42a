//! One cluster that is watched: every scope that its verdict needs by a watch of its own, and what they said so
//! far. A watch that says nothing but errors is doubted after a while, refused credentials are read anew.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures::StreamExt;
use futures::stream::{BoxStream, SelectAll};
use tokio::time::Instant;

use crate::flow::context::Context;
use crate::flow::observe::{answers, doubtful, says_missing};
use crate::flow::status::{ObservedCluster, picture_at};
use crate::kubernetes::{Change, Connection};
use crate::model::cluster::{Answer, ClusterState, Scope, Selection};
use crate::model::verdict::{Picture, wants};

/// Credentials are read anew at most this often.
const RENEWAL: Duration = Duration::from_secs(5);
/// A watch that gives nothing but errors for longer than this, or than one answer may take, is doubted.
const SILENCE: Duration = Duration::from_secs(15);

pub(super) struct ClusterWatch {
    connection: Connection,
    selection: Selection,
    state: ClusterState,
    /// Since when a watch says nothing but errors.
    silent: BTreeMap<Scope, Instant>,
    streams: SelectAll<BoxStream<'static, (Scope, Change)>>,
    followed: BTreeSet<Scope>,
    renewed: Instant,
    must_renew: bool,
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
            must_renew: false,
        }
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
                self.streams.push(changes.map(move |change| (scope.clone(), change)).boxed());
            }
        }
    }

    /// Takes the next change. Whether an answer is another now.
    pub(super) async fn next(&mut self) -> bool {
        match self.streams.next().await {
            Some((scope, change)) => self.take(scope, change),
            None => std::future::pending().await,
        }
    }

    /// Asks anew what was silent for long, and starts over with new credentials where they were refused. Whether
    /// an answer, or what is watched, is another now.
    pub(super) async fn repair(&mut self) -> bool {
        let has_asked = self.ask_silent().await;
        let has_renewed = self.renew().await;
        has_asked || has_renewed
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
            // The watch goes on trying. It is believed after a while, and when a question fails too.
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
            has_changed |= match answer {
                Answer::Objects(all) => self.take(scope, Change::All(all)),
                answer => self.state.replace(scope, answer),
            };
        }
        has_changed
    }

    /// A watch that was cut and goes on says nothing while nothing changes, so a scope that was silent for
    /// long is asked: answered, it is silent no more.
    async fn ask_silent(&mut self) -> bool {
        let patience = self.connection.timeout().map_or(SILENCE, |limit| limit.min(SILENCE));
        let long = self.silent.iter().filter(|(_, since)| since.elapsed() >= patience);
        let long: Vec<Scope> = long.map(|(scope, _)| scope.clone()).collect();
        for scope in &long {
            self.silent.insert(scope.clone(), Instant::now());
        }
        !long.is_empty() && self.ask(long).await
    }

    /// After a refusal: credentials read anew, all watches begun anew. Whether that was done.
    async fn renew(&mut self) -> bool {
        if !self.must_renew || self.renewed.elapsed() < RENEWAL {
            return false;
        }
        self.must_renew = false;
        self.renewed = Instant::now();
        let Ok(connection) = self.connection.renewed().await else { return false };
        self.connection = connection;
        self.streams = SelectAll::new();
        self.followed.clear();
        true
    }
}
