//! Repositories that the reference's scripts made, and what a person has changed since.

use gitops_core::model::Exit;
use gitops_core::model::github::FileChange;

use super::scene::{Scene, name};

const GITOPS: &str = "contoso/hello-gitops";
const CONFIGS: &str = "contoso/hello-configs";
const NOTIFY: &str = ".github/workflows/notify-on-pr.yml";
const VALUES: &str = "hello/values.yaml";

impl Scene {
    /// Somebody writes a file.
    async fn write(&self, repository: &str, branch: &str, path: &str, content: &str) {
        let (github, repository) = (self.github(), name(repository));
        let head = github.head(&repository, branch).await.expect("an answer").expect("a branch");
        let parent = github.commit(&repository, &head).await.expect("an answer").expect("a commit");
        let change = FileChange::write(path, content.as_bytes().to_vec(), false);
        let commit = github.make_commit(&repository, &parent, "by hand", &[change]).await.expect("a commit");
        let commit = commit.expect("something changes");
        github.advance_branch(&repository, branch, &commit).await.expect("pushed");
    }

    async fn read(&self, repository: &str, branch: &str, path: &str) -> String {
        let found = self.github().file(&name(repository), path, branch).await.expect("an answer");
        found.expect("a file")
    }
}

#[tokio::test]
async fn repositories_of_the_reference_are_adopted() {
    let scene = Scene::of("set-up", 1).await;
    let values = scene.read(CONFIGS, "dev", VALUES).await;
    let workflow = scene.read(GITOPS, "dev", NOTIFY).await;
    let adopted = scene.set_up(&[]).await;
    assert_eq!(adopted.exit, Exit::Done, "{}", adopted.all());
    assert_eq!(scene.read(CONFIGS, "dev", VALUES).await, values, "values are a person's");
    assert_eq!(scene.read(GITOPS, "dev", NOTIFY).await, workflow, "a workflow that differs stays");
    let made = scene.snapshot().await;
    assert!(made.contains("secret CD_BOOTSTRAP_TOKEN"), "what was missing is added: {made}");
    assert!(made.contains("environment dev-approval"), "{made}");
    assert!(made.contains("pull request GitOps CD setup Open"), "the pipeline's file comes by it: {made}");
    let again = scene.set_up(&[]).await;
    assert!(again.out.contains("nothing to change"), "{}", again.all());
}

#[tokio::test]
async fn what_a_person_changed_is_shown_and_replaced_only_by_force() {
    let scene = Scene::empty().await;
    assert_eq!(scene.set_up(&[]).await.exit, Exit::Done);
    let ours = scene.read(GITOPS, "dev", NOTIFY).await;
    let theirs = format!("# Ours is slower.\n{ours}");
    scene.write(GITOPS, "dev", NOTIFY, &theirs).await;
    scene.write(CONFIGS, "dev", VALUES, "namespace: dev-hello\nreplicaCount: 7\n").await;

    let planned = scene.set_up_with(&[], &["--dry-run"]).await;
    assert!(planned.out.contains("notify-on-pr.yml differs and stay"), "{}", planned.out);
    assert!(planned.out.contains("\n-# Ours is slower.\n"), "how it differs: {}", planned.out);
    let again = scene.set_up(&[]).await;
    assert_eq!(again.exit, Exit::Done, "{}", again.all());
    assert_eq!(scene.read(GITOPS, "dev", NOTIFY).await, theirs);

    let forced = scene.set_up(&["--force"]).await;
    assert_eq!(forced.exit, Exit::Done, "{}", forced.all());
    assert_eq!(scene.read(GITOPS, "dev", NOTIFY).await, ours);
    assert!(scene.read(CONFIGS, "dev", VALUES).await.contains("replicaCount: 7"), "values never");
}

#[tokio::test]
async fn a_configuration_of_this_name_that_is_anothers_stops_its_step_alone() {
    let scene = Scene::empty().await;
    assert_eq!(scene.set_up(&["--environments", "dev"]).await.exit, Exit::Done);
    // Another project that would have the same names on the same cluster: `hello` of fabrikam.
    scene.lab.with_github(|github, now| github.add_organization("fabrikam", &["lab"], now));
    let words = ["--org", "fabrikam", "--project", "hello", "--environments", "dev", "--yes"];
    let other = scene.run(&[], &[&words[..], &["--suite-sha256", super::scene::DIGESTS]].concat()).await;
    assert_eq!(other.exit, Exit::NotSo, "{}", other.all());
    assert!(other.out.contains("it follows https://"), "{}", other.out);
    assert!(
        other.out.contains("az k8s-configuration flux delete -g rg-contoso-edge -c edge-1"),
        "{}",
        other.out
    );
    let configurations = scene.configurations().await;
    assert!(configurations[0].url.ends_with("contoso/hello-gitops"), "it is as it was: {configurations:?}");
}
