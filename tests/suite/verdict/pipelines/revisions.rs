//! `--revision`: where one commit stands in each environment.

use gitops_core::model::upstream::{upstreams, wanted_questions};
use gitops_core::model::verdict::{Reason, Standing};
use serde_json::json;

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

/// Situations that advise a command.
pub(super) fn scenes() -> Vec<Scene> {
    vec![asked_for(NEW_SOURCE, |scene| {
        scene.pulls.insert("dev", vec![pull(43, NEW_SOURCE, FORMER, 3)]);
    })]
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
            "1a2b3c4 (0.0.1-42) of contoso/hello, which came after it, took its place in dev",
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
            "it is merged to dev of contoso/hello-gitops with 90ab123; Flux has not fetched that",
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
        scene.statuses.clear();
    });
    let qa = other.environment("qa");
    assert_stands(&qa, Standing::NotDeployed, Reason::DeployNotDispatched);
}

/// Deployed, and then replaced: by an older one as well as by a newer one, in every environment.
#[test]
fn a_commit_that_an_older_one_was_deployed_over_is_superseded() {
    let older = "0e0e0e0 (0.0.1-41) of contoso/hello, which is older, was deployed over it in dev";
    let replaced = |change: fn(&mut Scene)| {
        let mut scene = asked_for(SOURCE, |scene| {
            scene.tracking.insert(APPLIED, ["0.0.1-41", OLD_SOURCE, CONFIG, "0.0.1-41"]);
            scene.tracking.insert(QA_HEAD, ["0.0.1-41", OLD_SOURCE, CONFIG, "0.0.1-41"]);
            scene.statuses.clear();
        });
        change(&mut scene);
        scene
    };
    type Change = fn(&mut Scene);
    let deployments: [(&str, Change); 3] = [
        ("the branch held it just before", |scene| {
            scene.tracking.insert(FORMER, ["0.0.1-42", SOURCE, CONFIG, "0.0.1-42"]);
        }),
        ("a status says so", |scene| {
            let status = |environment: &str| json!({"context": environment, "state": "success", "description": "Deployed 0.0.1-42: 46abddd"});
            scene.statuses.insert(SOURCE, vec![status("dev"), status("qa")]);
        }),
        ("it is a commit of the branch", |scene| {
            scene.revision = Some(FORMER);
            scene.tracking.insert(FORMER, ["0.0.1-42", SOURCE, CONFIG, "0.0.1-42"]);
            scene.distances.insert((FORMER, APPLIED), (1, 0));
        }),
    ];
    for (why, change) in deployments {
        let dev = replaced(change).environment("dev");
        assert_stands(&dev, Standing::NotDeployed, Reason::Superseded);
        assert_eq!(dev.message, older, "{why}");
        let merged = "gh pr list --state merged --limit 5 --base dev --repo git.example/contoso/hello-gitops";
        assert_eq!(dev.next[0].command, merged, "{why}");
    }
    let qa = replaced(deployments[1].1).environment("qa");
    assert_stands(&qa, Standing::NotDeployed, Reason::Superseded);
    // A run that failed before does not hide it; one that goes on does.
    let deploying = |state: &'static str| {
        let mut scene = replaced(deployments[1].1);
        let title = format!("deploy dev {SOURCE} 0.0.1-42 y");
        let runs = scene.runs.entry("hello").or_default();
        runs.retain(|run| run["name"] != "deploy");
        runs.push(run(9, "deploy", &title, SOURCE, state, 30));
        scene.environment("dev").reason
    };
    assert_eq!(deploying("failure"), Reason::Superseded);
    assert_eq!(deploying("in_progress"), Reason::DeployRunning);
    // What was never deployed was not replaced.
    let never = replaced(|_| {}).environment("dev");
    assert_eq!(never.reason, Reason::DeployNotDispatched, "{}", never.message);
}

#[test]
fn a_rendering_of_the_same_commit_took_its_place() {
    for (tracked, what) in
        [("0.0.1-44", "another version (0.0.1-44)"), ("0.0.1-42", "an older version (0.0.1-42)")]
    {
        let scene = asked_for(FORMER, |scene| {
            scene.tracking.insert(FORMER, ["0.0.1-43", SOURCE, CONFIG, "0.0.1-43"]);
            scene.tracking.insert(APPLIED, [tracked, SOURCE, CONFIG, tracked]);
        });
        let dev = scene.environment("dev");
        assert_stands(&dev, Standing::NotDeployed, Reason::Superseded);
        assert_eq!(dev.message, format!("{what} of the same source commit took its place in dev"));
    }
}

/// An environment later in the chain says what it waits for, and where to look.
#[test]
fn a_later_environment_waits_for_the_one_before() {
    let mut scene = asked_for(NEW_SOURCE, |scene| {
        scene.pulls.insert("dev", vec![pull(43, NEW_SOURCE, FORMER, 3)]);
    });
    let qa = scene.environment("qa");
    assert_stands(&qa, Standing::NotDeployed, Reason::DeployNotDispatched);
    assert_eq!(qa.message, "it has not come to qa: it waits until it is proved in dev");
    let look = "kubectl gitops-status --project contoso/hello --environment dev --revision 2b2b2b2";
    assert_eq!(qa.next[0].command, look);
    scene.pulls.clear();
    let runs = scene.runs.entry("hello").or_default();
    runs.retain(|run| run["id"] != 7);
    runs.push(run(7, "ci", "", NEW_SOURCE, "in_progress", 9));
    let qa = scene.environment("qa");
    assert_stands(&qa, Standing::NotDeployed, Reason::CiRunning);
    assert_eq!(qa.message, "ci (run 7) began 9 min ago; qa comes after dev");
    assert_eq!(qa.next[0].command, "gh run watch 7 --repo git.example/contoso/hello");
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
