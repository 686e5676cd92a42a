//! How many configurations stand where, of which version.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::{FleetKnowledge, FleetReport};
use crate::model::azure::azure_date;
use crate::model::verdict::{Reason, Standing};

/// How many configurations there are, on how many clusters, in how many subscriptions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct FleetTotals {
    /// Flux configurations.
    pub configurations: u64,
    /// Clusters that have one of them.
    pub clusters: u64,
    /// Subscriptions that hold one of them.
    pub subscriptions: u64,
}

/// How many configurations stand there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct StandingCount {
    /// Where they stand.
    pub standing: Standing,
    /// How many.
    pub count: u64,
}

/// Configurations that are alike: of one environment and version, standing there for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FleetCount {
    /// The gitops repository: `owner/name` where it is on the configured GitHub, else its address; empty of configurations
    /// that follow no git repository.
    pub repository: String,
    /// The branch, which is the environment; `null` where no branch is followed.
    pub environment: Option<String>,
    /// Where they stand.
    pub standing: Standing,
    /// Why, as a word.
    pub reason: Reason,
    /// The version that they have applied; `null` where that, or the version of the commit, is not told.
    pub version: Option<String>,
    /// The commit of the gitops repository that they have applied; `null` where that is not told, as while another is
    /// being applied.
    pub commit: Option<String>,
    /// The commit that they fetched last, applied or not.
    pub fetched: Option<String>,
    /// How many.
    pub count: u64,
    /// When the one reported that has been silent for the longest.
    pub oldest_report: Option<Timestamp>,
    /// When one of them reported last.
    pub newest_report: Option<Timestamp>,
}

impl FleetCount {
    /// The same where it does not matter what was fetched last: those that are alike otherwise are one.
    pub fn whatever_is_fetched(counts: &[Self]) -> Vec<Self> {
        let mut merged: Vec<Self> = Vec::new();
        for count in counts {
            let own = Self { fetched: None, ..count.clone() };
            let is_alike = |known: &&mut Self| {
                let (count, oldest_report, newest_report) =
                    (known.count, known.oldest_report, known.newest_report);
                **known == Self { count, oldest_report, newest_report, ..own.clone() }
            };
            match merged.iter_mut().find(is_alike) {
                Some(known) => {
                    known.count += own.count;
                    known.oldest_report = known.oldest_report.into_iter().chain(own.oldest_report).min();
                    known.newest_report = known.newest_report.max(own.newest_report);
                }
                None => merged.push(own),
            }
        }
        merged
    }
}

/// A row of the summary: configurations that are alike in what decides.
#[derive(Clone, Debug, PartialEq, Eq)]
struct CountedReport {
    report: FleetReport,
    count: u64,
    oldest: Option<Timestamp>,
    newest: Option<Timestamp>,
}

impl CountedReport {
    /// Reads a row.
    fn read(row: &Value) -> Self {
        let date = |name: &str| row[name].as_str().and_then(azure_date);
        Self {
            report: FleetReport::read(row),
            count: row["configurations"].as_u64().unwrap_or_default(),
            oldest: date("oldest"),
            newest: date("newest"),
        }
    }
}

impl FleetTotals {
    /// Reads the only row of the totals. None where nothing is there.
    pub fn read(rows: &[Value]) -> Self {
        let number = |name: &str| rows.first().and_then(|row| row[name].as_u64()).unwrap_or_default();
        Self {
            configurations: number("configurations"),
            clusters: number("clusters"),
            subscriptions: number("subscriptions"),
        }
    }
}

/// The counts of a summary, by repository and environment, the worst first. Spellings of one repository and of one commit
/// are one.
fn counts(reports: &[CountedReport], knowledge: &FleetKnowledge) -> Vec<FleetCount> {
    let mut names: Vec<String> = Vec::new();
    let mut counts: BTreeMap<_, FleetCount> = BTreeMap::new();
    for CountedReport { report, count, oldest, newest } in reports {
        let repository = knowledge.name(&report.url, &names);
        if !names.contains(&repository) {
            names.push(repository.clone());
        }
        let finding = report.finding(knowledge.branch(report));
        let key = (
            repository.clone(),
            report.branch.clone(),
            finding.standing,
            finding.reason,
            report.commit.clone(),
            report.applied().map(str::to_owned),
        );
        let version = knowledge.version(&report.url, report.applied());
        let known = counts.entry(key).or_insert_with(|| FleetCount {
            repository,
            environment: report.branch.clone(),
            standing: finding.standing,
            reason: finding.reason,
            version: version.map(str::to_owned),
            commit: report.applied().map(str::to_owned),
            fetched: report.commit.clone(),
            count: 0,
            oldest_report: *oldest,
            newest_report: *newest,
        });
        known.count = known.count.saturating_add(*count);
        known.oldest_report = known.oldest_report.into_iter().chain(*oldest).min();
        known.newest_report = known.newest_report.into_iter().chain(*newest).max();
    }
    let mut counts: Vec<FleetCount> = counts.into_values().collect();
    let key = |count: &FleetCount| (count.reason, count.fetched.clone(), count.commit.clone());
    counts.sort_by(|a, b| {
        let place =
            |count: &FleetCount| (count.repository.clone(), count.environment.clone(), count.standing);
        place(a).cmp(&place(b)).then(b.count.cmp(&a.count)).then_with(|| key(a).cmp(&key(b)))
    });
    counts
}

/// The counts of the rows of a summary.
pub fn fleet_counts(summary: &[Value], knowledge: &FleetKnowledge) -> Vec<FleetCount> {
    let reports: Vec<CountedReport> = summary.iter().map(CountedReport::read).collect();
    counts(&reports, knowledge)
}

/// How many stand where, the worst first.
pub(super) fn standings(counts: &[FleetCount]) -> Vec<StandingCount> {
    let mut standings: BTreeMap<Standing, u64> = BTreeMap::new();
    for count in counts {
        *standings.entry(count.standing).or_default() += count.count;
    }
    standings.into_iter().map(|(standing, count)| StandingCount { standing, count }).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const HEAD: &str = "d61d3702f941f7a0787e29e428e569152f66e7bf";

    fn row(url: &str, state: &str, revision: &str, configurations: u64, oldest: &str) -> CountedReport {
        CountedReport::read(&json!({
            "url": url, "branch": "dev", "state": state, "suspended": "false", "provisioning": "Succeeded",
            "connectivity": "Connected", "revision": revision, "applied": "yes", "configurations": configurations,
            "oldest": oldest, "newest": "2026-05-04T10:00:00.0000000Z",
        }))
    }

    #[test]
    fn spellings_of_one_repository_and_commit_are_counted_together() {
        let knowledge = FleetKnowledge { host: "github.com".to_owned(), ..FleetKnowledge::default() };
        let head = format!("dev@sha1:{HEAD}");
        let reports = [
            row("https://github.com/contoso/hello-gitops", "Compliant", &head, 3, "2026-05-04T09:00:00Z"),
            row(
                "git@github.com:Contoso/Hello-GitOps.git",
                "Compliant",
                &format!("dev/{HEAD}"),
                4,
                "2026-05-04T08:00:00Z",
            ),
            row("https://git.example/o/r", "Non-Compliant", &head, 1, ""),
            row("https://git.example/O/R.git/", "Non-Compliant", &head, 2, ""),
        ];
        let counts = counts(&reports, &knowledge);
        let told: Vec<(&str, Standing, u64)> =
            counts.iter().map(|count| (count.repository.as_str(), count.standing, count.count)).collect();
        assert_eq!(
            told,
            [
                ("contoso/hello-gitops", Standing::Deployed, 7),
                ("https://git.example/o/r", Standing::Failed, 3)
            ]
        );
        assert_eq!(
            counts[0].oldest_report.map(|time| time.to_string()).as_deref(),
            Some("2026-05-04T08:00:00Z")
        );
        assert_eq!(counts[1].oldest_report, None);
        let standings: Vec<(Standing, u64)> =
            standings(&counts).iter().map(|count| (count.standing, count.count)).collect();
        assert_eq!(standings, [(Standing::Failed, 3), (Standing::Deployed, 7)]);
    }
}
