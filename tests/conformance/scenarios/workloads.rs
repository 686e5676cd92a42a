//! Workloads that never come up, or never move: a StatefulSet, and a Deployment that is paused.

use super::{DEPLOYED, MOVING, STARTING};
use crate::problem::Outcome;
use crate::scenario::Scenario;
use crate::scenario::case::{Beginning, Case};
use crate::scenario::manifests::{App, everything};
use crate::story::expectation::{may, must};

pub(super) fn scenarios() -> Vec<Scenario> {
    let waited = [
        may("Syncing", "NewRevision"),
        may("Reconciling", "Progressing"),
        must("Reconciling", "HealthCheck"),
    ];
    vec![
        Scenario::new(
            "stateful-set",
            "the first pod of a StatefulSet cannot pull its image, so that the others are not even made",
            &[STARTING, &[must("Failed", "HealthCheckFailed").because("ImagePull")]],
            |case| Box::pin(stateful_set(case)),
        )
        .recorded(),
        Scenario::new(
            "paused-waited-for",
            "a commit changes a Deployment and pauses it; its health check waits in vain",
            &[STARTING, DEPLOYED, &waited, &[must("Failed", "HealthCheckFailed").because("Paused")]],
            |case| Box::pin(paused_waited_for(case)),
        )
        .recorded(),
        Scenario::new(
            "paused",
            "the same without waiting for health: Flux calls it ready, and the old pods serve",
            &[
                STARTING,
                DEPLOYED,
                MOVING,
                // Until the roll-out's deadline; before the pause is observed there is nothing to remark.
                &[may("Deployed", "Applied"), must("Deployed", "Applied").remarking("WorkloadPaused")],
                &[must("Failed", "WorkloadNotReady").because("Paused")],
            ],
            |case| Box::pin(paused(case)),
        )
        .recorded(),
    ]
}

async fn stateful_set(case: &mut Case<'_>) -> Outcome {
    let app = App { image: "contoso.example/none:1", is: Some("image"), ..App::default() };
    let mut files = everything(&case.namespace);
    files.push(app.stateful(&case.namespace));
    case.begin(Beginning { files: Some(files), ..Beginning::default() }).await?;
    case.fails("HealthCheckFailed").await?;
    case.shown("Failed", "HealthCheckFailed", None).await
}

async fn paused_waited_for(case: &mut Case<'_>) -> Outcome {
    case.deployed(Beginning::default()).await?;
    pause(case).await?;
    case.fails("HealthCheckFailed").await?;
    case.shown("Failed", "HealthCheckFailed", None).await
}

async fn paused(case: &mut Case<'_>) -> Outcome {
    case.deployed(Beginning { wait: false, ..Beginning::default() }).await?;
    pause(case).await?;
    case.plane
        .cluster
        .wait(&case.namespace, "deployment/hello", "jsonpath={.status.observedGeneration}=2")
        .await?;
    case.shown("Failed", "WorkloadNotReady", None).await
}

async fn pause(case: &mut Case<'_>) -> Outcome {
    let app = App { image: "nginx:2", paused: true, deadline: Some(20), ..App::default() };
    case.push("image 2, paused", vec![app.file(&case.namespace)]).await.map(drop)
}
