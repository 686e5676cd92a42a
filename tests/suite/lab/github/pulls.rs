//! Pull requests, reviews, merges, labels, comments and statuses.

use serde_json::{Value, json};

use super::scene::{FRIEND, OWNER, READER, Scene};

const HELLO: &str = "/repos/contoso/hello";

impl Scene {
    /// A branch upon `main` with one file.
    pub(super) async fn branch(&self, branch: &str, path: &str, text: &str) -> String {
        use base64::Engine;
        let body = json!({"ref": format!("refs/heads/{branch}"), "sha": self.tip("main")});
        self.done(201, "POST", &format!("{HELLO}/git/refs"), body).await;
        let content = base64::engine::general_purpose::STANDARD.encode(text);
        let mut body = json!({"message": format!("write {path}"), "content": content, "branch": branch});
        let known = self.get(&format!("{HELLO}/contents/{path}?ref={branch}")).await;
        if known.status == 200 {
            body["sha"] = known.json()["sha"].clone();
        }
        let answer = self.ask(OWNER, "PUT", &format!("{HELLO}/contents/{path}"), body).await;
        assert!(answer.status < 300, "{}", answer.text);
        self.tip(branch)
    }

    /// A pull request of such a branch; the answer is its number.
    pub(super) async fn pull(&self, branch: &str, path: &str, text: &str) -> u64 {
        self.branch(branch, path, text).await;
        let body = json!({"title": format!("Pull {branch}"), "body": "why", "head": branch, "base": "main"});
        self.done(201, "POST", &format!("{HELLO}/pulls"), body).await["number"].as_u64().unwrap()
    }
}

#[tokio::test]
async fn a_pull_request_is_opened_once_found_and_merged() {
    let scene = Scene::set().await;
    let number = scene.pull("deploy/1/dev", "one", "1").await;
    let target = format!("{HELLO}/pulls/{number}");
    let first = scene.document(&target).await;
    assert_eq!((&first["mergeable"], &first["mergeable_state"]), (&Value::Null, &json!("unknown")));
    let second = scene.document(&target).await;
    assert_eq!((&second["mergeable"], &second["mergeable_state"]), (&json!(true), &json!("clean")));
    assert_eq!(
        (&second["commits"], &second["changed_files"], &second["additions"]),
        (&json!(1), &json!(1), &json!(1))
    );
    for (query, count) in [
        ("?head=contoso:deploy/1/dev&base=main", 1),
        ("?head=contoso%3Adeploy%2F1%2Fdev", 1),
        ("?head=contoso:other", 0),
        ("?base=dev", 0),
        ("?state=closed", 0),
        ("?state=all", 1),
    ] {
        let found = scene.document(&format!("{HELLO}/pulls{query}")).await;
        assert_eq!(found.as_array().unwrap().len(), count, "{query}");
    }
    let head = scene.tip("deploy/1/dev");
    let before = scene.tip("main");
    let merged = scene.done(200, "PUT", &format!("{target}/merge"), json!({"sha": head})).await;
    assert_eq!(merged["merged"], true);
    assert_eq!(json!(scene.tip("main")), merged["sha"]);
    let commit = scene.document(&format!("{HELLO}/commits/main")).await;
    let parents: Vec<_> =
        commit["parents"].as_array().unwrap().iter().map(|one| one["sha"].as_str().unwrap()).collect();
    assert_eq!(parents, [before.as_str(), head.as_str()]);
    let told = format!("Merge pull request #{number} from contoso/deploy/1/dev\n\nPull deploy/1/dev");
    assert_eq!(commit["commit"]["message"], json!(told));
    let after = scene.document(&target).await;
    assert_eq!(
        (&after["state"], &after["merged"], &after["merge_commit_sha"]),
        (&json!("closed"), &json!(true), &merged["sha"])
    );
    assert_eq!(scene.get(&format!("{target}/merge")).await.status, 204);
    assert!(scene.server.host().tip("contoso/hello", "deploy/1/dev").unwrap().is_some(), "the branch stays");
}

#[tokio::test]
async fn pull_requests_that_cannot_be_are_refused() {
    let scene = Scene::set().await;
    scene.pull("a", "one", "1").await;
    let pulls = format!("{HELLO}/pulls");
    let long = "x".repeat(65_537);
    for (body, told) in [
        (
            json!({"title": "t", "head": "a", "base": "main"}),
            "Validation Failed: A pull request already exists for contoso:a.",
        ),
        (
            json!({"title": "t", "head": "main", "base": "main"}),
            "Validation Failed: No commits between main and main",
        ),
        (json!({"title": "t", "head": "none", "base": "main"}), "Validation Failed: \"head\" \"invalid\""),
        (json!({"title": "t", "head": "a", "base": "none"}), "Validation Failed: \"base\" \"invalid\""),
        (json!({"head": "a", "base": "main"}), "Validation Failed: \"title\" \"missing_field\""),
        (json!({"title": "t", "base": "main"}), "Invalid request.\n\n\"head\" wasn't supplied."),
        (
            json!({"title": "t", "head": "a", "base": "main", "body": long}),
            "Validation Failed: body is too long (maximum is 65536 characters)",
        ),
        (
            json!({"title": long, "head": "a", "base": "main"}),
            "Validation Failed: title is too long (maximum is 256 characters)",
        ),
    ] {
        assert_eq!(scene.refused(OWNER, "POST", &pulls, body).await, (422, told.to_owned()));
    }
}

#[tokio::test]
async fn a_merge_is_of_the_head_that_was_seen_and_without_conflicts() {
    let scene = Scene::set().await;
    let number = scene.pull("mine", "helm/values.yaml", "a: mine\n").await;
    let other = scene.pull("theirs", "helm/values.yaml", "a: theirs\n").await;
    let merge = |number: u64| format!("{HELLO}/pulls/{number}/merge");
    let wrong = json!({"sha": scene.tip("main")});
    let moved = (409, "Head branch was modified. Review and try the merge again.".to_owned());
    assert_eq!(scene.refused(OWNER, "PUT", &merge(number), wrong).await, moved);
    scene.done(200, "PUT", &merge(other), json!({})).await;
    scene.document(&format!("{HELLO}/pulls/{number}")).await;
    let conflicting = scene.document(&format!("{HELLO}/pulls/{number}")).await;
    assert_eq!(
        (&conflicting["mergeable"], &conflicting["mergeable_state"]),
        (&json!(false), &json!("dirty"))
    );
    let not_mergeable = (405, "Pull Request is not mergeable".to_owned());
    assert_eq!(scene.refused(OWNER, "PUT", &merge(number), json!({})).await, not_mergeable);
    assert_eq!(scene.refused(OWNER, "PUT", &merge(other), json!({})).await, not_mergeable, "it is merged");
    scene.done(200, "PATCH", HELLO, json!({"allow_merge_commit": false})).await;
    let refused = scene.refused(OWNER, "PUT", &merge(number), json!({})).await;
    assert_eq!(refused, (405, "Merge commits are not allowed on this repository.".to_owned()));
    let closed =
        scene.done(200, "PATCH", &format!("{HELLO}/pulls/{number}"), json!({"state": "closed"})).await;
    assert_eq!((&closed["state"], &closed["merged"]), (&json!("closed"), &json!(false)));
    assert_eq!(scene.refused(READER, "PUT", &merge(number), json!({})).await.0, 403);
}

#[tokio::test]
async fn a_merge_squashes_or_rebases_and_deletes_the_branch() {
    let scene = Scene::set().await;
    scene.done(200, "PATCH", HELLO, json!({"delete_branch_on_merge": true})).await;
    let (squashed, rebased) = (scene.pull("s", "one", "1").await, scene.pull("r", "two", "2").await);
    let before = scene.tip("main");
    scene
        .done(200, "PUT", &format!("{HELLO}/pulls/{squashed}/merge"), json!({"merge_method": "squash"}))
        .await;
    let middle = scene.tip("main");
    let commit = scene.document(&format!("{HELLO}/git/commits/{middle}")).await;
    assert_eq!(
        (&commit["message"], &commit["parents"][0]["sha"]),
        (&json!(format!("write one (#{squashed})")), &json!(before))
    );
    scene
        .done(200, "PUT", &format!("{HELLO}/pulls/{rebased}/merge"), json!({"merge_method": "rebase"}))
        .await;
    let commit = scene.document(&format!("{HELLO}/git/commits/{}", scene.tip("main"))).await;
    assert_eq!((&commit["message"], &commit["parents"][0]["sha"]), (&json!("write two"), &json!(middle)));
    for branch in ["s", "r"] {
        assert_eq!(scene.server.host().tip("contoso/hello", branch).unwrap(), None, "{branch}");
    }
}

#[tokio::test]
async fn pushes_move_close_and_merge_pull_requests() {
    let scene = Scene::set().await;
    let (a, b) = (scene.pull("a", "one", "1").await, scene.pull("b", "two", "2").await);
    let head = scene.tip("a");
    scene.done(200, "PATCH", &format!("{HELLO}/git/refs/heads/main"), json!({"sha": head})).await;
    let merged = scene.document(&format!("{HELLO}/pulls/{a}")).await;
    assert_eq!((&merged["state"], &merged["merged"]), (&json!("closed"), &json!(true)));
    scene.done(204, "DELETE", &format!("{HELLO}/git/refs/heads/b"), Value::Null).await;
    let closed = scene.document(&format!("{HELLO}/pulls/{b}")).await;
    assert_eq!((&closed["state"], &closed["merged"]), (&json!("closed"), &json!(false)));
}

#[tokio::test]
async fn nobody_approves_their_own_and_rules_ask_for_others() {
    let scene = Scene::set().await;
    let number = scene.pull("a", "one", "1").await;
    let rules = json!({
        "required_status_checks": {"strict": false, "contexts": ["gitops/gates"]},
        "enforce_admins": true,
        "required_pull_request_reviews": {"required_approving_review_count": 1},
        "restrictions": null,
    });
    let protection = format!("{HELLO}/branches/main/protection");
    assert_eq!(
        scene.refused(OWNER, "GET", &protection, Value::Null).await,
        (404, "Branch not protected".to_owned())
    );
    scene.done(200, "PUT", &protection, rules).await;
    assert_eq!(scene.document(&format!("{HELLO}/branches/main")).await["protected"], true);
    let reviews = format!("{HELLO}/pulls/{number}/reviews");
    let own = (422, "Unprocessable Entity: Can not approve your own pull request".to_owned());
    assert_eq!(scene.refused(OWNER, "POST", &reviews, json!({"event": "APPROVE"})).await, own);
    let merge = format!("{HELLO}/pulls/{number}/merge");
    let told = (405, "At least 1 approving review is required by reviewers with write access.".to_owned());
    assert_eq!(scene.refused(OWNER, "PUT", &merge, json!({})).await, told);
    let approved = scene.ask(FRIEND, "POST", &reviews, json!({"event": "APPROVE"})).await;
    assert_eq!((approved.status, &approved.json()["state"]), (200, &json!("APPROVED")));
    let told = (405, "Required status check \"gitops/gates\" is expected.".to_owned());
    assert_eq!(scene.refused(OWNER, "PUT", &merge, json!({})).await, told);
    let direct = json!({"message": "m", "content": "", "branch": "main"});
    let told = (422, "Changes must be made through a pull request.".to_owned());
    assert_eq!(scene.refused(OWNER, "PUT", &format!("{HELLO}/contents/x"), direct).await, told);
    let status = json!({"state": "success", "context": "GitOps/Gates"});
    scene.done(201, "POST", &format!("{HELLO}/statuses/{}", scene.tip("a")), status).await;
    scene.done(200, "PUT", &merge, json!({})).await;
    scene.done(204, "DELETE", &protection, Value::Null).await;
}

#[tokio::test]
async fn labels_are_put_on_and_taken_off() {
    let scene = Scene::set().await;
    let number = scene.pull("a", "one", "1").await;
    let label = json!({"name": "promoted", "color": "0e8a16", "description": "goes on"});
    scene.done(201, "POST", &format!("{HELLO}/labels"), label.clone()).await;
    let twice = scene.refused(OWNER, "POST", &format!("{HELLO}/labels"), label).await;
    assert_eq!(twice, (422, "Validation Failed: \"name\" \"already_exists\"".to_owned()));
    assert_eq!(scene.document(&format!("{HELLO}/labels/Promoted")).await["color"], "0e8a16");
    assert_eq!(scene.document(&format!("{HELLO}/labels")).await.as_array().unwrap().len(), 10);
    let labels = format!("{HELLO}/issues/{number}/labels");
    scene.done(200, "POST", &labels, json!({"labels": ["promoted", "new one"]})).await;
    scene.done(200, "POST", &labels, json!({"labels": ["promoted"]})).await;
    let pull = scene.document(&format!("{HELLO}/pulls/{number}")).await;
    let names: Vec<_> =
        pull["labels"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["new one", "promoted"]);
    scene.done(200, "DELETE", &format!("{labels}/new%20one"), Value::Null).await;
    let gone = scene.refused(OWNER, "DELETE", &format!("{labels}/new%20one"), Value::Null).await;
    assert_eq!(gone, (404, "Label does not exist".to_owned()));
    scene.done(201, "POST", &format!("{HELLO}/issues/{number}/comments"), json!({"body": "well"})).await;
    assert_eq!(scene.document(&format!("{HELLO}/issues/{number}/comments")).await[0]["body"], "well");
    assert_eq!(scene.document(&format!("{HELLO}/issues/{number}")).await["comments"], 1);
}

#[tokio::test]
async fn a_commit_keeps_every_status_and_the_last_counts_whatever_its_case() {
    let scene = Scene::set().await;
    let sha = scene.tip("main");
    let statuses = format!("{HELLO}/statuses/{sha}");
    let combined = format!("{HELLO}/commits/main/status");
    assert_eq!(scene.document(&combined).await["state"], "pending");
    for (context, state) in [("dev", "pending"), ("Dev", "success"), ("qa", "pending")] {
        let body = json!({"context": context, "state": state, "description": "Promoted 1"});
        scene.done(201, "POST", &statuses, body).await;
    }
    let all = scene.document(&format!("{HELLO}/commits/{sha}/statuses")).await;
    let said: Vec<_> = all.as_array().unwrap().iter().map(|one| one["context"].as_str().unwrap()).collect();
    assert_eq!(said, ["qa", "Dev", "dev"]);
    let found = scene.document(&combined).await;
    assert_eq!((&found["state"], &found["total_count"]), (&json!("pending"), &json!(2)));
    for (target, body, told) in [
        (
            &statuses,
            json!({"state": "done"}),
            "Validation Failed: state is not included in the list".to_owned(),
        ),
        (
            &statuses,
            json!({"state": "error", "description": "x".repeat(141)}),
            "Validation Failed: description is too long (maximum is 140 characters)".to_owned(),
        ),
        (
            &format!("{HELLO}/statuses/{}", "1".repeat(40)),
            json!({"state": "error"}),
            format!("No commit found for SHA: {}", "1".repeat(40)),
        ),
    ] {
        assert_eq!(scene.refused(OWNER, "POST", target, body).await, (422, told));
    }
}

#[tokio::test]
async fn the_index_of_merges_lags() {
    let scene = Scene::set().await;
    let number = scene.pull("a", "one", "1").await;
    let pulls = |sha: String| format!("{HELLO}/commits/{sha}/pulls");
    let found = scene.document(&pulls(scene.tip("a"))).await;
    assert_eq!(found[0]["number"], json!(number));
    scene.done(200, "PUT", &format!("{HELLO}/pulls/{number}/merge"), json!({})).await;
    assert_eq!(scene.document(&pulls(scene.tip("main"))).await, json!([]), "it knows nothing yet");
}
