//! What the gate shows: a table of configurations, the decision, and what to type.

use gitops_core::cli::{Paint, age, table, wrapped};
use gitops_core::flow::GateReport;
use gitops_core::model::post_deployment::{EvidenceSource, GateOutcome, GateRow, RowOutcome};
use gitops_core::model::verdict::short;
use jiff::Timestamp;

use crate::blocks::next_block;

/// The width of a table where there is no terminal: whoever reads a log has one as wide as this.
const WIDTH: usize = 80;
/// A message is never shorter than this.
const SHORTEST_MESSAGE: usize = 16;
/// So many configurations that are well are listed; the others are counted.
const MOST_WELL: usize = 20;
/// So many configurations are named that have a reason in common.
const MOST_NAMES: usize = 3;

/// How a report is seen.
pub(super) struct GatePage {
    pub(super) width: Option<usize>,
    pub(super) wide: bool,
    pub(super) no_headers: bool,
    pub(super) paint: Paint,
}

impl GatePage {
    /// The whole page.
    pub(super) fn page(&self, report: &GateReport) -> String {
        let rows = &report.decision.rows;
        let (well, other): (Vec<&GateRow>, Vec<&GateRow>) =
            rows.iter().partition(|row| row.outcome == RowOutcome::Succeeded);
        // Whoever asks for rows alone counts them.
        let most_well = if self.no_headers { well.len() } else { MOST_WELL };
        let shown: Vec<&GateRow> = other.iter().chain(well.iter().take(most_well)).copied().collect();
        let mut text = if shown.is_empty() { String::new() } else { self.table(&shown, report.at) };
        if self.no_headers {
            return text;
        }
        let hidden = well.len().saturating_sub(MOST_WELL);
        if hidden > 0 {
            text += &format!("… and {hidden} more that succeeded\n");
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text + &self.summary(report, &other)
    }

    fn table(&self, rows: &[&GateRow], now: Timestamp) -> String {
        let mut header = vec!["CLUSTER", "CONFIGURATION", "STATE", "COMMIT", "AGE", "MESSAGE"];
        if self.wide {
            header.splice(5..5, ["OUTCOME", "TOLD BY"]);
        }
        let mut cells: Vec<Vec<String>> = rows.iter().map(|row| self.cells(row, now)).collect();
        if !self.wide {
            shorten_messages(&header, &mut cells, self.width.unwrap_or(WIDTH));
        }
        let text = table(&header, &cells);
        if self.no_headers {
            text.split_once('\n').map(|(_, rows)| rows.to_owned()).unwrap_or_default()
        } else {
            text
        }
    }

    fn cells(&self, row: &GateRow, now: Timestamp) -> Vec<String> {
        let commit = row.commit.as_deref().map_or("-", short);
        let mut cells = vec![
            row.cluster.clone(),
            configuration(row).to_owned(),
            row.state.to_string(),
            commit.to_owned(),
            age(row.as_of, now),
            row.message.clone(),
        ];
        if self.wide {
            cells.splice(5..5, [row.outcome.to_string(), row.told_by.to_string()]);
        }
        cells
    }

    fn summary(&self, report: &GateReport, other: &[&GateRow]) -> String {
        let decision = &report.decision;
        let width = Some(self.width.unwrap_or(WIDTH));
        let mut text = wrapped(&format!("{}: {}", decision.outcome, decision.message), width, "", "  ");
        text += &wrapped(&report.scope_in_words(), width, "  ", "  ");
        if decision.outcome != GateOutcome::Passed {
            for line in reasons(other).iter().take(MOST_WELL) {
                text += &wrapped(line, width, "  - ", "    ");
            }
        }
        let graph = decision.rows.iter().filter(|row| row.told_by == EvidenceSource::ResourceGraph).count();
        if graph > 0 {
            let line = format!(
                "{graph} of {} by the word of Resource Graph alone, which lags behind",
                decision.rows.len()
            );
            text += &wrapped(&line, width, "  ", "  ");
        }
        for unanswered in &report.unanswered {
            text += &wrapped(&format!("not answered: {unanswered}"), width, "  ", "    ");
        }
        text + &next_block(&decision.next, width, self.paint)
    }

    /// One line for whoever reads a log while it waits.
    pub(super) fn line(report: &GateReport) -> String {
        let GateReport { at, decision, .. } = report;
        format!("{:.0} {}: {}\n", at, decision.outcome, decision.message)
    }

    /// What is waited for, and how long: told after the first look, which says where.
    pub(super) fn beginning(report: &GateReport) -> String {
        let commit = report.commit.as_deref().map_or("a commit", short);
        let version = report.version.as_ref().map(|version| format!("{version} ")).unwrap_or_default();
        let minutes = report.limit.as_secs().div_ceil(60);
        let limit = if report.limit.as_secs() < 120 {
            format!("{} s", report.limit.as_secs())
        } else {
            format!("{minutes} min")
        };
        format!(
            "waiting for {version}{commit} of branch {} ({}), at most {limit}: {}\n",
            report.branch,
            report.url,
            report.scope_in_words()
        )
    }
}

fn configuration(row: &GateRow) -> &str {
    if row.configuration.is_empty() { "-" } else { &row.configuration }
}

/// Why configurations have not succeeded: those of the same reason in one line, the first of them by name.
fn reasons(rows: &[&GateRow]) -> Vec<String> {
    let mut groups: Vec<(&str, Vec<String>)> = Vec::new();
    for row in rows {
        let name = format!("{}/{}", row.cluster, configuration(row));
        match groups.iter_mut().find(|(message, _)| *message == row.message) {
            Some((_, names)) => names.push(name),
            None => groups.push((&row.message, vec![name])),
        }
    }
    let line = |(message, names): &(&str, Vec<String>)| {
        let more = match names.len().saturating_sub(MOST_NAMES) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let first: Vec<&str> = names.iter().take(MOST_NAMES).map(String::as_str).collect();
        format!("{}{more}: {message}", first.join(", "))
    };
    groups.iter().map(line).collect()
}

/// Cuts messages so that a line fits; the whole of them stands below the table.
fn shorten_messages(header: &[&str], rows: &mut [Vec<String>], width: usize) {
    let last = header.len() - 1;
    let of_column = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([header[column].chars().count()]).max().unwrap_or_default() + 3
    };
    let taken: usize = (0..last).map(of_column).sum();
    let room = width.saturating_sub(taken).max(SHORTEST_MESSAGE);
    for row in rows {
        if row[last].chars().count() > room {
            let cut: String = row[last].chars().take(room - 1).collect();
            row[last] = format!("{}…", cut.trim_end());
        }
    }
}
