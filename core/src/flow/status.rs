//! Where do the environments of a selection stand? And when that cannot be said at all, why.

use futures::future::{join, join_all};

use super::context::{Context, SelectedClusters};
use super::observe::{observe_first_wave, observe_rest};
use super::other_worlds::OtherWorlds;
use super::selector::EnvironmentSelector;
use super::status_error::StatusError;
use crate::kubernetes::Connection;
use crate::model::cluster::{ClusterState, Kind, Scope, ScopeOutcome, Selection};
use crate::model::upstream::add_pipelines;
use crate::model::verdict::{Picture, Reason, Remark, picture};
use crate::model::{Failure, ProgressEvent, Unanswered, Why, World};
use crate::wire::ServerTime;

/// Asks once: the selected clusters side by side, and beside all but their first answers GitHub and Azure of what
/// they follow.
///
/// # Errors
/// A cluster cannot be connected to, or none of them says anything of the selected environments. One of several
/// clusters that does not answer is listed in the picture instead; of a project that is named, any. Nothing has the
/// environment, or the target, that was asked for.
pub async fn status(context: &Context, selector: &EnvironmentSelector) -> Result<Picture, Box<dyn Failure>> {
    let mut observed = begin_selected(context, selector).await?;
    let early = observed.early_picture(context, selector);
    let others = async {
        match &early {
            Some(early) => Some(OtherWorlds::ask(context, selector, early).await),
            None => None,
        }
    };
    let ((), others) = join(observed.complete(), others).await;
    let mut picture = observed.picture(context, selector)?;
    let others = match others {
        Some(others) => others.renew(context, selector, &picture).await,
        None => OtherWorlds::ask(context, selector, &picture).await,
    };
    let missing_revision = others.missing_revision(selector);
    others.add_to(context, &mut picture);
    if let Some(error) = missing_revision.or_else(|| selector.missing(&picture)) {
        return Err(observed.add_flags_to(error));
    }
    finish(context, selector, &mut picture);
    add_flags(&mut picture, observed.clusters.iter().map(|cluster| &cluster.connection));
    Ok(picture)
}

/// Names the pipelines of a picture that every world was asked about, then leaves what of them was asked for.
pub(super) fn finish(context: &Context, selector: &EnvironmentSelector, picture: &mut Picture) {
    add_pipelines(picture, context.github().host());
    selector.narrowing.narrow(picture);
}

/// Makes every command of a picture act on the cluster that it is about. Done last: the parts of GitHub and
/// Azure advise too.
pub(super) fn add_flags<'a>(picture: &mut Picture, connections: impl IntoIterator<Item = &'a Connection>) {
    for connection in connections {
        connection.flags().add_to_picture(connection.cluster(), picture);
    }
}

/// The selected clusters with their answers.
pub(super) struct ObservedClusters {
    /// Those that were asked, at least one except for a project, in the order of the selector.
    pub(super) clusters: Vec<ObservedCluster>,
    /// Those that nobody can sign in at.
    pub(super) unconnected: Vec<Unanswered>,
}

impl ObservedClusters {
    /// Asks them what follows from their first answers.
    pub(super) async fn complete(&mut self) {
        let rest = self
            .clusters
            .iter_mut()
            .map(|cluster| observe_rest(&cluster.connection, &cluster.selection, &mut cluster.state));
        join_all(rest).await;
    }

    /// What is known of the selected environments by now.
    ///
    /// # Errors
    /// As [`status`].
    pub(super) fn picture(
        &self,
        context: &Context,
        selector: &EnvironmentSelector,
    ) -> Result<Picture, Box<dyn Failure>> {
        let judged = self.clusters.iter().map(|cluster| cluster.judge(context));
        let mut picture = combine(judged, &self.unconnected, selector.without_clusters(context.now()))?;
        if let Some(error) = selector.labels_error(&picture) {
            return Err(self.add_flags_to(error));
        }
        selector.narrow(&mut picture);
        Ok(picture)
    }

    /// An error whose hint acts on the first of the clusters.
    pub(super) fn add_flags_to(&self, error: StatusError) -> Box<dyn Failure> {
        match self.clusters.first() {
            Some(cluster) => cluster.connection.flags().add_to_failure(error),
            None => Box::new(error),
        }
    }

    /// The same before everything was asked; nothing where that does not tell yet whether there is something.
    pub(super) fn early_picture(&self, context: &Context, selector: &EnvironmentSelector) -> Option<Picture> {
        self.picture(context, selector).ok()
    }
}

/// A cluster that was asked about its selected environments.
pub(super) struct ObservedCluster {
    pub(super) connection: Connection,
    pub(super) selection: Selection,
    pub(super) state: ClusterState,
}

impl ObservedCluster {
    /// The verdict now, or why there is none.
    pub(super) fn picture(&self, context: &Context) -> Result<Picture, Box<dyn Failure>> {
        let flags = self.connection.flags();
        self.judge(context).1.map_err(|error| flags.add_to_failure(error))
    }

    /// The verdict on everything that something delivers to, as far as what was read of the selection tells.
    pub(super) fn judge_all(&self, context: &Context) -> Result<Picture, StatusError> {
        judge(&self.state, &Selection::All, context.time_of(&self.connection), &self.connection)
    }

    /// The same with the cluster that it is about.
    pub(super) fn judge(&self, context: &Context) -> (&Connection, Result<Picture, StatusError>) {
        let time = context.time_of(&self.connection);
        let judged = judge(&self.state, &self.selection, time, &self.connection);
        (&self.connection, judged)
    }
}

/// Asks the selected clusters side by side what is asked first.
pub(super) async fn begin_selected(
    context: &Context,
    selector: &EnvironmentSelector,
) -> Result<ObservedClusters, Box<dyn Failure>> {
    let SelectedClusters { connected, unconnected } = context.select(selector).await?;
    let observed = connected.into_iter().map(async |(connection, selection)| {
        context.tell(ProgressEvent::Waiting(connection.server().to_owned()));
        let state = observe_first_wave(&connection, &selection).await;
        ObservedCluster { connection, selection, state }
    });
    Ok(ObservedClusters { clusters: join_all(observed).await, unconnected })
}

/// The first of the selected clusters, for what is about one environment.
pub(super) async fn observe_first(
    context: &Context,
    selector: &EnvironmentSelector,
) -> Result<ObservedCluster, Box<dyn Failure>> {
    let mut observed = begin_selected(context, selector).await?;
    observed.complete().await;
    Ok(observed.clusters.into_iter().next().expect("a selector names a cluster"))
}

/// One picture of several clusters. A cluster without the namespace adds nothing where another one has it, or where
/// something is known `without` any.
pub(super) fn combine<'a>(
    judged: impl Iterator<Item = (&'a Connection, Result<Picture, StatusError>)>,
    unconnected: &[Unanswered],
    without: Option<Picture>,
) -> Result<Picture, Box<dyn Failure>> {
    let mut combined: Option<Picture> = None;
    let mut errors = Vec::new();
    for (connection, picture) in judged {
        match (picture, &mut combined) {
            (Ok(picture), Some(combined)) => combined.merge(picture),
            (Ok(picture), None) => combined = Some(picture),
            (Err(error), _) => errors.push((connection, error)),
        }
    }
    let Some(mut picture) = combined.or(without) else {
        let (connection, error) = errors.into_iter().next().expect("a selector names a cluster");
        return Err(connection.flags().add_to_failure(error));
    };
    let mut silent: Vec<Unanswered> = Vec::new();
    for (connection, error) in errors {
        match error.refusal() {
            Some(why) => silent.push(unanswered(connection, why)),
            None if picture.clusters.is_empty() => picture.clusters.push(connection.cluster().clone()),
            None => {}
        }
    }
    silent.extend(unconnected.iter().cloned());
    picture.clusters.extend(silent.iter().filter_map(|unanswered| unanswered.cluster.clone()));
    picture.unanswered.splice(0..0, silent);
    Ok(picture)
}

/// That a cluster said nothing at all.
fn unanswered(connection: &Connection, why: Why) -> Unanswered {
    Unanswered { world: World::Cluster, cluster: Some(connection.cluster().clone()), what: None, why }
}

/// Without these nobody can say that nothing is followed.
const FLUX: [Kind; 2] = [Kind::GitRepository, Kind::Kustomization];

/// The picture, or why there is none.
pub(super) fn judge(
    cluster: &ClusterState,
    selection: &Selection,
    time: ServerTime,
    connection: &Connection,
) -> Result<Picture, StatusError> {
    if let Some(error) = refused(cluster, connection, &|_| true) {
        return Err(error);
    }
    let picture = picture_at(cluster, selection, time);
    if !picture.environments.is_empty() {
        return Ok(picture);
    }
    let flux_is_unknown = FLUX.iter().any(|kind| cluster.is_unanswered(*kind));
    if matches!(selection, Selection::All | Selection::Project(_)) && flux_is_unknown {
        let refused = refused(cluster, connection, &|scope| FLUX.contains(&scope.kind));
        return refused.map_or(Ok(picture), Err);
    }
    let followed = picture.followed.into_iter().map(|id| id.namespace).collect();
    let has_flux = picture.has_flux;
    Err(match selection {
        Selection::All => StatusError::Nothing { has_flux },
        Selection::Namespaces(namespaces) => {
            StatusError::NoneFollows { namespaces: namespaces.clone(), followed, has_flux }
        }
        Selection::Namespace(namespace) | Selection::Pipeline(namespace) => match picture.namespace_exists {
            Some(false) => StatusError::NamespaceMissing { namespace: namespace.clone(), followed },
            _ => StatusError::FollowsNothing { namespace: namespace.clone(), followed, has_flux },
        },
        Selection::Project(project) => {
            StatusError::NoProject { project: project.to_string(), followed, has_flux }
        }
    })
}

/// The verdict at a server's time, with a remark where this machine's clock shows another.
pub(super) fn picture_at(cluster: &ClusterState, selection: &Selection, time: ServerTime) -> Picture {
    let mut picture = picture(cluster, selection, time.now);
    picture.remarks.extend(time.skew.map(|skew| Remark::new(Reason::ClockSkew, skew.to_string())));
    picture
}

/// That all of what is `needed` was refused, or not answered.
fn refused(
    cluster: &ClusterState,
    connection: &Connection,
    is_needed: &dyn Fn(&Scope) -> bool,
) -> Option<StatusError> {
    let server = connection.server().to_owned();
    let (mut forbidden, mut silent): (Option<&Scope>, Option<String>) = (None, None);
    let (mut unauthenticated, mut overloaded) = (false, false);
    for (scope, outcome) in cluster.outcomes().filter(|(scope, _)| is_needed(scope)) {
        match outcome {
            ScopeOutcome::Objects => return None,
            ScopeOutcome::Absent => {}
            ScopeOutcome::Unanswered(Why::NotAuthenticated) => unauthenticated = true,
            ScopeOutcome::Unanswered(Why::Overloaded) => overloaded = true,
            ScopeOutcome::Unanswered(Why::NotAllowed) => {
                let is_of_flux = |known: &&Scope| FLUX.contains(&known.kind);
                forbidden = forbidden
                    .filter(|known| is_of_flux(known) || !FLUX.contains(&scope.kind))
                    .or(Some(scope));
            }
            ScopeOutcome::Unanswered(why) => silent = silent.or_else(|| Some(why.to_string())),
        }
    }
    match (unauthenticated, forbidden, silent) {
        (true, ..) => Some(StatusError::Unauthenticated { server }),
        _ if overloaded => Some(StatusError::Overloaded { server }),
        (_, _, Some(why)) => Some(StatusError::Silent { server, why }),
        (_, Some(first), None) => {
            let (asker, first) = (connection.asker().map(str::to_owned), first.question());
            Some(StatusError::Forbidden { server, asker, first: Box::new(first) })
        }
        _ => None,
    }
}
