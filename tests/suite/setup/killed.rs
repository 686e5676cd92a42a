//! Set-up that is killed at a request, or meets a failure there: run again undisturbed, it comes to the same worlds.

use gitops_core::model::Exit;
use kubectl_gitops_lab::{Effect, FaultStatus};

use super::scene::Scene;
use crate::support::{Loss, Sample, fail_once_at_every_request, lose_everything_after_every_request};

async fn flow(scene: &Scene) -> Result<(), String> {
    let ended = scene.set_up(&["--request-timeout", "5s"]).await;
    if ended.exit == Exit::Done { Ok(()) } else { Err(ended.all()) }
}

async fn undisturbed() -> String {
    let scene = Scene::empty().await;
    flow(&scene).await.expect("all goes well");
    scene.snapshot().await
}

#[tokio::test]
async fn killed_at_any_request_it_is_completed_by_another_run() {
    let expected = undisturbed().await;
    let check = async |scene: &Scene, case: &str| assert_eq!(scene.snapshot().await, expected, "{case}");
    let requests = lose_everything_after_every_request(Sample::seeded(3), Scene::empty, flow, check).await;
    assert!(requests > 60, "{requests} requests");
}

#[tokio::test]
async fn a_failure_at_any_request_is_overcome() {
    let expected = undisturbed().await;
    let check = async |scene: &Scene, case: &str| assert_eq!(scene.snapshot().await, expected, "{case}");
    let status = |code| Effect::Status(FaultStatus { code, ..FaultStatus::default() });
    let effects = [
        (status(500), Loss::Request),
        (status(500), Loss::Answer),
        (status(429), Loss::Request),
        (Effect::Cut(0), Loss::Request),
        (Effect::Cut(0), Loss::Answer),
        (Effect::Cut(20), Loss::Answer),
    ];
    fail_once_at_every_request(Sample::seeded(1), &effects, Scene::empty, flow, check).await;
}
