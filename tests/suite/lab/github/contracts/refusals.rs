//! Refusals that nobody recorded: what the lab says, and where it is from.

use kubectl_gitops_lab::{Effect, Fault, Host, Limited};
use serde_json::{Value, json};

use super::super::scene::{OWNER, Scene};
use super::description::nameless;
use crate::support::contracts;

const HELLO: &str = "/repos/contoso/hello";

/// Method, route, status, message, and its source: documentation, or what people were told and reported.
const REFUSALS: [(&str, &str, u16, &str, &str); 18] = [
    (
        "GET",
        "/repos/contoso/empty/git/ref/heads/main",
        409,
        "Git Repository is empty.",
        "docs: git/refs, 409 Conflict",
    ),
    (
        "POST",
        "/repos/contoso/empty/git/trees",
        409,
        "Git Repository is empty.",
        "docs: git/trees, 409 Conflict",
    ),
    ("GET", "/repos/contoso/empty/contents/x", 404, "This repository is empty.", "octokit/octokit.rb issues"),
    (
        "POST",
        "pulls:same",
        422,
        "A pull request already exists for contoso:feature.",
        "cli/cli, peter-evans/create-pull-request",
    ),
    ("POST", "pulls:none", 422, "No commits between main and main", "tgymnich/fork-sync#112"),
    (
        "POST",
        "pulls:long",
        422,
        "body is too long (maximum is 65536 characters)",
        "renovatebot/renovate#2032",
    ),
    ("PUT", "merge:conflict", 405, "Pull Request is not mergeable", "docs: pulls#merge-a-pull-request, 405"),
    (
        "PUT",
        "merge:moved",
        409,
        "Head branch was modified. Review and try the merge again.",
        "docs: pulls#merge-a-pull-request, 409",
    ),
    (
        "POST",
        "reviews:own",
        422,
        "Can not approve your own pull request",
        "hubtty/hubtty#33, taiga-family/taiga-ui#5113",
    ),
    (
        "POST",
        "statuses:long",
        422,
        "description is too long (maximum is 140 characters)",
        "docs: commits/statuses",
    ),
    (
        "POST",
        "statuses:many",
        422,
        "This SHA and context has reached the maximum number of statuses.",
        "docs: commits/statuses, 1000",
    ),
    ("PATCH", "refs:backwards", 422, "Update is not a fast forward", "docs: git/refs#update-a-reference"),
    ("POST", "refs:again", 422, "Reference already exists", "docs: git/refs#create-a-reference"),
    ("DELETE", "refs:gone", 422, "Reference does not exist", "docs: git/refs#delete-a-reference"),
    ("POST", "trees:gone", 422, "GitRPC::BadObjectState", "reports of deletions of files that are not there"),
    (
        "GET",
        "limits:secondary",
        403,
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
        "docs: using-the-rest-api/rate-limits-for-the-rest-api",
    ),
    (
        "GET",
        "limits:primary",
        429,
        "API rate limit exceeded for user ID 1.",
        "docs: using-the-rest-api/rate-limits-for-the-rest-api",
    ),
    (
        "POST",
        "trees:workflows",
        404,
        "Not Found",
        "gr2m/octokit-plugin-create-pull-request#104, github/docs#4770",
    ),
];

async fn ask(scene: &Scene, method: &str, what: &str) -> (String, u16, String) {
    let pull = |head: &str, body: String| json!({"title": "t", "head": head, "base": "main", "body": body});
    let (target, token, body) = match what {
        "pulls:same" => ("/pulls".to_owned(), OWNER, pull("feature", String::new())),
        "pulls:none" => ("/pulls".to_owned(), OWNER, pull("main", String::new())),
        "pulls:long" => ("/pulls".to_owned(), OWNER, pull("feature", "x".repeat(65_537))),
        "merge:conflict" => ("/pulls/2/merge".to_owned(), OWNER, json!({})),
        "merge:moved" => ("/pulls/1/merge".to_owned(), OWNER, json!({"sha": "1".repeat(40)})),
        "reviews:own" => ("/pulls/1/reviews".to_owned(), OWNER, json!({"event": "APPROVE"})),
        "statuses:long" => (
            format!("/statuses/{}", scene.tip("main")),
            OWNER,
            json!({"state": "error", "description": "x".repeat(141)}),
        ),
        "statuses:many" => {
            (format!("/statuses/{}", scene.tip("main")), OWNER, json!({"state": "error", "context": "many"}))
        }
        "refs:backwards" => ("/git/refs/heads/feature".to_owned(), OWNER, json!({"sha": scene.tip("main")})),
        "refs:again" => {
            ("/git/refs".to_owned(), OWNER, json!({"ref": "refs/heads/main", "sha": scene.tip("main")}))
        }
        "refs:gone" => ("/git/refs/heads/gone".to_owned(), OWNER, Value::Null),
        "trees:gone" => (
            "/git/trees".to_owned(),
            OWNER,
            json!({"base_tree": scene.tip("main"), "tree": [{"path": "gone", "mode": "100644", "type": "blob", "sha": null}]}),
        ),
        "trees:workflows" => (
            "/git/trees".to_owned(),
            super::super::scene::FRIEND,
            json!({"tree": [{"path": ".github/workflows/a.yml", "mode": "100644", "type": "blob", "content": ""}]}),
        ),
        "limits:secondary" | "limits:primary" => {
            let secondary = what.ends_with("secondary");
            let code = if secondary { 403 } else { 429 };
            scene.server.inject(Fault {
                times: Some(1),
                ..Fault::on(Host::Github, "**", Effect::Limited(Limited { secondary, code, seconds: 60 }))
            });
            (String::new(), OWNER, Value::Null)
        }
        target => (target.to_owned(), OWNER, Value::Null),
    };
    let target = if target.starts_with("/repos") { target } else { format!("{HELLO}{target}") };
    let (status, told) = scene.refused(token, method, &target, body).await;
    (target, status, told)
}

#[tokio::test]
async fn refusals_without_a_recording_have_a_source() {
    let scene = Scene::set().await;
    scene.done(201, "POST", "/orgs/contoso/repos", json!({"name": "empty"})).await;
    scene.pull("feature", "one", "1").await;
    scene.pull("conflict", "helm/values.yaml", "a: 3\n").await;
    let (main, values) = (scene.tip("main"), format!("{HELLO}/contents/helm/values.yaml"));
    let sha = scene.document(&values).await["sha"].clone();
    scene.done(200, "PUT", &values, json!({"message": "m", "content": "YTogNAo=", "sha": sha})).await;
    assert_ne!(scene.tip("main"), main);
    for _ in 0..1000 {
        let body = json!({"state": "pending", "context": "Many"});
        scene.done(201, "POST", &format!("{HELLO}/statuses/{}", scene.tip("main")), body).await;
    }
    assert_eq!(REFUSALS.len(), 18, "one more refusal is one more source to give");
    for (method, what, status, message, source) in REFUSALS {
        let (target, told_status, told) = ask(&scene, method, what).await;
        assert_eq!(told_status, status, "{what}: {told}");
        assert!(told.ends_with(message), "{what}: {told}");
        assert!(!source.is_empty());
        let route = kubectl_gitops_lab::github_route(method, &target).unwrap();
        assert!(!is_recorded(method, &nameless(&route), status, message), "{what} is recorded by now");
    }
}

fn is_recorded(method: &str, path: &str, status: u16, message: &str) -> bool {
    ["git", "pulls", "commits-statuses", "repository"].iter().any(|file| {
        let entries = contracts::json(&format!("github/recorded/{file}.json")).unwrap_or_default();
        entries.as_array().into_iter().flatten().any(|entry| {
            let route = entry["route"].as_str().unwrap_or_default();
            nameless(route) == format!("{method} {path}")
                && entry["response"]["status"] == status
                && entry["response"]["body"]["message"] == message
        })
    })
}
