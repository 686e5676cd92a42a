//! What is refused before anything is deleted, and failures that are shown as what they are (D30, D33).

use serde_json::json;

use super::scene::Scene;

const ROWS: &str = "/providers/Microsoft.ResourceGraph/resources";

/// D30: a failed sign-in never reads as "no such repository".
#[tokio::test]
async fn who_is_not_signed_in_is_told_so_and_nothing_is_deleted() {
    for (variable, value, words) in [
        ("GH_TOKEN", "ghp_nobody", "GitHub does not accept the token from GH_TOKEN"),
        ("AZURE_CLIENT_SECRET", "wrong", "AZURE_CLIENT_SECRET"),
    ] {
        let scene = Scene::set().await;
        scene.lab.clear_journal();
        let session = scene.session_with(gitops_core::cli::Streams::captured(""), &[(variable, value)]);
        let ended = scene.run(&session, &["--yes"]).await;
        ended.assert_exit(4);
        assert!(ended.err.contains(words), "{}", ended.err);
        assert!(!ended.err.contains("not there") && !ended.err.contains("nothing is left"), "{}", ended.err);
        assert_eq!(ended.out, "");
        assert!(scene.writes().is_empty(), "{:?}", scene.writes());
    }
}

#[tokio::test]
async fn an_organisation_that_is_not_there_is_no_project_of_which_nothing_is_left() {
    let scene = Scene::set().await;
    let words = ["--org", "contosso", "--project", "hello", "--cluster", "edge-1", "--yes"];
    let ended = scene.run_plain(&scene.session(), &words).await;
    ended.assert_exit(5);
    assert!(ended.err.contains("there is no organisation or person contosso"), "{}", ended.err);
}

#[tokio::test]
async fn a_context_of_another_cluster_is_refused() {
    let scene = Scene::set().await;
    scene.lab.clear_journal();
    let words =
        ["--org", "contoso", "--project", "hello", "--cluster", "edge-2", "--rg", "rg-contoso-edge", "--yes"];
    let ended = scene.run_plain(&scene.session(), &words).await;
    ended.assert_exit(3);
    assert!(
        ended.err.contains("is edge-1 in resource group rg-contoso-edge, and not edge-2"),
        "{}",
        ended.err
    );
    assert!(scene.writes().is_empty());
}

/// D33: the confirmation asks, and only the project's name is a yes.
#[tokio::test]
async fn only_the_projects_name_confirms() {
    let scene = Scene::set().await;
    scene.lab.clear_journal();
    for answer in ["", "\n", "y\n", "yes\n", "hell\n", "hello-gitops\n"] {
        let ended = scene.run(&scene.terminal(answer), &["--no-progress"]).await;
        ended.assert_exit(3);
        assert!(
            ended.err.contains("\nClean up contoso/hello? It cannot be undone. Type hello to go on: "),
            "{}",
            ended.err
        );
        assert!(
            ended.err.contains("FluxConfiguration edge-1/hello-dev"),
            "the plan comes first: {}",
            ended.err
        );
        assert!(
            ended.err.ends_with("error: nothing was changed: the answer was not hello\n"),
            "{}",
            ended.err
        );
        assert!(scene.writes().is_empty());
    }
    let unasked = scene.run(&scene.session(), &[]).await;
    unasked.assert_exit(2);
    assert!(unasked.err.contains("nobody can be asked"), "{}", unasked.err);
    let ended = scene.run(&scene.terminal("hello\n"), &["--no-progress"]).await;
    ended.assert_exit(0);
    assert_eq!(scene.left().await, (Vec::new(), Vec::new(), Vec::new()));
}

#[tokio::test]
async fn a_dry_run_changes_nothing() {
    let scene = Scene::set().await;
    scene.lab.clear_journal();
    let ended = scene.run(&scene.session(), &["--dry-run"]).await;
    ended.assert_exit(0);
    assert!(ended.out.ends_with("\nwould clean up contoso/hello\n"), "{}", ended.out);
    assert!(scene.writes().is_empty());
}

#[tokio::test]
async fn a_token_that_may_not_delete_is_found_out_before_anything_is_deleted() {
    let scene = Scene::set().await;
    scene.lab.with_github(|hub, now| {
        hub.sign_in("ghp_narrow", "octocat", Some(&["repo", "workflow"]), now);
    });
    scene.lab.git().grant("ghp_narrow", "contoso/*", kubectl_gitops_lab::Right::Admin);
    let session = scene.session_with(gitops_core::cli::Streams::captured(""), &[("GH_TOKEN", "ghp_narrow")]);
    let ended = scene.run(&session, &["--dry-run"]).await;
    ended.assert_exit(0);
    let line = ended.line("Repository contoso/hello");
    assert!(line.starts_with("Blocked ") && line.contains("the token has no scope delete_repo"), "{line}");
    assert!(ended.out.contains("gh auth refresh -s delete_repo\n"), "{}", ended.out);
}

/// Who may not delete is told by the service what it is, step by step.
#[tokio::test]
async fn each_refused_deletion_is_shown_as_itself() {
    for (host, path, step, words) in [
        (
            "azure",
            "/**/fluxConfigurations/hello-dev",
            "FluxConfiguration edge-1/hello-dev",
            "Azure does not allow it",
        ),
        (
            "kubernetes",
            "/api/v1/namespaces/dev-hello",
            "Namespace edge-1/dev-hello",
            "not allowed: delete namespaces dev-hello",
        ),
        (
            "github",
            "/**/repos/contoso/hello-gitops",
            "Repository contoso/hello-gitops",
            "GitHub does not allow it",
        ),
    ] {
        let scene = Scene::set().await;
        scene.inject(
            &json!({"host": host, "method": "DELETE", "path": path, "effect": {"status": {"code": 403}}}),
        );
        let ended = scene.cleanup(&[]).await;
        ended.assert_exit(4);
        let line = ended.line(step);
        assert!(line.starts_with("Failed ") && line.contains(words), "{line}");
        assert!(ended.line("Repository contoso/hello").starts_with("Skipped "), "{}", ended.out);
        assert!(!ended.out.contains("not found"), "{}", ended.out);
        scene.lab.clear_faults();
        scene.cleanup(&[]).await.assert_exit(0);
        assert_eq!(scene.left().await, (Vec::new(), Vec::new(), Vec::new()), "{host}");
    }
}

#[tokio::test]
async fn other_clusters_that_follow_keep_the_repositories_unless_all_clusters_go() {
    let scene = Scene::with("", &["lab", "lab-2"]).await;
    scene.lab.step(std::time::Duration::from_secs(300));
    let refused = scene.cleanup(&[]).await;
    refused.assert_exit(3);
    let line = refused.line("Repository contoso/hello-gitops");
    assert!(
        line.contains(
            "FluxConfiguration lab-2/hello-dev and 1 more would lose the repository that it follows"
        ),
        "{line}"
    );
    assert!(refused.out.contains(" --all-clusters\n"), "{}", refused.out);
    assert_eq!(scene.repositories().len(), 3);
    assert!(scene.configurations().await.is_empty(), "what was named goes");
    let all = scene.cleanup(&["--all-clusters"]).await;
    all.assert_exit(3);
    assert!(all.line("FluxConfiguration lab-2/hello-dev").starts_with("Done "), "{}", all.out);
    let stays = all.line("Namespace lab-2/dev-hello");
    assert!(stays.starts_with("Blocked ") && stays.contains("lab-2 is not reached from here"), "{stays}");
    assert!(scene.repositories().is_empty());
    // Named with its context, what stayed there goes too.
    let rest =
        ["--org", "contoso", "--project", "hello", "--cluster", "rg-contoso-edge/lab-2@lab-2", "--yes"];
    scene.run_plain(&scene.session(), &rest).await.assert_exit(0);
    let list = scene.lab.get_in("lab-2", "/api/v1/namespaces/dev-hello");
    assert!(list.is_none(), "{list:?}");
}

#[tokio::test]
async fn where_azure_does_not_tell_who_else_follows_the_repositories_stay() {
    let scene = Scene::set().await;
    scene.inject(&json!({"host": "azure", "path": ROWS, "effect": {"status": {"code": 403}}}));
    let refused = scene.cleanup(&[]).await;
    refused.assert_exit(3);
    let line = refused.line("Repository contoso/hello");
    assert!(
        line.contains("whether other clusters follow it is not known: Azure does not allow it"),
        "{line}"
    );
    assert_eq!(scene.left().await.2.len(), 3);
    scene.cleanup(&["--all-clusters"]).await.assert_exit(0);
    assert!(scene.repositories().is_empty());
}
