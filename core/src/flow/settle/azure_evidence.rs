//! What Azure says of the configurations that follow a branch: Resource Graph lists them, Resource Manager confirms.
//!
//! A question that fails leaves what was known: Resource Graph's quota, a cut connection or a 503 are no news of a
//! cluster. Only a refusal at the very beginning is an error, for nothing would come of waiting.

use std::collections::{BTreeMap, BTreeSet};

use futures::StreamExt;
use futures::stream;
use jiff::Timestamp;

use super::error::SettleError;
use super::target::GateTarget;
use crate::azure::{Azure, AzureError, GraphQuery, GraphScope};
use crate::model::azure::{ArcCluster, ConnectedCluster, FluxConfiguration};
use crate::model::is_same_repository;
use crate::model::pipeline::{ClusterRef, target_path};
use crate::model::post_deployment::{ConfigurationKey, EvidenceSource};

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
    /// How often the list was answered.
    pub(super) lists: u32,
    /// Why the newest question that failed had no answer.
    pub(super) failure: Option<AzureError>,
}

impl AzureEvidence {
    pub(super) fn new(azure: Azure) -> Self {
        Self {
            azure,
            subscriptions: None,
            documents: BTreeMap::new(),
            connected: BTreeMap::new(),
            lists: 0,
            failure: None,
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

    /// How many subscriptions the credential sees.
    pub(super) fn subscription_count(&self) -> Option<usize> {
        self.subscriptions.as_ref().map(Vec::len)
    }

    /// Asks which configurations follow the branch.
    ///
    /// # Errors
    /// Azure refuses, and never answered before.
    pub(super) async fn list(
        &mut self,
        target: &GateTarget,
        folder: Option<&str>,
    ) -> Result<(), SettleError> {
        match self.listed(target, folder).await {
            Ok(rows) => {
                self.take_rows(rows);
                self.lists += 1;
                self.failure = None;
                Ok(())
            }
            Err(error) if self.lists == 0 && !error.is_transient() => Err(SettleError::Azure(error)),
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
    ) -> Result<Vec<FluxConfiguration>, AzureError> {
        let subscriptions = match &self.subscriptions {
            Some(subscriptions) => subscriptions.clone(),
            None => self.azure.subscriptions().await?,
        };
        self.subscriptions = Some(subscriptions.clone());
        let mut found = Vec::new();
        for scope in subscriptions.chunks(SUBSCRIPTIONS_A_QUERY) {
            let scope = GraphScope::Subscriptions(scope.to_vec());
            let query = GraphQuery::flux_configurations(Some(last_word(&target.url)), scope);
            let rows = self.azure.resource_graph(&query).await?.rows;
            let read = rows.iter().filter_map(FluxConfiguration::read);
            found.extend(read.filter(|configuration| is_followed(configuration, target, folder)));
        }
        Ok(found)
    }

    /// Resource Graph lags behind: what Resource Manager told later counts.
    fn take_rows(&mut self, rows: Vec<FluxConfiguration>) {
        let mut documents = BTreeMap::new();
        for row in rows {
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

    /// Asks Resource Manager about configurations, and about their clusters.
    pub(super) async fn confirm(
        &mut self,
        configurations: &[ConfigurationKey],
        clusters: &BTreeSet<ArcCluster>,
        (target, folder): (&GateTarget, Option<&str>),
    ) {
        let azure = &self.azure;
        let asked = configurations.iter().filter_map(|(cluster, name)| match cluster {
            ClusterRef::Arc(cluster) => Some((cluster.clone(), name.clone())),
            _ => None,
        });
        let asked: Vec<(ArcCluster, String)> = asked.collect();
        let questions = asked.into_iter().map(|(cluster, name)| async move {
            let answer = azure.flux_configuration(&cluster, &name).await;
            ((ClusterRef::Arc(cluster), name), answer)
        });
        let connections = clusters.iter().map(|cluster| async move {
            let answer = azure.connected_cluster(cluster).await;
            (cluster.clone(), answer)
        });
        let (documents, connected): (Vec<_>, Vec<_>) = futures::join!(
            stream::iter(questions).buffer_unordered(MOST_CONCURRENT).collect(),
            stream::iter(connections).buffer_unordered(MOST_CONCURRENT).collect(),
        );
        for (key, answer) in documents {
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
        for (cluster, answer) in connected {
            match answer {
                Ok(Some(answer)) => drop(self.connected.insert(cluster, answer)),
                Ok(None) => {}
                Err(error) => self.note(error),
            }
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

/// The repository's name: what all spellings of its address have in common.
fn last_word(url: &str) -> &str {
    let path = url.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let word = path.rsplit(['/', ':']).next().unwrap_or_default();
    word.strip_suffix(".git").unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::last_word;

    #[test]
    fn every_spelling_ends_in_the_repositorys_name() {
        for url in [
            "https://github.com/contoso/hello-gitops",
            "https://github.com/contoso/hello-gitops.git",
            "https://github.com/contoso/hello-gitops/",
            "git@github.com:contoso/hello-gitops.git",
            "ssh://git@github.com/contoso/hello-gitops?x=y",
        ] {
            assert_eq!(last_word(url), "hello-gitops", "{url}");
        }
    }
}
