//! What is checked before anything is changed: each case names what is wrong and what mends it, and changes nothing.

use gitops_core::model::Exit;

use super::scene::{DIGESTS, Scene, SetupEnded};

/// Runs it, and holds that nothing was changed.
async fn refused(scene: &Scene, variables: &[(&str, &str)], words: &[&str]) -> SetupEnded {
    let own = ["--suite-sha256", DIGESTS, "--yes"];
    let ended = scene.run(variables, &[words, &own[..]].concat()).await;
    assert_eq!(scene.writes(), [""; 0], "{}", ended.all());
    ended
}

#[tokio::test]
async fn names_that_fit_nowhere_are_refused_together() {
    let scene = Scene::empty().await;
    let words = ["--org", "contoso", "--project", "hello.world", "--environments", "main,dev"];
    let ended = refused(&scene, &[], &words).await;
    assert_eq!(ended.exit, Exit::Usage, "{}", ended.all());
    for expected in ["Failed   names", "a dot cannot stand", "branch main belongs to no environment"] {
        assert!(ended.out.contains(expected), "{expected}: {}", ended.out);
    }
}

#[tokio::test]
async fn a_context_of_another_cluster_is_refused() {
    let scene = Scene::empty().await;
    let words = ["--org", "contoso", "--project", "hello", "--cluster", "edge-9", "--rg", "rg-contoso-edge"];
    let ended = refused(&scene, &[], &words).await;
    assert_eq!(ended.exit, Exit::NotSo, "{}", ended.all());
    assert!(
        ended.err.contains("is edge-1 in resource group rg-contoso-edge, and not edge-9"),
        "{}",
        ended.err
    );
    let words = ["--org", "contoso", "--project", "hello", "--context", "lab-1-viewer"];
    let ended = refused(&scene, &[], &words).await;
    assert_eq!(ended.exit, Exit::Denied, "{}", ended.all());
    assert!(ended.err.contains("does not say which cluster it is: not allowed"), "{}", ended.err);
}

/// D31: what is missing is said before it is used.
#[tokio::test]
async fn a_credential_that_workflows_need_is_missed_before_the_first_deployment() {
    let scene = Scene::empty().await;
    let words = ["--org", "contoso", "--project", "hello"];
    let ended = refused(&scene, &[("AZURE_CREDENTIALS_SP", "")], &words).await;
    assert_eq!(ended.exit, Exit::NotSo, "{}", ended.all());
    assert!(ended.out.contains("Failed       Azure credential of workflows"), "{}", ended.out);
    assert!(ended.out.contains("az ad sp create-for-rbac --json-auth"), "{}", ended.out);
}

#[tokio::test]
async fn a_token_without_a_scope_and_an_organization_that_is_not_there() {
    let scene = Scene::empty().await;
    scene.lab.with_github(|github, now| github.sign_in("ghp_hunter2few", "lab", Some(&["repo"]), now));
    let words = ["--org", "contoso", "--project", "hello"];
    let ended = refused(&scene, &[("GH_TOKEN", "ghp_hunter2few")], &words).await;
    assert_eq!(ended.exit, Exit::Denied, "{}", ended.all());
    assert!(ended.out.contains("the token of lab lacks scope workflow"), "{}", ended.out);
    assert!(ended.out.contains("gh auth refresh -s repo,workflow"), "{}", ended.out);

    let ended = refused(&scene, &[], &["--org", "nobody", "--project", "hello"]).await;
    assert_eq!(ended.exit, Exit::NotSo, "{}", ended.all());
    assert!(ended.out.contains("there is no organisation or person of this name"), "{}", ended.out);
}

/// D30: a sign-in that failed is no proof that a repository is not there.
#[tokio::test]
async fn a_token_that_is_not_accepted_is_no_proof_of_anything() {
    let scene = Scene::empty().await;
    let ended =
        refused(&scene, &[("GH_TOKEN", "ghp_hunter2gone")], &["--org", "contoso", "--project", "hello"])
            .await;
    assert_eq!(ended.exit, Exit::Denied, "{}", ended.all());
    assert!(ended.out.contains("GitHub does not accept the token from GH_TOKEN"), "{}", ended.all());
    assert!(!ended.out.contains("Create"), "{}", ended.out);
}

/// D32: a credential that is wider than its role is named, with the variable that gives a narrower one.
#[tokio::test]
async fn a_credential_that_is_wider_than_its_role_is_named() {
    let scene = Scene::empty().await;
    let words = ["--org", "contoso", "--project", "hello", "--dry-run"];
    let ended = refused(&scene, &[], &words).await;
    assert!(ended.out.contains("Warning      git pull token"), "{}", ended.out);
    assert!(ended.out.contains("give one in GITOPS_PULL_TOKEN; it needs Contents: read"), "{}", ended.out);
    let all = [
        ("GITOPS_PULL_TOKEN", "ghp_pull"),
        ("GITOPS_IMAGE_PULL_TOKEN", "ghp_image"),
        ("GITOPS_SOURCE_TOKEN", "ghp_source"),
        ("GITOPS_DELIVERY_TOKEN", "ghp_delivery"),
    ];
    let ended = refused(&scene, &all, &words).await;
    assert!(!ended.out.contains("Warning"), "{}", ended.out);
    assert!(ended.out.contains("from GITOPS_PULL_TOKEN"), "{}", ended.out);
}

#[tokio::test]
async fn a_release_that_cannot_be_read_is_one_check_among_the_others() {
    let scene = Scene::empty().await;
    // Nobody listens on port 9.
    let words = ["--org", "contoso", "--project", "hello", "--suite-url", "https://127.0.0.1:9/v1", "--yes"];
    let ended = scene.run(&[], &words).await;
    assert_eq!(ended.exit, Exit::Failed, "{}", ended.all());
    for expected in
        ["Failed       release", "https://127.0.0.1:9/v1", "--suite-sha256 amd64=", "Passed       names"]
    {
        assert!(ended.out.contains(expected), "{expected}: {}", ended.all());
    }
    assert_eq!(scene.writes(), [""; 0]);
}
