//! One look: everybody who is due is asked, and what was answered is put together.

use std::collections::BTreeSet;

use super::at_hand::{WatchedConfiguration, is_known};
use super::error::SettleError;
use super::gate::{Settlement, needs_azure};
use super::report_of_look::CERTAIN;
use crate::model::azure::ArcCluster;
use crate::model::is_whole_commit_hash;
use crate::model::pipeline::ClusterRef;
use crate::model::post_deployment::{
    ConfigurationKey, DeliverySeconds, EvidenceSource, GateConfiguration, ReportedConfiguration,
    WantedCommit, default_deadline,
};

/// Resource Graph is asked again at every so many looks where Resource Manager tells of all that is undecided.
const LOOKS_A_LIST: u32 = 6;
/// Whether Azure hears of the cluster is asked at every so many looks in place of its configuration.
const LOOKS_A_CONNECTION: u32 = 4;

impl Settlement<'_> {
    /// Asks everybody who is due, and decides.
    pub(super) async fn look(&mut self) -> Result<(), SettleError> {
        self.unanswered.clear();
        if let Some(refusal) = &self.azure_refusal {
            self.unanswered.push(format!("azure: {refusal}"));
        }
        self.ask_github().await;
        let wanted = self.wanted();
        self.ask_azure(&wanted).await?;
        self.update_configurations();
        if self.classify().await {
            // What counts as the wanted commit is more now.
            self.update_configurations();
        }
        self.looks += 1;
        self.extend_deadline();
        Ok(())
    }

    /// Puts together what was answered by now, whether or not all of it was.
    pub(super) fn update_configurations(&mut self) {
        let wanted = self.wanted();
        self.configurations = self.configurations_now(&wanted);
    }

    /// The deadline that nobody chose is never shortened by what is known later.
    fn extend_deadline(&mut self) {
        if self.request.timeout.is_some() {
            return;
        }
        let documents = self.azure.iter().flat_map(|azure| azure.documents.values());
        let of_azure = documents.map(|document| DeliverySeconds::of_configuration(&document.configuration));
        let at_hand = self.clusters.delivery_seconds(&self.target);
        let known: Vec<DeliverySeconds> = of_azure.chain(at_hand).collect();
        if !known.is_empty() {
            self.limit = self.limit.max(Some(default_deadline(known, self.policy.grace)));
        }
    }

    fn wanted(&self) -> WantedCommit {
        self.commits.as_ref().map(|commits| commits.wanted.clone()).unwrap_or_default()
    }

    /// GitHub is asked for the commit as long as there is none, else whether the branch has moved on: an answer that has not
    /// changed costs nothing of the rate limit.
    async fn ask_github(&mut self) {
        let Ok(history) = &self.history else { return };
        match &mut self.commits {
            None if self.looks > 0 => match history.find(self.request.revision.as_deref()).await {
                Ok(commits) => self.commits = commits,
                Err(error) => self.unanswered.push(format!("github: {error}")),
            },
            Some(commits) if self.looks > 0 => {
                if let Err(error) = history.update(commits).await {
                    self.unanswered.push(format!("github: {}", error.brief()));
                }
            }
            _ => {}
        }
    }

    async fn ask_azure(&mut self, wanted: &WantedCommit) -> Result<(), SettleError> {
        let folder = self.request.target.as_deref();
        let undecided = self.undecided(wanted);
        let Some(azure) = &mut self.azure else { return Ok(()) };
        azure.failure = None;
        let is_listed =
            undecided.len() <= self.request.confirm && azure.lists >= CERTAIN && !undecided.is_empty();
        if !is_listed || self.looks.is_multiple_of(LOOKS_A_LIST) {
            match azure.list(&self.target, folder).await {
                Err(error) if !needs_azure(&self.clusters) => {
                    self.unanswered.push(format!("azure: {error}"));
                    if azure.refusals >= CERTAIN {
                        // Nothing on the cluster is Azure's, and whoever asks has no rights there.
                        self.azure_refusal = Some(error.to_string());
                        self.azure = None;
                    }
                    return Ok(());
                }
                listed => listed?,
            }
        }
        let undecided = self.undecided(wanted);
        let Some(azure) = &mut self.azure else { return Ok(()) };
        let asked = azure.next_to_confirm(undecided, self.request.confirm);
        let is_first = self.looks == 0;
        let is_connection = self.looks.is_multiple_of(LOOKS_A_CONNECTION);
        let clusters: BTreeSet<ArcCluster> = match is_connection {
            true => asked.iter().filter_map(|(cluster, _)| arc(cluster)).collect(),
            false => BTreeSet::new(),
        };
        let configurations = if is_first || !is_connection { &asked[..] } else { &[] };
        azure.confirm(configurations, &clusters, (&self.target, folder)).await;
        if let Some(error) = &azure.failure {
            self.unanswered.push(format!("azure: {}", error.brief()));
        }
        Ok(())
    }

    /// The configurations of which Azure's documents do not prove that they have the wanted commit.
    fn undecided(&self, wanted: &WantedCommit) -> Vec<ConfigurationKey> {
        let Some(azure) = &self.azure else { return Vec::new() };
        let now = azure.now();
        let documents = azure.documents.iter().filter(|(_, document)| {
            let verdict =
                ReportedConfiguration { document: &document.configuration, connected: None, wanted, now }
                    .decide();
            !verdict.state.is_applied()
        });
        documents.map(|(key, _)| key.clone()).collect()
    }

    /// Where every configuration stands, with what was seen before.
    fn configurations_now(&mut self, wanted: &WantedCommit) -> Vec<GateConfiguration> {
        if wanted.commit.is_none() {
            return Vec::new();
        }
        let now = self.now();
        let folder = self.request.target.as_deref();
        let at_hand = self.clusters.verdicts(self.context, &self.target, folder, wanted);
        let mut all: Vec<GateConfiguration> = Vec::new();
        let mut known: BTreeSet<ConfigurationKey> = BTreeSet::new();
        for WatchedConfiguration { key, mut verdict, is_identified } in at_hand {
            let is_azures = self.azure.as_ref().is_some_and(|azure| azure.documents.contains_key(&key));
            if !is_identified && self.azure.as_ref().is_some_and(|azure| azure.has_configuration(&key.1)) {
                // It is one of those that Azure lists: to count it besides would be to count it twice.
                let cluster = &key.0;
                let what =
                    format!("{cluster}: which of Azure's clusters it is, so that Azure's word for it counts");
                if !self.unanswered.contains(&what) {
                    self.unanswered.push(what);
                }
                continue;
            }
            if !is_known(&verdict) && is_azures || !known.insert(key.clone()) {
                continue;
            }
            if arc(&key.0).is_some() && !is_azures && self.is_list_certain() {
                verdict.message += "; Azure lists no such configuration";
            }
            let compliance = self.azure.as_ref().and_then(|azure| azure.compliance(&key, wanted));
            let verdict = self.memory.note(&key, verdict, wanted, now);
            let told_by = match is_known(&verdict.verdict) {
                true => EvidenceSource::Cluster,
                false => EvidenceSource::Nobody,
            };
            let (cluster, name) = key;
            all.push(GateConfiguration { cluster, name, verdict, compliance, told_by });
        }
        for (key, document) in self.azure.iter().flat_map(|azure| &azure.documents) {
            if known.contains(key) {
                continue;
            }
            let connected = arc(&key.0).and_then(|cluster| self.azure.as_ref()?.connected.get(&cluster));
            let reported =
                ReportedConfiguration { document: &document.configuration, connected, wanted, now }.decide();
            let verdict = self.memory.note(key, reported, wanted, now);
            all.push(GateConfiguration {
                cluster: key.0.clone(),
                name: key.1.clone(),
                verdict,
                compliance: self.azure.as_ref().and_then(|azure| azure.compliance(key, wanted)),
                told_by: document.told_by,
            });
        }
        all
    }

    /// Asks GitHub about commits that clusters have and that nobody knows yet. Whether one of them counts as wanted.
    async fn classify(&mut self) -> bool {
        let (Ok(history), Some(commits)) = (&self.history, &mut self.commits) else { return false };
        let before = commits.wanted.equals.len();
        let seen = self.configurations.iter().flat_map(|configuration| {
            let verdict = &configuration.verdict.verdict;
            [verdict.applied.clone(), verdict.fetched.clone()]
        });
        let seen: BTreeSet<String> = seen.flatten().collect();
        for commit in seen.iter().filter(|commit| is_whole_commit_hash(commit)) {
            if let Err(error) = history.classify(commits, commit).await {
                self.unanswered.push(format!("github: {}", error.brief()));
            }
        }
        commits.wanted.equals.len() > before
    }
}

fn arc(cluster: &ClusterRef) -> Option<ArcCluster> {
    match cluster {
        ClusterRef::Arc(cluster) => Some(cluster.clone()),
        _ => None,
    }
}
