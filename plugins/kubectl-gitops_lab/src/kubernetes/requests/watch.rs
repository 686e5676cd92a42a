//! Watches: what is there, then what becomes of it, in the form that was asked for.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::accept::Form;
use super::path::Target;
use super::presentation::Presentation;
use super::selector::Matching;
use super::watch_cursor::{WatchCursor, Watcher};
use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::requests::stream::Reply;
use crate::kubernetes::storage::event::Event;
use crate::kubernetes::table::Inclusion;
use crate::kubernetes::{Filter, StatusError, WatchQuery, line, refusals};
use crate::message::Request;

impl Cluster {
    /// Begins a watch.
    pub(in crate::kubernetes) fn watch(
        &self,
        target: &Target,
        watched: WatchQuery,
        form: Form,
        request: &Request,
        now: Timestamp,
    ) -> Result<Reply, StatusError> {
        let mut watcher = Watcher {
            resource: Box::new(target.resource.clone()),
            place: target.place,
            filter: watched.filter,
            presentation: Presentation::new(form, Inclusion::asked(request)),
        };
        let mut first = String::new();
        if watched.since.is_none() {
            let objects =
                self.store.of_kind(target.place).filter(|(_, object)| watcher.filter.matches(object));
            let objects: Vec<_> = objects.map(|(_, object)| object.clone()).collect();
            for object in objects {
                first += &watcher.line("ADDED", &object, now);
            }
            if watched.bookmark {
                first += &watcher.bookmark(self.store.version(), true, now);
            }
        }
        Ok(Reply::watch(WatchCursor {
            version: watched.since.unwrap_or_else(|| self.store.version()),
            first,
            limit: watched.limit,
            bookmarks: watched.bookmarks,
            watcher,
        }))
    }

    /// What has happened to the watched after version `since` and up to version `until`. An error when that has
    /// been forgotten: the line that says so, the last one.
    pub(crate) fn news(
        &self,
        watching: &mut WatchCursor,
        since: u64,
        until: u64,
        now: Timestamp,
    ) -> Result<String, String> {
        let Some(events) = self.store.since(since) else {
            let oldest = self.store.forgotten();
            let told = refusals::expired(format!("too old resource version: {since} ({oldest})"), None);
            return Err(line("ERROR", &told.status().unwrap_or_default()));
        };
        let mut lines = String::new();
        let watcher = &mut watching.watcher;
        let place = watcher.place;
        let events = events.take_while(|event| event.version <= until);
        for event in events.filter(|event| event.key.resource == place) {
            if let Some((change, object)) = sight(event, &watcher.filter) {
                lines += &watcher.line(change, &object, now);
            }
        }
        Ok(lines)
    }
}

/// What an event looks like to somebody who sees only what matches: leaving the selector reads as deleted.
fn sight(event: &Event, filter: &Filter) -> Option<(&'static str, Value)> {
    let matching =
        |state: &Option<std::sync::Arc<Value>>| state.clone().filter(|object| filter.matches(object));
    match (matching(&event.before), matching(&event.after)) {
        (None, None) => None,
        (None, Some(after)) => Some(("ADDED", Value::clone(&after))),
        (Some(_), Some(after)) => Some(("MODIFIED", Value::clone(&after))),
        (Some(before), None) => {
            let mut object = Value::clone(&before);
            object["metadata"]["resourceVersion"] = json!(event.version.to_string());
            Some(("DELETED", object))
        }
    }
}

#[cfg(test)]
mod tests {
    use http::Method;
    use serde_json::{Value, json};

    use crate::kubernetes::testing::{self, NOW, cluster, document, request};
    use crate::kubernetes::{Cluster, Reply, WatchCursor};

    fn reply(cluster: &mut Cluster, query: &str) -> Reply {
        cluster.answer(&request(Method::GET, &format!("/api/v1/configmaps?{query}"), &Value::Null), NOW)
    }

    fn list(cluster: &mut Cluster, query: &str) -> Value {
        document(reply(cluster, query)).1
    }

    fn watch(cluster: &mut Cluster, query: &str) -> WatchCursor {
        testing::watch(reply(cluster, query))
    }

    /// Writes until the beginning has been forgotten.
    fn forget(cluster: &mut Cluster) {
        let key = cluster.key_of("configmaps", "default", "busy");
        for count in 0..20_100 {
            cluster.store.put(
                key.clone(),
                json!({"metadata": {"name": "busy", "namespace": "default"}, "data": count}),
            );
        }
    }

    #[test]
    fn a_version_that_was_forgotten_has_expired() {
        let mut cluster = cluster();
        let first = list(&mut cluster, "limit=2");
        let version = first["metadata"]["resourceVersion"].as_str().unwrap().to_owned();
        let mut watching = watch(&mut cluster, &format!("watch=true&resourceVersion={version}"));
        forget(&mut cluster);
        let since = version.parse().unwrap();
        let last = cluster.news(&mut watching, since, cluster.version(), NOW).unwrap_err();
        let last: Value = serde_json::from_str(&last).unwrap();
        assert_eq!((&last["type"], &last["object"]["code"]), (&json!("ERROR"), &json!(410)));
        assert_eq!(last["object"]["reason"], "Expired");

        let page = first["metadata"]["continue"].as_str().unwrap();
        let expired = list(&mut cluster, &format!("continue={page}"));
        assert_eq!((&expired["code"], &expired["reason"]), (&json!(410), &json!("Expired")));
        let page = expired["metadata"]["continue"].as_str().unwrap();
        let rest = list(&mut cluster, &format!("continue={page}"));
        let names: Vec<&Value> =
            rest["items"].as_array().unwrap().iter().map(|item| &item["metadata"]["namespace"]).collect();
        assert_eq!(names, ["kube-public", "kube-system"], "after default and kube-node-lease");
    }

    #[test]
    fn pages_are_of_one_version_whatever_happens_between_them() {
        let mut cluster = cluster();
        let first = list(&mut cluster, "limit=3");
        assert_eq!(first["metadata"]["remainingItemCount"], 1);
        let key = cluster.key_of("configmaps", "zoo", "late");
        cluster.store.put(key, json!({"metadata": {"name": "late", "namespace": "zoo"}}));
        let page = first["metadata"]["continue"].as_str().unwrap();
        let rest = list(&mut cluster, &format!("limit=3&continue={page}"));
        assert_eq!(rest["items"].as_array().unwrap().len(), 1);
        assert_eq!(rest["metadata"]["resourceVersion"], first["metadata"]["resourceVersion"]);
    }

    #[test]
    fn news_end_where_they_are_asked_to_and_begin_where_they_ended() {
        let mut cluster = cluster();
        let mut watching = watch(&mut cluster, "watch=true");
        let begin = cluster.version();
        assert_eq!((watching.version, watching.first.lines().count()), (begin, 4));
        let key = cluster.key_of("configmaps", "default", "a");
        for count in 0..3 {
            cluster.store.put(key.clone(), json!({"metadata": {"name": "a"}, "data": count}));
        }
        let mut told =
            |since: u64, until: u64| cluster.news(&mut watching, since, until, NOW).unwrap().lines().count();
        assert_eq!((told(begin, begin + 2), told(begin + 2, begin + 3), told(begin + 3, begin)), (2, 1, 0));
    }
}
