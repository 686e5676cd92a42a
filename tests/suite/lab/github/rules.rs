//! What protects a branch: who may merge, push, and whose reviews count.

use kubectl_gitops_lab::{AccessToken, Role};
use serde_json::{Value, json};

use super::scene::{FRIEND, OWNER, Scene};

const HELLO: &str = "/repos/contoso/hello";
/// A token of somebody who may only look.
const READER: &str = "t0ken-of-a-reader";

impl Scene {
    /// The answer to a merge.
    async fn merge(&self, token: &str, number: u64, method: &str) -> (u16, String) {
        let target = format!("{HELLO}/pulls/{number}/merge");
        let answer = self.ask(token, "PUT", &target, json!({"merge_method": method})).await;
        (answer.status, answer.json()["message"].as_str().unwrap().to_owned())
    }

    async fn review(&self, token: &str, number: u64, event: &str) {
        let body = json!({"event": event, "body": "well"});
        let answer = self.ask(token, "POST", &format!("{HELLO}/pulls/{number}/reviews"), body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
}

#[tokio::test]
async fn only_reviews_of_those_who_may_write_count() {
    let scene = Scene::set().await;
    let number = scene.pull("a", "one", "1").await;
    scene.protect("main", json!({"enforce_admins": true, "required_pull_request_reviews": {}})).await;
    // Whoever may look may say what they think.
    scene.server.host().add_role("barbara", "contoso/*", Role::Read);
    scene.server.host().issue(READER, AccessToken::classic("barbara", &["repo"]));
    scene.server.with_github(|hub, now| hub.add_person("barbara", now));
    scene.review(READER, number, "APPROVE").await;
    let told = "At least 1 approving review is required by reviewers with write access.";
    assert_eq!(scene.merge(OWNER, number, "merge").await, (405, told.to_owned()));
    scene.review(READER, number, "REQUEST_CHANGES").await;
    scene.review(FRIEND, number, "APPROVE").await;
    assert_eq!(scene.merge(OWNER, number, "merge").await.0, 200);
}

#[tokio::test]
async fn the_last_push_is_approved_by_somebody_else() {
    let scene = Scene::set().await;
    let number = scene.pull("a", "one", "1").await;
    let rules = json!({"require_last_push_approval": true});
    scene.protect("main", json!({"enforce_admins": true, "required_pull_request_reviews": rules})).await;
    let (person, clone) = scene.cloned().await;
    scene.review(FRIEND, number, "APPROVE").await;
    person.does(FRIEND, &clone, &["switch", "--quiet", "a"]).await;
    person.commit(&clone, "two", "2").await;
    person.does(FRIEND, &clone, &["push", "--quiet", "origin", "a"]).await;
    let told = "New changes require approval from someone other than the last pusher.";
    scene.review(FRIEND, number, "APPROVE").await;
    assert_eq!(scene.merge(OWNER, number, "merge").await, (405, told.to_owned()));
    person.commit(&clone, "three", "3").await;
    person.does(OWNER, &clone, &["push", "--quiet", "origin", "a"]).await;
    assert_eq!(scene.merge(OWNER, number, "merge").await, (405, told.to_owned()), "it was of another head");
    scene.review(FRIEND, number, "APPROVE").await;
    assert_eq!(scene.merge(OWNER, number, "merge").await.0, 200);
}

#[tokio::test]
async fn a_linear_branch_takes_no_merges() {
    let scene = Scene::set().await;
    let number = scene.pull("a", "one", "1").await;
    scene.protect("main", json!({"enforce_admins": true, "required_linear_history": true})).await;
    let told = "This branch must not contain merge commits.".to_owned();
    assert_eq!(scene.merge(OWNER, number, "merge").await, (405, told.clone()));
    let (person, clone) = scene.cloned().await;
    person.does(OWNER, &clone, &["merge", "--quiet", "--no-ff", "-m", "m", "origin/a"]).await;
    let said = person.is_refused(Some(OWNER), &clone, &["push", "origin", "main"]).await;
    assert!(said.contains(&told), "{said}");
    let merges =
        scene.refused(OWNER, "POST", &format!("{HELLO}/merges"), json!({"base": "main", "head": "a"})).await;
    assert_eq!(merges, (422, told));
    assert_eq!(scene.merge(OWNER, number, "squash").await.0, 200);
}

#[tokio::test]
async fn a_locked_branch_does_not_move() {
    let scene = Scene::set().await;
    let number = scene.pull("a", "one", "1").await;
    scene.protect("main", json!({"enforce_admins": true, "lock_branch": true})).await;
    let told = "Cannot change this locked branch".to_owned();
    assert_eq!(scene.merge(OWNER, number, "merge").await, (405, told.clone()));
    let file = json!({"message": "m", "content": ""});
    assert_eq!(scene.refused(OWNER, "PUT", &format!("{HELLO}/contents/x"), file).await, (422, told));
    let protection = scene.document(&format!("{HELLO}/branches/main/protection")).await;
    assert_eq!(protection["lock_branch"]["enabled"], true);
}

#[tokio::test]
async fn a_branch_may_be_kept_for_a_few_and_reviews_spared_to_a_few() {
    let scene = Scene::set().await;
    let number = scene.pull("a", "one", "1").await;
    let restrictions = format!("{HELLO}/branches/main/protection/restrictions");
    let kept = json!({"enforce_admins": true, "restrictions": {"users": ["grace"], "teams": []}});
    scene.protect("main", kept).await;
    let listed = scene.document(&restrictions).await;
    assert_eq!((&listed["users"][0]["login"], &listed["teams"]), (&json!("grace"), &json!([])));
    let (status, told) = scene.merge(OWNER, number, "merge").await;
    assert!(status == 405 && told.starts_with("You're not authorized to push to this branch."), "{told}");
    let file = json!({"message": "m", "content": ""});
    let written = scene.ask(FRIEND, "PUT", &format!("{HELLO}/contents/x"), file.clone()).await;
    assert_eq!(written.status, 201, "{}", written.text);

    let spared = json!({"bypass_pull_request_allowances": {"users": ["ada"]}});
    scene.protect("main", json!({"enforce_admins": true, "required_pull_request_reviews": spared})).await;
    assert_eq!(scene.refused(OWNER, "GET", &restrictions, Value::Null).await.0, 404);
    let refused = scene.refused(FRIEND, "PUT", &format!("{HELLO}/contents/y"), file).await;
    assert_eq!(refused, (422, "Changes must be made through a pull request.".to_owned()));
    assert_eq!(scene.merge(FRIEND, number, "merge").await.0, 405);
    assert_eq!(scene.merge(OWNER, number, "merge").await.0, 200);
}

#[tokio::test]
async fn rules_that_are_not_enforced_are_refused_and_change_nothing() {
    let scene = Scene::set().await;
    let protection = format!("{HELLO}/branches/main/protection");
    let rules = json!({"required_status_checks": null, "enforce_admins": true, "restrictions": null,
        "required_pull_request_reviews": {"require_code_owner_reviews": true}});
    let answer = scene.ask(OWNER, "PUT", &protection, rules).await;
    assert_eq!(answer.status, 501);
    let told = answer.json()["message"].as_str().unwrap().to_owned();
    assert!(told.contains("require_code_owner_reviews"), "{told}");
    assert_eq!(scene.get(&protection).await.json()["message"], "Branch not protected");
    scene
        .protect("main", json!({"required_pull_request_reviews": {"required_approving_review_count": 2}}))
        .await;
    let reviews = format!("{protection}/required_pull_request_reviews");
    let change = json!({"dismiss_stale_reviews": true});
    let changed = scene.done(200, "PATCH", &reviews, change).await;
    assert_eq!(
        (&changed["required_approving_review_count"], &changed["dismiss_stale_reviews"]),
        (&json!(2), &json!(true))
    );
}
