//! What the branch that an environment follows tells that is wrong, and the statuses of what is deployed.

use gitops_core::model::verdict::Reason;
use serde_json::{Value, json};

use super::scene::{APPLIED, FORMER, SOURCE, Scene, assert_told};

const COMMITS: &str = "gh api --hostname git.example 'repos/contoso/hello-gitops/commits?per_page=5&sha=dev' --jq \
                       '.[] | .sha[:7] + \" \" + .commit.author.name + \": \" + .commit.message'";

/// The branch was put back to the commit before the applied one.
fn rewritten() -> Scene {
    Scene::with(|scene| {
        scene.heads.insert("dev", FORMER);
        scene.distances.insert((APPLIED, FORMER), (0, 1));
    })
}

/// Somebody committed to the branch who is not this flow.
fn untracked() -> Scene {
    Scene::with(|scene| {
        scene.tracking.remove(APPLIED);
    })
}

/// A status of the deployed source commit says that its test failed.
fn failed(page: Value) -> Scene {
    Scene::with(|scene| {
        let (context, description) = ("e2e/dev", "2 of 9 failed at d61d370");
        let status = json!({
            "context": context, "state": "failure", "description": description, "target_url": page,
        });
        scene.statuses.insert(SOURCE, vec![status]);
    })
}

/// The environment after `dev` leads back to it.
fn circular() -> Scene {
    Scene::with(|scene| {
        let back = [("NEXT_ENVIRONMENT".to_owned(), "DEV".to_owned())].into();
        scene.environments.insert("qa", back);
    })
}

/// Situations that advise a command.
pub(super) fn scenes() -> Vec<Scene> {
    vec![rewritten(), untracked(), failed(Value::Null), circular()]
}

#[test]
fn who_looks_at_a_rewritten_branch_sees_what_it_holds() {
    let told =
        "HistoryRewritten: branch dev no longer has 1 commit that led to d61d370: its history was rewritten";
    assert_told(&rewritten().environment("dev"), told, COMMITS);
}

#[test]
fn who_looks_at_an_untracked_branch_sees_who_committed() {
    let told = "TrackingMissing: branch dev of contoso/hello-gitops has no tracking files: no deployment of this flow made it";
    assert_told(&untracked().environment("dev"), told, COMMITS);
}

#[test]
fn a_failed_status_leads_to_the_run_that_reported_it_or_to_who_did() {
    let told = "StatusFailed: status e2e/dev is failure: 2 of 9 failed at d61d370";
    let run = "https://git.example/contoso/hello/actions/runs/77";
    let of_run = "gh run view 77 --log-failed --repo git.example/contoso/hello";
    let statuses = format!(
        "gh api --hostname git.example repos/contoso/hello/commits/{SOURCE}/statuses --jq '.[] | .created_at + \" \" + \
         .context + \" \" + .state + \" by \" + .creator.login'"
    );
    for (page, command) in [
        (json!(run), of_run),
        (json!(format!("{run}/job/5")), of_run),
        (json!(format!("{run}?check_suite_focus=true")), of_run),
        (json!(format!("{run}#step")), of_run),
        (json!("https://git.example/other/hello/actions/runs/77"), &statuses),
        (json!("https://elsewhere.example/report"), &statuses),
        (json!("javascript:alert(1)"), &statuses),
        (Value::Null, &statuses),
    ] {
        let dev = failed(page.clone()).environment("dev");
        assert_told(&dev, told, command);
        let remark = dev.remarks.iter().find(|remark| remark.reason == Reason::StatusFailed);
        // A query or a fragment may hold what is secret.
        let plain = |page: &str| page.split(['?', '#']).next().unwrap_or_default().to_owned();
        let shown = page.as_str().filter(|page| page.starts_with("https://")).map(plain);
        assert_eq!(remark.expect("a remark").url.as_deref().map(plain), shown);
    }
}

#[test]
fn a_circle_is_told_once_with_what_ends_it() {
    assert_told(
        &circular().environment("dev"),
        "ChainCircular: the chain of environments is a circle: dev → qa → DEV; promotion would never end",
        "gh variable delete NEXT_ENVIRONMENT --env qa --repo git.example/contoso/hello",
    );
    assert_eq!(circular().picture().environments.len(), 2);
}
