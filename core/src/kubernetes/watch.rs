//! Watches a scope. kube's watcher recovers from a 410, a cut connection and an unreachable server by backing
//! off and listing again. Every error is reported as a change, except the first 410 after a successful list.

use std::time::Duration;

use futures::StreamExt;
use futures::stream::BoxStream;
use kube::Api;
use kube::core::DynamicObject;
use kube::runtime::utils::StreamBackoff;
use kube::runtime::watcher::{self, Event, watcher};
use serde_json::Value;

use super::ask::{answer_of_error, malformed_answer};
use super::connect::Connection;
use super::pruning::{Audience, without_unread_fields};
use super::resource::field_selector;
use crate::model::cluster::{Answer, Kind, Scope, Within};
use crate::model::recording::AnswerReport;

/// A change that a watch reports.
#[derive(Debug)]
pub enum Change {
    /// All objects, listed anew.
    All(Vec<Value>),
    /// One object, new or changed.
    Put(Value),
    /// One object that is gone.
    Gone(Value),
    /// An error. The watch goes on trying.
    Refused(Answer),
}

impl Change {
    /// As a recording takes it.
    fn report(&self) -> AnswerReport<'_> {
        match self {
            Change::All(objects) => AnswerReport::Objects(objects),
            Change::Put(object) => AnswerReport::Put(object),
            Change::Gone(object) => AnswerReport::Gone(object),
            Change::Refused(answer) => AnswerReport::Answer(answer),
        }
    }
}

/// How often a single object is read again. It is polled because watching it needs the right to list.
const POLL_INTERVAL: Duration = Duration::from_secs(30);

impl Connection {
    /// Watches a scope. The stream ends only for the log of a container that is gone.
    pub fn watch(&self, scope: &Scope) -> BoxStream<'static, Change> {
        match &scope.within {
            Within::Object(..) => self.poll(scope.clone()),
            _ if self.versions.is_doubtful(scope.kind) => self.watch_after_answer(scope.clone()),
            Within::Cluster => self.watch_list(scope, None),
            Within::Namespace(namespace) => self.watch_list(scope, Some(namespace)),
        }
    }

    /// Watches a kind that was not asked for yet: a watch cannot look for another version, a question does.
    fn watch_after_answer(&self, scope: Scope) -> BoxStream<'static, Change> {
        let connection = self.clone();
        let asking = async move {
            let change = match connection.ask(&scope).await {
                Answer::Objects(objects) => Change::All(objects),
                answer => Change::Refused(answer),
            };
            let namespace = match &scope.within {
                Within::Namespace(namespace) => Some(namespace.as_str()),
                _ => None,
            };
            let watching = connection.watch_list(&scope, namespace);
            futures::stream::once(std::future::ready(change)).chain(watching)
        };
        futures::stream::once(asking).flatten().boxed()
    }

    fn watch_list(&self, scope: &Scope, namespace: Option<&str>) -> BoxStream<'static, Change> {
        let resource = self.versions.resource(scope.kind);
        let api: Api<DynamicObject> = match namespace {
            None => Api::all_with(self.watching.clone(), &resource),
            Some(namespace) => Api::namespaced_with(self.watching.clone(), namespace, &resource),
        };
        let config = watcher::Config {
            field_selector: field_selector(scope.kind).map(str::to_owned),
            ..Default::default()
        };
        let (audience, kind) = (self.audience(), scope.kind);
        let mut listed = Vec::new();
        let mut is_expired = false;
        let changes = StreamBackoff::new(watcher(api, config), watcher::DefaultBackoff::default());
        let changes = changes.map(move |event| match event {
            Err(error) if status_code(&error) == Some(410) && !is_expired => {
                is_expired = true;
                None
            }
            Ok(Event::Init) => {
                listed.clear();
                None
            }
            Ok(Event::InitApply(object)) => {
                listed.extend(object_value(audience, kind, &object));
                None
            }
            Ok(Event::InitDone) => {
                is_expired = false;
                Some(Change::All(std::mem::take(&mut listed)))
            }
            Ok(Event::Apply(object)) => object_value(audience, kind, &object).map(Change::Put),
            Ok(Event::Delete(object)) => object_value(audience, kind, &object).map(Change::Gone),
            Err(error) => Some(Change::Refused(answer_of_watch_error(&error))),
        });
        let (connection, scope) = (self.clone(), scope.clone());
        let changes = changes.filter_map(std::future::ready);
        changes.inspect(move |change| connection.tell_listener(&scope, change.report())).boxed()
    }

    fn poll(&self, scope: Scope) -> BoxStream<'static, Change> {
        let connection = self.clone();
        let first_pause = Some(Duration::ZERO);
        futures::stream::unfold(first_pause, move |pause| {
            let (connection, scope) = (connection.clone(), scope.clone());
            async move {
                tokio::time::sleep(pause?).await;
                let change = match connection.ask(&scope).await {
                    Answer::Objects(objects) => Change::All(objects),
                    answer => Change::Refused(answer),
                };
                // The log of a container that is gone does not come back.
                let is_over = scope.kind == Kind::Log && matches!(change, Change::Refused(Answer::Absent));
                Some((change, (!is_over).then_some(POLL_INTERVAL)))
            }
        })
        .boxed()
    }
}

fn object_value(audience: Audience, kind: Kind, object: &DynamicObject) -> Option<Value> {
    serde_json::to_value(object).ok().map(|object| without_unread_fields(audience, kind, object))
}

fn answer_of_watch_error(error: &watcher::Error) -> Answer {
    match error {
        watcher::Error::InitialListFailed(error)
        | watcher::Error::WatchStartFailed(error)
        | watcher::Error::WatchFailed(error) => answer_of_error(error),
        watcher::Error::WatchError(status) => answer_of_error(&kube::Error::Api(status.clone())),
        watcher::Error::NoResourceVersion => malformed_answer(),
    }
}

/// The HTTP status code of an error, from a response or from an `ERROR` event of the watch.
fn status_code(error: &watcher::Error) -> Option<u16> {
    match error {
        watcher::Error::InitialListFailed(kube::Error::Api(status))
        | watcher::Error::WatchStartFailed(kube::Error::Api(status))
        | watcher::Error::WatchFailed(kube::Error::Api(status))
        | watcher::Error::WatchError(status) => Some(status.code),
        _ => None,
    }
}
