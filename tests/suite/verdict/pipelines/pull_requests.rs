//! Open pull requests: waiting, in conflict, older than what is deployed, rendered from a former configuration.

use gitops_core::model::verdict::{Reason, Standing};
use serde_json::json;

use super::super::least::{ago, assert_stands};
use super::scene::{CONFIG, NEW_SOURCE, OLD_SOURCE, SOURCE, Scene, assert_told, pull, remarks};

const HEAD: &str = "abcdef0abcdef0abcdef0abcdef0abcdef0abcde";

/// A pull request that deploys a commit to `dev`.
fn open(source: &'static str) -> Scene {
    Scene::with(|scene| {
        scene.pulls.insert("dev", vec![pull(43, source, HEAD, 5)]);
        scene.tracking.insert(HEAD, ["0.0.1-43", source, CONFIG, "0.0.1-43"]);
        scene.distances.insert((NEW_SOURCE, SOURCE), (0, 1));
    })
}

fn conflicting() -> Scene {
    let mut scene = open(NEW_SOURCE);
    let mut detail = pull(43, NEW_SOURCE, HEAD, 5);
    detail["mergeable"] = json!(false);
    scene.details.insert(43, detail);
    scene
}

fn outdated() -> Scene {
    let mut scene = open(NEW_SOURCE);
    let former = "f00d0005e6f1a2b3c4d5e6f1a2b3c4d5e6f1a2b0";
    scene.tracking.insert(HEAD, ["0.0.1-43", NEW_SOURCE, former, "0.0.1-43"]);
    let files = json!([{"filename": "hello/values.yaml"}, {"filename": "hello/eu/values.yaml"}]);
    scene.changes.insert(former, json!({"ahead_by": 1, "files": files}));
    scene
}

/// Situations that advise a command.
pub(super) fn scenes() -> Vec<Scene> {
    vec![open(NEW_SOURCE), open(OLD_SOURCE), conflicting(), outdated()]
}

const VIEW: &str = "gh pr view https://git.example/contoso/hello-gitops/pull/43";

#[test]
fn each_says_where_it_stands() {
    let dev = open(NEW_SOURCE).environment("dev");
    assert_told(&dev, "PullRequestOpen: #43 Deploy to 'dev' '0.0.1-43' waits for approval", VIEW);
    let remark = dev.remarks.iter().find(|remark| remark.reason == Reason::PullRequestOpen);
    let url = remark.and_then(|remark| remark.url.as_deref());
    assert_eq!(url, Some("https://git.example/contoso/hello-gitops/pull/43"));
    assert_told(
        &conflicting().environment("dev"),
        "PullRequestConflicts: #43 Deploy to 'dev' '0.0.1-43' conflicts with branch dev and cannot be merged",
        VIEW,
    );
    assert_told(
        &open(OLD_SOURCE).environment("dev"),
        "PullRequestSuperseded: #43 Deploy to 'dev' '0.0.1-43' is older than 1a2b3c4 (0.0.1-42, 1 commit newer), which is deployed: to merge it is to go back",
        VIEW,
    );
    assert_told(
        &outdated().environment("dev"),
        "PullRequestOutdated: #43 was rendered from configuration f00d000, and branch dev of contoso/hello-configs has changed 2 values.yaml files since",
        &format!(
            "gh workflow run deploy.yml -f environment=dev -f commit_id={NEW_SOURCE} -f version=0.0.1-43 -f image_tag=0.0.1-43 --repo git.example/contoso/hello"
        ),
    );
}

/// To merge it as it is would deploy the former configuration: it is rendered again, and nothing else is to be done first.
#[test]
fn what_is_outdated_has_one_thing_to_do() {
    let mut scene = outdated();
    // What is deployed was rendered from the former configuration, too.
    let files = json!([{"filename": "hello/values.yaml"}]);
    let commits = json!([{"commit": {"committer": {"date": ago(300)}}}]);
    scene.changes.insert(CONFIG, json!({"ahead_by": 1, "files": files, "commits": commits}));
    let dev = scene.environment("dev");
    let commands: Vec<&str> = dev.next.iter().map(|next| next.command.as_str()).collect();
    let [command] = commands.as_slice() else { panic!("{commands:?}") };
    assert!(command.starts_with("gh workflow run deploy.yml "), "{command}");
    let words = remarks(&dev);
    assert!(!words.iter().any(|remark| remark.starts_with("ConfigurationNewer")), "{words:?}");
    // One whose version nobody can read cannot be rendered again: it is looked at.
    let mut by_hand = scene;
    let mut pull = pull(43, NEW_SOURCE, HEAD, 5);
    pull["title"] = json!("Try this");
    by_hand.pulls.insert("dev", vec![pull]);
    let dev = by_hand.environment("dev");
    assert_told(&dev, "PullRequestOpen: #43 Try this waits for approval", VIEW);
}

/// GitHub computes in its own time whether a pull request can be merged.
#[test]
fn what_is_not_computed_yet_is_no_conflict() {
    let mut scene = open(NEW_SOURCE);
    let mut detail = pull(43, NEW_SOURCE, HEAD, 5);
    detail["mergeable"] = json!(null);
    scene.details.insert(43, detail.clone());
    assert!(!has_conflict(&scene));
    // Nor is what was said of another head.
    detail["mergeable"] = json!(false);
    detail["head"]["sha"] = json!("1111111");
    scene.details.insert(43, detail);
    assert!(!has_conflict(&scene));
    assert!(has_conflict(&conflicting()));
}

fn has_conflict(scene: &Scene) -> bool {
    remarks(&scene.environment("dev")).iter().any(|remark| remark.starts_with("PullRequestConflicts"))
}

#[test]
fn a_person_who_goes_back_on_purpose_is_not_warned() {
    let mut scene = open(OLD_SOURCE);
    scene.environments.entry("dev").or_default().insert("HOLD".to_owned(), "back to 0.0.1-41".to_owned());
    let words = remarks(&scene.environment("dev"));
    assert!(words.iter().any(|remark| remark.starts_with("PullRequestOpen")), "{words:?}");
}

/// One that somebody made by hand has no commit of the flow.
#[test]
fn the_commit_of_a_branch_of_another_name_is_that_of_its_tracking() {
    let by_hand = |tracked: &'static str| {
        let mut scene = open(OLD_SOURCE);
        let mut pull = pull(43, OLD_SOURCE, HEAD, 5);
        pull["head"]["ref"] = json!("somebody/tries");
        scene.pulls.insert("dev", vec![pull]);
        scene.tracking.insert(HEAD, ["0.0.1-41", tracked, "", ""]);
        remarks(&scene.environment("dev")).join("\n")
    };
    assert!(by_hand(OLD_SOURCE).contains("PullRequestSuperseded"));
    assert!(by_hand("").contains("PullRequestOpen"));
}

#[test]
fn the_first_deployment_awaits_approval() {
    let dev = open(NEW_SOURCE).undeployed().environment("dev");
    assert_stands(&dev, Standing::AwaitingApproval, Reason::PullRequestOpen);
    assert_eq!(dev.next[0].command, VIEW);
    assert_eq!(dev.version, None, "nothing runs");
}
