//! The waiting: look, decide, wait, look again.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;

use super::at_hand::{ClustersAtHand, is_told};
use super::azure_evidence::AzureEvidence;
use super::commits::{BranchCommits, GitopsHistory};
use super::error::SettleError;
use super::policy::policy;
use super::record::StatusRecord;
use super::report::{GateReport, GateScope};
use super::request::GateRequest;
use super::target::{self, GateTarget};
use crate::flow::context::Context;
use crate::model::azure::ArcCluster;
use crate::model::pipeline::ClusterRef;
use crate::model::post_deployment::{
    ConfigurationKey, EvidenceSource, GateCase, GateConfiguration, GateDecision, GateMemory, GateOutcome,
    GatePolicy, ReportedConfiguration, WantedCommit, default_deadline,
};
use crate::model::verdict::commit;
use crate::model::{Failure, ProgressEvent};

/// The shortest time between two looks.
const PERIOD: Duration = Duration::from_secs(5);
/// The longest.
const LONGEST_PERIOD: Duration = Duration::from_secs(30);
/// Looks until the period grows.
const LOOKS_A_STEP: u32 = 6;
/// GitHub is asked at every so many looks whether the branch has moved on.
const LOOKS_A_HEAD: u32 = 6;
/// Resource Graph is asked again at every so many looks where Resource Manager tells of all that is undecided.
const LOOKS_A_LIST: u32 = 6;
/// Whether Azure hears of the cluster is asked at every so many looks in place of its configuration.
const LOOKS_A_CONNECTION: u32 = 4;
/// The list is certain when it was answered so often.
const CERTAIN: u32 = 2;

/// A gate that has begun.
pub struct Settlement<'a> {
    context: &'a Context,
    request: &'a GateRequest,
    target: GateTarget,
    policy: GatePolicy,
    clusters: ClustersAtHand,
    azure: Option<AzureEvidence>,
    history: Option<GitopsHistory>,
    commits: Option<BranchCommits>,
    memory: GateMemory,
    remarks: Vec<String>,
    unanswered: Vec<String>,
    began: Timestamp,
    looks: u32,
    limit: Option<Duration>,
}

/// Finds out what the gate is about: the environment, its commit, the policy.
///
/// # Errors
/// Something of that cannot be found out, or Azure refuses whoever asks.
pub async fn settlement<'a>(
    context: &'a Context,
    request: &'a GateRequest,
) -> Result<Settlement<'a>, Box<dyn Failure>> {
    let began = context.now();
    context.tell(ProgressEvent::Waiting("GitHub and the cluster".to_owned()));
    let github = context.github().client().await.map_err(SettleError::from)?;
    let (target, clusters) = target::find(context, github.as_ref(), request).await?;
    let history = GitopsHistory::of(github.as_ref(), &target);
    let revision = request.revision.as_deref();
    let finding = async {
        match &history {
            Some(history) => history.find(revision).await,
            None => without_github(revision, &target).map(Some),
        }
    };
    let policy = policy(github.as_ref(), target.source.as_ref(), &target.environment, &request.policy);
    let (commits, policy) = futures::join!(finding, policy);
    let ((policy, remarks), commits) = (policy?, commits?);
    let azure = azure(context, &clusters)?;
    let mut settlement = Settlement {
        context,
        request,
        target,
        policy,
        clusters,
        azure,
        history,
        commits,
        memory: GateMemory::default(),
        remarks,
        unanswered: Vec::new(),
        began,
        looks: 0,
        limit: request.timeout,
    };
    settlement.remark();
    Ok(settlement)
}

/// A whole commit needs nobody to tell what it is.
fn without_github(revision: Option<&str>, target: &GateTarget) -> Result<BranchCommits, SettleError> {
    let whole = revision.and_then(commit);
    let whole = whole.ok_or_else(|| SettleError::NoCommit { branch: target.branch.clone() })?;
    Ok(BranchCommits { wanted: WantedCommit::of(whole), ..BranchCommits::default() })
}

/// Azure, unless nobody can sign in there and the cluster at hand has no part in it.
fn azure(context: &Context, clusters: &ClustersAtHand) -> Result<Option<AzureEvidence>, SettleError> {
    match context.azure().client(None) {
        Ok(azure) => Ok(Some(AzureEvidence::new(azure))),
        Err(error) if needs_azure(clusters) => Err(error.into()),
        Err(_) => Ok(None),
    }
}

fn needs_azure(clusters: &ClustersAtHand) -> bool {
    clusters.is_empty() || clusters.is_azures()
}

impl Settlement<'_> {
    /// What is worth telling before the waiting begins.
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }

    fn remark(&mut self) {
        if self.history.is_none() {
            let why = "GitHub is not asked (no token): whether another commit takes its place is not known";
            self.remarks.push(why.to_owned());
        }
    }

    /// What writes the commit status; nothing where that was not asked for.
    ///
    /// # Errors
    /// It was asked for, and nothing says where it belongs.
    pub async fn record(&self) -> Result<Option<StatusRecord>, SettleError> {
        let Some(run) = &self.request.record else { return Ok(None) };
        let environment = &self.target.environment;
        let not_recordable =
            |why: &str| SettleError::NotRecordable { environment: environment.clone(), why: why.to_owned() };
        let history = self.history.as_ref().ok_or_else(|| not_recordable("GitHub is not asked: no token"))?;
        let source = self.target.source.clone();
        let source = source.ok_or_else(|| not_recordable("the source repository is not known"))?;
        let tracking = self.commits.as_ref().map(|commits| &commits.tracking);
        let commit = tracking.and_then(|tracking| tracking.source_commit.clone());
        let commit = commit.as_deref().and_then(commit_of);
        let commit = commit.ok_or_else(|| not_recordable("no tracking file tells the source commit"))?;
        let is_promotion = match tracking.and_then(|tracking| tracking.promotion.as_deref()) {
            Some(promotion) => promotion.eq_ignore_ascii_case("y"),
            None => self.is_labelled(history).await,
        };
        let github = history.github.clone();
        Ok(Some(StatusRecord::new(github, source, commit, environment, (run.clone(), is_promotion))))
    }

    /// Whether the merged pull request bears the label of a promotion. Where that cannot be known it is taken for one:
    /// its status names the version, which is true of both.
    async fn is_labelled(&self, history: &GitopsHistory) -> bool {
        let wanted = self.commits.as_ref().and_then(|commits| commits.wanted.commit.clone());
        let Ok(pulls) = history.github.pulls(&history.gitops, &history.branch, false).await else {
            return true;
        };
        let merged = pulls.iter().find(|pull| pull.merge_commit == wanted);
        merged.is_none_or(|pull| pull.labels.iter().any(|label| label == "promoted"))
    }

    /// Waits until it is decided, or the deadline. `show` is told whatever is news.
    ///
    /// # Errors
    /// Azure refuses whoever asks, at the first look.
    pub async fn wait(&mut self, mut show: impl FnMut(&GateReport)) -> Result<GateReport, Box<dyn Failure>> {
        let mut last: Option<String> = None;
        loop {
            let mut report = self.look().await?;
            let left = self.left();
            let is_decided = report.decision.outcome != GateOutcome::Pending;
            report.is_over = left.is_zero();
            if !is_decided && report.is_over {
                self.conclude(&mut report.decision);
            }
            let fingerprint = report.decision.fingerprint();
            if last.as_ref() != Some(&fingerprint) {
                show(&report);
                last = Some(fingerprint);
            }
            if is_decided || report.is_over {
                return Ok(report);
            }
            self.context.tell(ProgressEvent::Waiting(report.decision.message.clone()));
            self.pause(left).await;
        }
    }

    /// At the deadline what nobody sees is not waited for any more.
    fn conclude(&self, decision: &mut GateDecision) {
        let is_empty = decision.rows.is_empty() && self.commits.is_some();
        let is_answered = self.azure.as_ref().is_none_or(|azure| azure.lists > 0);
        if is_empty && is_answered && !self.policy.allows_none {
            decision.outcome = GateOutcome::NoConfiguration;
            let branch = &self.target.branch;
            decision.message = format!("no Flux configuration that can be seen follows {branch}");
        }
    }

    /// What is left until the deadline.
    fn left(&self) -> Duration {
        let spent = self.context.now().duration_since(self.began);
        let spent = Duration::try_from(spent).unwrap_or_default();
        self.limit().saturating_sub(spent)
    }

    fn limit(&self) -> Duration {
        self.limit.unwrap_or_else(|| default_deadline(&[], self.policy.grace))
    }

    /// Until the next look: a period, or until a cluster at hand says something else.
    async fn pause(&mut self, left: Duration) {
        let steps = self.looks / LOOKS_A_STEP + 1;
        let period = PERIOD.saturating_mul(steps).min(LONGEST_PERIOD).min(left);
        let clock = self.context.clock().clone();
        tokio::select! {
            () = clock.sleep(period) => {}
            () = self.clusters.changed() => {}
        }
        self.clusters.repair();
    }

    /// Asks everybody who is due, and decides.
    async fn look(&mut self) -> Result<GateReport, SettleError> {
        self.unanswered.clear();
        self.ask_github().await?;
        let wanted = self.wanted();
        self.ask_azure(&wanted).await?;
        let mut configurations = self.configurations(&wanted);
        if self.classify(&configurations).await {
            // What counts as the wanted commit is more now.
            let wanted = self.wanted();
            configurations = self.configurations(&wanted);
        }
        self.looks += 1;
        if self.limit.is_none() && self.azure.as_ref().is_some_and(|azure| azure.lists > 0) {
            let documents = self.azure.iter().flat_map(|azure| azure.documents.values());
            let documents: Vec<_> = documents.map(|document| document.configuration.clone()).collect();
            self.limit = Some(default_deadline(&documents, self.policy.grace));
        }
        Ok(self.report(&configurations))
    }

    fn wanted(&self) -> WantedCommit {
        self.commits.as_ref().map(|commits| commits.wanted.clone()).unwrap_or_default()
    }

    /// GitHub is asked seldom: for the commit as long as there is none, else whether the branch has moved on.
    async fn ask_github(&mut self) -> Result<(), SettleError> {
        let Some(history) = &self.history else { return Ok(()) };
        match &mut self.commits {
            None if self.looks > 0 => match history.find(self.request.revision.as_deref()).await {
                Ok(commits) => self.commits = commits,
                Err(error) => self.unanswered.push(format!("github: {error}")),
            },
            Some(commits) if self.looks > 0 && self.looks.is_multiple_of(LOOKS_A_HEAD) => {
                if let Err(error) = history.update(commits).await {
                    self.unanswered.push(format!("github: {}", error.brief()));
                }
            }
            _ => {}
        }
        Ok(())
    }

    async fn ask_azure(&mut self, wanted: &WantedCommit) -> Result<(), SettleError> {
        let folder = self.request.target.as_deref();
        let undecided = self.undecided(wanted);
        let Some(azure) = &mut self.azure else { return Ok(()) };
        let is_listed =
            undecided.len() <= self.request.confirm && azure.lists >= CERTAIN && !undecided.is_empty();
        if !is_listed || self.looks.is_multiple_of(LOOKS_A_LIST) {
            match azure.list(&self.target, folder).await {
                Err(_) if !needs_azure(&self.clusters) => {
                    // Nothing on the cluster is Azure's, and nobody may ask there: it has no part in this.
                    self.azure = None;
                    return Ok(());
                }
                listed => listed?,
            }
        }
        let undecided = self.undecided(wanted);
        let Some(azure) = &mut self.azure else { return Ok(()) };
        let asked: Vec<ConfigurationKey> = undecided.into_iter().take(self.request.confirm).collect();
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
    fn configurations(&mut self, wanted: &WantedCommit) -> Vec<GateConfiguration> {
        if wanted.commit.is_none() {
            return Vec::new();
        }
        let now = self.now();
        let at_hand = self.clusters.verdicts(self.context, &self.target, wanted);
        let mut all: Vec<GateConfiguration> = Vec::new();
        let mut told: BTreeSet<ConfigurationKey> = BTreeSet::new();
        for (key, verdict) in at_hand {
            let is_azures = self.azure.as_ref().is_some_and(|azure| azure.documents.contains_key(&key));
            if !is_told(&verdict) && is_azures || !told.insert(key.clone()) {
                continue;
            }
            let compliance = self.azure.as_ref().and_then(|azure| azure.documents.get(&key));
            let compliance = compliance.map(|document| document.configuration.compliance.clone());
            let verdict = self.memory.note(&key, verdict, wanted, now);
            let (cluster, name) = key;
            all.push(GateConfiguration {
                cluster,
                name,
                verdict,
                compliance,
                told_by: EvidenceSource::Cluster,
            });
        }
        for (key, document) in self.azure.iter().flat_map(|azure| &azure.documents) {
            if told.contains(key) {
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
                compliance: Some(document.configuration.compliance.clone()),
                told_by: document.told_by,
            });
        }
        all
    }

    /// Asks GitHub about commits that clusters have and that nobody knows yet. Whether one of them counts as wanted.
    async fn classify(&mut self, configurations: &[GateConfiguration]) -> bool {
        let (Some(history), Some(commits)) = (&self.history, &mut self.commits) else { return false };
        let before = commits.wanted.equals.len();
        let seen = configurations.iter().flat_map(|one| {
            let verdict = &one.verdict.verdict;
            [verdict.applied.clone(), verdict.fetched.clone()]
        });
        let seen: BTreeSet<String> = seen.flatten().collect();
        for commit in seen.iter().filter(|commit| commit.len() == 40) {
            if let Err(error) = history.classify(commits, commit).await {
                self.unanswered.push(format!("github: {}", error.brief()));
            }
        }
        commits.wanted.equals.len() > before
    }

    fn report(&self, configurations: &[GateConfiguration]) -> GateReport {
        let empty = BranchCommits::default();
        let commits = self.commits.as_ref().unwrap_or(&empty);
        let case = GateCase {
            wanted: &commits.wanted,
            version: commits.tracking.version.as_deref(),
            branch: &self.target.branch,
            head: commits.head.as_deref(),
            others: &commits.others,
            policy: &self.policy,
            configurations,
            is_list_certain: self.is_list_certain(),
            now: self.now(),
        };
        let decision = case.decide();
        let azure = self.azure.as_ref();
        let at_hand = configurations.iter().filter(|one| one.told_by == EvidenceSource::Cluster).count();
        GateReport {
            environment: self.target.environment.clone(),
            project: self.target.project.clone(),
            url: self.target.url.clone(),
            branch: self.target.branch.clone(),
            commit: commits.wanted.commit.clone(),
            equals: commits.wanted.equals.clone(),
            source_commit: commits.tracking.source_commit.clone(),
            version: commits.tracking.version.clone(),
            scope: GateScope {
                configurations: decision.rows.iter().filter(|row| row.is_configuration()).count(),
                subscriptions: azure.and_then(AzureEvidence::subscription_count),
                credential: azure.map(|azure| azure.credential().to_owned()),
                at_hand,
            },
            decision,
            unanswered: self.unanswered.clone(),
            began: self.began,
            at: self.context.now(),
            limit: self.limit(),
            is_over: false,
        }
    }

    /// Whether it is known which configurations there are.
    fn is_list_certain(&self) -> bool {
        self.commits.is_some() && self.azure.as_ref().is_none_or(|azure| azure.lists >= CERTAIN)
    }

    fn now(&self) -> Timestamp {
        self.azure.as_ref().map_or_else(|| self.context.now(), AzureEvidence::now)
    }
}

fn arc(cluster: &ClusterRef) -> Option<ArcCluster> {
    match cluster {
        ClusterRef::Arc(cluster) => Some(cluster.clone()),
        _ => None,
    }
}

/// A whole commit, which may become part of an address.
fn commit_of(text: &str) -> Option<String> {
    commit(text).filter(|commit| commit.len() == 40).map(str::to_owned)
}
