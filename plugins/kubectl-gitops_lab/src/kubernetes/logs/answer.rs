//! The answer to who asks for a log, and what is written while it is followed.

use jiff::Timestamp;
use serde_json::Value;

use super::container::{ContainerRun, named, run};
use super::following::{Following, LogNews};
use super::options::LogOptions;
use super::text::{LogLine, cut, shown, text, written};
use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::requests::path::Target;
use crate::kubernetes::requests::stream::Reply;
use crate::kubernetes::storage::owner_references::uid;
use crate::kubernetes::{StatusError, refusals};
use crate::message::Request;

impl Cluster {
    /// `GET` of a pod's log.
    pub(in crate::kubernetes) fn log(
        &self,
        request: &Request,
        target: &Target,
        now: Timestamp,
    ) -> Result<Reply, StatusError> {
        let name = target.name.as_deref().unwrap_or_default();
        let options = LogOptions::read(request, name, now)?;
        let key = self.key(target, name);
        let pod = self.object(&target.resource, &key)?;
        let container = named(&pod, options.container.as_deref()).map_err(refusals::bad_request)?;
        if pod["spec"]["nodeName"].as_str().is_none_or(str::is_empty) {
            // Nobody has it yet who could have written anything.
            return Ok(Reply::log(String::new(), None));
        }
        let run = run(&pod, &container, options.previous).map_err(refusals::bad_request)?;
        let lines = self.written(&pod, &container, run);
        let past = lines.iter().take_while(|(at, _)| *at <= now).count();
        let since = options.since.map_or(0, |since| lines.iter().take_while(|(at, _)| *at < since).count());
        let tail = options.tail.map_or(0, |tail| past.saturating_sub(tail));
        let told = since.max(tail).min(past);
        let left = options.limit;
        let mut following = Following { key, uid: uid(&pod).to_owned(), container, options, told, left };
        let news = self.log_news(&mut following, now);
        let follows = following.options.follow && !news.is_over;
        Ok(Reply::log(news.text, follows.then_some(following)))
    }

    /// What has been written of a log since it was last told.
    pub(crate) fn log_news(&self, following: &mut Following, now: Timestamp) -> LogNews {
        let pod = self.store.get(&following.key).filter(|pod| uid(pod) == following.uid);
        let ran = pod.and_then(|pod| {
            let run = run(pod, &following.container, following.options.previous).ok()?;
            Some((run, self.written(pod, &following.container, run)))
        });
        let Some((run, lines)) = ran else {
            return LogNews { text: String::new(), next: None, is_over: true };
        };
        let past = lines.iter().take_while(|(at, _)| *at <= now).count();
        let new = lines.get(following.told..past).unwrap_or_default();
        let mut text = shown(new, &following.options);
        following.told = following.told.max(past);
        let has_room = cut(&mut text, &mut following.left);
        let next = lines.get(past).map(|(at, _)| *at);
        LogNews { text, next, is_over: !has_room || (run.end.is_some() && next.is_none()) }
    }

    fn written(&self, pod: &Value, container: &str, run: ContainerRun) -> Vec<LogLine> {
        written(text(pod, container, self.common_log()), run)
    }
}

#[cfg(test)]
mod tests {
    use http::Method;
    use jiff::{SignedDuration, Timestamp};
    use serde_json::{Value, json};

    use crate::kubernetes::testing::{NOW, cluster, document, request, send};
    use crate::kubernetes::{Cluster, Reply, Stream};
    use crate::message::Body;

    const PODS: &str = "/api/v1/namespaces/default/pods";

    /// A cluster in which a pod was made a second ago.
    fn run(fate: &str) -> (Cluster, Timestamp) {
        let mut cluster = cluster();
        let text = "one\ntwo\nthree\n";
        let metadata = json!({
            "name": "p", "labels": {"golden.test/is": fate}, "annotations": {"lab.gitops.dev/logs": text},
        });
        let pod = json!({"metadata": metadata, "spec": {"containers": [{"name": "app", "image": "app:1"}]}});
        assert_eq!(send(&mut cluster, Method::POST, PODS, &pod).0, 201);
        let now = NOW + SignedDuration::from_millis(130);
        cluster.advance(now);
        (cluster, now)
    }

    fn log(cluster: &mut Cluster, query: &str, now: Timestamp) -> Reply {
        cluster.answer(&request(Method::GET, &format!("{PODS}/p/log{query}"), &Value::Null), now)
    }

    fn text(cluster: &mut Cluster, query: &str, now: Timestamp) -> String {
        match log(cluster, query, now).body {
            Body::Bytes(text) => String::from_utf8_lossy(&text).into_owned(),
            other => panic!("{query}: {other:?}"),
        }
    }

    #[test]
    fn a_log_is_told_as_far_as_it_is_written_and_asked_for() {
        let (mut cluster, now) = run("");
        assert_eq!(text(&mut cluster, "", now), "one\ntwo\n");
        let now = now + SignedDuration::from_secs(5);
        assert_eq!(text(&mut cluster, "", now), "one\ntwo\nthree\n");
        assert_eq!(text(&mut cluster, "?tailLines=1", now), "three\n");
        assert_eq!(text(&mut cluster, "?sinceSeconds=1", now), "");
        assert_eq!(text(&mut cluster, "?limitBytes=5&container=app", now), "one\nt");
    }

    #[test]
    fn a_log_is_followed_until_its_pod_is_gone() {
        let (mut cluster, now) = run("");
        let reply = log(&mut cluster, "?follow=true", now);
        let Body::Stream(Stream::Log(first, mut following)) = reply.body else { panic!() };
        assert_eq!(first, "one\ntwo\n");
        let news = cluster.log_news(&mut following, now);
        assert_eq!((news.text.as_str(), news.is_over), ("", false));
        let later = news.next.unwrap();
        let news = cluster.log_news(&mut following, later);
        assert_eq!((news.text.as_str(), news.next, news.is_over), ("three\n", None, false));
        let delete = request(Method::DELETE, &format!("{PODS}/p"), &Value::Null);
        cluster.answer(&delete, later);
        cluster.advance(later + SignedDuration::from_secs(1));
        assert!(cluster.log_news(&mut following, later).is_over);
    }

    #[test]
    fn who_never_ran_has_written_nothing_and_who_crashed_has() {
        let (mut cluster, now) = run("image");
        let (code, refused) = document(log(&mut cluster, "", now));
        assert_eq!(
            (code, refused["message"].as_str().unwrap()),
            (400, "container \"app\" in pod \"p\" is waiting to start: trying and failing to pull image")
        );
        let (mut cluster, now) = run("crash");
        let now = now + SignedDuration::from_secs(3);
        assert_eq!(text(&mut cluster, "?previous=true", now), "one\ntwo\nthree\n");
    }
}
