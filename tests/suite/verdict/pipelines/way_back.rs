//! What failed can be gone back from: to the version before, or to the configuration before.

use serde_json::json;

use super::super::least::{ago, condition, kustomization, with};
use super::scene::{APPLIED, CONFIG, FORMER, OLD_SOURCE, SOURCE, Scene};

/// What is applied, and fails its health check ever since; `reason` is Flux's.
fn failing(reason: &str) -> Scene {
    let failed = condition("Ready", "False", reason, 60);
    Scene::with(|scene| {
        scene.objects[1] = with(
            kustomization(),
            &[
                ("/status/conditions", json!([failed])),
                ("/status/lastAppliedRevision", json!(format!("dev@sha1:{FORMER}"))),
                ("/status/lastAttemptedRevision", json!(format!("dev@sha1:{APPLIED}"))),
            ],
        );
        scene.commits.insert(FORMER, super::scene::commit(FORMER, "Deploy", 60));
        scene.distances.insert((FORMER, APPLIED), (1, 0));
    })
}

/// Situations that advise a command.
pub(super) fn scenes() -> Vec<Scene> {
    vec![failing("HealthCheckFailed")]
}

fn commands(scene: &Scene) -> Vec<String> {
    scene.environment("dev").next.into_iter().map(|next| format!("{}: {}", next.why, next.command)).collect()
}

#[test]
fn a_failed_deployment_says_the_way_back() {
    let back = format!(
        "go back to 0.0.1-41, the last that was well: gh workflow run deploy.yml -f environment=dev -f commit_id={OLD_SOURCE} -f promotion=n -f image_tag=0.0.1-41 -f version=0.0.1-41 --repo git.example/contoso/hello"
    );
    for reason in ["HealthCheckFailed", "BuildFailed", "ReconciliationFailed"] {
        let commands = commands(&failing(reason));
        assert!(commands.contains(&back) || reason == "ReconciliationFailed", "{reason}: {commands:?}");
    }
    // The same version with another configuration: that is reverted.
    let mut same = failing("HealthCheckFailed");
    same.tracking.insert(FORMER, ["0.0.1-42", SOURCE, CONFIG, "0.0.1-42"]);
    let merged = "see what was merged, and by whom: gh pr list --state merged --limit 5 --base dev --repo git.example/contoso/hello-gitops";
    assert!(commands(&same).iter().any(|command| command == merged), "{:?}", commands(&same));
    // Where nothing tells what was before, nothing is advised.
    let mut untracked = failing("HealthCheckFailed");
    untracked.tracking.clear();
    assert!(!commands(&untracked).iter().any(|command| command.contains("deploy.yml")));
}

#[test]
fn a_source_that_cannot_be_fetched_has_no_way_back() {
    let fetch = json!([{
        "type": "FetchFailed", "status": "True", "reason": "GitOperationFailed", "message": "x",
        "lastTransitionTime": ago(600), "observedGeneration": 1,
    }]);
    let mut scene = Scene::well();
    scene.objects[0] = with(scene.objects[0].clone(), &[("/status/conditions", fetch)]);
    assert!(!commands(&scene).iter().any(|command| command.contains("go back")), "{:?}", commands(&scene));
}
