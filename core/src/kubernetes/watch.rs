//! Watching a scope. kube's watcher survives 410, cut connections and servers that go away, by backing off
//! and listing again. What it cannot mend is an answer for the reader; a 410 it mends, unless another follows.

use std::time::Duration;

use futures::StreamExt;
use futures::stream::BoxStream;
use kube::Api;
use kube::core::DynamicObject;
use kube::runtime::utils::StreamBackoff;
use kube::runtime::watcher::{self, Event, watcher};
use serde_json::Value;

use super::ask::{nonsense, refusal};
use super::connect::Connection;
use super::lean::lean;
use super::resource::field_selector;
use crate::model::cluster::{Answer, Kind, Scope, Within};

/// What a watch tells.
#[derive(Debug)]
pub enum Change {
    /// All objects, listed anew.
    All(Vec<Value>),
    /// One object, new or changed.
    Put(Value),
    /// One object that is gone.
    Gone(Value),
    /// An answer that is none, for now; the watch goes on trying.
    Refused(Answer),
}

/// A single object is asked for again after this long: watching it would need the right to list.
const POLL: Duration = Duration::from_secs(30);

impl Connection {
    /// Watches a scope for ever.
    pub fn watch(&self, scope: &Scope) -> BoxStream<'static, Change> {
        match &scope.within {
            Within::Object(..) => self.polled(scope.clone()),
            Within::Cluster => self.watched(scope, None),
            Within::Namespace(namespace) => self.watched(scope, Some(namespace)),
        }
    }

    fn watched(&self, scope: &Scope, namespace: Option<&str>) -> BoxStream<'static, Change> {
        let resource = self.versions.resource(scope.kind);
        let api: Api<DynamicObject> = match namespace {
            None => Api::all_with(self.watching.clone(), &resource),
            Some(namespace) => Api::namespaced_with(self.watching.clone(), namespace, &resource),
        };
        let config = watcher::Config {
            field_selector: field_selector(scope.kind).map(str::to_owned),
            ..Default::default()
        };
        let kind = scope.kind;
        let mut listed = Vec::new();
        let mut is_expired = false;
        let changes = StreamBackoff::new(watcher(api, config), watcher::DefaultBackoff::default());
        let changes = changes.map(move |event| match event {
            Err(error) if status(&error) == Some(410) && !is_expired => {
                is_expired = true;
                None
            }
            Ok(Event::Init) => {
                listed.clear();
                None
            }
            Ok(Event::InitApply(object)) => {
                listed.extend(value(kind, &object));
                None
            }
            Ok(Event::InitDone) => {
                is_expired = false;
                Some(Change::All(std::mem::take(&mut listed)))
            }
            Ok(Event::Apply(object)) => value(kind, &object).map(Change::Put),
            Ok(Event::Delete(object)) => value(kind, &object).map(Change::Gone),
            Err(error) => Some(Change::Refused(answer(&error))),
        });
        changes.filter_map(std::future::ready).boxed()
    }

    fn polled(&self, scope: Scope) -> BoxStream<'static, Change> {
        let connection = self.clone();
        let begin = Some(Duration::ZERO);
        futures::stream::unfold(begin, move |pause| {
            let (connection, scope) = (connection.clone(), scope.clone());
            async move {
                tokio::time::sleep(pause?).await;
                let change = match connection.ask(&scope).await {
                    Answer::Objects(objects) => Change::All(objects),
                    answer => Change::Refused(answer),
                };
                // A log that has gone does not come back.
                let is_over = scope.kind == Kind::Log && matches!(change, Change::Refused(Answer::Absent));
                Some((change, (!is_over).then_some(POLL)))
            }
        })
        .boxed()
    }
}

fn value(kind: Kind, object: &DynamicObject) -> Option<Value> {
    serde_json::to_value(object).ok().map(|object| lean(kind, object))
}

fn answer(error: &watcher::Error) -> Answer {
    match error {
        watcher::Error::InitialListFailed(error)
        | watcher::Error::WatchStartFailed(error)
        | watcher::Error::WatchFailed(error) => refusal(error),
        watcher::Error::WatchError(status) => refusal(&kube::Error::Api(status.clone())),
        watcher::Error::NoResourceVersion => nonsense(),
    }
}

/// The status that an error is about, as an answer or as an event of a watch.
fn status(error: &watcher::Error) -> Option<u16> {
    match error {
        watcher::Error::InitialListFailed(kube::Error::Api(status))
        | watcher::Error::WatchStartFailed(kube::Error::Api(status))
        | watcher::Error::WatchFailed(kube::Error::Api(status))
        | watcher::Error::WatchError(status) => Some(status.code),
        _ => None,
    }
}
