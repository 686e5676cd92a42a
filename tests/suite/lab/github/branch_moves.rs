//! What becomes of pull requests when branches move, by whatever way.

use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

use super::scene::{FRIEND, OWNER, Scene};

const HELLO: &str = "/repos/contoso/hello";

impl Scene {
    /// Moves a branch on the host, past GitHub.
    fn place(&self, branch: &str, commit: Option<&str>, at: Timestamp) {
        self.server.host().set_branch("contoso/hello", branch, commit, at).unwrap();
    }

    fn now(&self) -> Timestamp {
        self.server.with_github(|_, now| now)
    }

    async fn pull_request(&self, number: u64) -> Value {
        self.document(&format!("{HELLO}/pulls/{number}")).await
    }

    async fn approve(&self, token: &str, number: u64) {
        let reviews = format!("{HELLO}/pulls/{number}/reviews");
        let answer = self.ask(token, "POST", &reviews, json!({"event": "APPROVE"})).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }

    async fn review_states(&self, number: u64) -> Vec<Value> {
        let reviews = self.document(&format!("{HELLO}/pulls/{number}/reviews")).await;
        reviews.as_array().unwrap().iter().map(|review| review["state"].clone()).collect()
    }
}

#[tokio::test]
async fn a_pull_request_was_merged_when_its_commits_came_and_not_when_somebody_asked() {
    let scene = Scene::set().await;
    let number = scene.pull("a", "one", "1").await;
    let at = scene.now() + 1.hour();
    scene.place("main", Some(&scene.tip("a")), at);
    scene.place("main", None, at + 1.hour());
    let pull = scene.pull_request(number).await;
    let told = json!(at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
    assert_eq!((&pull["merged"], &pull["merged_at"], &pull["closed_at"]), (&json!(true), &told, &told));
    assert_eq!(pull["merge_commit_sha"], json!(scene.tip("a")));
}

#[tokio::test]
async fn a_push_that_brings_the_commits_merges_as_whoever_pushed() {
    let scene = Scene::set().await;
    let number = scene.pull("a", "one", "1").await;
    let (person, clone) = scene.cloned().await;
    person.does(FRIEND, &clone, &["push", "--quiet", "origin", "origin/a:refs/heads/main"]).await;
    let pull = scene.pull_request(number).await;
    assert_eq!((&pull["merged"], &pull["merged_by"]["login"]), (&json!(true), &json!("grace")));
}

#[tokio::test]
async fn a_head_that_is_forced_to_its_base_is_closed_and_not_merged() {
    let scene = Scene::set().await;
    let number = scene.pull("a", "one", "1").await;
    let (person, clone) = scene.cloned().await;
    person.does(OWNER, &clone, &["push", "--quiet", "--force", "origin", "origin/main:refs/heads/a"]).await;
    let pull = scene.pull_request(number).await;
    assert_eq!(
        (&pull["state"], &pull["merged"], &pull["merged_at"]),
        (&json!("closed"), &json!(false), &Value::Null)
    );
    let reopened =
        scene.refused(OWNER, "PATCH", &format!("{HELLO}/pulls/{number}"), json!({"state": "open"})).await;
    assert_eq!(
        reopened,
        (
            422,
            "Validation Failed: state cannot be changed. There are no new commits on the a branch."
                .to_owned()
        )
    );
}

#[tokio::test]
async fn the_ref_of_a_pull_request_follows_its_head() {
    let scene = Scene::set().await;
    let number = scene.pull("a", "one", "1").await;
    let (person, clone) = scene.cloned().await;
    person.does(OWNER, &clone, &["switch", "--quiet", "a"]).await;
    let commit = person.commit(&clone, "two", "2").await;
    person.does(OWNER, &clone, &["push", "--quiet", "origin", "a"]).await;
    let reference = format!("refs/pull/{number}/head");
    let listed = person.does(OWNER, &clone, &["ls-remote", "origin", &reference]).await;
    assert_eq!(listed, format!("{commit}\t{reference}"));
    // A commit of nobody's who asks is followed before git looks.
    scene.place("a", Some(&scene.tip("main")), scene.now());
    let listed = person.does(OWNER, &clone, &["ls-remote", "origin", &reference]).await;
    assert_eq!(listed, format!("{}\t{reference}", scene.tip("main")));
}

#[tokio::test]
async fn a_head_that_moves_away_and_back_has_lost_its_approvals() {
    let scene = Scene::set().await;
    let number = scene.pull("a", "one", "1").await;
    scene.protect("main", json!({"required_pull_request_reviews": {"dismiss_stale_reviews": true}})).await;
    scene.approve(FRIEND, number).await;
    let (head, now) = (scene.tip("a"), scene.now());
    assert_eq!(scene.review_states(number).await, ["APPROVED"]);
    let other = scene.branch("b", "two", "2").await;
    scene.place("a", Some(&other), now);
    scene.place("a", Some(&head), now);
    assert_eq!(scene.review_states(number).await, ["DISMISSED"]);
    assert_eq!(scene.pull_request(number).await["head"]["sha"], json!(head));
}

#[tokio::test]
async fn a_branch_that_was_deleted_and_began_again_has_closed_its_pull_requests() {
    let scene = Scene::set().await;
    let (number, again) = (scene.pull("a", "one", "1").await, scene.pull("b", "two", "2").await);
    let (now, head) = (scene.now(), scene.tip("a"));
    for (branch, tip) in [("a", head), ("b", scene.tip("a"))] {
        scene.place(branch, None, now);
        scene.place(branch, Some(&tip), now);
    }
    for number in [number, again] {
        let pull = scene.pull_request(number).await;
        assert_eq!((&pull["state"], &pull["merged"]), (&json!("closed"), &json!(false)));
    }
    let open = json!({"state": "open"});
    scene.done(200, "PATCH", &format!("{HELLO}/pulls/{number}"), open.clone()).await;
    let refused = scene.refused(OWNER, "PATCH", &format!("{HELLO}/pulls/{again}"), open).await;
    let told = "Validation Failed: state cannot be changed. The b branch was force-pushed or recreated.";
    assert_eq!(refused, (422, told.to_owned()));
}

#[tokio::test]
async fn what_stands_upon_a_merged_branch_goes_on_to_where_that_was_merged() {
    let scene = Scene::set().await;
    scene.done(200, "PATCH", HELLO, json!({"delete_branch_on_merge": true})).await;
    let lower = scene.pull("lower", "one", "1").await;
    scene.place("upper", Some(&scene.tip("lower")), scene.now());
    let file = json!({"message": "m", "content": "", "branch": "upper"});
    scene.done(201, "PUT", &format!("{HELLO}/contents/two"), file).await;
    let body = json!({"title": "t", "head": "upper", "base": "lower"});
    let upper = scene.done(201, "POST", &format!("{HELLO}/pulls"), body).await["number"].as_u64().unwrap();
    scene.done(200, "PUT", &format!("{HELLO}/pulls/{lower}/merge"), json!({})).await;
    assert!(scene.server.host().tip("contoso/hello", "lower").unwrap().is_none());
    let pull = scene.pull_request(upper).await;
    assert_eq!((&pull["state"], &pull["base"]["ref"]), (&json!("open"), &json!("main")));
    assert_eq!(pull["base"]["sha"], json!(scene.tip("main")));
}

#[tokio::test]
async fn a_head_that_has_moved_on_or_is_protected_is_not_deleted_with_its_merge() {
    let scene = Scene::set().await;
    scene.done(200, "PATCH", HELLO, json!({"delete_branch_on_merge": true})).await;
    let number = scene.pull("release", "one", "1").await;
    scene.protect("release", json!({})).await;
    scene.done(200, "PUT", &format!("{HELLO}/pulls/{number}/merge"), json!({})).await;
    assert!(scene.server.host().tip("contoso/hello", "release").unwrap().is_some());
    let told: Vec<_> =
        scene.server.host().ref_changes().into_iter().map(|changed| changed.change.via).collect();
    assert_eq!(told.last(), Some(&kubectl_gitops_lab::Via::Merge(number)));
}

#[tokio::test]
async fn what_is_merged_goes_on_saying_what_it_changed() {
    let scene = Scene::set().await;
    for method in ["merge", "squash", "rebase"] {
        let base = scene.tip("main");
        let number = scene.pull(method, &format!("{method}.txt"), "1").await;
        let pull = format!("/repos/contoso/hello/pulls/{number}");
        scene.done(200, "PUT", &format!("{pull}/merge"), json!({"merge_method": method})).await;
        let merged = scene.document(&pull).await;
        assert_eq!((&merged["merged"], &merged["base"]["sha"]), (&json!(true), &json!(base)), "{method}");
        assert_eq!((&merged["commits"], &merged["changed_files"]), (&json!(1), &json!(1)), "{method}");
        let files = scene.document(&format!("{pull}/files")).await;
        assert_eq!(files[0]["filename"], format!("{method}.txt"));
    }
}
