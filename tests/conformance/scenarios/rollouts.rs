//! Commits that arrive as they should, alone or behind another.

use super::{DEPLOYED, MOVING, STARTING};
use crate::problem::Outcome;
use crate::scenario::Scenario;
use crate::scenario::case::{Beginning, Case};
use crate::scenario::manifests::{App, kustomization, settings};
use crate::story::expectation::{may, must};

pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario::new(
            "waiting-behind",
            "a second commit arrives while health checks of the first still run",
            &[
                STARTING,
                DEPLOYED,
                &[
                    may("Syncing", "NewRevision"),
                    may("Reconciling", "Progressing"),
                    must("Reconciling", "HealthCheck"),
                ],
                &[must("Syncing", "WaitingBehind")],
                MOVING,
                DEPLOYED,
            ],
            |case| Box::pin(waiting_behind(case)),
        ),
        Scenario::new(
            "first-sync",
            "a source and a kustomization are created; everything becomes ready",
            &[STARTING, DEPLOYED],
            |case| Box::pin(first_sync(case)),
        ),
        Scenario::new(
            "new-commit",
            "a commit arrives and is picked up by the interval",
            &[STARTING, DEPLOYED, MOVING, DEPLOYED],
            |case| Box::pin(new_commit(case)),
        ),
        Scenario::new(
            "dependency",
            "a kustomization waits for another of its environment, which fails first",
            &[
                STARTING,
                &[may("NotDeployed", "DependencyNotReady"), must("Failed", "BuildFailed")],
                MOVING,
                &[may("NotDeployed", "DependencyNotReady")],
                MOVING,
                DEPLOYED,
            ],
            |case| Box::pin(dependency(case)),
        ),
    ]
}

async fn first_sync(case: &mut Case<'_>) -> Outcome {
    case.deployed(Beginning::default()).await
}

async fn new_commit(case: &mut Case<'_>) -> Outcome {
    case.deployed(Beginning::default()).await?;
    let app = App { image: "nginx:2", ..App::default() };
    let second = case.push("image 2", vec![app.file(&case.namespace)]).await?;
    case.applied(&second).await
}

async fn waiting_behind(case: &mut Case<'_>) -> Outcome {
    case.deployed(Beginning::default()).await?;
    let app = App { image: "contoso.example/none:2", is: Some("image"), ..App::default() };
    let second = case.push("image that cannot be pulled", vec![app.file(&case.namespace)]).await?;
    case.checking(&second).await?;
    case.shown("Reconciling", "HealthCheck", Some(&second)).await?;
    let app = App { image: "nginx:3", ..App::default() };
    let third = case.push("another image", vec![app.file(&case.namespace)]).await?;
    case.fetched(&third).await?;
    case.applied(&third).await
}

async fn dependency(case: &mut Case<'_>) -> Outcome {
    let base = |resources: &[&str]| ("/infra/kustomization.yaml".to_owned(), kustomization(resources).1);
    let mut files = crate::scenario::manifests::everything(&case.namespace);
    files.push(base(&["base.yaml", "none.yaml"]));
    files.push(("/infra/base.yaml".to_owned(), settings(&case.namespace, "base", "1").1));
    case.begin(Beginning { files: Some(files), after: Some(("infra", "infra")), ..Beginning::default() })
        .await?;
    case.fails("DependencyNotReady").await?;
    case.shown("Failed", "BuildFailed", None).await?;
    let second = case.push("mend", vec![base(&["base.yaml"])]).await?;
    case.applied(&second).await
}
