//! A controller of Flux that does not run. It is everybody's, so this runs after all the others.

use std::time::Duration;

use tokio::time::sleep;

use super::{DEPLOYED, STARTING};
use crate::plane::process::Server;
use crate::problem::Outcome;
use crate::scenario::Scenario;
use crate::scenario::case::{Beginning, Case};
use crate::scenario::manifests::App;
use crate::story::expectation::{may, must};

/// Longer than any wait that is normal. Here time itself is the subject.
const STOPPED: Duration = Duration::from_secs(75);

pub(super) fn scenarios() -> Vec<Scenario> {
    let story = [
        may("Syncing", "NewRevision"),
        must("Unknown", "DeadlineExceeded"),
        may("Syncing", "NewRevision"),
        may("Reconciling", "Progressing"),
        may("Reconciling", "HealthCheck"),
    ];
    let scenario = Scenario::new(
        "controller-stopped",
        "kustomize-controller does not run for 75 s while a commit arrives",
        &[STARTING, DEPLOYED, &story, DEPLOYED],
        |case| Box::pin(controller_stopped(case)),
    );
    vec![Scenario { alone: true, ..scenario }]
}

async fn controller_stopped(case: &mut Case<'_>) -> Outcome {
    case.deployed(Beginning::default()).await?;
    let stopped = Stopped::now(&case.plane.kustomize_controller);
    let app = App { image: "nginx:2", ..App::default() };
    let second = case.push("image 2", vec![app.file(&case.namespace)]).await?;
    case.fetched(&second).await?;
    sleep(STOPPED).await;
    case.shown("Unknown", "DeadlineExceeded", None).await?;
    drop(stopped);
    case.applied(&second).await
}

/// A server that has been stopped and goes on when this is dropped, whatever became of the scenario.
struct Stopped<'a>(&'a Server);

impl<'a> Stopped<'a> {
    fn now(server: &'a Server) -> Self {
        server.signal("STOP");
        Self(server)
    }
}

impl Drop for Stopped<'_> {
    fn drop(&mut self) {
        self.0.signal("CONT");
    }
}
