//! What must not alarm: the blink of every hand-over, what may not be read, and what was never of this flow.

use serde_json::json;

use super::super::least::ago;
use super::scene::{APPLIED, FORMER, NEW_SOURCE, SOURCE, Scene, commit, remarks, run};

#[test]
fn a_pipeline_that_is_well_has_nothing_to_say_and_is_asked_in_few_rounds() {
    let scene = Scene::well();
    let picture = scene.picture();
    let names: Vec<&str> =
        picture.environments.iter().map(|environment| environment.environment.as_str()).collect();
    assert_eq!(names, ["dev", "qa"]);
    for environment in &picture.environments {
        assert_eq!(remarks(environment), [""; 0], "{}", environment.environment);
        assert_eq!(environment.version.as_deref(), Some("0.0.1-42"));
    }
    let mut here = scene;
    here.scope = |scope| scope;
    let (_, scope) = here.seen();
    assert_eq!(here.ask(&scope).1, 3, "answers in a row");
}

#[test]
fn nothing_alarms_that_is_on_its_way_or_not_of_the_flow() {
    type Change = fn(&mut Scene);
    let cases: [(&str, Change); 14] = [
        ("a commit was pushed just now", |scene| scene.newest = commit(NEW_SOURCE, "New", 0)),
        ("the first push of a set-up", |scene| {
            scene.newest = commit(NEW_SOURCE, "Set up [skip ci]", 60);
            scene.newest["parents"] = json!([]);
        }),
        ("a set-up that skips its own commits, before the first run", |scene| {
            scene.newest = commit(NEW_SOURCE, "Set up [skip ci]", 60);
            scene.runs.insert("hello", Vec::new());
        }),
        ("a repository without workflows", |scene| {
            scene.newest = commit(NEW_SOURCE, "New", 60);
            scene.runs.insert("hello", Vec::new());
            scene.workflows.insert("hello", Vec::new());
        }),
        ("repositories without Actions", |scene| {
            scene.newest = commit(NEW_SOURCE, "New", 60);
            scene.runs.clear();
            scene.workflows.clear();
        }),
        ("runs that may have fallen off the list", |scene| {
            scene.newest = commit(NEW_SOURCE, "New", 60);
            scene.has_older_runs = true;
        }),
        ("a skipped build", |scene| {
            scene.newest = commit(NEW_SOURCE, "New", 5);
            scene.runs.entry("hello").or_default().push(run(7, "ci", "", NEW_SOURCE, "skipped", 4));
        }),
        ("a build that ended just now", |scene| {
            scene.newest = commit(NEW_SOURCE, "New", 2);
            scene.runs.entry("hello").or_default().push(run(7, "ci", "", NEW_SOURCE, "success", 1));
        }),
        ("a merge of just now", |scene| {
            scene.commits.insert(APPLIED, commit(APPLIED, "Merge", 0));
            scene.runs.insert("hello-gitops", Vec::new());
        }),
        ("a notification that is queued", |scene| {
            scene.commits.insert(APPLIED, commit(APPLIED, "Merge", 5));
            scene.runs.insert("hello-gitops", vec![run(4, "notify-on-pr", "", APPLIED, "queued", 5)]);
        }),
        ("repositories that were made by hand", |scene| {
            scene.newest = commit(NEW_SOURCE, "New", 60);
            scene.commits.insert(APPLIED, commit(APPLIED, "Merge", 5));
            scene.statuses.clear();
            for repository in ["hello", "hello-gitops"] {
                scene.runs.insert(repository, Vec::new());
                scene.workflows.insert(repository, Vec::new());
            }
        }),
        ("a change of the configuration's documentation", |scene| {
            let changes = json!({"ahead_by": 3, "files": [{"filename": "README.md"}], "commits": [{"commit": {"committer": {"date": ago(600)}}}]});
            scene.changes.insert(super::scene::CONFIG, changes);
        }),
        ("the same version, deployed again", |scene| {
            scene.tracking.insert(FORMER, ["0.0.1-42", SOURCE, super::scene::CONFIG, "0.0.1-42"]);
        }),
        ("a branch that is in no chain", |scene| {
            scene.variables.clear();
            scene.environments.clear();
        }),
    ];
    for (why, change) in cases {
        let mut scene = Scene::well();
        change(&mut scene);
        assert_eq!(remarks(&scene.environment("dev")), [""; 0], "{why}");
    }
}

/// Whoever may not read everything gets a row for each gap, and no alarm.
#[test]
fn what_may_not_be_read_is_a_row() {
    for question in [
        "workflow runs of contoso/hello",
        "workflow runs of contoso/hello-gitops",
        "variables of contoso/hello",
        "variables of environment dev in contoso/hello",
        "newest commit of contoso/hello",
        "commit d61d370 of contoso/hello-gitops",
        "changes of dev in contoso/hello-configs since c0ffee0",
    ] {
        let scene = Scene::with(|scene| {
            scene.refused.insert(question);
        });
        let picture = scene.picture();
        assert_eq!(remarks(&picture.environments[0]), [""; 0], "{question}");
        let rows: Vec<String> = picture.unanswered.iter().map(ToString::to_string).collect();
        let row = format!("{question}: not allowed: Resource not accessible");
        assert!(rows.contains(&row), "{row} in {rows:?}");
    }
}
