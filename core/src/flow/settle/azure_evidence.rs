//! What Azure says of the configurations that follow a branch: Resource Graph lists them, Resource Manager confirms.
//!
//! A question that fails leaves what was known: Resource Graph's quota, a cut connection or a 503 are no news of a
//! cluster. Only a refusal at the very beginning is an error, for nothing would come of waiting.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, stream};
use jiff::Timestamp;

use super::error::SettleError;
use super::target::GateTarget;
use crate::azure::{Azure, AzureError, FleetFilter, GraphQuery, GraphScope};
use crate::model::azure::{ArcCluster, ComplianceState, ConnectedCluster, FluxConfiguration};
use crate::model::compliance::Follower;
use crate::model::is_same_repository;
use crate::model::pipeline::{ClusterRef, target_path};
use crate::model::post_deployment::{ConfigurationKey, EvidenceSource, ReportedConfiguration, WantedCommit};

/// Resource Graph takes so many subscriptions in one query.
const SUBSCRIPTIONS_A_QUERY: usize = 1000;
/// The most questions to Resource Manager under way at once.
const MOST_CONCURRENT: usize = 16;

/// A document and who told it.
#[derive(Clone, Debug)]
pub(super) struct Document {
    pub(super) configuration: FluxConfiguration,
    pub(super) told_by: EvidenceSource,
}

/// Everything that Azure said by now.
pub(super) struct AzureEvidence {
    azure: Azure,
    subscriptions: Option<Vec<String>>,
    pub(super) documents: BTreeMap<ConfigurationKey, Document>,
    pub(super) connected: BTreeMap<ArcCluster, ConnectedCluster>,
    /// The folders that configurations which follow the branch apply, by the newest list.
    pub(super) folders: BTreeSet<String>,
    /// How often the list was answered.
    pub(super) lists: u32,
    /// How often Azure refused the list.
    pub(super) refusals: u32,
    /// Why a question of this look had no answer.
    pub(super) failure: Option<AzureError>,
    /// The configuration that was asked about last, where not all of them can be asked at once.
    last_asked: Option<ConfigurationKey>,
}

/// An answer of Resource Manager.
enum Confirmation {
    Configuration(ConfigurationKey, Box<Result<Option<FluxConfiguration>, AzureError>>),
    Cluster(Result<Option<ConnectedCluster>, AzureError>),
}

impl AzureEvidence {
    pub(super) fn new(azure: Azure) -> Self {
        Self {
            azure,
            subscriptions: None,
            documents: BTreeMap::new(),
            connected: BTreeMap::new(),
            folders: BTreeSet::new(),
            lists: 0,
            refusals: 0,
            failure: None,
            last_asked: None,
        }
    }

    /// The time at Azure.
    pub(super) fn now(&self) -> Timestamp {
        self.azure.now()
    }

    /// Where the credential is from.
    pub(super) fn credential(&self) -> &str {
        self.azure.credential_name()
    }

    /// Azure's word for whether a configuration complies, where that was said of the wanted commit: a report from before it
    /// was applied is about another.
    pub(super) fn compliance(
        &self,
        key: &ConfigurationKey,
        wanted: &WantedCommit,
    ) -> Option<ComplianceState> {
        let document = &self.documents.get(key)?.configuration;
        let case = ReportedConfiguration { document, connected: None, wanted, now: self.now() };
        case.decide().state.is_applied().then(|| document.compliance.clone())
    }

    /// Whether a cluster of Azure's has a configuration that is called so.
    pub(super) fn has_configuration(&self, name: &str) -> bool {
        self.documents.keys().any(|(_, own)| own == name)
    }

    /// How many subscriptions the credential sees.
    pub(super) fn subscription_count(&self) -> Option<usize> {
        self.subscriptions.as_ref().map(Vec::len)
    }

    /// Asks which configurations follow the branch.
    ///
    /// # Errors
    /// Azure refuses, and never answered before: nothing would come of waiting.
    pub(super) async fn list(
        &mut self,
        target: &GateTarget,
        folder: Option<&str>,
    ) -> Result<(), SettleError> {
        match self.listed(target, folder).await {
            Ok(rows) => {
                self.take_rows(rows);
                self.lists += 1;
                Ok(())
            }
            Err(error) if self.lists == 0 && !error.is_transient() => {
                self.refusals += 1;
                Err(SettleError::Azure(error))
            }
            Err(error) => {
                tracing::info!("Resource Graph: {error}");
                self.failure = Some(error);
                Ok(())
            }
        }
    }

    async fn listed(
        &mut self,
        target: &GateTarget,
        folder: Option<&str>,
    ) -> Result<Vec<Follower>, AzureError> {
        let subscriptions = match &self.subscriptions {
            Some(subscriptions) => subscriptions.clone(),
            None => self.azure.subscriptions().await?,
        };
        self.subscriptions = Some(subscriptions.clone());
        let branch = Some(target.branch.clone());
        let filter = FleetFilter { branch, ..FleetFilter::of_repository(&target.url) };
        let mut found = Vec::new();
        for scope in subscriptions.chunks(SUBSCRIPTIONS_A_QUERY) {
            let scope = GraphScope::Subscriptions(scope.to_vec());
            let query = GraphQuery::followers(&filter, scope);
            let rows = self.azure.resource_graph(&query).await?.rows;
            let read = rows.iter().filter_map(Follower::read);
            found.extend(read.filter(|follower| is_followed(&follower.document, target, None)));
        }
        let applied = found.iter().flat_map(|follower| &follower.document.kustomizations);
        self.folders = applied.map(|kustomization| target_path(&kustomization.path)).collect();
        found.retain(|follower| is_followed(&follower.document, target, folder));
        Ok(found)
    }

    /// Resource Graph lags behind: what Resource Manager told later counts.
    fn take_rows(&mut self, rows: Vec<Follower>) {
        let mut documents = BTreeMap::new();
        for Follower { document: row, connected, .. } in rows {
            if let Some(connected) = connected {
                self.take_connection(connected);
            }
            let key = key(&row);
            let known = self.documents.remove(&key);
            let is_older = |known: &Document| {
                known.told_by == EvidenceSource::ResourceManager
                    && known.configuration.status_updated >= row.status_updated
            };
            let document = known.filter(is_older);
            let told_by = EvidenceSource::ResourceGraph;
            documents.insert(key, document.unwrap_or(Document { configuration: row, told_by }));
        }
        self.documents = documents;
    }

    /// Of two answers about a cluster the one counts that heard it later.
    fn take_connection(&mut self, connected: ConnectedCluster) {
        let known = self.connected.get(&connected.cluster);
        if known.is_none_or(|known| known.last_connected <= connected.last_connected) {
            self.connected.insert(connected.cluster.clone(), connected);
        }
    }

    /// The next so many of some configurations: each has its turn, which is over once it was asked about itself.
    pub(super) fn next_to_confirm(
        &self,
        undecided: Vec<ConfigurationKey>,
        most: usize,
    ) -> Vec<ConfigurationKey> {
        if undecided.len() <= most {
            return undecided;
        }
        let after = |key: &ConfigurationKey| self.last_asked.as_ref().is_none_or(|last| key > last);
        let (next, first): (Vec<_>, Vec<_>) = undecided.into_iter().partition(after);
        next.into_iter().chain(first).take(most).collect()
    }

    /// Asks Resource Manager about configurations, and about their clusters.
    pub(super) async fn confirm(
        &mut self,
        configurations: &[ConfigurationKey],
        clusters: &BTreeSet<ArcCluster>,
        (target, folder): (&GateTarget, Option<&str>),
    ) {
        if let Some(last) = configurations.last() {
            self.last_asked = Some(last.clone());
        }
        let azure = &self.azure.clone();
        let asked = configurations.iter().filter_map(|(cluster, name)| match cluster {
            ClusterRef::Arc(cluster) => Some((cluster.clone(), name.clone())),
            _ => None,
        });
        let questions = asked.map(|(cluster, name)| {
            async move {
                let answer = azure.flux_configuration(&cluster, &name).await;
                Confirmation::Configuration((ClusterRef::Arc(cluster), name), Box::new(answer))
            }
            .boxed()
        });
        let connections = clusters.iter().map(|cluster| {
            async move { Confirmation::Cluster(azure.connected_cluster(cluster).await) }.boxed()
        });
        let all: Vec<BoxFuture<'_, Confirmation>> = questions.chain(connections).collect();
        let mut answers = stream::iter(all).buffer_unordered(MOST_CONCURRENT);
        // Each counts as it comes: the others may be late.
        while let Some(answer) = answers.next().await {
            self.take(answer, target, folder);
        }
    }

    fn take(&mut self, answer: Confirmation, target: &GateTarget, folder: Option<&str>) {
        match answer {
            Confirmation::Configuration(key, answer) => self.take_document(key, *answer, target, folder),
            Confirmation::Cluster(Ok(Some(connected))) => {
                self.connected.insert(connected.cluster.clone(), connected);
            }
            Confirmation::Cluster(Ok(None)) => {}
            Confirmation::Cluster(Err(error)) => self.note(error),
        }
    }

    fn take_document(
        &mut self,
        key: ConfigurationKey,
        answer: Result<Option<FluxConfiguration>, AzureError>,
        target: &GateTarget,
        folder: Option<&str>,
    ) {
        match answer {
            Ok(Some(configuration)) if is_followed(&configuration, target, folder) => {
                let told_by = EvidenceSource::ResourceManager;
                self.documents.insert(key, Document { configuration, told_by });
            }
            // It was deleted, or follows something else by now.
            Ok(_) => drop(self.documents.remove(&key)),
            Err(error) => self.note(error),
        }
    }

    fn note(&mut self, error: AzureError) {
        tracing::info!("Resource Manager: {error}");
        self.failure = Some(error);
    }
}

fn key(configuration: &FluxConfiguration) -> ConfigurationKey {
    (ClusterRef::Arc(configuration.cluster.clone()), configuration.name.clone())
}

/// Whether a configuration follows the branch, and the folder where only one is meant.
fn is_followed(configuration: &FluxConfiguration, target: &GateTarget, folder: Option<&str>) -> bool {
    let applies = |folder: &str| {
        let folder = target_path(folder);
        let mut kustomizations = configuration.kustomizations.iter();
        kustomizations.any(|kustomization| target_path(&kustomization.path) == folder)
    };
    configuration.branch.as_deref() == Some(target.branch.as_str())
        && is_same_repository(&configuration.url, &target.url)
        && folder.is_none_or(applies)
}
