//! The page of a fleet: counts, what they are of, what is not well, what to type, what was not checked.

use gitops_core::cli::{Paint, age, wrapped};
use gitops_core::model::Unanswered;
use gitops_core::model::counted;
use gitops_core::model::fleet::{FleetConfiguration, FleetCount, FleetStatus};
use gitops_core::model::verdict::{Reason, Standing, age_in_words, short};

use super::columns::{FleetColumn, fitted};
use crate::blocks::{next_block, shortened, worlds_table};

/// What to type is said of so many reasons, for the first configuration of each.
const MOST_BLOCKS: usize = 4;
/// The most characters of a version in a table that is not wide.
const VERSION_WIDTH: usize = 10;
/// The most characters of a name: no name in Azure is longer, but branches may be.
const NAME_WIDTH: usize = 63;
/// How a fleet is seen.
pub(super) struct FleetView {
    /// Columns of the terminal; none: nothing is wrapped or left out.
    pub(super) width: Option<usize>,
    pub(super) paint: Paint,
    pub(super) is_wide: bool,
}

/// The resource ids of what is not well, as `az resource show --ids` takes them.
pub(super) fn names(status: &FleetStatus) -> String {
    status.configurations.iter().map(|configuration| format!("{}\n", configuration.resource_id)).collect()
}

impl FleetView {
    /// The whole page.
    pub(super) fn page(&self, status: &FleetStatus) -> String {
        let mut page = format!("{}\n{}", self.counts(status), self.summary(status));
        if !status.configurations.is_empty() {
            page += &format!("\n{}{}", self.heading(status), self.configurations(status));
            page += &self.blocks(status);
        }
        page + &self.worlds(status)
    }

    fn counts(&self, status: &FleetStatus) -> String {
        let counts = match self.is_wide {
            true => status.counts.clone(),
            false => FleetCount::whatever_is_fetched(&status.counts),
        };
        let column = |header, cell: &dyn Fn(&FleetCount) -> String| FleetColumn {
            header,
            cells: counts.iter().map(cell).collect(),
        };
        let is_of_several = counts.iter().any(|count| count.repository != counts[0].repository);
        let mut columns = Vec::new();
        if is_of_several || self.is_wide {
            columns.push(column("PROJECT", &|count| project(&count.repository)));
        }
        columns.push(column("ENVIRONMENT", &|count| known(count.environment.as_deref())));
        columns.push(column("STANDING", &|count| count.standing.to_string()));
        let version = |count: &FleetCount| self.version(count.version.as_deref(), count.commit.as_deref());
        columns.push(column("VERSION", &version));
        columns.push(column("COUNT", &|count| count.count.to_string()));
        let reported = |count: &FleetCount| age(count.oldest_report, status.observed_at);
        if self.is_wide {
            columns.push(column("COMMIT", &|count| known(count.commit.as_deref().map(short))));
            columns.push(column("FETCHED", &|count| known(count.fetched.as_deref().map(short))));
            columns.push(column("OLDEST", &reported));
        }
        columns.push(column("REASON", &|count| count.reason.to_string()));
        if self.is_wide {
            columns.push(column("REPOSITORY", &|count| known(Some(&count.repository))));
        }
        let standings: Vec<Standing> = counts.iter().map(|count| count.standing).collect();
        fitted(columns, &["VERSION", "REASON"], self.room(), self.paint, &standings)
    }

    /// How many stand where, and what all of that is of.
    fn summary(&self, status: &FleetStatus) -> String {
        let standings = status.standings.iter();
        let counts: Vec<String> = standings
            .map(|count| format!("{} {}", count.count, self.paint.standing(count.standing)))
            .collect();
        let totals = &status.totals;
        let clusters = match totals.clusters {
            0 => String::new(),
            clusters => format!(
                " on {} in {}",
                counted(clusters, "cluster"),
                counted(totals.subscriptions, "subscription")
            ),
        };
        let scope = format!(
            "{}{clusters} visible to {}",
            counted(totals.configurations, "Flux configuration"),
            status.scope.credential
        );
        let mut text = wrapped(&format!("{}: {scope}", counts.join(", ")), self.width, "", "  ");
        let reports = [status.reported.newest, status.reported.oldest]
            .map(|time| time.map(|time| age_in_words(time, status.observed_at)));
        let when = match reports {
            [Some(newest), Some(oldest)] if newest == oldest => format!("reported {newest} ago; "),
            [Some(newest), Some(oldest)] => format!("reported {newest} to {oldest} ago; "),
            _ => String::new(),
        };
        let behind = format!("{when}Resource Graph shows what was reported some minutes later");
        text += &wrapped(&behind, self.width, "", "  ");
        for limit in &status.limits {
            text += &wrapped(limit, self.width, "", "  ");
        }
        text
    }

    fn heading(&self, status: &FleetStatus) -> String {
        let listed = status.configurations.len();
        let line = match status.not_listed {
            0 => format!("{listed} not Deployed, the worst first:"),
            more => format!(
                "{listed} of {} that are not Deployed, the worst first (--limit 0 lists all of them):",
                more + u64::try_from(listed).unwrap_or(u64::MAX)
            ),
        };
        wrapped(&line, self.width, "", "  ")
    }

    fn configurations(&self, status: &FleetStatus) -> String {
        let rows = &status.configurations;
        let column = |header, cell: &dyn Fn(&FleetConfiguration) -> String| FleetColumn {
            header,
            cells: rows.iter().map(cell).collect(),
        };
        let version = |row: &FleetConfiguration| self.version(row.version.as_deref(), row.commit.as_deref());
        let reported = |row: &FleetConfiguration| age(row.reported_at, status.observed_at);
        let mut columns = vec![
            column("CLUSTER", &|row| row.cluster.clone()),
            column("CONFIGURATION", &|row| known(Some(&row.configuration))),
            column("STANDING", &|row| row.standing.to_string()),
            column("VERSION", &version),
            column("AGE", &reported),
            column("REASON", &|row| row.reason.to_string()),
        ];
        if self.is_wide {
            columns.extend([
                column("ENVIRONMENT", &|row| known(row.environment.as_deref())),
                column("GROUP", &|row| row.resource_group.clone()),
                column("FETCHED", &|row| known(row.fetched.as_deref().map(short))),
                column("MESSAGE", &|row| row.message.clone()),
            ]);
        }
        let standings: Vec<Standing> = rows.iter().map(|row| row.standing).collect();
        fitted(columns, &["VERSION", "AGE", "CONFIGURATION"], self.room(), self.paint, &standings)
    }

    /// What is wrong and what to type, for the first of each reason.
    fn blocks(&self, status: &FleetStatus) -> String {
        let mut shown: Vec<Reason> = Vec::new();
        let mut text = String::new();
        for row in &status.configurations {
            if shown.contains(&row.reason) || shown.len() >= MOST_BLOCKS {
                continue;
            }
            shown.push(row.reason);
            let standing = self.paint.standing(row.standing);
            let others = status.configurations.iter().filter(|other| other.reason == row.reason).count() - 1;
            let others = if others > 0 { format!(", and {others} more") } else { String::new() };
            let place = format!("{} in {}", row.cluster, row.resource_group);
            let name = match row.configuration.as_str() {
                "" => place,
                configuration => format!("{configuration} on {place}"),
            };
            text.push('\n');
            text += &wrapped(&format!("{name}: {standing}, {}{others}", row.reason), self.width, "", "  ");
            text += &wrapped(&row.message, self.width, "  ", "  ");
            text += &next_block(&row.next, self.width, self.paint);
        }
        text
    }

    /// What could not be checked; of worlds that are merely not configured where something is not well.
    fn worlds(&self, status: &FleetStatus) -> String {
        let is_wanted = self.is_wide || status.not_well() > 0;
        let is_gap =
            |unanswered: &&Unanswered| unanswered.is_gap() && (is_wanted || !unanswered.is_unconfigured());
        let row = |unanswered: &Unanswered| vec![unanswered.world.to_string(), unanswered.to_string()];
        let rows: Vec<Vec<String>> = status.unanswered.iter().filter(is_gap).map(row).collect();
        worlds_table(rows, self.width, self.paint)
    }

    fn version(&self, version: Option<&str>, commit: Option<&str>) -> String {
        let version = version.or(commit.map(short)).unwrap_or("-");
        shortened(version, if self.is_wide { NAME_WIDTH } else { VERSION_WIDTH })
    }

    fn room(&self) -> Option<usize> {
        self.width.filter(|_| !self.is_wide)
    }
}

/// `hello` of `contoso/hello-gitops`.
fn project(repository: &str) -> String {
    let name = repository.trim_end_matches('/').rsplit('/').next().unwrap_or(repository);
    let name = name.strip_suffix(".git").unwrap_or(name);
    known(Some(name.strip_suffix("-gitops").unwrap_or(name)))
}

fn known(text: Option<&str>) -> String {
    shortened(text.filter(|text| !text.is_empty()).unwrap_or("-"), NAME_WIDTH)
}
