//! Repositories: made, changed, renamed, deleted, and who may.

use serde_json::{Value, json};

use super::scene::{FRIEND, OWNER, READER, Scene};

#[tokio::test]
async fn a_repository_is_made_with_a_first_commit_and_can_be_cloned_at_once() {
    let scene = Scene::set().await;
    let body = json!({"name": "new app", "description": "what for", "private": true, "auto_init": true,
        "delete_branch_on_merge": true});
    let made = scene.done(201, "POST", "/orgs/contoso/repos", body.clone()).await;
    assert_eq!((&made["full_name"], &made["default_branch"]), (&json!("contoso/new-app"), &json!("main")));
    assert_eq!((&made["delete_branch_on_merge"], &made["private"]), (&json!(true), &json!(true)));
    assert_eq!(made["permissions"]["admin"], true);
    let host = scene.server.host();
    let tip = host.tip("contoso/new-app", "main").unwrap().unwrap();
    let files = host.files("contoso/new-app", &tip).unwrap();
    assert_eq!(files["README.md"], b"# new app\nwhat for\n");
    assert_eq!(
        scene.refused(OWNER, "POST", "/orgs/contoso/repos", body).await,
        (422, "Repository creation failed.: name already exists on this account".to_owned())
    );
    let own = scene.done(201, "POST", "/user/repos", json!({"name": "mine"})).await;
    assert_eq!((&own["full_name"], &own["private"]), (&json!("ada/mine"), &json!(false)));
    assert_eq!(scene.refused(OWNER, "POST", "/user/repos", json!({})).await.0, 422);
    let found = scene.ask("", "GET", "/repos/ada/mine", Value::Null).await;
    assert_eq!(found.status, 200, "everybody sees what is public");
    assert_eq!(found.json().get("permissions"), None);
}

#[tokio::test]
async fn an_empty_repository_says_so() {
    let scene = Scene::set().await;
    scene.done(201, "POST", "/orgs/contoso/repos", json!({"name": "empty"})).await;
    for (method, rest, told) in [
        ("GET", "/git/ref/heads/main", (409, "Git Repository is empty.")),
        ("POST", "/git/trees", (409, "Git Repository is empty.")),
        ("POST", "/git/blobs", (409, "Git Repository is empty.")),
        ("GET", "/commits", (409, "Git Repository is empty.")),
        ("GET", "/contents/readme", (404, "This repository is empty.")),
        ("GET", "/branches/main", (404, "Branch not found")),
    ] {
        let told = (told.0, told.1.to_owned());
        assert_eq!(
            scene.refused(OWNER, method, &format!("/repos/contoso/empty{rest}"), Value::Null).await,
            told
        );
    }
    assert_eq!(scene.document("/repos/contoso/empty/branches").await, json!([]));
    let body = json!({"message": "begin", "content": "aGVsbG8K"});
    scene.done(201, "PUT", "/repos/contoso/empty/contents/a/b", body).await;
    assert_eq!(scene.document("/repos/contoso/empty/branches").await[0]["name"], "main");
}

#[tokio::test]
async fn a_renamed_repository_is_found_by_its_old_name() {
    let scene = Scene::set().await;
    let renamed = scene.done(200, "PATCH", "/repos/contoso/hello", json!({"name": "greeting"})).await;
    assert_eq!(renamed["full_name"], "contoso/greeting");
    let moved = scene.get("/repos/contoso/hello/git/ref/heads/main").await;
    assert_eq!((moved.status, &moved.json()["message"]), (301, &json!("Moved Permanently")));
    let location = moved.headers["location"].clone();
    assert!(location.ends_with(&format!("/repositories/{}/git/ref/heads/main", renamed["id"])), "{location}");
    let (_, target) = location.split_once("/api/v3").unwrap();
    assert_eq!(scene.document(target).await["ref"], "refs/heads/main");
    let write = scene.ask(OWNER, "PATCH", "/repos/contoso/hello", json!({"description": "x"})).await;
    assert_eq!((write.status, write.headers.contains_key("location")), (307, true));
    // The old name is free for another one, which is then meant.
    let other = scene.done(201, "POST", "/orgs/contoso/repos", json!({"name": "hello"})).await;
    assert_eq!(scene.document("/repos/Contoso/Hello").await["id"], other["id"]);
    assert_eq!(
        scene.refused(OWNER, "PATCH", "/repos/contoso/hello", json!({"name": "greeting"})).await,
        (422, "Validation Failed: \"name\" \"already_exists\"".to_owned())
    );
}

#[tokio::test]
async fn who_may_not_is_told_no() {
    let scene = Scene::set().await;
    let hello = "/repos/contoso/hello";
    let not_accessible = "Resource not accessible by personal access token";
    let tree = json!({"tree": [{"path": ".github/workflows/ci.yml", "mode": "100644", "type": "blob", "content": "on: push"}]});
    for (token, method, target, body, told) in [
        (FRIEND, "PATCH", hello.to_owned(), json!({}), (403, "Must have admin rights to Repository.")),
        (FRIEND, "DELETE", hello.to_owned(), json!({}), (403, "Must have admin rights to Repository.")),
        (READER, "PATCH", hello.to_owned(), json!({}), (403, not_accessible)),
        (READER, "POST", format!("{hello}/git/refs"), json!({}), (403, not_accessible)),
        (
            FRIEND,
            "POST",
            "/orgs/contoso/repos".to_owned(),
            json!({"name": "x"}),
            (403, "You need admin access to the organization before adding a repository to it."),
        ),
        // Workflows need a scope of their own, and GitHub does not say so.
        (FRIEND, "POST", format!("{hello}/git/trees"), tree.clone(), (404, "Not Found")),
    ] {
        let (status, message) = scene.refused(token, method, &target, body).await;
        assert_eq!((status, message.as_str()), told, "{method} {target}");
    }
    let refused = scene.ask(READER, "POST", &format!("{hello}/git/trees"), tree.clone()).await;
    assert_eq!(refused.headers["x-accepted-github-permissions"], "contents=write");
    scene.done(201, "POST", &format!("{hello}/git/trees"), tree).await;
    scene.done(204, "DELETE", hello, Value::Null).await;
    assert_eq!(scene.get(hello).await.status, 404);
    assert!(scene.server.host().tip("contoso/hello", "main").is_err(), "git knows it no more");
}

#[tokio::test]
async fn a_refused_change_has_changed_nothing() {
    let scene = Scene::set().await;
    scene.branch("dev", "one", "1").await;
    let hello = "/repos/contoso/hello";
    let mut before = scene.document(hello).await;
    for refused in [
        json!({"name": ".."}),
        json!({"name": "x".repeat(101)}),
        json!({"default_branch": "none"}),
        json!({"visibility": "bogus"}),
        json!({"merge_commit_title": "MINE"}),
        json!({"allow_merge_commit": false, "allow_squash_merge": false, "allow_rebase_merge": false}),
        json!({"archived": "yes"}),
        json!({"visibility": 1}),
        json!({"homepage": 1}),
    ] {
        let mut body = json!({"name": "greeting", "default_branch": "dev", "private": false,
            "description": "new", "allow_squash_merge": false, "delete_branch_on_merge": true});
        body.as_object_mut().unwrap().extend(refused.as_object().unwrap().clone());
        let (status, _) = scene.refused(OWNER, "PATCH", hello, body).await;
        assert_eq!(status, 422, "{refused}");
        let mut after = scene.document(hello).await;
        before["updated_at"].take();
        after["updated_at"].take();
        assert_eq!(after, before, "{refused}");
        assert_eq!(scene.ask("", "GET", hello, Value::Null).await.status, 404, "{refused}: it is private");
    }
}

#[tokio::test]
async fn a_refused_repository_is_not_there() {
    let scene = Scene::set().await;
    for refused in [
        json!({"allow_merge_commit": false, "allow_squash_merge": false, "allow_rebase_merge": false}),
        json!({"auto_init": "yes"}),
        json!({"private": "yes"}),
        json!({"squash_merge_commit_title": "MINE"}),
        json!({"visibility": "bogus"}),
    ] {
        let mut body = json!({"name": "made"});
        body.as_object_mut().unwrap().extend(refused.as_object().unwrap().clone());
        assert_eq!(scene.refused(OWNER, "POST", "/orgs/contoso/repos", body).await.0, 422, "{refused}");
        assert_eq!(scene.get("/repos/contoso/made").await.status, 404, "{refused}");
        assert!(scene.server.host().tip("contoso/made", "main").is_err(), "{refused}: git knows it");
    }
    scene.done(201, "POST", "/orgs/contoso/repos", json!({"name": "made"})).await;
}

#[tokio::test]
async fn a_repository_that_is_made_again_is_another_one() {
    let scene = Scene::set().await;
    let hello = "/repos/contoso/hello";
    let number = scene.pull("a", "one", "1").await;
    scene.protect("main", json!({"required_pull_request_reviews": {}})).await;
    let (old, tip) = (scene.document(hello).await["id"].clone(), scene.tip("main"));
    let status = json!({"state": "success", "context": "ci"});
    scene.done(201, "POST", &format!("{hello}/statuses/{tip}"), status).await;
    scene.done(204, "DELETE", hello, Value::Null).await;
    let body = json!({"name": "hello", "private": true, "auto_init": true});
    let new = scene.done(201, "POST", "/orgs/contoso/repos", body).await;
    assert_ne!(new["id"], old);
    assert_eq!(scene.get(&format!("/repositories/{old}")).await.status, 404);
    assert_eq!(scene.get(&format!("{hello}/pulls/{number}")).await.status, 404);
    assert_eq!(scene.get(&format!("{hello}/git/commits/{tip}")).await.status, 404);
    assert_eq!(scene.document(&format!("{hello}/branches/main")).await["protected"], false);
    assert_eq!(scene.document(&format!("{hello}/branches")).await.as_array().unwrap().len(), 1);
    assert_eq!(scene.pull("a", "one", "1").await, 1, "numbers begin anew");
}

#[tokio::test]
async fn a_renamed_repository_keeps_its_rights_rules_and_pull_requests() {
    let scene = Scene::set().await;
    let number = scene.pull("a", "one", "1").await;
    let (person, clone) = scene.cloned().await;
    scene.protect("main", json!({"required_pull_request_reviews": {}})).await;
    scene.done(200, "PATCH", "/repos/contoso/hello", json!({"name": "greeting"})).await;
    // Git goes on under the old name, which leads to the same repository.
    person.does(FRIEND, &clone, &["fetch", "--quiet"]).await;
    person.does(FRIEND, &clone, &["switch", "--quiet", "a"]).await;
    let commit = person.commit(&clone, "two", "2").await;
    person.does(FRIEND, &clone, &["push", "--quiet", "origin", "a"]).await;
    let pull = scene.document(&format!("/repos/contoso/greeting/pulls/{number}")).await;
    assert_eq!((&pull["head"]["sha"], &pull["state"]), (&json!(commit), &json!("open")));
    let said = person.is_refused(Some(FRIEND), &clone, &["push", "origin", "a:main"]).await;
    assert!(said.contains("GH006"), "{said}");
    let host = scene.server.host();
    let moved = host.ref_changes().pop().unwrap().change;
    assert_eq!(
        (moved.repository.as_str(), moved.reference),
        ("contoso/greeting", format!("refs/pull/{number}/head"))
    );
}
