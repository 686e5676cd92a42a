//! Who asks: tokens, scopes, limits, and whether anything has changed.

use serde_json::{Value, json};

use super::scene::{FRIEND, NOBODY, OWNER, READER, STRANGER, Scene, links};

#[tokio::test]
async fn a_token_is_somebodys_and_says_what_it_may() {
    let scene = Scene::set().await;
    for (token, login, scopes) in [
        (OWNER, "ada", Some("repo, workflow, delete_repo, admin:org")),
        (FRIEND, "grace", Some("repo")),
        (READER, "ada", None),
    ] {
        let answer = scene.ask(token, "GET", "/user", Value::Null).await;
        assert_eq!((answer.status, &answer.json()["login"]), (200, &json!(login)));
        assert_eq!(answer.headers.get("x-oauth-scopes").map(String::as_str), scopes, "{token}");
        assert!(answer.headers["x-github-request-id"].split(':').count() == 5);
    }
    let organization = scene.document("/orgs/contoso").await;
    assert_eq!((&organization["login"], &organization["type"]), (&json!("contoso"), &json!("Organization")));
    assert_eq!(scene.document("/users/Contoso").await["type"], "Organization");
    assert_eq!(scene.document("/users/grace").await["type"], "User");
    assert_eq!(scene.document("/user/memberships/orgs/contoso").await["state"], "active");
    assert_eq!(scene.document("/user/orgs").await[0]["login"], "contoso");
}

#[tokio::test]
async fn who_is_nobody_or_a_stranger_is_told_so() {
    let scene = Scene::set().await;
    for (token, target, told) in [
        ("wrong", "/user", (401, "Bad credentials")),
        ("wrong", "/rate_limit", (401, "Bad credentials")),
        (NOBODY, "/user", (401, "Requires authentication")),
        (NOBODY, "/repos/contoso/hello", (404, "Not Found")),
        (STRANGER, "/repos/contoso/hello", (404, "Not Found")),
        (STRANGER, "/repos/contoso/hello/git/ref/heads/main", (404, "Not Found")),
        (STRANGER, "/user/memberships/orgs/contoso", (404, "Not Found")),
        (OWNER, "/orgs/ada", (404, "Not Found")),
        (OWNER, "/users/nobody", (404, "Not Found")),
        (OWNER, "/repos/contoso/nothing", (404, "Not Found")),
    ] {
        let (status, message) = scene.refused(token, "GET", target, Value::Null).await;
        assert_eq!((status, message.as_str()), told, "{target}");
    }
    let unknown = scene.get("/repos/contoso/hello/no/such/route").await;
    assert_eq!(unknown.status, 501);
    assert!(unknown.text.contains("/repos/contoso/hello/no/such/route"), "{}", unknown.text);
}

#[tokio::test]
async fn every_program_says_what_it_is() {
    let scene = Scene::set().await;
    let client = super::super::client::Client::new(scene.server.authority(), scene.server.url(), OWNER);
    let answer = client.send("GET", "/api/v3/user", "application/json").await.whole().await;
    assert_eq!(answer.status, 403);
    assert!(answer.text.contains("make sure your request has a User-Agent header"), "{}", answer.text);
}

#[tokio::test]
async fn requests_are_counted_and_what_has_not_changed_costs_nothing() {
    let scene = Scene::set().await;
    let first = scene.get("/repos/contoso/hello").await;
    assert_eq!(
        (first.headers["x-ratelimit-limit"].as_str(), first.headers["x-ratelimit-used"].as_str()),
        ("5000", "1")
    );
    let tag = first.headers["etag"].clone();
    let again = |tag: String| {
        let scene = &scene;
        async move {
            scene
                .ask_with(OWNER, "GET", "/repos/contoso/hello", &[("If-None-Match", &tag)], Value::Null)
                .await
        }
    };
    let second = again(tag.clone()).await;
    assert_eq!((second.status, second.text.as_str()), (304, ""));
    assert_eq!((&second.headers["etag"], second.headers["x-ratelimit-remaining"].as_str()), (&tag, "4999"));
    scene.done(200, "PATCH", "/repos/contoso/hello", json!({"description": "new"})).await;
    assert_eq!(again(tag).await.status, 200);
    let limits = scene.document("/rate_limit").await;
    assert_eq!(limits["resources"]["core"]["used"], 3);
    assert_eq!(limits["rate"]["remaining"], 4997);
}

#[tokio::test]
async fn an_hour_has_so_many_requests() {
    let scene = Scene::set().await;
    for _ in 0..60 {
        assert_eq!(scene.ask(NOBODY, "GET", "/zen", Value::Null).await.status, 200);
    }
    let answer = scene.ask(NOBODY, "GET", "/zen", Value::Null).await;
    assert_eq!((answer.status, answer.headers["x-ratelimit-remaining"].as_str()), (403, "0"));
    assert!(answer.text.contains("API rate limit exceeded for 127.0.0.1."), "{}", answer.text);
    assert_eq!(scene.ask(NOBODY, "GET", "/rate_limit", Value::Null).await.status, 200, "that can be asked");
    assert_eq!(scene.get("/zen").await.status, 200, "others have their own");
}

#[tokio::test]
async fn lists_come_in_pages() {
    let scene = Scene::set().await;
    for number in 0..7 {
        scene.done(201, "POST", "/orgs/contoso/repos", json!({"name": format!("r{number}")})).await;
    }
    let (all, pages) = scene.pages("/orgs/contoso/repos?per_page=3&sort=created").await;
    assert_eq!((all.len(), pages), (8, 3));
    let middle = links(&scene.get("/orgs/contoso/repos?per_page=3&page=2").await.headers);
    let relations: Vec<_> = middle.keys().map(String::as_str).collect();
    assert_eq!(relations, ["first", "last", "next", "prev"]);
    assert!(middle["last"].ends_with("/orgs/contoso/repos?per_page=3&page=3"), "{}", middle["last"]);
    assert_eq!(links(&scene.get("/orgs/contoso/repos").await.headers).len(), 0, "one page leads nowhere");
    // Lists of a repository lead on by its number, which no rename changes.
    let commits = links(&scene.get("/repos/contoso/hello/commits?per_page=1").await.headers);
    assert!(commits["next"].contains("/api/v3/repositories/"), "{}", commits["next"]);
    assert_eq!(scene.pages("/repos/contoso/hello/commits?per_page=1").await.1, 2);
}
