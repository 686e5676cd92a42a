//! `--revision`: where one commit stands in each environment.

use gitops_core::model::upstream::{upstreams, wanted_questions};
use gitops_core::model::verdict::{Reason, Standing};

use super::super::least::assert_stands;
use super::scene::{
    APPLIED, CONFIG, FORMER, NEW_SOURCE, OLD_SOURCE, QA_HEAD, SOURCE, Scene, pull, remarks, run,
};

fn asked_for(revision: &'static str, change: impl FnOnce(&mut Scene)) -> Scene {
    let mut scene = Scene::pushed(10);
    scene.runs.entry("hello").or_default().push(run(7, "ci", "", NEW_SOURCE, "success", 9));
    scene.distances.insert((NEW_SOURCE, SOURCE), (0, 1));
    scene.revision = Some(revision);
    change(&mut scene);
    scene
}

#[test]
fn a_source_commit_is_followed_on_its_way() {
    type Change = fn(&mut Scene);
    let cases: [(&str, Change, Standing, Reason, &str); 8] = [
        (SOURCE, |_| {}, Standing::Deployed, Reason::Applied, "d61d370 (0.0.1-42) is applied"),
        ("1a2b3c4", |_| {}, Standing::Deployed, Reason::Applied, "d61d370 (0.0.1-42) is applied"),
        (
            OLD_SOURCE,
            |_| {},
            Standing::NotDeployed,
            Reason::Superseded,
            "1a2b3c4 (0.0.1-42), which came after it, took its place in dev",
        ),
        (
            NEW_SOURCE,
            |scene| {
                let runs = scene.runs.entry("hello").or_default();
                runs.retain(|run| run["id"] != 7);
                runs.push(run(7, "ci", "", NEW_SOURCE, "in_progress", 9));
            },
            Standing::Building,
            Reason::CiRunning,
            "ci (run 7) began 9 min ago",
        ),
        (
            NEW_SOURCE,
            |scene| {
                let title = format!("deploy dev {NEW_SOURCE} 0.0.1-43 y");
                scene.runs.entry("hello").or_default().push(run(
                    8,
                    "deploy",
                    &title,
                    SOURCE,
                    "in_progress",
                    3,
                ));
            },
            Standing::Rendering,
            Reason::DeployRunning,
            "deploy (run 8) began 3 min ago",
        ),
        (
            NEW_SOURCE,
            |scene| {
                scene.pulls.insert("dev", vec![pull(43, NEW_SOURCE, FORMER, 3)]);
            },
            Standing::AwaitingApproval,
            Reason::PullRequestOpen,
            "#43 Deploy to 'dev' '0.0.1-43' waits for approval",
        ),
        (
            NEW_SOURCE,
            |scene| {
                scene.heads.insert("dev", QA_HEAD);
                scene.tracking.insert(QA_HEAD, ["0.0.1-43", NEW_SOURCE, CONFIG, "0.0.1-43"]);
            },
            Standing::Syncing,
            Reason::MergedNotFetched,
            "it is merged to dev with 90ab123; Flux has not fetched that",
        ),
        (
            NEW_SOURCE,
            |_| {},
            Standing::NotDeployed,
            Reason::DeployNotDispatched,
            "ci (run 7) built 2b2b2b2, the newest commit of contoso/hello, and deploy was not started for dev",
        ),
    ];
    for (revision, change, standing, reason, message) in cases {
        let dev = asked_for(revision, change).environment("dev");
        assert_stands(&dev, standing, reason);
        assert_eq!(dev.message, message);
        let has_former =
            remarks(&dev).iter().any(|remark| remark.starts_with("Applied: dev itself is Deployed"));
        assert_eq!(has_former, standing != Standing::Deployed, "{:?}", dev.remarks);
    }
}

#[test]
fn a_commit_of_the_gitops_repository_stands_for_its_source() {
    let deployed = asked_for("d61d370", |_| {}).environment("dev");
    assert_stands(&deployed, Standing::Deployed, Reason::Applied);
    let former = asked_for(FORMER, |_| {}).environment("dev");
    assert_stands(&former, Standing::NotDeployed, Reason::Superseded);
    let other = asked_for(APPLIED, |scene| {
        scene.tracking.insert(QA_HEAD, ["0.0.1-41", OLD_SOURCE, CONFIG, "0.0.1-41"]);
    });
    let qa = other.environment("qa");
    assert_stands(&qa, Standing::NotDeployed, Reason::DeployNotDispatched);
}

#[test]
fn a_commit_of_neither_repository_is_unknown() {
    let scene = asked_for("fffffff", |_| {});
    let (_, scope) = scene.seen();
    let (answers, _) = scene.ask(&scope);
    let looked = upstreams(&scope, &answers, None).without_revision().expect("it is unknown");
    let looked: Vec<String> = looked.iter().map(ToString::to_string).collect();
    assert_eq!(looked, ["contoso/hello", "contoso/hello-gitops"]);
    // What is not answered is not unknown.
    let words = "commit fffffff of contoso/hello-gitops";
    let mut refused = scene;
    refused.refused.insert(words);
    let (answers, _) = refused.ask(&scope);
    assert!(wanted_questions(&scope, &answers).iter().any(|question| question.to_string() == words));
    assert_eq!(upstreams(&scope, &answers, None).without_revision(), None);
}
