//! The token appears nowhere: not in an error, a hint, a log or `Debug`, even where the other side says it back.

use gitops_core::model::Failure;
use gitops_core::model::github::CommitStatus;
use gitops_core::wire::Secret;
use serde_json::json;

use super::client::{TOKEN, name, ok, options, refusal, with_client};
use crate::support::{Reply, Server};

#[test]
fn no_error_and_no_debug_shows_the_token() {
    let server = Server::start(|_| Reply::Hang);
    let mut given = options(&server, "");
    assert!(!format!("{given:?}").contains(TOKEN));
    given.api = format!("https://me:{TOKEN}@host");
    assert!(!format!("{given:?}").contains(TOKEN));
    with_client(&server, async |github| assert!(!format!("{github:?}").contains("hunter2")));

    let replies: [fn() -> Reply; 8] = [
        || refusal(401, &[], TOKEN),
        || refusal(403, &[("x-github-sso", "required; url=https://github.com/x")], TOKEN),
        || refusal(404, &[], TOKEN),
        || refusal(409, &[], TOKEN),
        || Reply::Json(422, json!({"message": "no", "errors": [TOKEN, {"message": TOKEN}]})),
        || refusal(429, &[("retry-after", "9999")], TOKEN),
        || Reply::Whole(502, Vec::new(), TOKEN.to_owned()),
        || Reply::Cut,
    ];
    for reply in replies {
        let server = Server::start(move |_| reply());
        let error =
            with_client(&server, async |github| github.branches(&name()).await.expect_err("a refusal"));
        let shown = format!("{error} {error:?} {:?} {}", error.hint(), error.brief());
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(server.calls().iter().all(|call| call.token == TOKEN), "it was sent");
    }
}

#[test]
fn a_secret_leaves_in_a_sealed_box() {
    let key = "IDKkyQw9ZxLvQa0fXz9s1yqz6OJ7m0W3hH1lX0x2a3k=";
    let server = Server::start(move |call| match call.method.as_str() {
        "GET" => ok(json!({"key_id": "1", "key": key})),
        _ => Reply::Whole(201, Vec::new(), String::new()),
    });
    let value = Secret::new("hunter2 of the cluster");
    with_client(&server, async |github| {
        let level = gitops_core::github::Level::Environment("dev");
        github.set_secret(&name(), level, "CD_BOOTSTRAP_TOKEN", &value).await.expect("set");
    });
    let calls = server.calls();
    let put = calls.iter().find(|call| call.method == "PUT").expect("a write");
    assert_eq!(put.path, "/repos/contoso/hello-gitops/environments/dev/secrets/CD_BOOTSTRAP_TOKEN");
    assert!(put.body.contains("encrypted_value") && !put.body.contains("hunter2"), "{}", put.body);
}

#[test]
fn what_github_says_steers_no_terminal() {
    let status = CommitStatus::from_json(
        &json!({"context": "dev\u{1b}[2J", "state": "success", "description": "see https://u:hunter2@host/x\r\n"}),
    );
    assert!(!status.context.contains('\u{1b}') && !status.description.contains(['\r', '\n']));
    assert!(!status.description.contains("hunter2"));
}
