//! Writes are sent once and then looked up, which the server counts. Running again converges.

use gitops_core::github::{DispatchedRun, NewRepository, RefUpdate};
use gitops_core::model::github::{Commit, CommitStatus, MergeMethod, StatusState};
use serde_json::{Value, json};

use super::client::{count, failing_first, name, ok, refusal, with_client};
use crate::support::{Call, Reply, Server};

/// Ways to lose the answer to a request that was carried out.
const LOST_ANSWERS: [fn() -> Reply; 5] = [
    || Reply::Cut,
    || Reply::Gone,
    || Reply::Hang,
    || refusal(502, &[], "Server Error"),
    || refusal(503, &[("retry-after", "0")], "unavailable"),
];

fn pull(state: &str, merged: bool) -> Value {
    let merged_at = merged.then_some("2026-01-01T00:00:00Z");
    json!({"number": 7, "state": state, "merged_at": merged_at, "merge_commit_sha": "m",
           "head": {"ref": "deploy", "sha": "h"}, "base": {"ref": "dev"}})
}

fn is_post(call: &Call) -> bool {
    call.method == "POST"
}

#[test]
fn a_lost_answer_to_a_creation_is_looked_up_and_not_asked_for_again() {
    for lost_answer in LOST_ANSWERS {
        // The pull request is there once it was asked for.
        let made = std::sync::atomic::AtomicBool::new(false);
        let server = Server::start(move |call| {
            use std::sync::atomic::Ordering::SeqCst;
            match call.method.as_str() {
                "POST" => {
                    made.store(true, SeqCst);
                    lost_answer()
                }
                _ if made.load(SeqCst) => ok(json!([pull("open", false)])),
                _ => ok(json!([])),
            }
        });
        let (pull, is_new) = with_client(&server, async |github| {
            github.create_pull(&name(), ("deploy", "dev"), "t", "b").await.expect("a pull request")
        });
        assert_eq!((pull.number, is_new, count(&server, "POST", "/pulls")), (7, false, 1));
    }
}

#[test]
fn a_lost_answer_with_nothing_to_find_is_an_error_after_one_write() {
    for lost_answer in LOST_ANSWERS {
        let server = failing_first(9, is_post, lost_answer, |_| ok(json!([])));
        with_client(&server, async |github| {
            let lost = github.create_pull(&name(), ("deploy", "dev"), "t", "b").await;
            lost.expect_err("nothing came of it");
            github.comment(&name(), 7, "hello").await.expect_err("nobody knows");
            github.dispatch(&name(), "deploy.yml", "main", &[]).await.expect_err("nobody knows");
            github.repository_dispatch(&name(), "x", &json!({})).await.expect_err("nobody knows");
        });
        for end in ["/pulls", "/comments", "/deploy.yml/dispatches", "/hello-gitops/dispatches"] {
            assert_eq!(count(&server, "POST", end), 1, "{end}");
        }
    }
}

#[test]
fn a_limit_is_proof_that_nothing_happened() {
    for status in [403, 429] {
        let limit =
            move || refusal(status, &[("retry-after", "0")], "You have exceeded a secondary rate limit");
        let server = failing_first(1, is_post, limit, |call| {
            if is_post(call) { Reply::Json(201, pull("open", false)) } else { ok(json!([])) }
        });
        let (_, is_new) = with_client(&server, async |github| {
            github.create_pull(&name(), ("deploy", "dev"), "t", "b").await.expect("a pull request")
        });
        assert_eq!((is_new, count(&server, "POST", "/pulls")), (true, 2));
    }
}

#[test]
fn a_merge_is_sent_once_with_its_head_and_looked_up() {
    for lost_answer in LOST_ANSWERS {
        let server = failing_first(9, |call| call.method == "PUT", lost_answer, |_| ok(pull("closed", true)));
        let sha = with_client(&server, async |github| {
            github.merge_pull(&name(), 7, "h", MergeMethod::Squash).await.expect("merged")
        });
        assert_eq!((sha.as_str(), count(&server, "PUT", "/pulls/7/merge")), ("m", 1));
        assert!(server.calls().iter().any(|call| call.body.contains("\"sha\":\"h\"")));
    }
    for (status, message) in [
        (405, "Pull Request is not mergeable"),
        (409, "Head branch was modified. Review and try the merge again."),
    ] {
        let server = Server::start(move |call| match call.method.as_str() {
            "PUT" => refusal(status, &[], message),
            _ => ok(pull("open", false)),
        });
        let error = with_client(&server, async |github| {
            github.merge_pull(&name(), 7, "h", MergeMethod::Merge).await.expect_err("refused")
        });
        assert!(error.to_string().contains(message), "{error}");
        assert_eq!(count(&server, "PUT", "/merge"), 1);
    }
}

#[test]
fn a_ref_moves_from_where_it_was_seen_or_says_where_it_is() {
    let server = |status: u16, message: &'static str, head: &'static str| {
        Server::start(move |call| match call.method.as_str() {
            "GET" => ok(json!({"ref": "refs/heads/dev", "object": {"sha": head}})),
            _ => refusal(status, &[], message),
        })
    };
    let moved = |server: &Server| {
        with_client(server, async |github| {
            let created = github.create_branch(&name(), "a/b", "new").await;
            (created, github.advance_branch(&name(), "a/b", "new").await)
        })
    };
    let elsewhere = RefUpdate::Elsewhere(Some("other".to_owned()));
    let taken = server(422, "Reference already exists", "other");
    assert_eq!(moved(&taken).0.expect("an answer"), elsewhere);
    let other = server(422, "Update is not a fast forward", "other");
    assert_eq!(moved(&other).1.expect("an answer"), elsewhere);
    assert!(
        other
            .calls()
            .iter()
            .any(|call| call.path.ends_with("/git/refs/heads/a/b") && call.body.contains("\"force\":false"))
    );
    let lost = server(502, "Server Error", "new");
    let (created, advanced) = moved(&lost);
    assert_eq!((created.expect("there"), advanced.expect("there")), (RefUpdate::Moved, RefUpdate::Moved));
    assert_eq!((count(&lost, "POST", "/git/refs"), count(&lost, "PATCH", "/git/refs/heads/a/b")), (1, 1));
    moved(&server(403, "Resource not accessible", "new")).0.expect_err("not allowed");
    moved(&server(502, "Server Error", "old")).1.expect_err("nothing came of it");
}

#[test]
fn a_repository_is_made_where_its_owner_is_or_not_at_all() {
    let new = |owner: &str| NewRepository {
        name: format!("{owner}/hello").parse().expect("a name"),
        description: String::new(),
        is_private: true,
        deletes_merged_branches: true,
        settings: serde_json::Map::new(),
    };
    let server = Server::start(|call| match (call.method.as_str(), call.path.as_str()) {
        ("GET", "/users/contoso") => ok(json!({"login": "contoso", "type": "Organization"})),
        ("GET", "/users/ann" | "/user") => ok(json!({"login": "ann", "type": "User"})),
        ("GET", "/users/bob") => ok(json!({"login": "bob", "type": "User"})),
        ("POST", path) if path.ends_with("/repos") => Reply::Json(201, json!({"full_name": "x/hello"})),
        _ => refusal(404, &[], "Not Found"),
    });
    with_client(&server, async |github| {
        for owner in ["contoso", "ann"] {
            github.create_repository(&new(owner)).await.expect("made");
        }
        for owner in ["bob", "nobody"] {
            github.create_repository(&new(owner)).await.expect_err("not ours to fill");
        }
    });
    assert_eq!(
        (count(&server, "POST", "/orgs/contoso/repos"), count(&server, "POST", "/user/repos")),
        (1, 1)
    );
}

#[test]
fn a_repository_that_was_made_by_a_lost_request_is_found() {
    for lost_answer in LOST_ANSWERS {
        let server = failing_first(9, is_post, lost_answer, |call| match call.path.as_str() {
            "/users/contoso" => ok(json!({"login": "contoso", "type": "Organization"})),
            _ => ok(json!({"full_name": "contoso/hello", "default_branch": "main"})),
        });
        let new = NewRepository {
            name: "contoso/hello".parse().expect("a name"),
            description: String::new(),
            is_private: true,
            deletes_merged_branches: true,
            settings: serde_json::Map::new(),
        };
        let (_, is_new) =
            with_client(&server, async |github| github.create_repository(&new).await.expect("found"));
        assert_eq!((is_new, count(&server, "POST", "/orgs/contoso/repos")), (false, 1));
    }
}

#[test]
fn what_is_said_already_is_not_said_again() {
    let status = CommitStatus {
        context: "DEV".to_owned(),
        state: StatusState::Success,
        description: "x".repeat(200),
        url: None,
        created: None,
    };
    let said = format!("{}…", "x".repeat(139));
    let server = Server::start(move |call| match call.method.as_str() {
        "GET" => ok(json!([{"context": "dev", "state": "success", "description": said}])),
        _ => Reply::Json(201, json!({})),
    });
    with_client(&server, async |github| github.set_status(&name(), "abc", &status).await.expect("said"));
    assert_eq!(count(&server, "POST", "/statuses/abc"), 0);
}

#[test]
fn a_commit_of_many_changes_is_few_requests_and_nothing_changed_is_none() {
    let server = Server::start(|call| match call.path.rsplit('/').next() {
        Some("trees") if call.body.contains("same") => Reply::Json(201, json!({"sha": "t"})),
        Some("trees") => Reply::Json(201, json!({"sha": "t2"})),
        _ => Reply::Json(201, json!({"sha": "c2"})),
    });
    let parent = Commit {
        sha: "c".to_owned(),
        tree: "t".to_owned(),
        parents: Vec::new(),
        message: String::new(),
        author: String::new(),
        committed: None,
    };
    let write =
        |path: String| gitops_core::model::github::FileChange::Write { path, content: "x".to_owned() };
    let mut changes: Vec<_> = (0..499).map(|number| write(format!("a/{number}"))).collect();
    changes.push(gitops_core::model::github::FileChange::Delete { path: "gone".to_owned() });
    let made = with_client(&server, async |github| github.make_commit(&name(), &parent, "m", &changes).await);
    assert_eq!(made.expect("made").as_deref(), Some("c2"));
    let calls = server.calls();
    assert_eq!(calls.len(), 2);
    assert!(calls[0].body.contains("\"sha\":null") && calls[0].body.contains("\"base_tree\":\"t\""));
    let same = [write("same".to_owned())];
    let made = with_client(&server, async |github| github.make_commit(&name(), &parent, "m", &same).await);
    assert_eq!(made.expect("an answer"), None);
}

#[test]
fn a_dispatch_names_its_run_and_older_servers_do_not() {
    let run = Server::start(|_| ok(json!({"workflow_run_id": 42})));
    let inputs = [("environment", "dev"), ("empty", "")];
    let dispatched =
        with_client(&run, async |github| github.dispatch(&name(), "deploy.yml", "main", &inputs).await);
    assert_eq!(dispatched.expect("a run"), DispatchedRun::Id(42));
    assert!(!run.calls()[0].body.contains("empty"), "an empty input would hide the default");
    let older = Server::start(|call| match call.body.contains("return_run_details") {
        true => refusal(400, &[], "\"return_run_details\" is not a permitted key."),
        false => Reply::Whole(204, Vec::new(), String::new()),
    });
    let dispatched =
        with_client(&older, async |github| github.dispatch(&name(), "deploy.yml", "main", &[]).await);
    assert_eq!((dispatched.expect("sent"), older.calls().len()), (DispatchedRun::Unidentified, 2));
}
