//! Kustomizations whose manifests do not come from git.

use serde_json::json;

use super::{DEPLOYED, MOVING, STARTING};
use crate::plane::flux::OCI;
use crate::problem::Outcome;
use crate::scenario::Scenario;
use crate::scenario::case::{Beginning, Case};
use crate::scenario::manifests::App;
use crate::scenario::origin::Origin;
use crate::story::expectation::{may, must};

pub(super) fn scenarios() -> Vec<Scenario> {
    let before = [may("NotDeployed", "SourceNotReady")];
    vec![
        Scenario::new(
            "artifact",
            "an artifact is pulled and applied, then the next one, and then a tag that is not there",
            &[
                STARTING,
                DEPLOYED,
                // Of the new tag, before it is pulled.
                &[may("Syncing", "SourceNotReady")],
                MOVING,
                DEPLOYED,
                &[
                    may("Syncing", "SourceNotReady"),
                    must("Failed", "ReferenceNotFound").saying("no tag 1.2.0"),
                ],
            ],
            |case| Box::pin(artifact(case)),
        )
        .recorded(),
        Scenario::new(
            "artifact-refused",
            "the registry refuses the credentials of an artifact's source",
            &[&before, &[must("NotDeployed", "TokenRejected").saying("create secret docker-registry")]],
            |case| Box::pin(refused(case)),
        )
        .recorded(),
        Scenario::new(
            "bucket-unreachable",
            "nobody listens where a bucket should be",
            &[&before, &[must("NotDeployed", "ConnectionRefused").saying("answered at 127.0.0.1:")]],
            |case| Box::pin(bucket(case)),
        )
        .recorded(),
    ]
}

async fn artifact(case: &mut Case<'_>) -> Outcome {
    case.deployed(Beginning { origin: Origin::Artifact { tag: "1.0.0" }, ..Beginning::default() }).await?;
    case.push("image 2", vec![App { image: "nginx:2", ..App::default() }.file(&case.namespace)]).await?;
    let second = case.publish("1.1.0").await?;
    let source = case.source();
    case.patch(OCI, &source, json!({"spec": {"ref": {"tag": "1.1.0"}}})).await?;
    case.applied(&second).await?;
    case.patch(OCI, &source, json!({"spec": {"ref": {"tag": "1.2.0"}}})).await?;
    case.source_fails("OCIArtifactPullFailed").await?;
    case.shown("Failed", "ReferenceNotFound", None).await
}

async fn refused(case: &mut Case<'_>) -> Outcome {
    let origin = Origin::Artifact { tag: "1.0.0" };
    case.begin(Beginning { origin, password: Some("expired"), ..Beginning::default() }).await?;
    case.source_fails("OCIArtifactPullFailed").await?;
    case.shown("NotDeployed", "TokenRejected", None).await
}

async fn bucket(case: &mut Case<'_>) -> Outcome {
    case.begin(Beginning { origin: Origin::UnreachableBucket, ..Beginning::default() }).await?;
    case.source_fails("BucketOperationFailed").await?;
    case.shown("NotDeployed", "ConnectionRefused", None).await
}
