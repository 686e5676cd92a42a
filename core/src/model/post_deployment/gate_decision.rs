//! What the gate decided, as a value that is shown and written: the shape is API.

use jiff::Timestamp;
use serde::Serialize;

use super::ConfigurationState;
use crate::model::Exit;
use crate::model::pipeline::ClusterRef;
use crate::model::verdict::words::words;
use crate::model::verdict::{NextCommand, Reason};

words! {
    /// Whether the gate is open.
    GateOutcome {
        Passed: "as many clusters as are required have what was waited for",
        Pending: "it is not decided yet",
        Failed: "the commit failed on more clusters than may fail",
        Superseded: "another commit took the place of the one that was waited for",
        Blocked: "nothing is under way any more, and a cluster has not succeeded",
        ClusterMissing: "a cluster that must have the environment has no configuration that can be seen",
        NoConfiguration: "no configuration follows the branch, as far as can be seen",
    }
}

impl GateOutcome {
    /// The exit code of a command that ends with it.
    pub fn exit(self) -> Exit {
        match self {
            GateOutcome::Passed => Exit::Done,
            GateOutcome::Pending => Exit::Pending,
            _ => Exit::NotSo,
        }
    }
}

words! {
    /// What one configuration means for the gate, the worst first.
    RowOutcome {
        Failed: "it failed and nothing is waited for any more",
        Superseded: "it has, or will have, another commit",
        Blocked: "it does not succeed unless somebody does something",
        Pending: "it is waited for",
        Deferred: "it is listed and not counted",
        Succeeded: "it has what was waited for",
    }
}

words! {
    /// Who tells where a configuration stands.
    EvidenceSource {
        Cluster: "the cluster itself",
        ResourceManager: "Azure Resource Manager",
        ResourceGraph: "Azure Resource Graph, which lags behind",
        Nobody: "nobody",
    }
}

/// One configuration of one cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GateRow {
    /// The cluster, by the name that Azure or the kubeconfig has for it, or that the pipeline's file lists.
    pub cluster: String,
    /// Its resource id, where Azure knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster_id: Option<String>,
    /// The cluster, as others refer to it.
    #[serde(skip)]
    pub(super) cluster_ref: ClusterRef,
    /// The configuration; empty where a cluster has none.
    pub configuration: String,
    /// What it means for the gate.
    pub outcome: RowOutcome,
    /// Where it stands with the wanted commit.
    pub state: ConfigurationState,
    /// Why, as a word: of a failure, and where its cluster tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// What to type, where its cluster tells what is wrong.
    #[serde(skip)]
    pub(super) next: Vec<NextCommand>,
    /// The commit that is applied there, where that is told.
    pub commit: Option<String>,
    /// Why, as a sentence.
    pub message: String,
    /// Azure's word for whether it complies, such as `Non-Compliant`, said of the wanted commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compliance: Option<String>,
    /// Since when it fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Timestamp>,
    /// Who tells it.
    pub told_by: EvidenceSource,
    /// When it was told.
    pub as_of: Option<Timestamp>,
}

/// What was decided at one look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateDecision {
    /// Whether the gate is open.
    pub outcome: GateOutcome,
    /// Why, as a sentence.
    pub message: String,
    /// How many clusters have what was waited for.
    pub succeeded: usize,
    /// How many are counted.
    pub counted: usize,
    /// How many must succeed.
    pub required: usize,
    /// Every configuration, the worst first.
    pub rows: Vec<GateRow>,
    /// What to type next.
    pub next: Vec<NextCommand>,
}

impl GateDecision {
    /// What must differ for it to be news. Sentences are no part of it: ages in them go on by themselves.
    pub fn fingerprint(&self) -> String {
        let rows = self.rows.iter().map(|row| {
            format!(
                "{} {} {} {} {:?} {:?}",
                row.cluster, row.configuration, row.outcome, row.state, row.reason, row.commit
            )
        });
        let rows: Vec<String> = rows.collect();
        format!("{} {}/{} {}", self.outcome, self.succeeded, self.required, rows.join("\n"))
    }
}
