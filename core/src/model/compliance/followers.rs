//! The configurations that follow a repository, as Resource Graph tells them, and how many clusters of them are well.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use crate::model::azure::{ArcCluster, ConnectedCluster, FluxConfiguration, azure_date};
use crate::model::fleet::{
    BranchKnowledge, FleetCount, FleetFinding, FleetKnowledge, FleetReport, fleet_counts,
};
use crate::model::pipeline::ClusterCount;
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
        let mut report = FleetReport::read(row);
        observe(&mut report, &document);
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
        observe(&mut report, &document);
        Self { report, document, connected }
    }

    /// The cluster.
    pub fn cluster(&self) -> &ArcCluster {
        &self.document.cluster
    }
}

impl Followers {
    /// Those of a branch.
    pub fn of_branch<'a>(&'a self, branch: &'a str) -> impl Iterator<Item = &'a Follower> {
        self.rows.iter().filter(move |follower| follower.report.branch.as_deref() == Some(branch))
    }

    /// How many clusters follow a branch, and on how many of them everything is applied that follows it; of more than a
    /// page how many configurations. `own` are clusters that were asked themselves, with whether it is so there: their
    /// word counts before Azure's, which is older, and before its silence.
    pub fn count(
        &self,
        name: &str,
        branch: BranchKnowledge<'_>,
        own: &BTreeMap<ArcCluster, bool>,
        now: Timestamp,
    ) -> ClusterCount {
        if let Some(summary) = &self.summary {
            return summed(summary, name, branch.head);
        }
        let mut clusters: BTreeMap<&ArcCluster, bool> = BTreeMap::new();
        for follower in self.of_branch(name) {
            let is_well = is_compliant(&follower.finding(branch, now).0);
            *clusters.entry(follower.cluster()).or_insert(true) &= is_well;
        }
        clusters.extend(own.iter().map(|(cluster, is_well)| (cluster, *is_well)));
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let compliant = clusters.values().filter(|is_well| **is_well).count();
        ClusterCount { compliant: number(compliant), all: number(clusters.len()) }
    }
}

/// What the document itself tells: Resource Manager has it before Resource Graph.
fn observe(report: &mut FleetReport, document: &FluxConfiguration) {
    if !document.kustomizations.is_empty() {
        report.leaves_readiness_unknown = document.kustomizations.iter().any(|wanted| !wanted.waits);
    }
    let misses_path =
        document.statuses.iter().filter(|status| status.is_kind("Kustomization")).any(|status| {
            let ready = status.conditions.get("Ready").filter(|ready| ready.status != "True");
            ready.is_some_and(|ready| ready.message.contains("path not found"))
        });
    if document.statuses.iter().any(|status| !status.conditions.is_empty()) {
        report.is_path_missing = misses_path;
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
