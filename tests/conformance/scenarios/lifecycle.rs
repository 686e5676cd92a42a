//! What people do to a pipeline that works: suspend it, delete it, change the cluster by hand.

use serde_json::json;

use super::{DEPLOYED, MOVING, STARTING};
use crate::plane::flux::{GIT, KUSTOMIZATION, NAMESPACE};
use crate::problem::Outcome;
use crate::scenario::Scenario;
use crate::scenario::case::{Beginning, Case};
use crate::scenario::manifests::App;
use crate::story::expectation::{may, must};

pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario::new(
            "suspended",
            "suspended, a commit passes by; resumed, it is applied; then the source is suspended",
            &[
                STARTING,
                DEPLOYED,
                &[must("Suspended", "KustomizationSuspended")],
                MOVING,
                DEPLOYED,
                &[must("Suspended", "SourceSuspended")],
            ],
            |case| Box::pin(suspended(case)),
        ),
        Scenario::new(
            "deleted",
            "the kustomization is deleted, and what it made is pruned; the source stays",
            &[
                STARTING,
                DEPLOYED,
                &[may("Reconciling", "Deleting"), must("NotDeployed", "KustomizationMissing")],
            ],
            |case| Box::pin(deleted(case)),
        ),
        Scenario::new(
            "drift",
            "somebody edits and deletes by hand; a reconciliation puts it back",
            &[
                STARTING,
                &[
                    must("Deployed", "Applied").without_remarks(),
                    must("Deployed", "Applied").remarking("Drift"),
                    // Put back, and the event that tells of it not here yet.
                    may("Deployed", "Applied"),
                    must("Deployed", "Applied").remarking("DriftCorrected"),
                ],
            ],
            |case| Box::pin(drift(case)),
        ),
    ]
}

async fn suspended(case: &mut Case<'_>) -> Outcome {
    case.deployed(Beginning::default()).await?;
    let kustomization = case.kustomization();
    case.patch(KUSTOMIZATION, &kustomization, json!({"spec": {"suspend": true}})).await?;
    case.shown("Suspended", "KustomizationSuspended", None).await?;
    let app = App { image: "nginx:2", ..App::default() };
    let second = case.push("image 2", vec![app.file(&case.namespace)]).await?;
    case.fetched(&second).await?;
    case.patch(KUSTOMIZATION, &kustomization, json!({"spec": {"suspend": false}})).await?;
    case.applied(&second).await?;
    case.patch(GIT, &case.source(), json!({"spec": {"suspend": true}})).await?;
    case.shown("Suspended", "SourceSuspended", None).await
}

async fn deleted(case: &mut Case<'_>) -> Outcome {
    case.deployed(Beginning::default()).await?;
    let object = format!("{KUSTOMIZATION}/{}", case.kustomization());
    case.plane.cluster.kubectl(&["delete", &object, "-n", NAMESPACE, "--timeout=60s"]).await?;
    case.plane.cluster.wait(&case.namespace, "configmap/settings", "delete").await?;
    case.shown("NotDeployed", "KustomizationMissing", None).await
}

async fn drift(case: &mut Case<'_>) -> Outcome {
    // Nothing is put back before it is asked for.
    case.deployed(Beginning { interval: "1h", ..Beginning::default() }).await?;
    let cluster = &case.plane.cluster;
    cluster.patch(&case.namespace, "deployment/hello", json!({"spec": {"replicas": 3}})).await?;
    cluster.kubectl(&["delete", "configmap/settings", "-n", &case.namespace]).await?;
    case.remarked("Drift").await?;
    case.reconcile(KUSTOMIZATION, &case.kustomization()).await?;
    cluster.wait(&case.namespace, "configmap/settings", "create").await?;
    cluster.wait(&case.namespace, "deployment/hello", "jsonpath={.spec.replicas}=1").await?;
    case.remarked("DriftCorrected").await
}
