//! The document `FleetStatus`: what `status --fleet` prints with `-o json` and `-o yaml`.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::counts::{fleet_counts, standings};
use super::{FleetConfiguration, FleetCount, FleetKnowledge, FleetTotals, StandingCount};
use crate::model::verdict::Standing;
use crate::model::{Unanswered, World, WorldStatus};

/// How many subscriptions Resource Graph looks at where none is named.
const MOST_SUBSCRIPTIONS: u64 = 1000;

/// Very many clusters: how many stand where, and which are not well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FleetStatus {
    #[schemars(extend("const" = "gitops.dev/v1"))]
    api_version: &'static str,
    #[schemars(extend("const" = "FleetStatus"))]
    kind: &'static str,
    /// When Azure was asked, by its own clock.
    pub observed_at: Timestamp,
    /// What was asked about, and with which credential.
    pub scope: FleetScope,
    /// How many there are.
    pub totals: FleetTotals,
    /// Between when the clusters' agents reported. Resource Graph shows a report some minutes after it was made.
    pub reported: ReportedBetween,
    /// How many stand where, the worst first.
    pub standings: Vec<StandingCount>,
    /// How many stand where of which environment and version.
    pub counts: Vec<FleetCount>,
    /// How many are in none of the counts, because Azure sends no more than so many.
    pub uncounted: u64,
    /// Those that are not well, the worst first.
    pub configurations: Vec<FleetConfiguration>,
    /// How many more are not well.
    pub not_listed: u64,
    /// What limits the answer, in sentences.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<String>,
    /// The worlds, and what of them was not answered.
    pub worlds: Vec<WorldStatus>,
    /// What was not answered.
    #[serde(skip)]
    pub unanswered: Vec<Unanswered>,
}

/// What was asked about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct FleetScope {
    /// The gitops repository; `null` is every repository.
    pub repository: Option<String>,
    /// The environment; `null` is every environment.
    pub environment: Option<String>,
    /// Where the credential is from: what it may not see is in no number.
    pub credential: String,
}

/// The oldest and the newest report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ReportedBetween {
    /// The oldest.
    pub oldest: Option<Timestamp>,
    /// The newest.
    pub newest: Option<Timestamp>,
}

impl FleetStatus {
    /// The document of a summary, row by row, and of totals; the list of what is not well comes after.
    pub fn new(
        scope: FleetScope,
        summary: &[Value],
        totals: FleetTotals,
        knowledge: &FleetKnowledge,
        observed_at: Timestamp,
    ) -> Self {
        let counts = fleet_counts(summary, knowledge);
        let counted: u64 = counts.iter().map(|count| count.count).sum();
        let uncounted = totals.configurations.saturating_sub(counted);
        let reported = ReportedBetween {
            oldest: counts.iter().filter_map(|count| count.oldest_report).min(),
            newest: counts.iter().filter_map(|count| count.newest_report).max(),
        };
        let mut limits = Vec::new();
        if uncounted > 0 {
            limits.push(format!(
                "{uncounted} of them are in no count: Azure sends no more than 1,000 of those"
            ));
        }
        if totals.subscriptions >= MOST_SUBSCRIPTIONS {
            limits.push(
                "Azure looks at no more than 1,000 subscriptions at once: there may be more".to_owned(),
            );
        }
        Self {
            api_version: "gitops.dev/v1",
            kind: "FleetStatus",
            observed_at,
            scope,
            // What changed between two queries is counted once.
            totals: FleetTotals { configurations: totals.configurations.max(counted), ..totals },
            reported,
            standings: standings(&counts),
            counts,
            uncounted,
            configurations: Vec::new(),
            not_listed: 0,
            limits,
            worlds: Vec::new(),
            unanswered: Vec::new(),
        }
    }

    /// With what is not well, and how many more of that there are.
    #[must_use]
    pub fn listing(self, configurations: Vec<FleetConfiguration>, total: u64) -> Self {
        let listed = u64::try_from(configurations.len()).unwrap_or(u64::MAX);
        Self { configurations, not_listed: total.saturating_sub(listed), ..self }
    }

    /// With what was not answered.
    #[must_use]
    pub fn with_unanswered(self, unanswered: Vec<Unanswered>) -> Self {
        let worlds = World::ALL.map(|world| WorldStatus::of(world, &unanswered, &[])).to_vec();
        Self { worlds, unanswered, ..self }
    }

    /// How many are not well.
    pub fn not_well(&self) -> u64 {
        self.standings
            .iter()
            .filter(|count| count.standing != Standing::Deployed)
            .map(|count| count.count)
            .sum()
    }

    /// Whether something of it must be mended.
    pub fn is_failed(&self) -> bool {
        self.standings.iter().any(|count| count.standing == Standing::Failed)
    }
}
