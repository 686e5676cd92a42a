//! Git data: objects made, and refs that move only from where they were seen.

use serde_json::{Value, json};

use super::scene::{OWNER, Scene};

const HELLO: &str = "/repos/contoso/hello";

/// Makes a commit upon `parent`; the answer is its name.
async fn commit(scene: &Scene, parent: &str, entries: Value) -> String {
    let before = scene.document(&format!("{HELLO}/git/commits/{parent}")).await;
    let body = json!({"base_tree": before["tree"]["sha"], "tree": entries});
    let tree = scene.done(201, "POST", &format!("{HELLO}/git/trees"), body).await;
    let body = json!({"message": "change", "tree": tree["sha"], "parents": [parent]});
    let made = scene.done(201, "POST", &format!("{HELLO}/git/commits"), body).await;
    made["sha"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_commit_of_many_changes_is_four_requests() {
    let scene = Scene::set().await;
    let parent = scene.tip("main");
    let entries = json!([
        {"path": "dev/a.yaml", "mode": "100644", "type": "blob", "content": "new\n"},
        {"path": "helm/values.yaml", "mode": "100644", "type": "blob", "sha": null},
        {"path": "helm/templates/app.yaml", "mode": "100644", "type": "blob", "sha": null},
    ]);
    let made = commit(&scene, &parent, entries).await;
    let body = json!({"sha": made, "force": false});
    let moved = scene.done(200, "PATCH", &format!("{HELLO}/git/refs/heads/main"), body).await;
    assert_eq!(moved["object"]["sha"], json!(made));
    let files = scene.server.host().files("contoso/hello", &scene.tip("main")).unwrap();
    assert_eq!(files.keys().collect::<Vec<_>>(), ["dev/a.yaml", "readme"], "an emptied folder is gone");
    let requests = scene.server.journal();
    let github: Vec<_> = requests["requests"].as_array().unwrap().iter().map(|one| &one["host"]).collect();
    assert_eq!(github, ["github"; 4]);
}

#[tokio::test]
async fn all_files_are_one_request() {
    let scene = Scene::set().await;
    let entries: Vec<Value> = (0..2000)
        .map(|number| json!({"path": format!("d{}/f{number}", number % 40), "mode": "100644", "type": "blob", "content": format!("{number}")}))
        .collect();
    let made = commit(&scene, &scene.tip("main"), json!(entries)).await;
    let tree = scene.document(&format!("{HELLO}/git/trees/{made}?recursive=1")).await;
    let blobs = tree["tree"].as_array().unwrap().iter().filter(|entry| entry["type"] == "blob").count();
    assert_eq!((blobs, &tree["truncated"]), (2003, &json!(false)));
    let root = scene.document(&format!("{HELLO}/git/trees/main")).await;
    let names: Vec<_> =
        root["tree"].as_array().unwrap().iter().map(|entry| entry["path"].as_str().unwrap()).collect();
    assert_eq!(names, ["helm", "readme"]);
}

#[tokio::test]
async fn a_ref_moves_only_from_where_it_was_seen() {
    let scene = Scene::set().await;
    let parent = scene.tip("main");
    let file = |text: &str| json!([{"path": "f", "mode": "100644", "type": "blob", "content": text}]);
    let (mine, theirs) =
        (commit(&scene, &parent, file("mine")).await, commit(&scene, &parent, file("theirs")).await);
    let refs = format!("{HELLO}/git/refs");
    scene.done(200, "PATCH", &format!("{refs}/heads/main"), json!({"sha": theirs})).await;
    let refused = |method: &'static str, target: String, body: Value| {
        let scene = &scene;
        async move { scene.refused(OWNER, method, &target, body).await }
    };
    let missing = "1".repeat(40);
    for (method, target, body, told) in [
        ("PATCH", format!("{refs}/heads/main"), json!({"sha": mine}), "Update is not a fast forward"),
        ("PATCH", format!("{refs}/heads/none"), json!({"sha": mine}), "Reference does not exist"),
        ("PATCH", format!("{refs}/heads/main"), json!({"sha": missing}), "Object does not exist"),
        ("PATCH", format!("{refs}/heads/main"), json!({}), "Invalid request.\n\n\"sha\" wasn't supplied."),
        ("DELETE", format!("{refs}/heads/none"), json!({}), "Reference does not exist"),
        ("POST", refs.clone(), json!({"ref": "refs/heads/main", "sha": mine}), "Reference already exists"),
        ("POST", refs.clone(), json!({"ref": "refs/heads/x", "sha": missing}), "Object does not exist"),
    ] {
        assert_eq!(refused(method, target.clone(), body).await, (422, told.to_owned()), "{method} {target}");
    }
    scene.done(200, "PATCH", &format!("{refs}/heads/main"), json!({"sha": mine, "force": true})).await;
    assert_eq!(scene.tip("main"), mine);
    let made = scene.done(201, "POST", &refs, json!({"ref": "refs/heads/deploy/1/dev", "sha": theirs})).await;
    assert!(made["url"].as_str().unwrap().ends_with("/git/refs/heads/deploy/1/dev"));
    assert_eq!(scene.tip("deploy/1/dev"), theirs);
    for target in ["git/ref/heads/deploy/1/dev", "git/ref/heads%2Fdeploy%2F1%2Fdev"] {
        assert_eq!(scene.document(&format!("{HELLO}/{target}")).await["object"]["sha"], json!(theirs));
    }
    let matching = scene.document(&format!("{HELLO}/git/matching-refs/heads/deploy")).await;
    assert_eq!(matching.as_array().unwrap().len(), 1);
    scene.done(204, "DELETE", &format!("{refs}/heads/deploy/1/dev"), Value::Null).await;
    assert_eq!(refused("GET", format!("{HELLO}/git/ref/heads/deploy/1/dev"), Value::Null).await.0, 404);
}

#[tokio::test]
async fn trees_commits_and_blobs_that_cannot_be_are_refused() {
    let scene = Scene::set().await;
    let missing = "1".repeat(40);
    let gone = json!({"base_tree": scene.tip("main"), "tree": [{"path": "no", "mode": "100644", "type": "blob", "sha": null}]});
    for (route, body, told) in [
        ("trees", gone, "GitRPC::BadObjectState"),
        ("trees", json!({"tree": []}), "Invalid tree info"),
        ("trees", json!({}), "Invalid request.\n\n\"tree\" wasn't supplied."),
        (
            "trees",
            json!({"tree": [{"path": "a/../b", "mode": "100644", "content": ""}]}),
            "tree.path contains a malformed path component",
        ),
        ("commits", json!({"message": "m", "tree": missing}), "Tree SHA does not exist"),
        ("commits", json!({"tree": missing}), "Invalid request.\n\n\"message\" wasn't supplied."),
        ("blobs", json!({"content": "?", "encoding": "base64"}), "content is not valid Base64"),
    ] {
        let answer = scene.refused(OWNER, "POST", &format!("{HELLO}/git/{route}"), body).await;
        assert_eq!(answer, (422, told.to_owned()));
    }
    let text = scene.ask_with(OWNER, "POST", &format!("{HELLO}/git/blobs"), &[], json!("no object")).await;
    assert_eq!((text.status, &text.json()["message"]), (400, &json!("Body should be a JSON object")));
    let blob = scene.done(201, "POST", &format!("{HELLO}/git/blobs"), json!({"content": "ü"})).await;
    let target = format!("{HELLO}/git/blobs/{}", blob["sha"].as_str().unwrap());
    assert_eq!(scene.document(&target).await["content"], "w7w=\n");
    let raw = scene
        .ask_with(OWNER, "GET", &target, &[("Accept", "application/vnd.github.raw+json")], Value::Null)
        .await;
    assert_eq!(raw.text, "ü");
}

#[tokio::test]
async fn a_tag_is_an_object_with_a_ref() {
    let scene = Scene::set().await;
    let body = json!({"tag": "v1", "message": "first", "object": scene.tip("main"), "type": "commit"});
    let tag = scene.done(201, "POST", &format!("{HELLO}/git/tags"), body).await;
    let body = json!({"ref": "refs/tags/v1", "sha": tag["sha"]});
    let made = scene.done(201, "POST", &format!("{HELLO}/git/refs"), body).await;
    assert_eq!(made["object"]["type"], "tag");
    let sha = tag["sha"].as_str().unwrap();
    assert_eq!(
        scene.document(&format!("{HELLO}/git/tags/{sha}")).await["object"]["sha"],
        json!(scene.tip("main"))
    );
    assert_eq!(scene.document(&format!("{HELLO}/commits/v1")).await["sha"], json!(scene.tip("main")));
}
