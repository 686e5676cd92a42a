//! What `--watch` shows of GitHub: with the first picture what GitHub answers at once, and afterwards nothing that is older
//! than what the cluster fetched.

use std::io::{BufRead, BufReader};
use std::process::Child;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

use super::github::{HEAD, TOKEN, both, github_calls, settled};
use super::github_requests::Scene;
use super::objects::pipeline;
use crate::support::{Call, Program, Reply, listed};

/// A watch, and the documents that it writes.
struct Watch {
    child: Child,
    documents: Receiver<Value>,
}

impl Watch {
    fn start(program: Program) -> Self {
        Self::start_with(program.with("GH_TOKEN", TOKEN), &[])
    }

    fn start_with(program: Program, words: &[&str]) -> Self {
        let mut child = program.start_status(&[&["--watch", "-o", "json"], words].concat());
        let lines = BufReader::new(child.stdout.take().expect("stdout")).lines();
        let (sender, documents) = channel();
        std::thread::spawn(move || {
            let _home = program;
            let mut lines = lines.map_while(Result::ok);
            lines.try_for_each(|line| sender.send(serde_json::from_str(&line).expect("a document a line")))
        });
        Self { child, documents }
    }

    fn next(&self) -> Value {
        self.documents.recv_timeout(Duration::from_secs(60)).expect("a document within a minute")
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn version(document: &Value) -> &Value {
    &document["environments"][0]["version"]
}

fn pull_requests(document: &Value) -> usize {
    document["environments"][0]["github"]["pullRequests"].as_array().map_or(0, Vec::len)
}

/// Without a token nobody knows which commit is meant, while it is watched neither.
#[test]
fn a_watched_commit_that_nobody_knows_stands_nowhere() {
    let (_server, program) = both(settled);
    let watch = Watch::start_with(program.with("GH_TOKEN", ""), &["--revision", "deadbeef"]);
    let document = watch.next();
    let environment = &document["environments"][0];
    assert_eq!((&environment["standing"], &environment["reason"]), (&json!("Unknown"), &json!("NoAnswer")));
}

#[test]
fn the_first_picture_has_what_github_answers_at_once() {
    let (server, program) = both(settled);
    let watch = Watch::start(program);
    let first = watch.next();
    assert_eq!((version(&first), &first["worlds"][1]["answer"]), (&json!("0.0.1-42"), &json!("complete")));
    let calls = github_calls(&server);
    assert_eq!(calls.len(), 14, "once: {calls:?}");
}

/// A GitHub that says nothing is a row, and does not delay the first picture until it is given up.
#[test]
fn a_silent_github_is_a_row_that_comes_soon() {
    let (_server, program) = both(|_| Reply::Hang);
    let watch = Watch::start(program);
    let first = watch.next();
    assert_eq!(first["environments"][0]["standing"], "Deployed");
    let github = &first["worlds"][1];
    assert_eq!((&github["answer"], &github["why"]), (&json!("none"), &json!("it has not answered yet")));
    let second = watch.next();
    assert!(second["worlds"][1].to_string().contains("it does not answer in time"), "{second}");
}

/// A merge closes its pull request. The cluster fetches it seconds after GitHub was asked.
#[tokio::test]
async fn what_the_cluster_fetched_is_asked_for_at_once_and_its_pull_request_is_gone() {
    let is_merged = Arc::new(AtomicBool::new(false));
    let (merge, merged) = (is_merged.clone(), is_merged);
    let cluster = move |call: &Call| {
        // Watches begin after the first picture.
        if call.is_watch() && call.path.ends_with("/gitrepositories") {
            merge.store(true, Ordering::SeqCst);
            let mut source = pipeline().swap_remove(0);
            source["status"]["artifact"]["revision"] = json!(format!("dev@sha1:{HEAD}"));
            return Reply::Events(vec![json!({ "type": "MODIFIED", "object": source })]);
        }
        listed(&pipeline(), call)
    };
    let pull_request = json!({"number": 12, "state": "open", "title": "Deploy", "html_url": "https://git.example/contoso/hello-gitops/pull/12"});
    let scene = Scene::serving(cluster, move |call| {
        let is_merged = merged.load(Ordering::SeqCst);
        match call.path.strip_prefix("/repos/contoso/hello-gitops").unwrap_or_default() {
            "/git/ref/heads/dev" if is_merged => Reply::Json(200, json!({"object": {"sha": HEAD}})),
            "/pulls" if !is_merged => Reply::Json(200, json!([pull_request])),
            _ => settled(call),
        }
    });
    let documents = || -> Vec<Value> {
        let out = scene.session.out();
        out.lines().map(|line| serde_json::from_str(line).expect("a document a line")).collect()
    };
    let shown = async |is_it: fn(&Value) -> bool| {
        while !documents().iter().any(is_it) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let watching = scene.watch(async {
        shown(is_head_fetched).await;
        // Two polls are three seconds apart at least.
        scene.pass(Duration::from_secs(3)).await;
        shown(|document| document["environments"][0]["github"]["head"] == HEAD).await;
    });
    let limit = Duration::from_secs(60);
    let ended = tokio::time::timeout(limit, watching).await;
    ended.unwrap_or_else(|_| panic!("not within a minute: {}", scene.session.out()));
    let documents = documents();
    assert_eq!(pull_requests(&documents[0]), 1);
    for document in &documents {
        assert_eq!(version(document), "0.0.1-42", "{document}");
        assert!(!is_head_fetched(document) || pull_requests(document) == 0, "{document}");
    }
    let asked = scene.questions();
    let times =
        |end: &str| asked.iter().find(|(question, _)| question.contains(end)).map(|(_, times)| *times);
    assert_eq!((times("/git/ref/"), times("/pulls?"), times("/variables/")), (Some(2), Some(2), Some(1)));
}

fn is_head_fetched(document: &Value) -> bool {
    document["environments"][0]["source"]["revision"]
        .as_str()
        .is_some_and(|revision| revision.ends_with(HEAD))
}
