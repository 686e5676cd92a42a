//! What is gone after a cleanup, what stays, and what is said of both.

use serde_json::json;

use super::scene::{CONFIGURATIONS, SUBSCRIPTION, Scene};

#[tokio::test]
async fn everything_of_the_project_goes_and_the_katas_verification_finds_nothing() {
    let scene = Scene::set().await;
    let (configurations, namespaces, repositories) = scene.left().await;
    assert_eq!((configurations.len(), namespaces.len(), repositories.len()), (2, 2, 3));
    let ended = scene.cleanup(&[]).await;
    ended.assert_exit(0);
    assert_eq!(scene.left().await, (Vec::new(), Vec::new(), Vec::new()), "{}", ended.out);
    for step in
        ["FluxConfiguration edge-1/hello-dev", "Namespace edge-1/dev-hello", "Repository contoso/hello"]
    {
        assert!(ended.line(step).starts_with("Done "), "{}", ended.line(step));
    }
    for kind in ["gitrepositories.source", "kustomizations.kustomize"] {
        let (plural, group) = kind.split_once('.').expect("a group");
        let list = scene.lab.get(&format!("/apis/{group}.toolkit.fluxcd.io/v1/{plural}")).expect("a list");
        assert_eq!(list["items"].as_array().map(Vec::len), Some(0), "{kind}");
    }
    // D33: what stays is named.
    for stays in [
        "Packages of contoso/hello/hello",
        "Service principal of the workflows",
        "Tokens of GitHub",
        "Cluster edge-1",
    ] {
        assert!(ended.line(stays).starts_with("Kept "), "{}", ended.line(stays));
    }
    assert!(!ended.out.contains(scene.lab.git_token("admin").expect("a token")));
    assert!(!ended.out.contains(scene.lab.azure_client().secret.expose()));
}

#[tokio::test]
async fn run_again_it_says_that_nothing_is_left_and_changes_nothing() {
    let scene = Scene::set().await;
    scene.cleanup(&[]).await.assert_exit(0);
    scene.lab.clear_journal();
    let again = scene.cleanup(&[]).await;
    again.assert_exit(0);
    assert_eq!(again.err, "nothing is left of contoso/hello\n");
    assert!(scene.writes().is_empty(), "{:?}", scene.writes());
    // Nobody is asked about nothing.
    let asked = scene.run(&scene.session(), &[]).await;
    asked.assert_exit(0);
}

#[tokio::test]
async fn the_order_leaves_flux_its_source_while_it_prunes_and_the_source_repository_to_the_last() {
    let scene = Scene::set().await;
    scene.lab.clear_journal();
    scene.cleanup(&[]).await.assert_exit(0);
    let writes = scene.writes();
    let place = |end: &str| {
        writes.iter().position(|write| write.split('?').next().unwrap_or_default().ends_with(end))
    };
    let configurations = ["/hello-dev", "/hello-qa"].map(|end| place(end).expect("a deletion"));
    let namespaces =
        ["/namespaces/dev-hello", "/namespaces/qa-hello"].map(|end| place(end).expect("a deletion"));
    let repositories = ["/contoso/hello-configs", "/contoso/hello-gitops", "/contoso/hello"]
        .map(|end| place(end).expect("a deletion"));
    assert!(configurations.iter().max() < repositories.iter().min(), "{writes:?}");
    assert!(configurations[0] < namespaces[0] && configurations[1] < namespaces[1], "{writes:?}");
    assert!(namespaces.iter().max() < repositories.iter().min(), "{writes:?}");
    assert!(repositories[..2].iter().all(|place| *place < repositories[2]), "{writes:?}");
}

#[tokio::test]
async fn one_environment_goes_and_the_other_runs_on() {
    let scene = Scene::set().await;
    let whole = scene.cleanup(&["--environments", "dev"]).await;
    whole.assert_exit(3);
    assert_eq!(scene.left().await.2.len(), 3, "qa still follows the repositories");
    let refused = whole.line("Repository contoso/hello-gitops");
    assert!(
        refused.contains("FluxConfiguration edge-1/hello-qa would lose the repository that it follows"),
        "{refused}"
    );
    assert!(
        whole.out.contains(
            "--environments dev --cluster edge-1 --resource-group rg-contoso-edge --keep-repositories\n"
        ),
        "{}",
        whole.out
    );
    assert_eq!(
        (scene.configurations().await, scene.namespaces()),
        (vec!["hello-qa".to_owned()], vec!["qa-hello".to_owned()])
    );
    scene.cleanup(&["--environments", "dev", "--keep-repositories"]).await.assert_exit(0);
    assert!(scene.lab.get("/apis/apps/v1/namespaces/qa-hello/deployments/hello").is_some());
}

#[tokio::test]
async fn workloads_that_are_kept_outlive_their_configuration() {
    let scene = Scene::set().await;
    scene.lab.clear_journal();
    let ended = scene.cleanup(&["--keep-workloads", "--keep-repositories"]).await;
    ended.assert_exit(0);
    assert!(scene.configurations().await.is_empty());
    assert_eq!(scene.namespaces(), ["dev-hello", "qa-hello"]);
    for namespace in scene.namespaces() {
        let path = format!("/apis/apps/v1/namespaces/{namespace}/deployments/hello");
        assert!(scene.lab.get(&path).is_some(), "{namespace}");
    }
    let writes = scene.writes();
    let patched =
        writes.iter().position(|write| write.starts_with("PATCH ") && write.contains("/hello-dev?"));
    let deleted =
        writes.iter().position(|write| write.starts_with("DELETE ") && write.contains("/hello-dev?"));
    assert!(patched.is_some() && patched < deleted, "{writes:?}");
    assert!(ended.line("Namespace edge-1/dev-hello").contains("stays, with what runs in it"));
    let again = scene.cleanup(&["--keep-workloads", "--keep-repositories"]).await;
    again.assert_exit(0);
    assert_eq!(again.err, "nothing to change: what is left of contoso/hello stays\n");
}

/// The agents are cut off: Azure says that pruning is off, and the cluster has not heard of it. Nothing is deleted then.
#[tokio::test]
async fn workloads_are_not_put_at_risk_before_the_cluster_has_heard_that_they_stay() {
    let scene = Scene::set().await;
    scene.lab.cut_from_azure("lab", true);
    let ended = scene.cleanup(&["--keep-workloads", "--keep-repositories", "--timeout", "2m"]).await;
    ended.assert_exit(1);
    let line = ended.line("FluxConfiguration edge-1/hello-dev");
    assert!(
        line.starts_with("Failed ")
            && line.contains("not deleted: Kustomization flux-system/hello-dev-hello-dev: it still prunes"),
        "{line}"
    );
    assert_eq!(scene.configurations().await.len(), 2);
    scene.lab.cut_from_azure("lab", false);
    scene.cleanup(&["--keep-workloads", "--keep-repositories"]).await.assert_exit(0);
    assert!(scene.lab.get("/apis/apps/v1/namespaces/dev-hello/deployments/hello").is_some());
}

#[tokio::test]
async fn a_cluster_that_azure_does_not_hear_of_needs_force_and_what_is_at_hand_goes_all_the_same() {
    let scene = Scene::set().await;
    scene.lab.cut_from_azure("lab", true);
    scene.lab.step(std::time::Duration::from_secs(20 * 60));
    let refused = scene.cleanup(&[]).await;
    refused.assert_exit(3);
    let line = refused.line("FluxConfiguration edge-1/hello-dev");
    assert!(line.starts_with("Blocked ") && line.contains("its cluster is Offline for Azure"), "{line}");
    assert!(refused.line("Namespace edge-1/dev-hello").starts_with("Skipped "), "{}", refused.out);
    assert!(refused.line("Repository contoso/hello-gitops").starts_with("Skipped "), "{}", refused.out);
    assert!(refused.out.contains("--resource-group rg-contoso-edge --force-delete\n"), "{}", refused.out);
    let forced = scene.cleanup(&["--force-delete"]).await;
    forced.assert_exit(0);
    assert!(forced.line("Flux objects of edge-1/hello-dev").starts_with("Done "));
    assert_eq!(scene.left().await, (Vec::new(), Vec::new(), Vec::new()));
}

#[tokio::test]
async fn a_cluster_that_nobody_reaches_is_forgotten_by_force_and_what_stays_there_is_named() {
    let scene = Scene::set().await;
    scene.lab.cut_from_azure("lab", true);
    scene.lab.step(std::time::Duration::from_secs(20 * 60));
    let words = ["--subscription", SUBSCRIPTION, "--request-timeout", "1s"];
    let silent = json!({"host": "kubernetes", "path": "/**", "effect": {"cut": 0}});
    scene.inject(&silent);
    let refused = scene.cleanup(&words).await;
    refused.assert_exit(1);
    assert!(refused.err.contains("does not say which cluster it is"), "{}", refused.err);
    let forced = scene.cleanup(&[&words[..], &["--force-delete"]].concat()).await;
    forced.assert_exit(3);
    assert!(scene.configurations().await.is_empty());
    let stays = forced.line("Flux objects of edge-1/hello-dev");
    assert!(
        stays.contains("edge-1 is not reached from here: what was made of hello-dev stays there, and runs"),
        "{stays}"
    );
    assert!(forced.line("Namespaces of edge-1").starts_with("Blocked "));
}

/// Forced deletions leave Flux's objects in the cluster, of which Azure knows nothing any more. They are found there.
#[tokio::test]
async fn what_a_forced_deletion_left_in_a_cluster_is_found_by_what_it_follows() {
    let scene = Scene::set().await;
    scene.lab.cut_from_azure("lab", true);
    for name in ["hello-dev", "hello-qa"] {
        let target = format!("{CONFIGURATIONS}/{name}?api-version=2025-04-01&forceDelete=true");
        assert_eq!(scene.azure("DELETE", &target, b"").await.0, 200);
    }
    let ended = scene.cleanup(&[]).await;
    ended.assert_exit(0);
    let line = ended.line("Flux objects of edge-1/hello-dev");
    assert!(line.starts_with("Done "), "{line}");
    let key = scene.lab.get("/api/v1/namespaces/flux-system/secrets/hello-dev-auth");
    assert!(key.is_none(), "the key of the repository goes along");
    assert_eq!(scene.left().await, (Vec::new(), Vec::new(), Vec::new()));
}

#[tokio::test]
async fn what_suspension_leaves_is_said_before_it_is_left() {
    let scene = Scene::set().await;
    let patch = json!({"properties": {"suspend": true}}).to_string();
    let target = format!("{CONFIGURATIONS}/hello-dev?api-version=2025-04-01");
    assert_eq!(scene.azure("PATCH", &target, patch.as_bytes()).await.0, 202);
    scene.lab.step(std::time::Duration::from_secs(60));
    let planned = scene.run(&scene.session(), &["--dry-run"]).await;
    planned.assert_exit(0);
    let line = planned.line("FluxConfiguration edge-1/hello-dev");
    assert!(line.contains("3 objects that it applied stay there, because it is suspended"), "{line}");
    let line = planned.line("FluxConfiguration edge-1/hello-qa");
    assert!(line.contains("3 objects that it applied are pruned"), "{line}");
}

const GUARD: &str = "example.com/guard";

#[tokio::test]
async fn a_namespace_that_does_not_go_is_explained_and_freed_only_where_that_is_asked_for() {
    let scene = Scene::set().await;
    let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings", "namespace": "dev-hello", "finalizers": [GUARD]}});
    assert_eq!(scene.kubernetes("POST", "/api/v1/namespaces/dev-hello/configmaps", &map).await, 201);
    let stuck = scene.cleanup(&[]).await;
    stuck.assert_exit(1);
    let line = stuck.line("Namespace edge-1/dev-hello");
    assert!(line.contains("it does not go: ConfigMap settings is held by finalizer example.com/guard, which the controller of example.com takes away"), "{line}");
    assert!(stuck.out.contains(" --free-stuck\n"), "{}", stuck.out);
    assert_eq!(scene.namespaces(), ["dev-hello"]);
    let planned = scene.run(&scene.session(), &["--dry-run"]).await;
    let line = planned.line("Namespace edge-1/dev-hello");
    assert!(
        line.contains(
            "being deleted: Some content in the namespace has finalizers remaining: example.com/guard in 1"
        ),
        "{line}"
    );
    assert_eq!(scene.repositories().len(), 3, "they tell where the namespace came from");
    let freed = scene.cleanup(&["--free-stuck"]).await;
    freed.assert_exit(0);
    assert!(freed.line("Namespace edge-1/dev-hello").contains("gone after it was freed"), "{}", freed.out);
    assert_eq!(scene.left().await, (Vec::new(), Vec::new(), Vec::new()));
}

/// Ctrl-C says what is gone and what is not; the next run goes on.
#[tokio::test]
async fn interrupted_it_says_how_far_it_came_and_goes_on_when_it_is_run_again() {
    let scene = Scene::set().await;
    scene.lab.clear_journal();
    let session = scene.session();
    let words = [&super::scene::PROJECT[..], &["--yes"]].concat();
    let command = session.run(&words, kubectl_gitops_cleanup::run);
    // The lab stands still: Azure deletes, and the cluster does not hear of it.
    let interrupting = async {
        while scene.writes().len() < 2 {
            tokio::task::yield_now().await;
        }
        session.signals.interrupt();
    };
    let (exit, ()) = tokio::join!(command, interrupting);
    assert_eq!(exit.code(), 130, "{}", session.err());
    let told = session.err();
    assert!(
        told.starts_with("interrupted: what was asked for stands; run the command again to go on\n"),
        "{told}"
    );
    assert!(told.contains("interrupted before its end: being deleted by Azure"), "{told}");
    assert!(told.contains("Repository contoso/hello "), "{told}");
    assert_eq!(session.out(), "");
    scene.cleanup(&[]).await.assert_exit(0);
    assert_eq!(scene.left().await, (Vec::new(), Vec::new(), Vec::new()));
}

/// The kata's own line: `kubectl get namespaces | grep -E "(dev|qa)-"` finds nothing.
#[tokio::test]
async fn stock_kubectl_finds_no_namespace_of_the_project() {
    if !crate::support::has_tool("kubectl") {
        return;
    }
    let scene = Scene::set().await;
    let listed = async || {
        let kubeconfig = scene.lab.kubeconfig();
        let listing = tokio::task::spawn_blocking(move || {
            let folder = tempfile::TempDir::new().expect("a folder");
            let file = folder.path().join("kubeconfig");
            std::fs::write(&file, kubeconfig).expect("a file");
            let mut command = std::process::Command::new("kubectl");
            command.args(["get", "namespaces"]).env("KUBECONFIG", &file).env("HOME", folder.path());
            command.output().expect("it runs")
        });
        let output = listing.await.expect("it ends");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let lines = String::from_utf8_lossy(&output.stdout).into_owned();
        lines.lines().filter(|line| line.contains("dev-") || line.contains("qa-")).count()
    };
    assert_eq!(listed().await, 2);
    scene.cleanup(&[]).await.assert_exit(0);
    assert_eq!(listed().await, 0);
}
