//! What a gate is about, found out before the waiting begins.

use std::time::Duration;

use jiff::Timestamp;

use super::at_hand::ClustersAtHand;
use super::azure_evidence::AzureEvidence;
use super::commits::{BranchCommits, GitopsHistory};
use super::error::{GithubNotAsked, SettleError};
use super::policy::policy;
use super::record::StatusRecord;
use super::request::GateRequest;
use super::target::{self, GateTarget};
use super::waiting::{LookTimes, PERIOD};
use crate::flow::context::Context;
use crate::model::contract::PROMOTED_LABEL;
use crate::model::post_deployment::{
    GateConfiguration, GateMemory, GatePolicy, WantedCommit, default_deadline,
};
use crate::model::verdict::commit;
use crate::model::{Failure, ProgressEvent, is_whole_commit_hash};

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
    pub(super) history: Result<GitopsHistory, GithubNotAsked>,
    /// The source commit that was asked for, where it is one.
    pub(super) source_commit: Option<String>,
    pub(super) commits: Option<BranchCommits>,
    pub(super) memory: GateMemory,
    /// Where every configuration stood at the last look.
    pub(super) configurations: Vec<GateConfiguration>,
    pub(super) remarks: Vec<String>,
    pub(super) unanswered: Vec<String>,
    pub(super) began: Timestamp,
    /// How many looks there were: everybody was asked.
    pub(super) looks: u32,
    pub(super) look_times: LookTimes,
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
    let limit = request.timeout.unwrap_or_else(|| default_deadline([], GatePolicy::default().grace));
    let seconds = limit.as_secs();
    let began = context.now();
    let mut last: Option<String> = None;
    loop {
        let spent = Duration::try_from(context.now().duration_since(began)).unwrap_or_default();
        let left = limit.saturating_sub(spent);
        if left.is_zero() && last.is_some() {
            return Err(SettleError::NotAnswered { seconds, why: last }.into());
        }
        // Answers that are late are the network's time, whatever the clock says.
        match tokio::time::timeout(left.max(SHORTEST_LIMIT), find(context, request, began)).await {
            Ok(Err(failure)) if failure.is_transient() => last = Some(failure.to_string()),
            Ok(found) => return found,
            Err(_) => return Err(SettleError::NotAnswered { seconds, why: last }.into()),
        }
        context.tell(ProgressEvent::Waiting(last.clone().unwrap_or_default()));
        context.clock().sleep(PERIOD.min(left)).await;
    }
}

async fn find<'a>(
    context: &'a Context,
    request: &'a GateRequest,
    began: Timestamp,
) -> Result<Settlement<'a>, Box<dyn Failure>> {
    context.tell(ProgressEvent::Waiting("GitHub and the cluster".to_owned()));
    let github = context.github().client().await.map_err(SettleError::from)?;
    let (target, mut clusters) = target::find(context, github.as_ref(), request).await?;
    clusters.start();
    let history = GitopsHistory::of(github.as_ref(), &target, context.github().host());
    let revision = request.revision.as_deref();
    let finding = async {
        match &history {
            Ok(history) => {
                let found = history.find(revision).await?;
                let source_commit = match (&found, revision) {
                    (None, Some(revision)) => history.require_source_commit(revision).await?,
                    _ => None,
                };
                Ok((found, source_commit))
            }
            Err(why) => without_github(revision, &target, why).map(|commits| (Some(commits), None)),
        }
    };
    let policy = policy(github.as_ref(), target.source.as_ref(), &target.environment, &request.policy);
    let (commits, policy) = futures::join!(finding, policy);
    let ((policy, remarks), (commits, source_commit)) = (policy?, commits?);
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
        source_commit,
        commits,
        memory: GateMemory::default(),
        configurations: Vec::new(),
        remarks,
        unanswered: Vec::new(),
        began,
        looks: 0,
        look_times: LookTimes::default(),
        limit: request.timeout,
        is_over: false,
    };
    settlement.remark();
    Ok(settlement)
}

/// A whole commit is taken for one of the gitops repository where nobody can be asked what it is.
fn without_github(
    revision: Option<&str>,
    target: &GateTarget,
    why: &GithubNotAsked,
) -> Result<BranchCommits, SettleError> {
    let why = why.clone();
    let revision = match revision {
        None => return Err(SettleError::NoCommit { branch: target.branch.clone(), why }),
        Some(revision) => revision,
    };
    let short = || SettleError::ShortRevision { revision: revision.to_owned(), why };
    let whole = commit(revision).filter(|commit| is_whole_commit_hash(commit)).ok_or_else(short)?;
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
        if let Err(why) = &self.history {
            let commit = self.commits.as_ref().map(|commits| commits.wanted.short()).unwrap_or_default();
            self.remarks.push(format!(
                "{why}: {commit} is taken for a commit of the gitops repository, and whether another takes its \
                 place is not known"
            ));
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
        let history = self.history.as_ref().map_err(|why| not_recordable(&why.to_string()))?;
        let source = self.target.source.clone();
        let source = source.ok_or_else(|| not_recordable("the source repository is not known"))?;
        let tracked = self.commits.as_ref().and_then(|commits| commits.tracking.source_commit.clone());
        // A source commit that was asked for need not be merged yet.
        let commit = tracked.or_else(|| self.source_commit.clone());
        let commit = commit.as_deref().and_then(whole_commit);
        let commit = commit.ok_or_else(|| not_recordable("no tracking file tells the source commit"))?;
        let github = history.github.clone();
        Ok(Some(StatusRecord::new(github, source, commit, environment, run.clone())))
    }

    /// Whether the wanted commit is a promotion, rather than a change of the configuration alone.
    pub async fn is_promotion(&self) -> bool {
        let tracking = self.commits.as_ref().map(|commits| &commits.tracking);
        match (tracking.and_then(|tracking| tracking.promotion.as_deref()), &self.history) {
            (Some(promotion), _) => promotion.eq_ignore_ascii_case("y"),
            (None, Ok(history)) => self.is_labelled(history).await,
            (None, Err(_)) => true,
        }
    }

    /// Whether the merged pull request bears the label of a promotion. Where that cannot be known it is taken for one:
    /// its status names the version, which is true of both.
    async fn is_labelled(&self, history: &GitopsHistory) -> bool {
        let wanted = self.commits.as_ref().and_then(|commits| commits.wanted.commit.clone());
        let Some(wanted) = wanted else { return true };
        let Ok(pulls) = history.github.pulls(&history.gitops, &history.branch, false).await else {
            return true;
        };
        let merged = pulls.iter().find(|pull| pull.merge_commit.as_ref() == Some(&wanted));
        merged.is_none_or(|pull| pull.labels.iter().any(|label| label == PROMOTED_LABEL))
    }
}

/// A whole commit, which may become part of an address.
fn whole_commit(text: &str) -> Option<String> {
    commit(text).filter(|commit| is_whole_commit_hash(commit)).map(str::to_owned)
}
