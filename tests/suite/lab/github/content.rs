//! Files, branches, and commits beside each other.

use serde_json::{Value, json};

use super::scene::{OWNER, Scene};

const HELLO: &str = "/repos/contoso/hello";

#[tokio::test]
async fn a_file_is_read_as_an_envelope_or_as_it_is() {
    let scene = Scene::set().await;
    let file = scene.document(&format!("{HELLO}/contents/helm/values.yaml?ref=main")).await;
    assert_eq!((&file["content"], &file["encoding"]), (&json!("YTogMgo=\n"), &json!("base64")));
    let raw = [("Accept", "application/vnd.github.raw+json")];
    let first = scene.document(&format!("{HELLO}/commits?per_page=1&page=2")).await[0]["sha"].clone();
    let target = format!("{HELLO}/contents/helm/values.yaml?ref={}", first.as_str().unwrap());
    assert_eq!(scene.ask_with(OWNER, "GET", &target, &raw, Value::Null).await.text, "a: 1\n");
    let folder = scene.document(&format!("{HELLO}/contents/helm")).await;
    let kinds: Vec<_> = folder
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["name"].as_str().unwrap(), one["type"].as_str().unwrap()))
        .collect();
    assert_eq!(kinds, [("templates", "dir"), ("values.yaml", "file")]);
    for (target, told) in [
        ("contents/none", (404, "Not Found")),
        ("contents/readme?ref=none", (404, "No commit found for the ref none")),
    ] {
        let told = (told.0, told.1.to_owned());
        assert_eq!(scene.refused(OWNER, "GET", &format!("{HELLO}/{target}"), Value::Null).await, told);
    }
}

#[tokio::test]
async fn a_file_is_written_over_what_was_seen_of_it() {
    let scene = Scene::set().await;
    let target = format!("{HELLO}/contents/readme");
    let sha = scene.document(&target).await["sha"].clone();
    let (body, text) = (json!({"message": "m", "content": "bmV3Cg=="}), "bmV3Cg==");
    let missing = (422, "Invalid request.\n\n\"sha\" wasn't supplied.".to_owned());
    assert_eq!(scene.refused(OWNER, "PUT", &target, body).await, missing);
    let wrong = "1".repeat(40);
    let other = json!({"message": "m", "content": text, "sha": wrong});
    assert_eq!(
        scene.refused(OWNER, "PUT", &target, other).await,
        (409, format!("readme does not match {wrong}"))
    );
    let absent = json!({"message": "m", "content": text, "branch": "none"});
    assert_eq!(scene.refused(OWNER, "PUT", &target, absent).await, (404, "Branch none not found".to_owned()));
    let before = scene.tip("main");
    let body = json!({"message": "m", "content": text, "sha": sha, "branch": "main"});
    let written = scene.done(200, "PUT", &target, body).await;
    assert_eq!(written["commit"]["parents"][0]["sha"], json!(before));
    assert_eq!(written["commit"]["author"]["name"], "ada");
    let sha = written["content"]["sha"].clone();
    scene.done(200, "DELETE", &target, json!({"message": "gone", "sha": sha})).await;
    assert_eq!(scene.get(&target).await.status, 404);
}

#[tokio::test]
async fn commits_are_found_by_branch_and_by_what_they_touched() {
    let scene = Scene::set().await;
    let messages = |target: &'static str| {
        let scene = &scene;
        async move {
            let commits = scene.document(&format!("{HELLO}/commits{target}")).await;
            let all = commits
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["commit"]["message"].as_str().unwrap().to_owned());
            all.collect::<Vec<_>>()
        }
    };
    assert_eq!(messages("").await, ["second", "first"]);
    assert_eq!(messages("?path=readme").await, ["first"]);
    assert_eq!(messages("?path=helm&sha=main").await, ["second", "first"]);
    assert_eq!(messages("?per_page=1").await, ["second"]);
    let tip = scene.tip("main");
    let commit = scene.document(&format!("{HELLO}/commits/main")).await;
    assert_eq!((&commit["sha"], &commit["stats"]["total"]), (&json!(tip), &json!(3)));
    let files: Vec<_> = commit["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| (file["filename"].as_str().unwrap(), file["status"].as_str().unwrap()))
        .collect();
    assert_eq!(files, [("helm/templates/app.yaml", "added"), ("helm/values.yaml", "modified")]);
    assert_eq!(commit["files"][1]["patch"], "@@ -1 +1 @@\n-a: 1\n+a: 2");
    let sha = scene
        .ask_with(
            OWNER,
            "GET",
            &format!("{HELLO}/commits/main"),
            &[("Accept", "application/vnd.github.sha")],
            Value::Null,
        )
        .await;
    assert_eq!(sha.text, tip);
    let none = scene.refused(OWNER, "GET", &format!("{HELLO}/commits/none"), Value::Null).await;
    assert_eq!(none, (422, "No commit found for SHA: none".to_owned()));
}

#[tokio::test]
async fn two_branches_stand_to_each_other() {
    let scene = Scene::set().await;
    let tip = scene.tip("main");
    scene
        .done(201, "POST", &format!("{HELLO}/git/refs"), json!({"ref": "refs/heads/dev/a", "sha": tip}))
        .await;
    for (branch, path) in [("dev/a", "one"), ("dev/a", "two"), ("main", "three")] {
        let body = json!({"message": path, "content": "", "branch": branch});
        scene.done(201, "PUT", &format!("{HELLO}/contents/{path}"), body).await;
    }
    let compared = scene.document(&format!("{HELLO}/compare/main...dev%2Fa?per_page=1")).await;
    assert_eq!(
        (&compared["status"], &compared["ahead_by"], &compared["behind_by"]),
        (&json!("diverged"), &json!(2), &json!(1))
    );
    assert_eq!((&compared["merge_base_commit"]["sha"], &compared["total_commits"]), (&json!(tip), &json!(2)));
    assert_eq!(compared["commits"].as_array().unwrap().len(), 1, "one a page");
    assert_eq!(compared["files"].as_array().unwrap().len(), 2);
    assert_eq!(scene.document(&format!("{HELLO}/compare/main...main")).await["status"], "identical");
    assert_eq!(scene.get(&format!("{HELLO}/compare/main...none")).await.status, 404);
    let branch = scene.document(&format!("{HELLO}/branches/dev%2Fa")).await;
    assert_eq!((&branch["name"], &branch["protected"]), (&json!("dev/a"), &json!(false)));
    assert_eq!(scene.document(&format!("{HELLO}/branches")).await.as_array().unwrap().len(), 2);
    assert_eq!(
        scene.refused(OWNER, "GET", &format!("{HELLO}/branches/none"), Value::Null).await,
        (404, "Branch not found".to_owned())
    );
}
