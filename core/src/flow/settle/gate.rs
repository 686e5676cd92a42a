//! What a gate is about, found out before the waiting begins.

use std::time::Duration;

use jiff::Timestamp;

use super::at_hand::ClustersAtHand;
use super::azure_evidence::AzureEvidence;
use super::commits::{BranchCommits, GitopsHistory};
use super::error::SettleError;
use super::policy::policy;
use super::record::StatusRecord;
use super::request::GateRequest;
use super::target::{self, GateTarget};
use crate::flow::context::Context;
use crate::model::contract::PROMOTED_LABEL;
use crate::model::post_deployment::{GateConfiguration, GateMemory, GatePolicy, WantedCommit};
use crate::model::verdict::commit;
use crate::model::{Failure, ProgressEvent};

/// A deadline shorter than this still leaves time for answers.
const SHORTEST_LIMIT: Duration = Duration::from_secs(2);

/// A gate that has begun.
pub struct Settlement<'a> {
    pub(super) context: &'a Context,
    pub(super) request: &'a GateRequest,
    pub(super) target: GateTarget,
    pub(super) policy: GatePolicy,
    pub(super) clusters: ClustersAtHand,
    pub(super) azure: Option<AzureEvidence>,
    /// Why Azure is not asked any more, where it refuses and nothing at hand is Azure's.
    pub(super) azure_refusal: Option<String>,
    pub(super) history: Option<GitopsHistory>,
    pub(super) commits: Option<BranchCommits>,
    pub(super) memory: GateMemory,
    /// Where every configuration stood at the last look.
    pub(super) configurations: Vec<GateConfiguration>,
    pub(super) remarks: Vec<String>,
    pub(super) unanswered: Vec<String>,
    pub(super) began: Timestamp,
    pub(super) looks: u32,
    pub(super) limit: Option<Duration>,
    /// Whether the deadline has passed.
    pub(super) is_over: bool,
}

/// Finds out what the gate is about: the environment, its commit, the policy.
///
/// # Errors
/// Something of that cannot be found out before the deadline, or Azure refuses whoever asks.
pub async fn settlement<'a>(
    context: &'a Context,
    request: &'a GateRequest,
) -> Result<Settlement<'a>, Box<dyn Failure>> {
    let finding = find(context, request);
    let Some(limit) = request.timeout else { return finding.await };
    // Answers that are late are the network's time, whatever the clock says.
    let found = tokio::time::timeout(limit.max(SHORTEST_LIMIT), finding).await;
    found.unwrap_or_else(|_| Err(SettleError::NotAnswered { seconds: limit.as_secs() }.into()))
}

async fn find<'a>(
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
            Some(history) => {
                let found = history.find(revision).await?;
                if let (None, Some(revision)) = (&found, revision) {
                    history.require_source_commit(revision).await?;
                }
                Ok(found)
            }
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
        azure_refusal: None,
        history,
        commits,
        memory: GateMemory::default(),
        configurations: Vec::new(),
        remarks,
        unanswered: Vec::new(),
        began,
        looks: 0,
        limit: request.timeout,
        is_over: false,
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

/// Whether nothing can be decided without Azure.
pub(super) fn needs_azure(clusters: &ClustersAtHand) -> bool {
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
        merged.is_none_or(|pull| pull.labels.iter().any(|label| label == PROMOTED_LABEL))
    }
}

/// A whole commit, which may become part of an address.
fn commit_of(text: &str) -> Option<String> {
    commit(text).filter(|commit| commit.len() == 40).map(str::to_owned)
}
