//! One cluster that is watched: a watch for every scope that its verdict needs, and the state they led to. A scope
//! whose watch reports only errors is read directly after a while; refused credentials are read anew. What was
//! answered stays when answers fail to come ([`Contact`]).

use std::collections::BTreeSet;
use std::time::Duration;

use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, SelectAll};
use futures::{FutureExt, StreamExt};
use jiff::Timestamp;
use tokio::time::{Instant, timeout};

use super::contact::Contact;
use crate::flow::context::Context;
use crate::flow::observe::{answers, doubtful, says_missing};
use crate::flow::status::{ObservedCluster, judge, picture_at};
use crate::flow::status_error::StatusError;
use crate::kubernetes::{Change, ConnectError, Connection};
use crate::model::cluster::{Answer, ClusterState, Kind, Scope, ScopeOutcome, Selection};
use crate::model::verdict::{LostContact, Picture, time_of_day, wants};
use crate::model::{Unanswered, Why};
use crate::wire::ServerTime;

/// Credentials are read anew at most this often, and less and less often while they are refused.
const RENEWAL: Duration = Duration::from_secs(5);
/// The pause between two renewals doubles at most so many times.
const MOST_DOUBLINGS: u32 = 4;
/// A direct read of silent scopes is given up after this long.
const READ_LIMIT: Duration = Duration::from_secs(5);
/// A scope is read directly when its watch has reported only errors for this long, or for the request timeout if
/// that is shorter.
const SILENCE: Duration = Duration::from_secs(15);

pub(in crate::flow) struct ClusterWatch {
    connection: Connection,
    selection: Selection,
    state: ClusterState,
    contact: Contact,
    /// When it was judged last while everything was heard.
    heard_at: Timestamp,
    streams: SelectAll<BoxStream<'static, WatchEvent>>,
    followed: BTreeSet<Scope>,
    renewed: Instant,
    /// How often credentials were read anew since something was answered.
    renewals: u32,
    must_renew: bool,
    /// Credentials that are being read anew.
    renewal: Option<BoxFuture<'static, Result<Connection, ConnectError>>>,
    /// Whether the cluster ever said anything of the selection.
    has_answered: bool,
}

/// What arrives.
enum WatchEvent {
    /// A change that the watch of a scope reports.
    Changed(Scope, Change),
    /// The answers to questions beside watches that were silent for long.
    Read(Vec<(Scope, Answer)>),
}

impl ClusterWatch {
    /// Begins with what was answered already.
    pub(in crate::flow) fn new(observed: ObservedCluster, context: &Context) -> Self {
        let ObservedCluster { connection, selection, state } = observed;
        Self {
            heard_at: context.time_of(&connection).now,
            connection,
            selection,
            state,
            contact: Contact::default(),
            streams: SelectAll::new(),
            followed: BTreeSet::new(),
            renewed: Instant::now(),
            renewals: 0,
            must_renew: false,
            renewal: None,
            has_answered: false,
        }
    }

    /// How it is reached now.
    pub(in crate::flow) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The verdict now, or why a cluster that never said anything of the selection still does not.
    pub(in crate::flow) fn judged(
        &mut self,
        context: &Context,
    ) -> (&Connection, Result<Picture, StatusError>) {
        let judged = if self.has_answered {
            Ok(self.picture(context))
        } else {
            let time = context.time_of(&self.connection);
            judge(&self.state, &self.selection, time, &self.connection)
        };
        self.has_answered = judged.is_ok();
        (&self.connection, judged)
    }

    /// The verdict on what is known: now, or when the cluster was last heard.
    pub(in crate::flow) fn picture(&mut self, context: &Context) -> Picture {
        let time = context.time_of(&self.connection);
        let last_heard = self.contact.last_heard();
        if last_heard.is_none() {
            self.heard_at = time.now;
        }
        let heard = ServerTime { now: last_heard.unwrap_or(time.now), ..time };
        let mut picture = picture_at(&self.state, &self.selection, heard);
        picture.observed_at = time.now;
        self.add_lost(&mut picture);
        picture
    }

    /// Says what is not heard, all or some of the cluster.
    fn add_lost(&self, picture: &mut Picture) {
        let cluster = self.connection.cluster();
        if let Some((since, why)) = self.contact.lost() {
            let (server, flags) = (self.connection.server(), self.connection.flags());
            let lost = LostContact::new(cluster.clone(), server, since, why, &flags);
            picture.unanswered.insert(0, lost.unanswered());
            picture.lost_contacts.push(lost);
            return;
        }
        let kept = self.contact.kept().map(|(scope, since, why)| {
            let why = Why::NoAnswer(format!("{why}; shown as of {}", time_of_day(since)));
            Unanswered::of_cluster(cluster.clone(), scope.question(), why)
        });
        picture.unanswered.splice(0..0, kept);
    }

    /// Starts watching what is newly wanted.
    pub(in crate::flow) fn start_watches(&mut self) {
        for scope in wants(&self.state, &self.selection) {
            if self.followed.insert(scope.clone()) {
                let changes = self.connection.watch(&scope);
                self.streams
                    .push(changes.map(move |change| WatchEvent::Changed(scope.clone(), change)).boxed());
            }
        }
    }

    /// Takes the next change. Whether an answer is another now.
    pub(in crate::flow) async fn next(&mut self) -> bool {
        tokio::select! {
            Some(event) = self.streams.next() => match event {
                WatchEvent::Changed(scope, change) => self.take(scope, change),
                WatchEvent::Read(answers) => self.take_answers(answers),
            },
            renewed = finished(&mut self.renewal) => self.start_over(renewed),
        }
    }

    /// Asks anew what was silent for long, and reads credentials anew that were refused. Both go on beside the
    /// watches, of this cluster and of others: [`Self::next`] takes what comes of them.
    pub(in crate::flow) fn repair(&mut self) {
        self.read_silent();
        self.renew();
    }

    /// Asks again before a workload is called missing: answers that arrive side by side may straddle a deployment.
    pub(in crate::flow) async fn confirm_missing(&mut self, picture: &Picture) -> bool {
        // Where nobody answers nothing can be confirmed, and nothing is called missing for that.
        if !says_missing(picture) || self.contact.lost().is_some() {
            return false;
        }
        let answers = answers(&self.connection, doubtful(&self.state)).await;
        self.take_answers(answers)
    }

    /// Whether the answers are different now.
    fn take(&mut self, scope: Scope, change: Change) -> bool {
        match change {
            Change::All(all) => self.answered(scope, Answer::Objects(all)),
            Change::Put(object) => {
                self.hear(&scope);
                self.state.put(&scope, &object)
            }
            Change::Gone(object) => {
                self.hear(&scope);
                self.state.remove(&scope, &object)
            }
            // The log of a container that does not run is refused; its last lines stay.
            Change::Refused(answer) if scope.kind == Kind::Log && answer != Answer::Absent => false,
            // The watch goes on trying. The error counts once a direct read fails as well (`read_silent`).
            Change::Refused(answer @ (Answer::Silent(_) | Answer::Overloaded | Answer::Unauthenticated)) => {
                self.must_renew |= answer == Answer::Unauthenticated;
                let has_answered = self.has_answered(&scope);
                self.contact.report(scope, self.heard_at, has_answered, answer);
                false
            }
            Change::Refused(Answer::Forbidden) if self.has_answered(&scope) => {
                self.contact.doubt(scope, self.heard_at);
                false
            }
            Change::Refused(answer) => self.answered(scope, answer),
        }
    }

    /// Whether a scope's answer is kept when none comes any more.
    fn has_answered(&self, scope: &Scope) -> bool {
        matches!(self.state.outcome(scope), Some(ScopeOutcome::Objects | ScopeOutcome::Absent))
    }

    fn hear(&mut self, scope: &Scope) {
        self.renewals = 0;
        self.contact.hear(scope);
    }

    fn answered(&mut self, scope: Scope, answer: Answer) -> bool {
        self.hear(&scope);
        self.state.replace(scope, answer)
    }

    /// Takes the answers to direct reads in place of what was watched. One that did not come, or a refusal of
    /// everything, leaves what was answered before.
    fn take_answers(&mut self, answers: Vec<(Scope, Answer)>) -> bool {
        let is_heard =
            answers.iter().any(|(_, answer)| matches!(answer, Answer::Objects(_) | Answer::Absent));
        let read: Vec<Scope> = answers.iter().map(|(scope, _)| scope.clone()).collect();
        let (mut has_changed, mut failure) = (false, None);
        for (scope, answer) in answers {
            let has_answered = self.has_answered(&scope);
            let why = match &answer {
                Answer::Silent(why) => Why::NoAnswer(why.clone()),
                Answer::Overloaded => Why::Overloaded,
                Answer::Unauthenticated => Why::NotAuthenticated,
                Answer::Forbidden if has_answered && !is_heard => Why::NotAllowed,
                Answer::Objects(_) | Answer::Absent | Answer::Forbidden => {
                    has_changed |= self.answered(scope, answer);
                    continue;
                }
            };
            if !has_answered {
                has_changed |= self.state.replace(scope.clone(), answer);
            }
            self.must_renew |= why == Why::NotAuthenticated;
            failure.get_or_insert_with(|| why.clone());
            self.contact.fail(scope, self.heard_at, has_answered, why);
        }
        self.contact.conclude(&read, failure.filter(|_| !is_heard));
        has_changed
    }

    /// Reads the scopes whose watches have reported only errors for long. A watch that was cut and resumed reports
    /// nothing until something changes, so its silence alone does not tell whether it works.
    fn read_silent(&mut self) {
        let patience = self.connection.timeout().map_or(SILENCE, |limit| limit.min(SILENCE));
        let state = &self.state;
        let heard = self.followed.iter().filter(|scope| {
            let outcome = state.outcome(scope);
            scope.kind != Kind::Log && matches!(outcome, Some(ScopeOutcome::Objects | ScopeOutcome::Absent))
        });
        let scopes = self.contact.begin_reading(patience, heard.cloned());
        if scopes.is_empty() {
            return;
        }
        let connection = self.connection.clone();
        let unended: Vec<(Scope, Answer)> =
            scopes.iter().map(|scope| (scope.clone(), self.contact.unended(scope))).collect();
        let reading = async move {
            let answers = timeout(READ_LIMIT, answers(&connection, scopes)).await;
            WatchEvent::Read(answers.unwrap_or(unended))
        };
        self.streams.push(stream::once(reading).boxed());
    }

    /// After a refusal: reads credentials anew, which may take as long as a credential plugin does.
    fn renew(&mut self) {
        let pause = RENEWAL * 2_u32.pow(self.renewals.saturating_sub(1).min(MOST_DOUBLINGS));
        if !self.must_renew || self.renewal.is_some() || self.renewed.elapsed() < pause {
            return;
        }
        self.must_renew = false;
        self.renewals += 1;
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
        self.contact.stop_reading();
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
