//! What the gate has come to, and the document `DeploymentGate`.

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use crate::model::post_deployment::{GateDecision, GateOutcome, GateRow};
use crate::model::verdict::NextCommand;
use crate::model::{Exit, counted};

/// Where configurations were looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GateScope {
    /// How many configurations follow the branch in Azure, as far as can be seen there.
    pub configurations: usize,
    /// How many subscriptions the credential sees; `null` where Azure was not asked, or did not answer.
    pub subscriptions: Option<usize>,
    /// Where the credential is from: `az`, `AZURE_CLIENT_SECRET`.
    pub credential: Option<String>,
    /// How many more the clusters at hand have, of which Azure does not tell.
    pub at_hand: usize,
}

/// What is known at one look.
#[derive(Clone, Debug)]
pub struct GateReport {
    /// The environment.
    pub environment: String,
    /// The project, where it is known.
    pub project: Option<String>,
    /// The gitops repository's address.
    pub url: String,
    /// The branch.
    pub branch: String,
    /// The commit that is waited for; `None` while no commit of the branch deploys what was asked for.
    pub commit: Option<String>,
    /// The commits after it that deploy the same.
    pub equals: Vec<String>,
    /// The source commit that it deploys.
    pub source_commit: Option<String>,
    /// The version.
    pub version: Option<String>,
    /// Where configurations were looked for.
    pub scope: GateScope,
    /// The decision.
    pub decision: GateDecision,
    /// What was not answered at this look.
    pub unanswered: Vec<String>,
    /// When the waiting began.
    pub began: Timestamp,
    /// When this was so.
    pub at: Timestamp,
    /// How long it waits at most.
    pub limit: Duration,
    /// Whether the deadline has passed.
    pub is_over: bool,
}

impl GateReport {
    /// The exit code of a gate that ended so. What is still waited for at the deadline is pending.
    pub fn exit(&self) -> Exit {
        self.decision.outcome.exit()
    }

    /// `2 configurations in 1 subscription visible to az`, `1 configuration of the cluster at hand; Azure was not asked`.
    pub fn scope_in_words(&self) -> String {
        let GateScope { configurations, subscriptions, credential, at_hand } = &self.scope;
        let found = counted(*configurations, "configuration");
        let own = counted(*at_hand, "configuration");
        match (subscriptions, credential) {
            (Some(subscriptions), Some(credential)) => {
                let more = if *at_hand > 0 { format!("; {own} of clusters at hand") } else { String::new() };
                format!(
                    "{found} in {} visible to {credential}{more}",
                    counted(*subscriptions, "subscription")
                )
            }
            (None, Some(_)) => format!("{own} of clusters at hand; Azure has not answered"),
            _ => format!("{own} of clusters at hand; Azure was not asked"),
        }
    }

    /// The document.
    pub fn document(&self) -> GateDocument<'_> {
        let decision = &self.decision;
        GateDocument {
            api_version: "gitops.dev/v1",
            kind: "DeploymentGate",
            environment: &self.environment,
            project: self.project.as_deref(),
            repository: &self.url,
            branch: &self.branch,
            commit: self.commit.as_deref(),
            equals: &self.equals,
            source_commit: self.source_commit.as_deref(),
            version: self.version.as_deref(),
            outcome: decision.outcome,
            message: &decision.message,
            exit_code: self.exit().code(),
            succeeded: decision.succeeded,
            counted: decision.counted,
            required: decision.required,
            scope: &self.scope,
            configurations: &decision.rows,
            unanswered: &self.unanswered,
            next: &decision.next,
            began: self.began,
            ended: self.at,
            limit_seconds: self.limit.as_secs(),
        }
    }
}

/// Whether a commit is deployed everywhere: what `status --wait` prints with `-o json` and `-o yaml`.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GateDocument<'a> {
    #[schemars(extend("const" = "gitops.dev/v1"))]
    api_version: &'static str,
    #[schemars(extend("const" = "DeploymentGate"))]
    kind: &'static str,
    /// The environment.
    environment: &'a str,
    /// The project, where it is known.
    project: Option<&'a str>,
    /// The gitops repository's address.
    repository: &'a str,
    /// The branch that configurations follow.
    branch: &'a str,
    /// The commit that was waited for.
    commit: Option<&'a str>,
    /// The commits after it that deploy the same source commit and image.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    equals: &'a [String],
    /// The source commit that it deploys, by its tracking files.
    source_commit: Option<&'a str>,
    /// The version that it deploys, by its tracking files.
    version: Option<&'a str>,
    /// Whether the gate is open.
    outcome: GateOutcome,
    /// Why, as a sentence.
    message: &'a str,
    /// The exit code of the command.
    exit_code: u8,
    /// How many clusters have what was waited for.
    succeeded: usize,
    /// How many clusters are counted.
    counted: usize,
    /// How many of them must succeed.
    required: usize,
    /// Where configurations were looked for.
    scope: &'a GateScope,
    /// Every configuration, the worst first.
    configurations: &'a [GateRow],
    /// What was not answered when it ended.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    unanswered: &'a [String],
    /// What to type next.
    next: &'a [NextCommand],
    /// When the waiting began.
    began: Timestamp,
    /// When it ended.
    ended: Timestamp,
    /// How long it would have waited at most, in seconds.
    limit_seconds: u64,
}
