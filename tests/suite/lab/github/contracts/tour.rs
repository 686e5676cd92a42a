//! A walk through every route: what was asked and what was answered, for others to judge.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::super::super::client::Answer;
use super::super::scene::{FRIEND, GUEST, NOBODY, OWNER, READER, STRANGER, Scene};

const HELLO: &str = "/repos/contoso/hello";

/// A request and its answer.
pub(super) struct Exchange {
    pub(super) method: String,
    /// Without the query.
    pub(super) path: String,
    pub(super) answer: Answer,
    /// Nothing where there is no JSON.
    pub(super) body: Option<Value>,
}

/// A walk.
struct Tour {
    scene: Scene,
    seen: Vec<Exchange>,
}

impl Tour {
    async fn ask(
        &mut self,
        token: &str,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: Value,
    ) -> Value {
        let answer = self.scene.ask_with(token, method, target, headers, body).await;
        let path = target.split('?').next().unwrap_or_default().to_owned();
        let body = serde_json::from_str(&answer.text).ok();
        self.seen.push(Exchange { method: method.to_owned(), path, answer, body: body.clone() });
        body.unwrap_or_default()
    }

    async fn get(&mut self, rest: &str) -> Value {
        self.ask(OWNER, "GET", &format!("{HELLO}{rest}"), &[], Value::Null).await
    }

    async fn does(&mut self, method: &str, rest: &str, body: Value) -> Value {
        self.ask(OWNER, method, &format!("{HELLO}{rest}"), &[], body).await
    }
}

/// Walks through all of it.
pub(super) async fn tour() -> Vec<Exchange> {
    let mut tour = Tour { scene: Scene::set().await, seen: Vec::new() };
    people(&mut tour).await;
    repositories(&mut tour).await;
    content(&mut tour).await;
    pulls(&mut tour).await;
    actions(&mut tour).await;
    let body = json!({"name": "renamed"});
    tour.does("PATCH", "", body).await;
    tour.get("").await;
    tour.get("/branches/main").await;
    tour.ask(OWNER, "DELETE", "/repos/contoso/renamed", &[], Value::Null).await;
    tour.ask(OWNER, "GET", "/repos/contoso/renamed", &[], Value::Null).await;
    tour.ask(OWNER, "DELETE", "/repos/contoso/renamed", &[], Value::Null).await;
    tour.seen
}

async fn people(tour: &mut Tour) {
    for target in [
        "/",
        "/zen",
        "/rate_limit",
        "/user",
        "/user/orgs",
        "/user/repos",
        "/users/grace",
        "/users/grace/repos",
        "/orgs/contoso",
        "/orgs/contoso/repos",
        "/user/memberships/orgs/contoso",
    ] {
        tour.ask(OWNER, "GET", target, &[], Value::Null).await;
    }
    for token in [NOBODY, "wrong"] {
        tour.ask(token, "GET", "/user", &[], Value::Null).await;
    }
    let body = json!({"name": "mine", "auto_init": true});
    tour.ask(OWNER, "POST", "/user/repos", &[], body).await;
    let rules = json!({"required_status_checks": null, "enforce_admins": null, "restrictions": null,
        "required_pull_request_reviews": {"dismissal_restrictions": {"users": ["ada"]}}});
    tour.ask(OWNER, "PUT", "/repos/ada/mine/branches/main/protection", &[], rules).await;
    let rules = json!({"required_status_checks": null, "enforce_admins": null, "restrictions": null,
        "required_pull_request_reviews": {}});
    tour.ask(OWNER, "PUT", "/repos/ada/mine/branches/main/protection", &[], rules).await;
    for body in
        [json!({"dismissal_restrictions": {"users": ["ada"]}}), json!({"required_approving_review_count": 9})]
    {
        let target = "/repos/ada/mine/branches/main/protection/required_pull_request_reviews";
        tour.ask(OWNER, "PATCH", target, &[], body).await;
    }
    for token in [OWNER, OWNER, FRIEND] {
        tour.ask(token, "POST", "/orgs/contoso/repos", &[], json!({"name": "made", "private": true})).await;
    }
}

async fn repositories(tour: &mut Tour) {
    tour.get("").await;
    let tag = tour.seen.last().map(|last| last.answer.headers["etag"].clone()).unwrap_or_default();
    tour.ask(OWNER, "GET", HELLO, &[("If-None-Match", &tag)], Value::Null).await;
    tour.does("PUT", "/topics", json!({"names": ["gitops"]})).await;
    for rest in
        ["/topics", "/collaborators/grace", "/collaborators/mallory", "/collaborators/grace/permission"]
    {
        tour.get(rest).await;
    }
    tour.ask(GUEST, "GET", &format!("{HELLO}/collaborators/grace/permission"), &[], Value::Null).await;
    tour.ask(STRANGER, "GET", HELLO, &[], Value::Null).await;
    tour.ask(STRANGER, "DELETE", HELLO, &[], Value::Null).await;
    tour.does("PATCH", "", json!({"description": "d", "homepage": "https://example.com"})).await;
    tour.ask(FRIEND, "PATCH", HELLO, &[], json!({})).await;
    for rest in ["/git/ref/heads/main", "/commits"] {
        tour.ask(OWNER, "GET", &format!("/repos/contoso/made{rest}"), &[], Value::Null).await;
    }
}

async fn content(tour: &mut Tour) {
    let tip = tour.scene.tip("main");
    for rest in [
        "/contents",
        "/contents/helm",
        "/contents/readme",
        "/contents/helm/",
        "/contents/none",
        "/branches",
        "/branches/main",
        "/branches/none",
        "/commits",
        "/commits/main",
        "/compare/main...main",
        "/git/ref/heads/main",
        "/git/ref/heads/none",
        "/git/matching-refs/heads",
        "/git/trees/main?recursive=1",
    ] {
        tour.get(rest).await;
    }
    tour.get(&format!("/git/commits/{tip}")).await;
    tour.get(&format!("/git/commits/{}", "1".repeat(40))).await;
    let blob = tour.does("POST", "/git/blobs", json!({"content": "x"})).await;
    tour.get(&format!("/git/blobs/{}", blob["sha"].as_str().unwrap())).await;
    let entry = json!({"path": "new", "mode": "100644", "type": "blob", "content": "x"});
    let tree = tour.does("POST", "/git/trees", json!({"base_tree": tip, "tree": [entry]})).await;
    tour.does("POST", "/git/trees", json!({"tree": []})).await;
    let body = json!({"message": "m", "tree": tree["sha"], "parents": [tip]});
    let commit = tour.does("POST", "/git/commits", body).await;
    tour.does("POST", "/git/commits", json!({"message": "m", "tree": "none"})).await;
    let body = json!({"ref": "refs/heads/made", "sha": tip});
    tour.does("POST", "/git/refs", body.clone()).await;
    tour.does("POST", "/git/refs", body).await;
    tour.does("PATCH", "/git/refs/heads/made", json!({"sha": commit["sha"]})).await;
    tour.does("PATCH", "/git/refs/heads/made", json!({"sha": tip})).await;
    let body = json!({"tag": "v1", "message": "m", "object": tip, "type": "commit"});
    let tag = tour.does("POST", "/git/tags", body).await;
    tour.get(&format!("/git/tags/{}", tag["sha"].as_str().unwrap())).await;
    tour.does("POST", "/git/refs", json!({"ref": "refs/tags/v1", "sha": tag["sha"]})).await;
    tour.get("/compare/main...made").await;
    tour.does("POST", "/merges", json!({"base": "main", "head": "made"})).await;
    tour.does("POST", "/merges", json!({"base": "main", "head": "made"})).await;
    tour.does("DELETE", "/git/refs/heads/made", Value::Null).await;
    tour.does("DELETE", "/git/refs/heads/made", Value::Null).await;
    tour.does("DELETE", "/git/ref/tags/v1", Value::Null).await;
    let made = tour.does("PUT", "/contents/a", json!({"message": "m", "content": "eA=="})).await;
    tour.does("PUT", "/contents/a", json!({"message": "m", "content": "eQ=="})).await;
    let sha = made["content"]["sha"].clone();
    tour.does("PUT", "/contents/a", json!({"message": "m", "content": "eQ==", "sha": sha})).await;
    tour.does("DELETE", "/contents/a", json!({"message": "m", "sha": sha})).await;
    let sha = tour.get("/contents/a").await["sha"].clone();
    tour.does("DELETE", "/contents/a", json!({"message": "m", "sha": sha})).await;
    let rules = json!({
        "required_status_checks": {"strict": true, "contexts": ["gates"]}, "enforce_admins": false,
        "required_pull_request_reviews": {"required_approving_review_count": 2}, "restrictions": null,
    });
    tour.get("/branches/main/protection").await;
    tour.does("PUT", "/branches/main/protection", json!({})).await;
    tour.does("PUT", "/branches/main/protection", rules).await;
    for rest in
        ["", "/required_status_checks", "/required_pull_request_reviews", "/restrictions", "/enforce_admins"]
    {
        tour.get(&format!("/branches/main/protection{rest}")).await;
    }
    tour.does("PATCH", "/branches/main/protection/required_status_checks", json!({"strict": false})).await;
    let body = json!({"required_approving_review_count": 1});
    tour.does("PATCH", "/branches/main/protection/required_pull_request_reviews", body).await;
    for method in ["POST", "DELETE"] {
        tour.does(method, "/branches/main/protection/enforce_admins", Value::Null).await;
    }
    tour.get("/branches/main").await;
    tour.get("/branches").await;
    let rules = json!({"required_status_checks": null, "enforce_admins": null,
        "required_pull_request_reviews": {"required_approving_review_count": 1}, "restrictions": null});
    tour.does("PUT", "/branches/main/protection", rules).await;
    tour.get("/branches/main/protection/required_status_checks").await;
    tour.does("DELETE", "/branches/main/protection", Value::Null).await;
}

async fn pulls(tour: &mut Tour) {
    tour.scene.branch("feature", "one", "1").await;
    tour.scene.branch("conflict", "helm/values.yaml", "a: 3\n").await;
    tour.scene.branch("other", "helm/values.yaml", "a: 4\n").await;
    let open = |head: &str| json!({"title": "t", "body": "b", "head": head, "base": "main"});
    let first = tour.does("POST", "/pulls", open("feature")).await["number"].as_u64().unwrap();
    tour.does("POST", "/pulls", open("feature")).await;
    let (conflict, other) = (
        tour.does("POST", "/pulls", open("conflict")).await["number"].as_u64().unwrap(),
        tour.does("POST", "/pulls", open("other")).await["number"].as_u64().unwrap(),
    );
    let one = format!("/pulls/{first}");
    for rest in ["", "", "/commits", "/files", "/reviews", "/requested_reviewers", "/merge"] {
        tour.get(&format!("{one}{rest}")).await;
    }
    tour.get(&one).await;
    let tag = tour.seen.last().map(|last| last.answer.headers["etag"].clone()).unwrap_or_default();
    tour.ask(OWNER, "GET", &format!("{HELLO}{one}"), &[("If-None-Match", &tag)], Value::Null).await;
    tour.get("/pulls").await;
    tour.get("/pulls?state=wrong").await;
    tour.get("/pulls/999").await;
    tour.does("PATCH", &one, json!({"title": "T", "body": "B"})).await;
    let reviews = format!("{HELLO}{one}/reviews");
    for token in [OWNER, FRIEND] {
        tour.ask(token, "POST", &reviews, &[], json!({"event": "APPROVE"})).await;
    }
    let review = tour.get(&format!("{one}/reviews")).await[0]["id"].clone();
    tour.get(&format!("{one}/reviews/{review}")).await;
    tour.ask(FRIEND, "PUT", &format!("{reviews}/{review}"), &[], json!({"body": "well"})).await;
    tour.does("PUT", &format!("{one}/reviews/{review}/dismissals"), json!({"message": "m"})).await;
    let pending = tour.ask(FRIEND, "POST", &reviews, &[], json!({})).await["id"].clone();
    tour.ask(FRIEND, "DELETE", &format!("{reviews}/{pending}"), &[], Value::Null).await;
    let label = json!({"name": "promoted", "color": "0e8a16"});
    tour.does("POST", "/labels", label.clone()).await;
    tour.does("POST", "/labels", label).await;
    tour.get("/labels").await;
    tour.get("/labels/promoted").await;
    tour.does("PATCH", "/labels/promoted", json!({"description": "d"})).await;
    let issue = format!("/issues/{first}");
    for method in ["POST", "PUT"] {
        tour.does(method, &format!("{issue}/labels"), json!({"labels": ["promoted"]})).await;
    }
    tour.get(&format!("{issue}/labels")).await;
    tour.get(&issue).await;
    tour.does("POST", &format!("{issue}/comments"), json!({"body": "c"})).await;
    tour.get(&format!("{issue}/comments")).await;
    for _ in 0..2 {
        tour.does("DELETE", &format!("{issue}/labels/promoted"), Value::Null).await;
    }
    tour.does("DELETE", "/labels/promoted", Value::Null).await;
    let head = tour.scene.tip("feature");
    tour.does("POST", &format!("/statuses/{head}"), json!({"state": "success", "context": "dev"})).await;
    tour.does("POST", &format!("/statuses/{head}"), json!({"state": "none"})).await;
    for rest in ["statuses", "status", "check-runs", "pulls"] {
        tour.get(&format!("/commits/{head}/{rest}")).await;
    }
    tour.does("PUT", &format!("{one}/merge"), json!({"sha": "1".repeat(40)})).await;
    tour.does("PUT", &format!("{one}/merge"), json!({})).await;
    tour.get(&format!("{one}/merge")).await;
    tour.get(&one).await;
    tour.does("PUT", &format!("/pulls/{other}/merge"), json!({})).await;
    tour.does("PUT", &format!("/pulls/{conflict}/merge"), json!({})).await;
    tour.does("POST", "/merges", json!({"base": "main", "head": "conflict"})).await;
}

async fn actions(tour: &mut Tour) {
    tour.scene.with_workflows().await;
    tour.get("/environments/none").await;
    tour.does(
        "PUT",
        "/environments/dev",
        json!({"wait_timer": 1, "deployment_branch_policy":
        {"protected_branches": true, "custom_branch_policies": false}}),
    )
    .await;
    tour.get("/environments").await;
    tour.get("/environments/dev").await;
    let tag = tour.seen.last().map(|last| last.answer.headers["etag"].clone()).unwrap_or_default();
    tour.ask(OWNER, "GET", &format!("{HELLO}/environments/dev"), &[("If-None-Match", &tag)], Value::Null)
        .await;
    for level in ["actions", "environments/dev"] {
        let key = tour.get(&format!("/{level}/secrets/public-key")).await;
        let bytes = STANDARD.decode(key["key"].as_str().unwrap()).unwrap();
        let public = crypto_box::PublicKey::from_slice(&bytes).unwrap();
        let sealed = STANDARD.encode(public.seal(&mut crypto_box::aead::OsRng, b"x").unwrap());
        let body = json!({"key_id": key["key_id"], "encrypted_value": sealed});
        for _ in 0..2 {
            tour.does("PUT", &format!("/{level}/secrets/S"), body.clone()).await;
        }
        tour.get(&format!("/{level}/secrets")).await;
        tour.get(&format!("/{level}/secrets/S")).await;
        tour.does("DELETE", &format!("/{level}/secrets/S"), Value::Null).await;
        for _ in 0..2 {
            tour.does("POST", &format!("/{level}/variables"), json!({"name": "v", "value": "x"})).await;
        }
        tour.get(&format!("/{level}/variables")).await;
        tour.get(&format!("/{level}/variables/V")).await;
        tour.does("PATCH", &format!("/{level}/variables/V"), json!({"value": "y"})).await;
        tour.does("DELETE", &format!("/{level}/variables/V"), Value::Null).await;
    }
    tour.does("DELETE", "/environments/dev", Value::Null).await;
    for rest in ["permissions", "permissions/workflow", "workflows", "workflows/deploy.yml", "runs"] {
        tour.get(&format!("/actions/{rest}")).await;
    }
    let dispatches = "/actions/workflows/deploy.yml/dispatches";
    let inputs = json!({"environment": "dev", "version": "1"});
    let body = json!({"ref": "main", "inputs": inputs, "return_run_details": true});
    let run = tour.does("POST", dispatches, body).await["workflow_run_id"].as_u64().unwrap();
    tour.does("POST", dispatches, json!({"ref": "main", "inputs": inputs})).await;
    tour.does("POST", dispatches, json!({"ref": "main"})).await;
    tour.does("POST", "/actions/workflows/listen.yaml/dispatches", json!({"ref": "main"})).await;
    tour.does("POST", "/dispatches", json!({"event_type": "ready"})).await;
    tour.get("/actions/workflows/deploy.yml/runs").await;
    tour.get("/actions/runs").await;
    let one = format!("/actions/runs/{run}");
    tour.get(&one).await;
    let jobs = tour.get(&format!("{one}/jobs")).await;
    let job = jobs["jobs"][0]["id"].clone();
    tour.get(&format!("/actions/jobs/{job}")).await;
    tour.does("POST", &format!("{one}/cancel"), Value::Null).await;
    tour.does("POST", &format!("{one}/cancel"), Value::Null).await;
    tour.get(&format!("/actions/jobs/{job}/logs")).await;
    tour.does("POST", &format!("{one}/rerun"), Value::Null).await;
    tour.does("POST", &format!("{one}/cancel"), Value::Null).await;
    tour.does("POST", &format!("{one}/rerun-failed-jobs"), Value::Null).await;
    reviews_of_deployments(tour).await;
    for (method, rest) in [("DELETE", ""), ("POST", "/cancel"), ("POST", "/rerun")] {
        for token in [READER, GUEST] {
            tour.ask(token, method, &format!("{HELLO}{one}{rest}"), &[], Value::Null).await;
        }
    }
    for state in ["disable", "disable", "enable"] {
        tour.does("PUT", &format!("/actions/workflows/deploy.yml/{state}"), Value::Null).await;
    }
    tour.does("DELETE", &one, Value::Null).await;
}

/// Walks through what a run is asked that waits for the reviewers of an environment, and one that has steps.
async fn reviews_of_deployments(tour: &mut Tour) {
    let me = tour.ask(OWNER, "GET", "/user", &[], Value::Null).await["id"].clone();
    let reviewers = json!({"reviewers": [{"type": "User", "id": me}]});
    let environment = tour.does("PUT", "/environments/dev-approval", reviewers).await["id"].clone();
    let body = json!({"ref": "main", "return_run_details": true,
        "inputs": {"environment": "dev", "version": "2"}});
    let run =
        tour.does("POST", "/actions/workflows/deploy.yml/dispatches", body).await["workflow_run_id"].clone();
    let one = format!("/actions/runs/{run}");
    tour.get(&one).await;
    tour.get(&format!("{one}/jobs")).await;
    tour.get(&format!("{one}/pending_deployments")).await;
    let body = json!({"environment_ids": [environment], "state": "approved", "comment": "well"});
    for _ in 0..2 {
        tour.does("POST", &format!("{one}/pending_deployments"), body.clone()).await;
    }
    tour.get(&format!("{one}/pending_deployments")).await;
    let number = run.as_u64().unwrap();
    tour.scene.server.with_github(|hub, now| hub.conclude("contoso/hello", number, "failure", "", now));
    tour.get(&format!("{one}/jobs")).await;
}
