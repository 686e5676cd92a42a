//! Reads everything from a cluster that a selection's verdict needs, many scopes at a time.

use futures::stream::{self, StreamExt};
use jiff::Timestamp;

use crate::kubernetes::Connection;
use crate::model::cluster::{Answer, ClusterState, Kind, Scope, ScopeOutcome};
use crate::model::verdict::{Picture, Reason, Selection, picture, wants};

/// The most rounds of questions: the conventional places, what those refer to, and the logs of failed pods.
const WAVES: usize = 3;

/// The most questions under way at once.
const MOST_CONCURRENT: usize = 32;

/// The cluster's answers for a selection.
pub async fn observe(connection: &Connection, selection: &Selection) -> ClusterState {
    let mut cluster = ClusterState::new(connection.cluster().clone());
    for wave in 0..WAVES {
        let wanted: Vec<Scope> =
            wants(&cluster, selection).into_iter().filter(|scope| !cluster.knows(scope)).collect();
        if wanted.is_empty() {
            break;
        }
        tracing::info!(wave, questions = wanted.len(), "asking the cluster");
        ask(connection, &mut cluster, wanted).await;
        if !cluster.outcomes().any(|(_, outcome)| *outcome == ScopeOutcome::Objects) {
            break;
        }
    }
    confirm_missing(connection, &mut cluster, selection).await;
    cluster
}

/// Answers that arrive side by side may straddle a deployment: a workload is called missing only when a
/// second look does not find it either.
async fn confirm_missing(connection: &Connection, cluster: &mut ClusterState, selection: &Selection) {
    if says_missing(&picture(cluster, selection, Timestamp::UNIX_EPOCH)) {
        let again = doubtful(cluster);
        ask(connection, cluster, again).await;
    }
}

/// Whether a picture rests on something that was not found.
pub(super) fn says_missing(picture: &Picture) -> bool {
    picture.environments.iter().any(|environment| environment.reason == Reason::WorkloadMissing)
}

/// What must be asked again before something is called missing.
pub(super) fn doubtful(cluster: &ClusterState) -> Vec<Scope> {
    let kinds = [Kind::Deployment, Kind::StatefulSet, Kind::DaemonSet, Kind::Kustomization];
    cluster.outcomes().map(|(scope, _)| scope.clone()).filter(|scope| kinds.contains(&scope.kind)).collect()
}

async fn ask(connection: &Connection, cluster: &mut ClusterState, scopes: Vec<Scope>) {
    for (scope, answer) in answers(connection, scopes).await {
        cluster.replace(scope, answer);
    }
}

/// The answers to many questions, a bounded number of them side by side.
pub(super) async fn answers(connection: &Connection, scopes: Vec<Scope>) -> Vec<(Scope, Answer)> {
    let questions = scopes.into_iter().map(|scope| async move {
        let answer = connection.ask(&scope).await;
        (scope, answer)
    });
    stream::iter(questions).buffer_unordered(MOST_CONCURRENT).collect().await
}
