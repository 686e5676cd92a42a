//! Commits that are applied and do not become healthy, and one that breaks afterwards.
//!
//! Flux waits at least 30 s for health, so these take the longest.

use serde_json::json;

use super::{DEPLOYED, MOVING, STARTING};
use crate::problem::Outcome;
use crate::scenario::case::{Beginning, Case};
use crate::scenario::manifests::{App, everything};
use crate::scenario::{Scenario, Steps};
use crate::story::expectation::{Expected, may, must};

pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario::new(
            "failing-health",
            "a new image cannot be pulled: health checks time out and are tried again; then it is taken back",
            &[
                STARTING,
                DEPLOYED,
                &unhealthy("ImagePull"),
                // The next commit waits for the check that is running. It may be seen behind the failure.
                &[may("Syncing", "WaitingBehind")],
                MOVING,
                DEPLOYED,
            ],
            |case| Box::pin(failing_health(case)),
        ),
        fails(
            "crash-loop",
            "a new image starts and crashes; its health check times out",
            "CrashLoop",
            |case| Box::pin(crash_loop(case)),
        ),
        fails("unschedulable", "no node fits the pods of a commit", "Unschedulable", |case| {
            Box::pin(unschedulable(case))
        }),
        fails("quota", "a quota of the namespace refuses the pods of a commit", "Quota", |case| {
            Box::pin(quota(case))
        }),
        Scenario::new(
            "breaks-later",
            "applied without waiting for health; some seconds later the pods crash, and Flux says nothing",
            &[STARTING, DEPLOYED, &[must("Failed", "WorkloadNotReady").because("CrashLoop")]],
            |case| Box::pin(breaks_later(case)),
        ),
    ]
}

/// A commit on its way, checked, and failed.
fn unhealthy(cause: &'static str) -> [Expected; 4] {
    [
        may("Syncing", "NewRevision"),
        may("Reconciling", "Progressing"),
        must("Reconciling", "HealthCheck"),
        must("Failed", "HealthCheckFailed").because(cause),
    ]
}

fn fails(name: &'static str, title: &'static str, cause: &'static str, steps: Steps) -> Scenario {
    Scenario::new(name, title, &[STARTING, DEPLOYED, &unhealthy(cause)], steps)
}

async fn failing_health(case: &mut Case<'_>) -> Outcome {
    case.deployed(Beginning::default()).await?;
    let app = App { image: "contoso.example/none:2", is: Some("image"), ..App::default() };
    let second = replaced(case, app).await?;
    // Tried again, its conditions look like those of a first attempt. The verdict must remember.
    case.checking(&second).await?;
    let third = case.push("back", vec![App::default().file(&case.namespace)]).await?;
    case.applied(&third).await
}

async fn crash_loop(case: &mut Case<'_>) -> Outcome {
    case.deployed(Beginning::default()).await?;
    replaced(case, App { image: "nginx:crash", is: Some("crash"), ..App::default() }).await.map(drop)
}

async fn unschedulable(case: &mut Case<'_>) -> Outcome {
    case.deployed(Beginning::default()).await?;
    replaced(case, App { image: "nginx:2", accelerator: Some("gpu"), ..App::default() }).await.map(drop)
}

async fn quota(case: &mut Case<'_>) -> Outcome {
    case.deployed(Beginning::default()).await?;
    let metadata = json!({"name": "few", "namespace": case.namespace});
    let quota = json!({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": metadata, "spec": {"hard": {"pods": "1"}}});
    case.plane.cluster.create(&[quota]).await?;
    // A quota refuses nothing before it has been counted.
    case.plane.cluster.wait(&case.namespace, "resourcequota/few", "jsonpath={.status.used.pods}=1").await?;
    replaced(case, App { image: "nginx:2", ..App::default() }).await.map(drop)
}

async fn breaks_later(case: &mut Case<'_>) -> Outcome {
    let app = App { is: Some("later"), after: Some("6s"), ..App::default() };
    let mut files = everything(&case.namespace);
    files.push(app.file(&case.namespace));
    case.deployed(Beginning { files: Some(files), wait: false, ..Beginning::default() }).await?;
    case.shown("Failed", "WorkloadNotReady", None).await
}

/// Commits another app and waits until its health check has failed.
async fn replaced(case: &mut Case<'_>, app: App) -> Outcome<String> {
    let commit = case.push("another app", vec![app.file(&case.namespace)]).await?;
    case.checking(&commit).await?;
    case.fails("HealthCheckFailed").await?;
    case.shown("Failed", "HealthCheckFailed", None).await?;
    Ok(commit)
}
