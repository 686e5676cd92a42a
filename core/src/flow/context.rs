//! What every use case works with: the clusters, GitHub and Azure, each connected to on first use and kept; the clock;
//! where progress is told. Made once, from flags and the session.

use std::collections::BTreeMap;

use jiff::Timestamp;
use tokio::sync::Mutex;

use super::azure_connection::AzureConnection;
use super::discover_error::DiscoverError;
use super::github_connection::GithubConnection;
use super::selector::EnvironmentSelector;
use crate::azure::AzureAccess;
use crate::github::{Access, Github};
use crate::kubernetes::{ConnectError, Connection, Listener, Options};
use crate::model::pipeline::ClusterRef;
use crate::model::verdict::Selection;
use crate::model::{ClusterFlags, Exit, Failure, ProgressEvent, Unanswered, Why, World, harmless};
use crate::wire::{Clock, ServerTime};

/// The clusters that a selector names.
pub(super) struct SelectedClusters {
    /// Those that can be asked, at least one except for a project, each with the environments that are selected there.
    pub(super) connected: Vec<(Connection, Selection)>,
    /// Those that nobody can sign in at, and why.
    pub(super) unconnected: Vec<Unanswered>,
}

/// A cluster without an answer, because it cannot be asked.
fn unconnected_cluster(cluster: ClusterRef, failure: &dyn Failure) -> Unanswered {
    // A cluster that nobody named has no name where there is no kubeconfig.
    let cluster = cluster.context().is_some().then_some(cluster);
    let causes = std::iter::successors(failure.source(), |cause| cause.source());
    let why = causes.fold(failure.to_string(), |why, cause| format!("{why}: {cause}"));
    Unanswered { world: World::Cluster, cluster, what: None, why: Why::NoAnswer(harmless(&why)) }
}

/// The worlds, as one run of one command reaches them.
pub struct Context {
    options: Options,
    /// By the context's name; without one it is the kubeconfig's current context.
    connections: Mutex<BTreeMap<Option<String>, Connection>>,
    github: GithubConnection,
    azure: AzureConnection,
    clock: Clock,
    events: Box<dyn Fn(ProgressEvent)>,
}

impl Context {
    /// Connects to nothing yet. The context in `options` is replaced by the one that is asked for.
    pub fn new(
        options: Options,
        github: Access,
        azure: AzureAccess,
        clock: Clock,
        events: impl Fn(ProgressEvent) + 'static,
    ) -> Self {
        let github = GithubConnection::new(github, clock.clone());
        let azure = AzureConnection::new(azure, clock.clone());
        Self { options, connections: Mutex::default(), github, azure, clock, events: Box::new(events) }
    }

    /// The same, with somebody who hears what clusters answer from now on.
    #[must_use]
    pub fn heard_by(mut self, listener: Listener) -> Self {
        self.options.listener = Some(listener);
        self
    }

    /// The cluster of a kubeconfig's context, or of its current context. Reads the kubeconfig on first use; the
    /// server is not asked.
    ///
    /// # Errors
    /// The kubeconfig, or the credentials in it, cannot be used.
    pub async fn cluster(&self, context: Option<&str>) -> Result<Connection, Box<dyn Failure>> {
        let connection = self.connect(context).await;
        connection.map_err(|error| self.add_flags(context, error))
    }

    /// A failure whose hint acts on the cluster of a context.
    fn add_flags(&self, context: Option<&str>, error: ConnectError) -> Box<dyn Failure> {
        // A context that cannot be used would keep the commands that show the others from working.
        let context = context.filter(|_| !matches!(error, ConnectError::Unusable { .. }));
        let options = Options { context: context.map(str::to_owned), ..self.options.clone() };
        options.flags().add_to_failure(error)
    }

    async fn connect(&self, context: Option<&str>) -> Result<Connection, ConnectError> {
        let mut connections = self.connections.lock().await;
        let key = context.map(str::to_owned);
        if let Some(connection) = connections.get(&key) {
            return Ok(connection.clone());
        }
        let options = Options { context: key.clone(), ..self.options.clone() };
        let connection = Connection::open(options).await?;
        connections.insert(key, connection.clone());
        Ok(connection)
    }

    /// The clusters that a selector names, each with the environments that are selected there. One of several that
    /// nobody can sign in at is listed beside the others.
    ///
    /// # Errors
    /// One of them is not in the kubeconfig, or none of them can be connected to. Of a project something may be known
    /// without any: that is an error only where a context is named that is not there.
    pub(super) async fn select(
        &self,
        selector: &EnvironmentSelector,
    ) -> Result<SelectedClusters, Box<dyn Failure>> {
        let mut selected: Vec<(Connection, Selection)> = Vec::new();
        let mut unconnected: Vec<(Unanswered, Box<dyn Failure>)> = Vec::new();
        for context in &selector.contexts {
            let connection = match self.connect(context.as_deref()).await {
                Ok(connection) => connection,
                Err(error) => {
                    let failure = self.add_flags(context.as_deref(), error);
                    let is_named = context.is_some() || selector.project().is_none();
                    if failure.exit() == Exit::Usage && is_named {
                        return Err(failure);
                    }
                    let cluster = ClusterRef::of_context(context.as_deref());
                    unconnected.push((unconnected_cluster(cluster, &*failure), failure));
                    continue;
                }
            };
            if selected.iter().any(|(other, _)| other.cluster() == connection.cluster()) {
                continue;
            }
            let selection = selector.namespaces.selection(connection.namespace());
            selected.push((connection, selection));
        }
        let (unconnected, failures): (Vec<Unanswered>, Vec<Box<dyn Failure>>) =
            unconnected.into_iter().unzip();
        match failures.into_iter().next() {
            Some(failure) if selected.is_empty() && selector.project().is_none() => Err(failure),
            _ => Ok(SelectedClusters { connected: selected, unconnected }),
        }
    }

    /// The flags that every cluster is reached with; its context is not among them.
    pub(super) fn cluster_flags(&self) -> ClusterFlags {
        ClusterFlags { context: None, ..self.options.flags() }
    }

    /// How GitHub is reached.
    pub(super) fn github(&self) -> &GithubConnection {
        &self.github
    }

    /// How Azure is reached.
    pub(super) fn azure(&self) -> &AzureConnection {
        &self.azure
    }

    /// GitHub, connected to on first use.
    ///
    /// # Errors
    /// There is no token, or the client cannot be made.
    pub(super) async fn open_github(&self) -> Result<Github, Box<dyn Failure>> {
        let client = self.github.client().await?;
        Ok(client.ok_or_else(|| DiscoverError::NotAsked { why: "no token".to_owned() })?)
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The time that the verdict on a cluster is taken at: by the server's clock, which its objects were dated by,
    /// unless a time was given.
    pub(super) fn time_of(&self, connection: &Connection) -> ServerTime {
        ServerTime::decide(self.clock.now(), self.clock.is_given(), connection.server_clock().offset())
    }

    /// Tells of progress.
    pub(super) fn tell(&self, event: ProgressEvent) {
        (self.events)(event);
    }
}
