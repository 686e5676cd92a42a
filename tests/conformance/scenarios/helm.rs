//! HelmReleases that a kustomization applies. What helm-controller would write, a script writes.

use super::{DEPLOYED, MOVING, STARTING};
use crate::plane::{GIT_PASSWORD, flux};
use crate::problem::Outcome;
use crate::scenario::Scenario;
use crate::scenario::case::{Beginning, Case};
use crate::scenario::helm::{CREDENTIALS, FIRST, Release, SECOND, files};
use crate::scenario::origin::Origin;
use crate::story::expectation::{Expected, may, must};

/// The release is there, its chart is pulled, and its first version is not there yet.
const INSTALLING: &[Expected] = &[
    may("Reconciling", "Installing"),
    may("NotDeployed", "ChartNotReady"),
    must("Reconciling", "Installing"),
];

/// The release is written anew, and helm-controller has not taken it up.
const CHANGED: &[Expected] = &[may("Syncing", "NewRevision")];

pub(super) fn scenarios() -> Vec<Scenario> {
    let waited = [
        may("Syncing", "NewRevision"),
        may("Reconciling", "Progressing"),
        must("Reconciling", "HealthCheck"),
    ];
    vec![
        Scenario::new(
            "helm-gave-up",
            "a release is installed; its upgrade fails and is not tried again; the kustomization is ready",
            &[
                STARTING,
                INSTALLING,
                DEPLOYED,
                MOVING,
                CHANGED,
                &[must("Reconciling", "Upgrading"), may("Failed", "UpgradeFailed")],
                &[must("Failed", "Stalled").because("RetriesExceeded")],
            ],
            |case| Box::pin(gave_up(case)),
        )
        .with_releases()
        .recorded(),
        Scenario::new(
            "helm-waited-for",
            "the same with a kustomization that waits for its release: the health check fails early",
            &[
                STARTING,
                DEPLOYED,
                &waited,
                &[may("Failed", "UpgradeFailed"), may("Failed", "Stalled").because("RetriesExceeded")],
                &[must("Failed", "HealthCheckFailed").because("RetriesExceeded")],
            ],
            |case| Box::pin(waited_for(case)),
        )
        .with_releases()
        .recorded(),
    ]
}

async fn gave_up(case: &mut Case<'_>) -> Outcome {
    let first = installed(case, false).await?;
    case.shown("Deployed", "Applied", Some(&first)).await?;
    case.publish_chart(SECOND.chart);
    let second = case.push("chart 1.1.0", files(case, SECOND)).await?;
    case.kustomization_is("at the second commit", |object| flux::applied(object, &second)).await?;
    let release = Release::of(case);
    release.begins(SECOND).await?;
    case.shown("Reconciling", "Upgrading", None).await?;
    release.gives_up(SECOND).await?;
    case.shown("Failed", "Stalled", None).await
}

async fn waited_for(case: &mut Case<'_>) -> Outcome {
    let first = installed(case, true).await?;
    case.applied(&first).await?;
    case.publish_chart(SECOND.chart);
    let second = case.push("chart 1.1.0", files(case, SECOND)).await?;
    case.checking(&second).await?;
    let release = Release::of(case);
    release.begins(SECOND).await?;
    release.gives_up(SECOND).await?;
    case.fails("HealthCheckFailed").await?;
    case.shown("Failed", "HealthCheckFailed", None).await
}

/// Begins, up to where the release is installed. Returns the commit.
async fn installed(case: &mut Case<'_>, wait: bool) -> Outcome<String> {
    case.publish_chart(FIRST.chart);
    let credentials = Origin::Artifact { tag: FIRST.chart };
    let credentials = credentials.secret(case.plane, CREDENTIALS, &case.namespace, GIT_PASSWORD);
    case.plane.cluster.create(&[credentials]).await?;
    let files = Some(files(case, FIRST));
    let first = case.begin(Beginning { files, wait, ..Beginning::default() }).await?;
    let release = Release::of(case);
    release.begins(FIRST).await?;
    if !wait {
        case.shown("Reconciling", "Installing", None).await?;
    }
    release.succeeds(FIRST).await?;
    Ok(first)
}
