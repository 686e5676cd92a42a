//! Reads everything from a cluster that a selection's verdict needs, many scopes at a time.

use futures::stream::{self, StreamExt};
use jiff::Timestamp;

use crate::kubernetes::Connection;
use crate::model::cluster::{Answer, ClusterState, Kind, Scope, ScopeOutcome};
use crate::model::verdict::{Picture, Reason, Selection, picture, wants};

/// The most rounds of questions: the conventional places, what those refer to, what belongs to environments that those
/// lead to, and the logs of failed pods.
const WAVES: usize = 4;

/// The most questions under way at once.
const MOST_CONCURRENT: usize = 32;

/// The cluster's answers for a selection.
pub async fn observe(connection: &Connection, selection: &Selection) -> ClusterState {
    let mut cluster = observe_first_wave(connection, selection).await;
    observe_rest(connection, selection, &mut cluster).await;
    cluster
}

/// The answers to what is asked of every cluster: what follows from them is known before all is.
pub(super) async fn observe_first_wave(connection: &Connection, selection: &Selection) -> ClusterState {
    let mut cluster = ClusterState::new(connection.cluster().clone());
    ask_wanted(connection, selection, &mut cluster, 0).await;
    cluster
}

/// Adds the answers to everything else.
pub(super) async fn observe_rest(connection: &Connection, selection: &Selection, cluster: &mut ClusterState) {
    for wave in 1..WAVES {
        let is_heard = cluster.outcomes().any(|(_, outcome)| *outcome == ScopeOutcome::Objects);
        if !is_heard || !ask_wanted(connection, selection, cluster, wave).await {
            break;
        }
    }
    confirm_missing(connection, cluster, selection).await;
}

/// Asks what is wanted and not known yet. Whether there was something.
async fn ask_wanted(
    connection: &Connection,
    selection: &Selection,
    cluster: &mut ClusterState,
    wave: usize,
) -> bool {
    let wanted: Vec<Scope> =
        wants(cluster, selection).into_iter().filter(|scope| !cluster.knows(scope)).collect();
    if wanted.is_empty() {
        return false;
    }
    tracing::info!(wave, questions = wanted.len(), "asking the cluster");
    ask(connection, cluster, wanted).await;
    true
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
