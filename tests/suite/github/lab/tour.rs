//! Every question and every change of the client, once at least, against the lab.

use gitops_core::github::{DispatchedRun, Level, NewRepository};
use gitops_core::model::github::{CommitStatus, Label, MergeMethod, PullState, StatusState};
use gitops_core::wire::Secret;
use serde_json::json;

use super::scene::{Scene, name, tip, write};

const WORKFLOW: &str = "name: deploy\non:\n  workflow_dispatch:\n    inputs:\n      environment: {required: true}\njobs:\n  deploy: {runs-on: ubuntu-24.04, steps: [{run: 'true'}]}\n";

async fn made(scene: &Scene) -> gitops_core::model::github::RepositoryName {
    let repository = name("contoso/hello");
    let new = NewRepository {
        name: repository.clone(),
        description: String::new(),
        is_private: false,
        deletes_merged_branches: true,
        settings: serde_json::Map::new(),
    };
    let (found, is_new) = scene.github().create_repository(&new).await.expect("made");
    assert!(is_new && found.deletes_merged_branches && found.may_administer && found.may_push);
    assert!(!scene.github().create_repository(&new).await.expect("found").1);
    repository
}

#[tokio::test]
async fn accounts_limits_and_repositories() {
    let scene = Scene::set().await;
    let (github, repository) = (scene.github(), made(&scene).await);
    let (user, scopes) = github.user().await.expect("an answer");
    assert_eq!(
        (user.login.as_str(), scopes.lacks("workflow"), scopes.lacks("admin:org")),
        ("ada", false, true)
    );
    assert!(github.account("contoso").await.expect("an answer").expect("there").is_organization);
    assert_eq!(github.account("nobody-at-all").await.expect("an answer"), None);
    assert!(github.is_member("contoso").await.expect("an answer"));
    assert!(github.rate_limit().await.expect("an answer").0 > 1000);
    github.set_repository(&repository, &json!({"delete_branch_on_merge": false})).await.expect("set");
    let found = github.repository(&repository).await.expect("an answer").expect("there");
    assert!(!found.deletes_merged_branches);
    github.set_repository(&repository, &json!({"name": "renamed"})).await.expect("renamed");
    let found = github.repository(&repository).await.expect("followed").expect("there");
    assert_eq!(found.name.to_string(), "contoso/renamed");
    assert!(github.delete_repository(&found.name).await.expect("deleted"));
    assert!(!github.delete_repository(&found.name).await.expect("gone"));
}

#[tokio::test]
async fn branches_files_and_protection() {
    let scene = Scene::set().await;
    let (github, repository) = (scene.github(), made(&scene).await);
    let parent = tip(&github, &repository, "main").await;
    for number in 0..120 {
        github.create_branch(&repository, &format!("b{number}"), &parent.sha).await.expect("made");
    }
    assert_eq!(github.branches(&repository).await.expect("all pages").len(), 121);
    let commit = github.make_commit(&repository, &parent, "m", &[write("a/b.txt", "text\n")]).await;
    github.advance_branch(&repository, "main", &commit.expect("made").expect("new")).await.expect("moved");
    let file = github.file(&repository, "a/b.txt", "main").await.expect("an answer");
    assert_eq!(file.as_deref(), Some("text\n"));
    assert_eq!(github.file(&repository, "a/b.txt", "b1").await.expect("an answer"), None);
    let tree = github.tree(&repository, "main").await.expect("an answer");
    let entry = tree.files.iter().find(|entry| entry.path == "a/b.txt").expect("a file");
    assert_eq!(github.blob(&repository, &entry.sha).await.expect("an answer"), b"text\n");
    let history = github.history(&repository, "main", Some("a/b.txt"), 5).await.expect("an answer");
    assert_eq!(history.iter().map(|commit| commit.message.as_str()).collect::<Vec<_>>(), ["m"]);
    assert!(!github.branch(&repository, "main").await.expect("an answer").expect("there").is_protected);
    assert_eq!(github.protection(&repository, "main").await.expect("an answer"), None);
    let rules = json!({"required_status_checks": null, "enforce_admins": null,
        "required_pull_request_reviews": {"required_approving_review_count": 1}, "restrictions": null});
    github.protect(&repository, "main", &rules).await.expect("protected");
    assert!(github.protection(&repository, "main").await.expect("an answer").is_some());
    assert!(github.branch(&repository, "main").await.expect("an answer").expect("there").is_protected);
    github.unprotect(&repository, "main").await.expect("free");
}

#[tokio::test]
async fn pull_requests_labels_reviews_and_statuses() {
    let scene = Scene::set().await;
    let (github, repository) = (scene.github(), made(&scene).await);
    let parent = tip(&github, &repository, "main").await;
    let commit = github.make_commit(&repository, &parent, "m", &[write("a", "1")]).await;
    let commit = commit.expect("made").expect("new");
    github.create_branch(&repository, "deploy/x", &commit).await.expect("made");
    let (pull, is_new) =
        github.create_pull(&repository, ("deploy/x", "main"), "Deploy", "text").await.expect("made");
    assert!(is_new && pull.head_commit == commit && pull.base == "main");
    assert!(!github.create_pull(&repository, ("deploy/x", "main"), "Deploy", "").await.expect("found").1);
    let label = Label { name: "promoted".into(), color: "0e8a16".into(), description: None };
    for _ in 0..2 {
        github.create_label(&repository, &label).await.expect("made");
        github.add_labels(&repository, pull.number, &["promoted"]).await.expect("put on");
    }
    assert!(
        github.labels(&repository).await.expect("an answer").iter().any(|label| label.name == "promoted")
    );
    github.edit_pull(&repository, pull.number, "Deploy it", "more").await.expect("edited");
    github.comment(&repository, pull.number, "hello").await.expect("said");
    let seen = github.pull(&repository, pull.number).await.expect("an answer").expect("there");
    assert_eq!(
        (seen.title.as_str(), seen.labels.as_slice()),
        ("Deploy it", ["promoted".to_owned()].as_slice())
    );
    for _ in 0..2 {
        github.remove_label(&repository, pull.number, "promoted").await.expect("taken off");
    }
    let own = github.approve(&repository, pull.number, &commit, "good").await.expect_err("one's own");
    assert!(own.to_string().contains("approve"), "{own}");
    assert!(github.reviews(&repository, pull.number).await.expect("an answer").is_empty());
    let status = CommitStatus {
        context: "dev".into(),
        state: StatusState::Pending,
        description: "d".repeat(150),
        url: None,
        created: None,
    };
    for _ in 0..2 {
        github.set_status(&repository, &commit, &status).await.expect("said");
    }
    assert_eq!(github.statuses(&repository, &commit).await.expect("an answer").len(), 1, "said once");
    let stale = github.merge_pull(&repository, pull.number, &parent.sha, MergeMethod::Squash).await;
    assert!(stale.expect_err("the head is another").to_string().contains("Head branch"), "409");
    let merged =
        github.merge_pull(&repository, pull.number, &commit, MergeMethod::Squash).await.expect("merged");
    assert_eq!(tip(&github, &repository, "main").await.sha, merged);
    let again = github.merge_pull(&repository, pull.number, &commit, MergeMethod::Squash).await;
    assert_eq!(again.expect("merged already"), merged);
    let pull = github.pull(&repository, pull.number).await.expect("an answer").expect("there");
    assert_eq!(pull.state, PullState::Merged);

    let parent = tip(&github, &repository, "main").await;
    let commit = github.make_commit(&repository, &parent, "n", &[write("a", "2")]).await;
    github.create_branch(&repository, "deploy/y", &commit.expect("made").expect("new")).await.expect("made");
    let (pull, _) = github.create_pull(&repository, ("deploy/y", "main"), "Y", "").await.expect("made");
    github.close_pull(&repository, pull.number).await.expect("closed");
    assert_eq!(github.pulls(&repository, "main", true).await.expect("an answer").len(), 0);
    assert_eq!(github.pulls(&repository, "main", false).await.expect("an answer").len(), 2);
}

#[tokio::test]
async fn settings_and_environments() {
    let scene = Scene::set().await;
    let (github, repository) = (scene.github(), made(&scene).await);
    assert!(github.environments(&repository).await.expect("an answer").is_empty());
    let environment = "dev/ä b";
    for _ in 0..2 {
        github.set_environment(&repository, environment, None).await.expect("made");
    }
    assert_eq!(github.environments(&repository).await.expect("an answer")[0].name, environment);
    for level in [Level::Repository, Level::Environment(environment)] {
        assert_eq!(github.variable(&repository, level, "NEXT_ENVIRONMENT").await.expect("an answer"), None);
        for (value, is_new) in [("qa", true), ("qa", false), ("prod", true)] {
            let set = github.set_variable(&repository, level, "NEXT_ENVIRONMENT", value).await;
            assert_eq!(set.expect("set"), is_new);
        }
        for number in 0..35 {
            github.set_variable(&repository, level, &format!("V{number}"), "x").await.expect("set");
        }
        let variables = github.variables(&repository, level).await.expect("all pages");
        assert_eq!((variables.len(), variables["NEXT_ENVIRONMENT"].as_str()), (36, "prod"));
        github.delete_variable(&repository, level, "V1").await.expect("gone");
        let secret = Secret::new("hunter2 of the flow");
        github.set_secret(&repository, level, "CD_BOOTSTRAP_TOKEN", &secret).await.expect("set");
        assert_eq!(github.secrets(&repository, level).await.expect("an answer"), ["CD_BOOTSTRAP_TOKEN"]);
        assert!(github.delete_secret(&repository, level, "CD_BOOTSTRAP_TOKEN").await.expect("gone"));
        assert!(!github.delete_secret(&repository, level, "CD_BOOTSTRAP_TOKEN").await.expect("was gone"));
    }
    github.delete_environment(&repository, environment).await.expect("gone");
    assert_eq!(github.environment(&repository, environment).await.expect("an answer"), None);
}

#[tokio::test]
async fn workflows_dispatches_and_runs() {
    let scene = Scene::set().await;
    let (github, repository) = (scene.github(), made(&scene).await);
    let parent = tip(&github, &repository, "main").await;
    let change = [write(".github/workflows/deploy.yml", WORKFLOW)];
    let commit = github.make_commit(&repository, &parent, "m", &change).await.expect("made").expect("new");
    github.advance_branch(&repository, "main", &commit).await.expect("moved");
    let workflows = github.workflows(&repository).await.expect("an answer");
    assert_eq!((workflows.len(), workflows[0].path.as_str()), (1, ".github/workflows/deploy.yml"));
    let missing =
        github.dispatch(&repository, "deploy.yml", "main", &[]).await.expect_err("an input is missing");
    assert!(missing.to_string().contains("environment"), "{missing}");
    let inputs = [("environment", "dev"), ("empty", "")];
    let DispatchedRun::Id(id) =
        github.dispatch(&repository, "deploy.yml", "main", &inputs).await.expect("sent")
    else {
        panic!("the lab names the run");
    };
    let run = github.run(&repository, id).await.expect("an answer").expect("there");
    assert_eq!(
        (run.event.as_str(), run.branch.as_str(), run.commit.as_str()),
        ("workflow_dispatch", "main", commit.as_str())
    );
    let runs = github.runs(&repository, "deploy.yml", Some("main")).await.expect("an answer");
    assert_eq!(runs.iter().map(|run| run.id).collect::<Vec<_>>(), [id]);
    let jobs = github.jobs(&repository, id).await.expect("an answer");
    for job in &jobs {
        github.job_log(&repository, job.id).await.expect("an answer");
    }
    github.repository_dispatch(&repository, "built", &json!({"a": 1})).await.expect("sent");
    github.cancel_run(&repository, id).await.expect("asked to stop");
    github.delete_run(&repository, id).await.expect("deleted");
    assert_eq!(github.run(&repository, id).await.expect("an answer"), None);
}
