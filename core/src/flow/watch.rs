//! Follows a selection: says the picture again whenever the verdict changes, and only then.
//!
//! Every scope is watched by itself, so their changes arrive a moment apart; the verdict is asked when they
//! have come to rest, and once a second for what time alone decides.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures::StreamExt;
use futures::stream::{BoxStream, SelectAll};
use serde_json::Value;
use tokio::time::Instant;

use super::follow::Follower;
use super::observe::{answers, doubtful, observe, says_missing};
use super::status::judged;
use crate::github::Access;
use crate::kubernetes::{Change, Connection};
use crate::model::cluster::{Answer, ClusterState, Kind, Scope};
use crate::model::verdict::{Picture, Selection, picture as judge, wants};
use crate::model::{Failure, World};
use crate::wire::Clock;

/// Changes of one cause arrive within this long of each other.
const REST: Duration = Duration::from_millis(100);
/// However much changes, the verdict is asked this often.
const UNREST: Duration = Duration::from_millis(400);
/// For what time alone decides.
const TICK: Duration = Duration::from_secs(1);
/// Credentials are read anew at most this often.
const RENEWAL: Duration = Duration::from_secs(5);
/// A watch that gives nothing but errors for longer than this, or than one answer may take, is doubted.
const SILENCE: Duration = Duration::from_secs(15);

/// Watches until `report` fails. Ends before it begins where there is nothing to show.
pub async fn watch(
    connection: Connection,
    github: Access,
    selection: &Selection,
    clock: Clock,
    mut report: impl FnMut(&Picture) -> Result<(), Box<dyn Failure>>,
) -> Result<(), Box<dyn Failure>> {
    let cluster = observe(&connection, selection).await;
    let mut first = judged(&cluster, selection, clock.now(), connection.server())?;
    let mut follower = Follower::new(github);
    follower.join(&mut first).await;
    report(&first)?;
    let mut watched = Watched::new(connection, cluster);
    let mut told = fingerprint(&first);
    let mut has_changed = true;
    loop {
        if has_changed {
            watched.follow(selection);
        }
        has_changed = watched.settle().await;
        let mut picture = judge(&watched.cluster, selection, clock.now());
        follower.join(&mut picture).await;
        if fingerprint(&picture) != told && says_missing(&picture) {
            watched.ask(doubtful(&watched.cluster)).await;
            picture = judge(&watched.cluster, selection, clock.now());
            follower.join(&mut picture).await;
        }
        let print = fingerprint(&picture);
        if print != told {
            report(&picture)?;
            told = print;
        }
    }
}

/// What must differ for the picture to be told again.
fn fingerprint(picture: &Picture) -> String {
    let environments = picture.environments.iter().map(|environment| environment.fingerprint());
    // A cluster's reasons are its servers' words, which differ from try to try.
    let unanswered = picture.unanswered.iter().map(|unanswered| match unanswered.world {
        World::Cluster => format!("{:?} {:?}", unanswered.cluster, unanswered.what),
        _ => format!("{unanswered:?}"),
    });
    environments.chain(unanswered).collect::<Vec<_>>().join("\n")
}

struct Watched {
    connection: Connection,
    cluster: ClusterState,
    objects: BTreeMap<Scope, BTreeMap<String, Value>>,
    /// Since when a watch says nothing but errors.
    silent: BTreeMap<Scope, Instant>,
    streams: SelectAll<BoxStream<'static, (Scope, Change)>>,
    followed: BTreeSet<Scope>,
    renewed: Instant,
    must_renew: bool,
}

impl Watched {
    fn new(connection: Connection, cluster: ClusterState) -> Self {
        Self {
            connection,
            cluster,
            objects: BTreeMap::new(),
            silent: BTreeMap::new(),
            streams: SelectAll::new(),
            followed: BTreeSet::new(),
            renewed: Instant::now(),
            must_renew: false,
        }
    }

    /// Starts watching what is newly wanted.
    fn follow(&mut self, selection: &Selection) {
        for scope in wants(&self.cluster, selection) {
            if self.followed.insert(scope.clone()) {
                let changes = self.connection.watch(&scope);
                self.streams.push(changes.map(move |change| (scope.clone(), change)).boxed());
            }
        }
    }

    /// Takes changes until they rest, or a second has passed. Whether any answer is another now.
    async fn settle(&mut self) -> bool {
        let mut until = Instant::now() + TICK;
        let mut latest = None;
        while let Ok((scope, change)) = tokio::time::timeout_at(until, self.next()).await {
            if self.take(scope, change) {
                let latest = *latest.get_or_insert_with(|| Instant::now() + UNREST);
                until = (Instant::now() + REST).min(latest);
            }
        }
        let has_changed = latest.is_some();
        let has_asked = self.ask_silent().await;
        let has_renewed = self.renew().await;
        has_changed || has_asked || has_renewed
    }

    async fn next(&mut self) -> (Scope, Change) {
        match self.streams.next().await {
            Some(change) => change,
            None => std::future::pending().await,
        }
    }

    /// Whether the answers are different now.
    fn take(&mut self, scope: Scope, change: Change) -> bool {
        let objects = self.objects.entry(scope.clone()).or_default();
        match change {
            // Lines of a log have no names.
            Change::All(all) if scope.kind == Kind::Log => return self.answered(scope, Answer::Objects(all)),
            Change::All(all) => *objects = all.into_iter().map(|object| (key(&object), object)).collect(),
            Change::Put(object) => {
                objects.insert(key(&object), object);
            }
            Change::Gone(object) => {
                objects.remove(&key(&object));
            }
            // The watch goes on trying. It is believed after a while, and when a question fails too.
            Change::Refused(answer @ (Answer::Silent(_) | Answer::Unauthenticated)) => {
                self.must_renew |= answer == Answer::Unauthenticated;
                self.silent.entry(scope).or_insert_with(Instant::now);
                return false;
            }
            Change::Refused(answer) => return self.answered(scope, answer),
        }
        let answer = Answer::Objects(objects.values().cloned().collect());
        self.answered(scope, answer)
    }

    fn answered(&mut self, scope: Scope, answer: Answer) -> bool {
        self.silent.remove(&scope);
        self.replace(scope, answer)
    }

    /// Asks, and takes what is answered in place of what was watched.
    async fn ask(&mut self, scopes: Vec<Scope>) -> bool {
        let mut has_changed = false;
        for (scope, answer) in answers(&self.connection, scopes).await {
            has_changed |= match answer {
                Answer::Objects(all) => self.take(scope, Change::All(all)),
                answer => self.replace(scope, answer),
            };
        }
        has_changed
    }

    fn replace(&mut self, scope: Scope, answer: Answer) -> bool {
        let is_new = self.cluster.get(&scope) != Some(&answer);
        if is_new {
            self.cluster.put(scope, answer);
        }
        is_new
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

fn key(object: &Value) -> String {
    let meta = &object["metadata"];
    let text = |key: &str| meta[key].as_str().unwrap_or_default();
    format!("{}/{}", text("namespace"), text("name"))
}
