//! Commits that Flux cannot build or the API server does not take.

use super::{DEPLOYED, MOVING, STARTING};
use crate::problem::Outcome;
use crate::scenario::Scenario;
use crate::scenario::case::{Beginning, Case};
use crate::scenario::manifests::{App, broken, settings};
use crate::story::expectation::{may, must};

pub(super) fn scenarios() -> Vec<Scenario> {
    let before = [
        may("Syncing", "NewRevision"),
        may("Syncing", "WaitingBehind"),
        may("Syncing", "NewRevision"),
        may("Reconciling", "Progressing"),
    ];
    vec![
        Scenario::new(
            "broken-manifest",
            "a commit breaks the YAML; the next one mends it",
            &[STARTING, DEPLOYED, &before, &[must("Failed", "BuildFailed")], MOVING, DEPLOYED],
            |case| Box::pin(broken_manifest(case)),
        ),
        Scenario::new(
            "refused-apply",
            "the API server refuses one object of a new commit; nothing of it is applied",
            &[STARTING, DEPLOYED, &before, &[must("Failed", "ApplyRefused").because("Invalid")]],
            |case| Box::pin(refused_apply(case)),
        ),
    ]
}

async fn broken_manifest(case: &mut Case<'_>) -> Outcome {
    case.deployed(Beginning::default()).await?;
    case.push("break", vec![broken()]).await?;
    case.fails("BuildFailed").await?;
    case.shown("Failed", "BuildFailed", None).await?;
    let third = case.push("mend", vec![settings(&case.namespace, "settings", "2")]).await?;
    case.applied(&third).await
}

async fn refused_apply(case: &mut Case<'_>) -> Outcome {
    case.deployed(Beginning::default()).await?;
    let app = App { image: "nginx:2", bad_label: true, ..App::default() };
    let files = vec![app.file(&case.namespace), settings(&case.namespace, "settings", "2")];
    case.push("bad label", files).await?;
    case.fails("ReconciliationFailed").await?;
    case.shown("Failed", "ApplyRefused", None).await
}
