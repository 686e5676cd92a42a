//! The configurations that follow a repository, as Resource Graph tells them, and where each stands.

use jiff::Timestamp;
use serde_json::Value;

use crate::model::azure::{
    ArcCluster, ComplianceState, ConnectedCluster, Connectivity, FluxConfiguration, azure_date,
};
use crate::model::fleet::{FleetCount, FleetFinding, FleetKnowledge, FleetReport, fleet_counts};
use crate::model::pipeline::ClusterCount;
use crate::model::post_deployment::{
    ConfigurationState, ConfigurationVerdict, ReportedConfiguration, WantedCommit,
};
use crate::model::verdict::{Reason, Standing};

/// A configuration that follows a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Follower {
    /// What decides, in a few columns.
    pub report: FleetReport,
    /// The whole of it.
    pub document: FluxConfiguration,
    /// Whether Azure hears of its cluster; none where Resource Graph has no such cluster for whoever asks.
    pub connected: Option<ConnectedCluster>,
}

/// What follows a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Followers {
    /// One by one, where a page holds them.
    pub rows: Vec<Follower>,
    /// Summed up, where it does not.
    pub summary: Option<Vec<Value>>,
}

impl Follower {
    /// Reads a row; `None` where it is of something else.
    pub fn read(row: &Value) -> Option<Self> {
        let document = FluxConfiguration::read(row)?;
        let date = |name: &str| row[name].as_str().and_then(azure_date);
        let report = FleetReport::read(row);
        let connected = report.connectivity.clone().map(|connectivity| ConnectedCluster {
            cluster: document.cluster.clone(),
            connectivity: Some(connectivity),
            provisioning: None,
            last_connected: date("heard"),
            certificate_expires: date("expires"),
            agent_version: None,
        });
        Some(Self { report, document, connected })
    }

    /// The same, as Resource Manager has it, which knows before Resource Graph.
    #[must_use]
    pub fn confirmed(
        &self,
        document: Option<&FluxConfiguration>,
        connected: Option<&ConnectedCluster>,
    ) -> Self {
        let connected = connected.cloned().or_else(|| self.connected.clone());
        let mut report = self.report.clone();
        report.connectivity = connected.as_ref().and_then(|connected| connected.connectivity.clone());
        let document = document.unwrap_or(&self.document).clone();
        report.compliance = document.compliance.clone();
        report.is_suspended = document.is_suspended;
        report.provisioning = document.provisioning.clone();
        if let Some(revision) = &document.revision {
            report.commit = Some(revision.commit.clone());
        }
        Self { report, document, connected }
    }

    /// The cluster.
    pub fn cluster(&self) -> &ArcCluster {
        &self.document.cluster
    }

    /// Where it stands, with the commit that is applied there as far as that is told; `head` is the newest commit of the
    /// branch, where that is known.
    pub fn finding(&self, head: Option<&str>, now: Timestamp) -> (FleetFinding, Option<String>) {
        if self.document.statuses.iter().all(|status| status.conditions.is_empty()) {
            let finding = self.report.finding(head);
            let applied = self.report.commit.clone().filter(|_| finding.standing == Standing::Deployed);
            return (finding, applied);
        }
        let wanted = head.map_or_else(WantedCommit::newest, WantedCommit::of);
        let Self { document, connected, .. } = self;
        let case = ReportedConfiguration { document, connected: connected.as_ref(), wanted: &wanted, now };
        let verdict = case.decide();
        let (standing, reason) = standing(&verdict);
        let applied = verdict.applied.clone();
        // What is applied stays so while delivery is stopped or the cluster silent, and nobody knows whether it still runs.
        let is_told = matches!(standing, Standing::Failed | Standing::Suspended);
        let finding = match (self.stop(), is_told) {
            (Some(stop), false) => stop,
            _ => FleetFinding { standing, reason, message: verdict.message },
        };
        (finding, applied)
    }

    /// That delivery is stopped, or that nobody hears of the cluster.
    fn stop(&self) -> Option<FleetFinding> {
        let is_stopped = self.document.is_suspended
            || self.document.compliance == ComplianceState::Suspended
            || !matches!(self.report.connectivity, None | Some(Connectivity::Connected));
        is_stopped
            .then(|| self.report.finding(None))
            .filter(|finding| matches!(finding.standing, Standing::Suspended | Standing::Unknown))
    }
}

/// The word for where an environment stands whose only configuration stands so.
fn standing(verdict: &ConfigurationVerdict) -> (Standing, Reason) {
    match verdict.state {
        ConfigurationState::Failed => {
            let reason = verdict.failure.as_ref().map(|failure| failure.reported.reason);
            (Standing::Failed, reason.unwrap_or(Reason::NonCompliant))
        }
        ConfigurationState::Missing => (Standing::Unknown, Reason::ConfigurationMissing),
        ConfigurationState::ProvisioningFailed => (Standing::Failed, Reason::ProvisioningFailed),
        ConfigurationState::CertificateExpired => (Standing::Unknown, Reason::CertificateExpired),
        ConfigurationState::Offline => (Standing::Unknown, Reason::ClusterOffline),
        ConfigurationState::Suspended => (Standing::Suspended, Reason::ConfigurationSuspended),
        ConfigurationState::Unknown => (Standing::Unknown, Reason::ComplianceUnknown),
        ConfigurationState::Outdated => (Standing::Unknown, Reason::ComplianceLags),
        ConfigurationState::Pending if verdict.fetched.is_none() => {
            (Standing::NotDeployed, Reason::SourceNotReady)
        }
        ConfigurationState::Pending | ConfigurationState::OtherApplied => {
            (Standing::Syncing, Reason::MergedNotFetched)
        }
        ConfigurationState::WaitingBehind => (Standing::Syncing, Reason::WaitingBehind),
        ConfigurationState::Fetched | ConfigurationState::Reconciling => {
            (Standing::Reconciling, Reason::Progressing)
        }
        ConfigurationState::ReadinessUnknown => (Standing::Unknown, Reason::ReadinessUnknown),
        ConfigurationState::Applied => (Standing::Deployed, Reason::Applied),
    }
}

impl Followers {
    /// Those of a branch.
    pub fn of_branch<'a>(&'a self, branch: &'a str) -> impl Iterator<Item = &'a Follower> {
        self.rows.iter().filter(move |follower| follower.report.branch.as_deref() == Some(branch))
    }

    /// How many clusters follow a branch, and on how many of them everything is applied that follows it; of more than a
    /// page how many configurations.
    pub fn count(&self, branch: &str, head: Option<&str>, now: Timestamp) -> ClusterCount {
        if let Some(summary) = &self.summary {
            return summed(summary, branch, head);
        }
        let followers: Vec<&Follower> = self.of_branch(branch).collect();
        let mut clusters: Vec<&ArcCluster> = followers.iter().map(|follower| follower.cluster()).collect();
        clusters.sort();
        clusters.dedup();
        let is_well = |cluster: &&&ArcCluster| {
            let mut own = followers.iter().filter(|follower| follower.cluster() == **cluster);
            own.all(|follower| is_compliant(&follower.finding(head, now).0))
        };
        let compliant = clusters.iter().filter(is_well).count();
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        ClusterCount { compliant: number(compliant), all: number(clusters.len()) }
    }
}

/// Whether everything is applied. Whether workloads are ready too may not be known.
fn is_compliant(finding: &FleetFinding) -> bool {
    finding.standing == Standing::Deployed || finding.reason == Reason::ReadinessUnknown
}

fn summed(summary: &[Value], branch: &str, head: Option<&str>) -> ClusterCount {
    let counts: Vec<FleetCount> = fleet_counts(summary, &FleetKnowledge::default());
    let own = || counts.iter().filter(|count| count.environment.as_deref() == Some(branch));
    let is_at_head = |count: &&FleetCount| {
        head.is_none_or(|head| {
            count.commit.as_deref().is_some_and(|commit| commit.eq_ignore_ascii_case(head))
        })
    };
    let compliant = own().filter(|count| count.standing == Standing::Deployed).filter(is_at_head);
    ClusterCount {
        compliant: compliant.map(|count| count.count).sum(),
        all: own().map(|count| count.count).sum(),
    }
}
