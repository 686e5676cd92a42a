//! One environment's verdict as a value that is shown and written: the shape is API.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Add;

use jiff::Timestamp;
use serde::Serialize;

use super::{Cause, NextCommand, Outlook, Reason, Remark, Since, Standing, short};
use crate::model::World;
use crate::model::compliance::{AzureOrigin, Compliance};
use crate::model::objects::{ReferenceField, Source};
use crate::model::pipeline::{ClusterCount, EnvironmentId, Hold, Tested};
use crate::model::upstream::UpstreamView;

/// One environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EnvironmentStatus {
    /// Its name.
    pub environment: String,
    /// The project.
    pub project: String,
    /// Its cluster and namespace, written as `cluster` and `namespace`.
    #[serde(flatten)]
    pub id: EnvironmentId,
    /// Where it stands: that of the worst of its kustomizations and Helm releases.
    pub standing: Standing,
    /// Where it stands by its cluster's own word: another standing is that of a commit, of a hold, or of what is on its
    /// way there.
    #[serde(skip)]
    pub cluster_standing: Standing,
    /// Why, as a word.
    pub reason: Reason,
    /// What is behind it, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// Why, as a sentence.
    pub message: String,
    /// The page that shows it, where that is one of GitHub.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What of the message is not about this environment alone: environments with the same standing, reason, cause and
    /// headline have one cause in common.
    #[serde(skip)]
    pub headline: String,
    /// The labels of its namespace; none where they may not be read.
    #[serde(skip)]
    pub labels: Option<BTreeMap<String, String>>,
    /// Since when it stands there for this reason, where known; written as `since` and `sinceFrom`.
    #[serde(flatten)]
    pub since: Option<Since>,
    /// When its cluster was last heard.
    pub as_of: Timestamp,
    /// The fetch that failed, where that is the reason.
    #[serde(skip)]
    pub failed_fetch: Option<FailedFetch>,
    /// Whether waiting can change it. For callers of this library; documents say it with the standing.
    #[serde(skip)]
    pub outlook: Outlook,
    /// The version of the application that is applied; known from GitHub, else that of the only Helm release's chart.
    pub version: Option<String>,
    /// The source commit it was made from; known from GitHub.
    pub commit: Option<String>,
    /// What it follows.
    pub source: Option<FollowedSource>,
    /// The applied revision of the gitops repository.
    pub revision: Option<String>,
    /// Pods of its workloads.
    pub ready: Ready,
    /// The deployment targets: the folders of the gitops repository that its kustomizations apply.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<String>,
    /// The verdict of the end-to-end test on what is deployed, where GitHub has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tested: Option<Tested>,
    /// The hold that a person put on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold: Option<Hold>,
    /// The clusters that follow the same branch, as far as Azure tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clusters: Option<ClusterCount>,
    /// What else is worth knowing.
    pub remarks: Vec<Remark>,
    /// What to type next.
    pub next: Vec<NextCommand>,
    /// Its kustomizations, the worst first.
    pub kustomizations: Vec<Delivery>,
    /// Its Helm releases, the worst first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub releases: Vec<ReleaseDelivery>,
    /// What the verdict rests on.
    pub evidence: Vec<Evidence>,
    /// What GitHub says of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub github: Option<UpstreamView>,
    /// Azure's part in it, as the cluster tells it.
    #[serde(skip)]
    pub azure: Option<AzureOrigin>,
    /// Whether the cluster complies with Azure's Flux configuration, where one delivers here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compliance: Option<Compliance>,
}

/// A source, and which of what it has is followed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FollowedSource {
    /// Its kind.
    pub kind: String,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Where it is fetched from, without a password.
    pub url: String,
    /// The branch, where one is followed.
    pub branch: Option<String>,
    /// The tag, where one is followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// The range of versions, where the newest of one is followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub semver: Option<String>,
    /// The commit, where it stays at one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The digest, where it stays at one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// The full name of a git reference that is no branch, where one is followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The version of a chart, or a range of versions, where one is followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The revision that was fetched last.
    pub revision: Option<String>,
    /// How long after a fetch the next begins, in seconds.
    #[serde(skip)]
    pub interval: i64,
}

impl FollowedSource {
    /// What a source follows.
    pub(super) fn of(source: &Source) -> Self {
        let followed = |field: ReferenceField| {
            let reference = source.followed().filter(|reference| reference.field == field);
            reference.map(|reference| reference.value.clone())
        };
        let branch = source.branch().map(str::to_owned);
        Self {
            kind: source.kind.name().to_owned(),
            namespace: source.meta.namespace.clone(),
            name: source.meta.name.clone(),
            url: source.url.clone(),
            tag: followed(ReferenceField::Tag),
            semver: followed(ReferenceField::Semver),
            commit: followed(ReferenceField::Commit),
            digest: followed(ReferenceField::Digest),
            reference: followed(ReferenceField::Name).filter(|_| branch.is_none()),
            version: followed(ReferenceField::Version),
            branch,
            revision: source.artifact.clone(),
            interval: source.interval,
        }
    }
}

/// A fetch that failed: what was to be fetched, and when that was last tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedFetch {
    /// Where from, without a password.
    pub url: String,
    /// The branch, where one is followed.
    pub branch: Option<String>,
    /// When Flux last tried, as far as anything tells.
    pub last_try: Option<Timestamp>,
    /// The command that has it try now.
    pub fetch_now: NextCommand,
}

/// Pods that are ready, of those there should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Ready {
    /// Are ready.
    pub ready: i64,
    /// Should be.
    pub desired: i64,
    /// Whether all of its workloads could be read. Otherwise there may be more of both.
    pub known: bool,
    /// Of how many workloads, with those that are missing. Workloads may want no pod at all.
    pub workloads: i64,
}

impl Ready {
    /// Of no workload.
    pub const NONE: Ready = Ready { ready: 0, desired: 0, known: true, workloads: 0 };

    /// Whether pods are expected and none is ready.
    pub fn is_outage(&self) -> bool {
        self.desired > 0 && self.ready <= 0
    }
}

/// Of the workloads of both.
impl Add for Ready {
    type Output = Ready;

    fn add(self, other: Ready) -> Ready {
        Ready {
            ready: self.ready + other.ready,
            desired: self.desired + other.desired,
            known: self.known && other.known,
            workloads: self.workloads + other.workloads,
        }
    }
}

/// `2/3`; `?` where workloads could not be read, `-` where none are expected. A workload that is scaled to no
/// pods is expected: `0/0`.
impl fmt::Display for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ready { known: false, .. } => f.pad("?"),
            Ready { workloads: 0, .. } => f.pad("-"),
            Ready { ready, desired, .. } => f.pad(&format!("{ready}/{desired}")),
        }
    }
}

/// One kustomization's part in an environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Delivery {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub standing: Standing,
    /// Why.
    pub reason: Reason,
    /// What it applied last.
    pub revision: Option<String>,
    /// The folder that it applies.
    #[serde(skip)]
    pub path: String,
    /// How long after an attempt that succeeded the next begins, in seconds.
    #[serde(skip)]
    pub interval: i64,
    /// The limit of applying, and that of the health check, in seconds.
    #[serde(skip)]
    pub timeout: i64,
}

/// One Helm release's part in an environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReleaseDelivery {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub standing: Standing,
    /// Why.
    pub reason: Reason,
    /// The chart, where that is known.
    pub chart: Option<String>,
    /// The version of the chart that is deployed.
    pub chart_version: Option<String>,
    /// The version of the application, as the deployed chart tells it.
    pub app_version: Option<String>,
    /// The revision of the release that is deployed, as `helm history` counts.
    pub revision: Option<i64>,
}

/// Who said something, what, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// The world that it comes from.
    pub world: World,
    /// When it was so, where that is told; else when the world was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Timestamp>,
    /// The kind of object: one of Kubernetes', `WorkflowRun`, `PullRequest`, `CommitStatus`, `FluxConfiguration` …
    pub kind: &'static str,
    /// Its namespace; of GitHub's objects the repository, of Azure's the resource group.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// What it said that counts.
    pub says: String,
}

impl EnvironmentStatus {
    /// Has it stand elsewhere: what it stood by until then, under this name, becomes a remark.
    pub(in crate::model) fn replace_standing(
        &mut self,
        name: &str,
        standing: Standing,
        reason: Reason,
        message: String,
    ) {
        let former = format!("{name} itself is {}: {}", self.standing, self.message);
        self.remarks.push(Remark::new(self.reason, former));
        self.standing = standing;
        self.reason = reason;
        self.cause = None;
        self.headline.clone_from(&message);
        self.message = message;
        self.url = None;
        self.since = None;
        self.outlook = Outlook::of(standing);
    }

    /// What must differ for the verdict to have changed. Messages and ages come and go with every retry.
    pub fn fingerprint(&self) -> String {
        let remarks: std::collections::BTreeSet<String> =
            self.remarks.iter().map(|remark| format!("{} {:?}", remark.reason, remark.cause)).collect();
        let all: Vec<String> = self
            .kustomizations
            .iter()
            .map(|delivery| format!("{}={}", delivery.name, delivery.standing))
            .chain(
                self.releases
                    .iter()
                    .map(|release| format!("{}={} {:?}", release.name, release.standing, release.revision)),
            )
            .collect();
        format!(
            "{} {} {} {:?} {:?} {remarks:?} {all:?} {:?} {:?} {:?}",
            self.id,
            self.standing,
            self.reason,
            self.cause,
            self.revision,
            self.github,
            self.clusters,
            self.compliance.as_ref().map(Compliance::fingerprint)
        )
    }

    /// Whether somebody should look at it: it failed, is stopped or not known, has no outlook of being deployed, or
    /// is deployed and its workloads do not run, were scaled to nothing by hand, or may not be read.
    pub fn is_failing(&self) -> bool {
        let is_outage = |remark: &Remark| match remark.reason {
            Reason::WorkloadNotReady | Reason::WorkloadMissing | Reason::NotReadable | Reason::NoAnswer => {
                true
            }
            Reason::Drift => self.ready.desired == 0,
            _ => false,
        };
        match self.standing {
            Standing::Failed | Standing::Suspended | Standing::Unknown | Standing::Held => true,
            Standing::NotDeployed | Standing::AwaitingApproval | Standing::Rendering | Standing::Building => {
                self.outlook == Outlook::Final
            }
            Standing::Deployed => !self.ready.known || self.remarks.iter().any(is_outage),
            Standing::Reconciling | Standing::Syncing => false,
        }
    }

    /// What sorts environments, the worst first: of those that stand alike one that is down comes first.
    pub fn severity(&self) -> impl Ord + use<> {
        (self.standing, !self.ready.is_outage())
    }

    /// The short applied commit of the gitops repository.
    pub fn short_revision(&self) -> Option<&str> {
        self.revision.as_deref().map(short)
    }
}
