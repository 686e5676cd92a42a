//! The commit status that `--record` writes.

use gitops_core::model::Exit;
use gitops_core::model::github::{CommitStatus, RepositoryName, StatusState};
use kubectl_gitops_lab::{Effect, Fault, Host};

use super::scene::{GITOPS, GateScene, SOURCE};
use crate::github::lab_client;

const WORDS: [&str; 6] = ["--wait", "--project", SOURCE, "--environment", "dev", "--record"];
const NO_CLUSTER: &str = "apiVersion: v1\nkind: Config\n";
/// The variables of a workflow's run.
const RUN: [(&str, &str); 2] = [("GITHUB_REPOSITORY", SOURCE), ("GITHUB_RUN_ID", "42")];

/// The statuses of dev that a source commit got since, the newest first.
async fn statuses(scene: &GateScene, source: &str) -> Vec<CommitStatus> {
    let github = lab_client(&scene.lab, scene.lab.git_token("admin").expect("a token"));
    let name: RepositoryName = SOURCE.parse().expect("a name");
    let all = github.statuses(&name, source).await.expect("asked");
    all.into_iter().filter(|status| status.context == "dev").collect()
}

/// A source commit of its own, and the deployment of it.
fn deployed(scene: &GateScene, version: &str) -> (String, String) {
    let source = scene.commit(SOURCE, "main", "Say more", &[("README.md", version)]);
    let commit = scene.deploy_of(&source, version);
    (source, commit)
}

fn told(statuses: &[CommitStatus]) -> Vec<(StatusState, &str)> {
    statuses.iter().map(|status| (status.state, status.description.as_str())).collect()
}

#[tokio::test]
async fn it_begins_as_deploying_and_ends_as_deployed_with_the_runs_page() {
    let scene = GateScene::set().await;
    let (source, commit) = deployed(&scene, "0.0.1-13");
    scene.run(NO_CLUSTER, &WORDS, &RUN, async |_| ()).await.assert_exit(0);
    let statuses = statuses(&scene, &source).await;
    let deployed = format!("Deployed 0.0.1-13: {commit}");
    let expected = [(StatusState::Success, deployed.as_str()), (StatusState::Pending, "Deploying")];
    assert_eq!(told(&statuses), expected);
    let url = format!("{}/{SOURCE}/actions/runs/42", scene.lab.git_url());
    assert!(statuses.iter().all(|status| status.url.as_deref() == Some(url.as_str())), "{statuses:#?}");
}

#[tokio::test]
async fn a_configuration_change_is_configured_and_a_failure_says_why() {
    let scene = GateScene::set().await;
    let (source, _) = deployed(&scene, "0.0.1-13");
    let commit = scene.commit(GITOPS, "dev", "Configure", &[(".github/tracking/Promotion", "n\n")]);
    scene.run(NO_CLUSTER, &WORDS, &RUN, async |_| ()).await.assert_exit(0);
    let configured = format!("Configured: {commit}");
    assert_eq!(told(&statuses(&scene, &source).await)[0], (StatusState::Success, configured.as_str()));

    let (source, _) = deployed(&scene, "0.0.1-66");
    scene.run(NO_CLUSTER, &WORDS, &RUN, async |_| ()).await.assert_exit(3);
    let statuses = statuses(&scene, &source).await;
    let (state, description) = told(&statuses)[0];
    assert_eq!(state, StatusState::Failure);
    assert!(
        description.starts_with("Failed to deploy: ") && description.chars().count() <= 140,
        "{description}"
    );
}

#[tokio::test]
async fn a_signal_leaves_no_pending_behind() {
    for (is_interrupt, code) in [(true, 130), (false, 143)] {
        let scene = GateScene::set().await;
        let (source, _) = deployed(&scene, "0.0.1-13");
        let session = scene.session(NO_CLUSTER, &RUN);
        let running = session.run(&WORDS, kubectl_gitops_status::run);
        let interrupting = async {
            while session.clock.waiting() == 0 {
                tokio::task::yield_now().await;
            }
            if is_interrupt { session.signals.interrupt() } else { session.signals.terminate() }
        };
        let (exit, ()): (Exit, ()) = tokio::join!(running, interrupting);
        assert_eq!(exit.code(), code, "{}", session.err());
        let statuses = statuses(&scene, &source).await;
        let (state, description) = told(&statuses)[0];
        assert_eq!(state, StatusState::Error, "{description}");
        assert!(description.contains("Interrupted"), "{description}");
    }
}

#[tokio::test]
async fn a_newer_runs_status_is_left_alone() {
    let scene = GateScene::set().await;
    let (source, _) = deployed(&scene, "0.0.1-13");
    let newer = [("GITHUB_REPOSITORY", SOURCE), ("GITHUB_RUN_ID", "43")];
    scene.run(NO_CLUSTER, &WORDS, &newer, async |_| ()).await.assert_exit(0);
    let before = statuses(&scene, &source).await.len();
    let ended = scene.run(NO_CLUSTER, &WORDS, &RUN, async |_| ()).await;
    ended.assert_exit(0);
    assert!(ended.err.contains("the commit status is a newer run's and was left"), "{}", ended.err);
    assert_eq!(statuses(&scene, &source).await.len(), before);
}

/// Whoever asked for a status relies on it.
#[tokio::test]
async fn a_status_that_cannot_be_written_is_no_silent_success() {
    let scene = GateScene::set().await;
    deployed(&scene, "0.0.1-13");
    let refused = kubectl_gitops_lab::FaultStatus { code: 403, ..Default::default() };
    let path = format!("/**/repos/{SOURCE}/statuses/*");
    scene.lab.inject(Fault::on(Host::Github, &path, Effect::Status(refused)));
    let ended = scene.run(NO_CLUSTER, &WORDS, &RUN, async |_| ()).await;
    ended.assert_exit(1);
    assert!(ended.err.contains("the commit status was not written"), "{}", ended.err);
    assert!(ended.out.contains("Passed: "), "{}", ended.out);
}
