//! From what is built, or proved, to what goes on after a merge: handed over, notified, rendered, and never backwards.

use serde_json::{Value, json};

use super::super::least::ago;
use super::scene::{
    APPLIED, CONFIG, FORMER, NEW_SOURCE, OLD_SOURCE, QA_HEAD, SOURCE, Scene, assert_told, commit, remarks,
    run, workflow,
};

/// Built, and not handed to `deploy`.
fn built() -> Scene {
    let mut scene = Scene::pushed(6);
    scene.runs.entry("hello").or_default().push(run(7, "ci", "", NEW_SOURCE, "success", 5));
    scene
}

/// `dev` is proved, and `qa` has what was before.
fn proved() -> Scene {
    Scene::with(|scene| {
        scene.tracking.insert(QA_HEAD, ["0.0.1-41", OLD_SOURCE, CONFIG, "0.0.1-41"]);
    })
}

/// A merge that no run tells of, and no status.
fn unnotified(message: &str, author: &str) -> Scene {
    Scene::with(|scene| {
        let mut merge = commit(APPLIED, message, 5);
        merge["author"]["name"] = json!(author);
        scene.commits.insert(APPLIED, merge);
        scene.runs.insert("hello-gitops", Vec::new());
    })
}

/// The configuration has a change that nothing renders.
fn reconfigured(minutes: i64) -> Scene {
    Scene::with(|scene| {
        let changes = json!({
            "ahead_by": 2, "files": [{"filename": "hello/values.yaml"}, {"filename": "README.md"}],
            "commits": [{"commit": {"committer": {"date": ago(60 * minutes)}}}],
        });
        scene.changes.insert(CONFIG, changes);
    })
}

/// An older version took the place of a newer one.
fn downgraded() -> Scene {
    Scene::with(|scene| {
        scene.tracking.insert(APPLIED, ["0.0.1-41", OLD_SOURCE, CONFIG, "0.0.1-41"]);
        scene.tracking.insert(FORMER, ["0.0.1-42", SOURCE, CONFIG, "0.0.1-42"]);
    })
}

/// Situations that advise a command.
pub(super) fn scenes() -> Vec<Scene> {
    let mut disabled = unnotified("Merge", "ada");
    disabled.workflows.insert("hello-gitops", vec![workflow(4, "notify-on-pr", "disabled_manually")]);
    let mut failed = unnotified("Merge", "ada");
    failed.runs.insert("hello-gitops", vec![run(4, "notify-on-pr", "", APPLIED, "failure", 4)]);
    let skipped = unnotified("Merge [skip ci]", "ada");
    vec![built(), proved(), skipped, disabled, failed, reconfigured(5), downgraded()]
}

fn has(scene: &Scene, environment: &str, reason: &str) -> bool {
    remarks(&scene.environment(environment)).iter().any(|remark| remark.starts_with(reason))
}

#[test]
fn what_is_built_and_not_handed_over_is_told() {
    assert_told(
        &built().environment("dev"),
        "DeployNotDispatched: ci (run 7) built 2b2b2b2, the newest commit of contoso/hello, and deploy was not started for dev",
        &format!(
            "gh workflow run deploy.yml -f environment=dev -f commit_id={NEW_SOURCE} -f image_tag=0.0.1-7 -f version=0.0.1-7 --repo git.example/contoso/hello"
        ),
    );
    // Where nothing tells which version it has, it is built once more.
    let mut named = built();
    named.tracking.insert(APPLIED, ["1.4.0", SOURCE, CONFIG, "1.4.0"]);
    let commands: Vec<String> = named.environment("dev").next.into_iter().map(|next| next.command).collect();
    assert_eq!(commands, ["gh run rerun 7 --repo git.example/contoso/hello"]);
    assert!(!has(&built(), "qa", "DeployNotDispatched"));
    type Change = fn(&mut Scene);
    let over: [(&str, Change); 5] = [
        ("a run names it", |scene| {
            let title = format!("deploy dev {NEW_SOURCE} 0.0.1-43 y");
            scene.runs.entry("hello").or_default().push(run(8, "deploy", &title, NEW_SOURCE, "success", 4));
        }),
        ("a run may be for it", |scene| {
            scene.runs.entry("hello").or_default().push(run(8, "deploy", "deploy", NEW_SOURCE, "success", 4));
        }),
        ("a pull request brings it", |scene| {
            scene.pulls.insert("dev", vec![super::scene::pull(43, NEW_SOURCE, APPLIED, 3)]);
        }),
        ("a hold keeps it away", |scene| {
            scene.environments.entry("dev").or_default().insert("HOLD".to_owned(), "freeze".to_owned());
        }),
        ("nobody knows where promotion begins", |scene| scene.variables.clear()),
    ];
    for (why, change) in over {
        let mut scene = built();
        change(&mut scene);
        assert!(!has(&scene, "dev", "DeployNotDispatched"), "{why}");
    }
}

#[test]
fn what_is_proved_and_not_promoted_is_told_of_the_next_environment() {
    assert_told(
        &proved().environment("qa"),
        "DeployNotDispatched: 1a2b3c4 (0.0.1-42) is proved in dev, and deploy was not started for qa",
        &format!(
            "gh workflow run deploy.yml -f environment=qa -f commit_id={SOURCE} -f image_tag=0.0.1-42 -f version=0.0.1-42 --repo git.example/contoso/hello"
        ),
    );
    type Change = fn(&mut Scene);
    let status = |description: &str, seconds: i64| {
        vec![
            json!({"context": "dev", "state": "success", "description": description, "created_at": ago(seconds)}),
        ]
    };
    let over: [(&str, Change); 4] = [
        ("a run began", |scene| {
            let title = format!("deploy qa {SOURCE} 0.0.1-42 y");
            scene.runs.entry("hello").or_default().push(run(8, "deploy", &title, SOURCE, "in_progress", 1));
        }),
        ("a pull request brings it", |scene| {
            scene.pulls.insert("qa", vec![super::scene::pull(43, SOURCE, APPLIED, 3)]);
        }),
        ("a hold keeps it away", |scene| {
            scene.environments.entry("qa").or_default().insert("HOLD".to_owned(), "freeze".to_owned());
        }),
        ("older runs are not listed", |scene| {
            scene.has_older_runs = true;
            scene.runs.entry("hello").or_default().clear();
            scene.runs.entry("hello").or_default().push(run(
                8,
                "deploy",
                "deploy dev 1234567 y",
                SOURCE,
                "success",
                3,
            ));
        }),
    ];
    for (why, change) in over {
        let mut scene = proved();
        change(&mut scene);
        assert!(!has(&scene, "qa", "DeployNotDispatched"), "{why}");
    }
    for (why, description, seconds) in [
        ("it was configured", "Configured: d61d370", 540),
        ("it is recent", "Deployed 0.0.1-42: d61d370", 30),
    ] {
        let mut scene = proved();
        scene.statuses.insert(SOURCE, status(description, seconds));
        assert!(!has(&scene, "qa", "DeployNotDispatched"), "{why}");
    }
}

#[test]
fn a_merge_that_started_nothing_has_its_reason() {
    let without_status = |mut scene: Scene| {
        scene.statuses.clear();
        scene.runs.entry("hello").or_default().retain(|run| run["name"] != "post-deployment");
        scene
    };
    let by_hand = format!(
        "gh workflow run post-deployment.yml -f promoted_commit_id={SOURCE} -f environment=dev -f commit_id={APPLIED} -f image_tag=0.0.1-42 -f version=0.0.1-42 --repo git.example/contoso/hello"
    );
    let merged = "the merge d61d370 (0.0.1-42) to dev started no post-deployment";
    type Change = fn(&mut Scene);
    let none: Change = |_| {};
    let disabled: Change = |scene| {
        scene.workflows.insert("hello-gitops", vec![workflow(4, "notify-on-pr", "disabled_manually")]);
    };
    let missing: Change = |scene| {
        scene.workflows.insert("hello-gitops", Vec::new());
    };
    for (message, author, change, cause, why) in [
        ("Merge [skip ci]", "ada", none, "/SkipMarker", "its message tells workflows to skip it"),
        (
            "Merge",
            "github-actions[bot]",
            none,
            "/StartsNothing",
            "github-actions[bot] merged it, whose pushes start no workflow",
        ),
        (
            "Merge",
            "ada",
            disabled,
            "/WorkflowDisabled",
            "workflow .github/workflows/notify-on-pr.yml is disabled",
        ),
        ("Merge", "ada", missing, "/WorkflowMissing", "workflow notify-on-pr is not there"),
        (
            "Merge",
            "ada",
            none,
            "",
            "no run of notify-on-pr began, which is enabled; branch dev may lack its file",
        ),
    ] {
        let mut scene = without_status(unnotified(message, author));
        change(&mut scene);
        assert_told(&scene.environment("dev"), &format!("NotNotified{cause}: {merged}: {why}"), &by_hand);
    }
    let mut failed = without_status(unnotified("Merge", "ada"));
    failed.runs.insert("hello-gitops", vec![run(4, "notify-on-pr", "", APPLIED, "failure", 4)]);
    failed.jobs.insert(4, json!({"name": "notify", "status": "completed", "conclusion": "failure"}));
    assert_told(
        &failed.environment("dev"),
        &format!("NotNotified/WorkflowFailed: {merged}: notify-on-pr (run 4) failed 3 min ago: job notify"),
        "gh run view 4 --log-failed --repo git.example/contoso/hello-gitops",
    );
}

#[test]
fn a_merge_whose_deployment_is_recorded_was_notified() {
    // The status and the run are newer than the merge.
    let mut scene = unnotified("Merge", "ada");
    scene.commits.insert(APPLIED, commit(APPLIED, "Merge", 12));
    assert!(!has(&scene, "dev", "NotNotified"));
    // What carries no deployment of the flow has nothing to hand over.
    let mut scene = unnotified("Merge", "ada");
    scene.tracking.remove(APPLIED);
    assert!(!has(&scene, "dev", "NotNotified"));
    // The status that the deployment's own start set says nothing of what came after.
    let promoted = json!({"context": "dev", "state": "pending", "description": "Promoted 0.0.1-42", "created_at": ago(60)});
    let mut scene = unnotified("Merge", "ada");
    scene.statuses.insert(SOURCE, vec![promoted]);
    scene.runs.entry("hello").or_default().retain(|run| run["name"] != "post-deployment");
    assert!(has(&scene, "dev", "NotNotified"));
}

#[test]
fn an_older_version_over_a_newer_one_is_told() {
    let told = "OlderVersion: 0e0e0e0 (0.0.1-41) of contoso/hello is deployed and is older than 1a2b3c4 (0.0.1-42), which was deployed before it";
    assert_told(
        &downgraded().environment("dev"),
        told,
        "gh pr list --state merged --limit 5 --base dev --repo git.example/contoso/hello-gitops",
    );
    // What a hold keeps there went back on purpose.
    let hold = |version: &str| {
        let mut scene = downgraded();
        let hold = json!({"reason": "1a2b3c4 loses orders", "version": version}).to_string();
        scene.environments.entry("dev").or_default().insert("HOLD".to_owned(), hold);
        has(&scene, "dev", "OlderVersion")
    };
    assert!(!hold("0.0.1-41") && hold("0.0.1-40"));
    // Of one source commit the versions tell, and the tags where there are none.
    let rendered = |former: [&'static str; 4], applied: [&'static str; 4]| {
        let scene = Scene::with(|scene| {
            scene.tracking.insert(FORMER, former);
            scene.tracking.insert(APPLIED, applied);
        });
        remarks(&scene.environment("dev"))
    };
    for (former, applied) in [
        (["0.0.1-43", SOURCE, CONFIG, "0.0.1-43"], ["0.0.1-42", SOURCE, CONFIG, "0.0.1-42"]),
        (["", SOURCE, CONFIG, "0.0.1-43"], ["", SOURCE, CONFIG, "0.0.1-42"]),
    ] {
        let told = "OlderVersion: 0.0.1-42 is deployed and is older than 0.0.1-43, which was deployed before it; both are built from 1a2b3c4 of contoso/hello";
        assert_eq!(rendered(former, applied), [told], "{former:?}");
        assert_eq!(rendered(applied, former), [""; 0], "{former:?}");
    }
    // Of an environment that no cluster at hand has it is told of what is pushed.
    let mut elsewhere = Scene::with(|scene| {
        scene.tracking.insert(QA_HEAD, ["0.0.1-41", OLD_SOURCE, CONFIG, "0.0.1-41"]);
        scene.tracking.insert(FORMER, ["0.0.1-42", SOURCE, CONFIG, "0.0.1-42"]);
        scene.commits.insert(QA_HEAD, commit(QA_HEAD, "Deploy to 'qa' '0.0.1-41'", 12));
    });
    let told = "OlderVersion: 0e0e0e0 (0.0.1-41) of contoso/hello is pushed and is older than 1a2b3c4 (0.0.1-42), which was pushed before it";
    assert_told(&elsewhere.environment("qa"), told, "");
    elsewhere.distances.insert((OLD_SOURCE, SOURCE), (1, 1));
    assert!(!has(&elsewhere, "qa", "OlderVersion"));
    // Histories that went apart are not older.
    let mut apart = downgraded();
    apart.distances.insert((OLD_SOURCE, SOURCE), (1, 1));
    assert!(!has(&apart, "dev", "OlderVersion"));
}

#[test]
fn a_configuration_that_nothing_renders_is_told() {
    assert_told(
        &reconfigured(5).environment("dev"),
        "ConfigurationNewer: branch dev of contoso/hello-configs has changed hello/values.yaml since c0ffee0, which was rendered: no pull request brings it",
        &format!(
            "gh workflow run deploy.yml -f environment=dev -f commit_id={SOURCE} -f promotion=n -f image_tag=0.0.1-42 -f version=0.0.1-42 --repo git.example/contoso/hello"
        ),
    );
    let mut rendering = reconfigured(5);
    let title = format!("deploy dev {SOURCE} 0.0.1-42 n");
    rendering.runs.entry("hello").or_default().push(run(8, "deploy", &title, SOURCE, "in_progress", 1));
    let mut notifying = reconfigured(5);
    let mut notification = run(9, "notify-on-config-change", "", SOURCE, "queued", 1);
    notification["head_branch"] = Value::from("dev");
    notifying.runs.insert("hello-configs", vec![notification]);
    let mut rendered = reconfigured(5);
    let newer = "beefbee05e6f1a2b3c4d5e6f1a2b3c4d5e6f1a2b";
    rendered.changes.insert("beefbee05e6f1a2b3c4d5e6f1a2b3c4d5e6f1a2b", json!({"ahead_by": 0}));
    rendered.pulls.insert("dev", vec![super::scene::pull(43, SOURCE, "abcdef0abcdef0", 3)]);
    rendered.tracking.insert("abcdef0abcdef0", ["0.0.1-42", SOURCE, newer, "0.0.1-42"]);
    for (why, scene) in [
        ("a run renders it", rendering),
        ("a run was told of it", notifying),
        ("a pull request has it", rendered),
        ("it was pushed just now", reconfigured(0)),
    ] {
        assert!(!has(&scene, "dev", "ConfigurationNewer"), "{why}");
    }
}
