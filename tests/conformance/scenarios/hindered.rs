//! Pipelines that never get as far as being deployed, because something they need is wrong or missing.

use super::{DEPLOYED, STARTING};
use crate::plane::GIT_PASSWORD;
use crate::plane::flux::GIT;
use crate::problem::Outcome;
use crate::scenario::Scenario;
use crate::scenario::case::{Beginning, Case};
use crate::scenario::manifests;
use crate::story::expectation::{Expected, may, must};

/// Before the first fetch has failed.
const BEFORE: &[Expected] = &[may("NotDeployed", "SourceNotReady")];

pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario::new(
            "bad-token",
            "the git host refuses the token; then it is put right",
            &[BEFORE, &[must("NotDeployed", "TokenRejected")], STARTING, DEPLOYED],
            |case| Box::pin(bad_token(case)),
        ),
        Scenario::new(
            "missing-secret",
            "the secret for the git host is not there",
            &[BEFORE, &[must("NotDeployed", "GitSecretMissing")]],
            |case| Box::pin(missing_secret(case)),
        ),
        Scenario::new(
            "missing-branch",
            "the environment's branch is not there",
            &[BEFORE, &[must("NotDeployed", "BranchNotFound")]],
            |case| Box::pin(missing_branch(case)),
        ),
        Scenario::new(
            "missing-path",
            "the folder is not in the repository until the first pull request is merged",
            &[STARTING, &[must("NotDeployed", "PathMissing")], STARTING, DEPLOYED],
            |case| Box::pin(missing_path(case)),
        ),
    ]
}

async fn bad_token(case: &mut Case<'_>) -> Outcome {
    let first = case.begin(Beginning { password: Some("expired"), ..Beginning::default() }).await?;
    case.source_fails("GitOperationFailed").await?;
    case.shown("NotDeployed", "TokenRejected", None).await?;
    let secret = format!("secret/{}-auth", case.source());
    let token = serde_json::json!({"stringData": {"password": GIT_PASSWORD}});
    case.plane.cluster.patch(crate::plane::flux::NAMESPACE, &secret, token).await?;
    case.reconcile(GIT, &case.source()).await?;
    case.applied(&first).await
}

async fn missing_secret(case: &mut Case<'_>) -> Outcome {
    case.begin(Beginning { password: None, ..Beginning::default() }).await?;
    case.source_fails("AuthenticationFailed").await?;
    case.shown("NotDeployed", "GitSecretMissing", None).await
}

async fn missing_branch(case: &mut Case<'_>) -> Outcome {
    case.begin(Beginning { branch: "qa", ..Beginning::default() }).await?;
    case.source_fails("GitOperationFailed").await?;
    case.shown("NotDeployed", "BranchNotFound", None).await
}

async fn missing_path(case: &mut Case<'_>) -> Outcome {
    let readme = ("/README.md".to_owned(), "Rendered manifests arrive by pull request.\n".to_owned());
    case.begin(Beginning { files: Some(vec![readme]), ..Beginning::default() }).await?;
    case.fails("ArtifactFailed").await?;
    case.shown("NotDeployed", "PathMissing", None).await?;
    let second = case.push("first deployment", manifests::everything(&case.namespace)).await?;
    case.applied(&second).await
}
