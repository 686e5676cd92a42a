//! The table: a row for each environment, in the columns that fit.

use gitops_core::cli::{age, table};
use gitops_core::model::verdict::EnvironmentStatus;
use jiff::Timestamp;

use super::page::View;

/// The most characters of a version in a table that is not wide.
const VERSION_WIDTH: usize = 10;

/// The blanks between two columns.
const BETWEEN: usize = 3;

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Cluster,
    Namespace,
    Environment,
    Standing,
    Version,
    Commit,
    Ready,
    Age,
    Compliance,
    Reason,
    Revision,
    Message,
}

/// What a terminal that is too narrow goes without, the first first.
const DROPPED: [Column; 4] = [Column::Commit, Column::Version, Column::Compliance, Column::Age];

impl Column {
    fn header(self) -> &'static str {
        match self {
            Column::Cluster => "CLUSTER",
            Column::Namespace => "NAMESPACE",
            Column::Environment => "ENVIRONMENT",
            Column::Standing => "STANDING",
            Column::Version => "VERSION",
            Column::Commit => "COMMIT",
            Column::Ready => "READY",
            Column::Age => "AGE",
            Column::Compliance => "COMPLIANCE",
            Column::Reason => "REASON",
            Column::Revision => "REVISION",
            Column::Message => "MESSAGE",
        }
    }

    fn cell(self, view: &View, environment: &EnvironmentStatus) -> String {
        let known = |value: Option<&str>| value.unwrap_or("-").to_owned();
        match self {
            Column::Cluster => environment.id.cluster.to_string(),
            Column::Namespace => environment.id.namespace.clone(),
            Column::Environment => environment.environment.clone(),
            Column::Standing => environment.standing.to_string(),
            Column::Version => version(environment, view.wide),
            Column::Commit => known(environment.commit.as_deref()),
            Column::Ready => environment.ready.to_string(),
            Column::Age => age(environment.since.map(|since| since.time), view.now),
            Column::Compliance => compliance(environment, view.now),
            // With its cause the row would leave a terminal of 80 columns; that stands below, or is wide.
            Column::Reason if view.wide => reason(environment),
            Column::Reason => environment.reason.to_string(),
            Column::Revision => known(environment.short_revision()),
            Column::Message => environment.message.clone(),
        }
    }
}

/// The reason with its cause.
pub(crate) fn reason(environment: &EnvironmentStatus) -> String {
    match environment.cause {
        Some(cause) => format!("{}/{cause}", environment.reason),
        None => environment.reason.to_string(),
    }
}

/// Versions may be as long as tags of images are; a table for people has room for a short one.
fn version(environment: &EnvironmentStatus, is_wide: bool) -> String {
    match environment.version.as_deref() {
        None => "-".to_owned(),
        Some(version) if !is_wide && version.chars().count() > VERSION_WIDTH => {
            version.chars().take(VERSION_WIDTH - 1).chain(['…']).collect()
        }
        Some(version) => version.to_owned(),
    }
}

/// `Compliant (40s)`: what Azure was told, and how long ago; `Compliant? (40s)` where that cannot be relied on. `?` where it
/// is not known, `-` where Azure has no part.
fn compliance(environment: &EnvironmentStatus, now: Timestamp) -> String {
    let Some(compliance) = &environment.compliance else {
        return if environment.azure.is_some() { "?" } else { "-" }.to_owned();
    };
    let mark = if compliance.reason.is_some() { "?" } else { "" };
    match (&compliance.state, compliance.as_of) {
        (None, _) => "?".to_owned(),
        (Some(state), None) => format!("{state}{mark}"),
        (Some(state), as_of) => format!("{state}{mark} ({})", age(as_of, compliance.azure_time(now))),
    }
}

/// Whether Azure has part in an environment. What it answers changes no columns.
fn has_compliance(environment: &&EnvironmentStatus) -> bool {
    environment.azure.is_some() || environment.compliance.is_some()
}

/// Whether a namespace tells the name of its environment: `dev-hello`, or `dev` alone.
fn is_told_by_namespace(environment: &EnvironmentStatus) -> bool {
    let rest = environment.id.namespace.strip_prefix(environment.environment.as_str());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

impl View {
    /// The table of these environments, with its header unless that is not wanted.
    pub(crate) fn table(&self, environments: &[&EnvironmentStatus]) -> String {
        let mut columns = self.columns(environments);
        let cells = |column: Column| -> Vec<String> {
            environments.iter().map(|environment| column.cell(self, environment)).collect()
        };
        let width = |columns: &[Column]| -> usize {
            let widest = |column: &Column| {
                let cells = cells(*column).into_iter().map(|cell| cell.chars().count());
                cells.chain([column.header().len()]).max().unwrap_or_default()
            };
            columns.iter().map(|column| widest(column) + BETWEEN).sum::<usize>().saturating_sub(BETWEEN)
        };
        if let Some(terminal) = self.width.filter(|_| !self.wide) {
            for dropped in DROPPED {
                if width(&columns) > terminal {
                    columns.retain(|column| *column != dropped);
                }
            }
        }
        let header: Vec<&str> = columns.iter().map(|column| column.header()).collect();
        let row = |environment: &&EnvironmentStatus| -> Vec<String> {
            columns.iter().map(|column| column.cell(self, environment)).collect()
        };
        let rows: Vec<Vec<String>> = environments.iter().map(row).collect();
        self.painted(&table(&header, &rows), environments)
    }

    fn columns(&self, environments: &[&EnvironmentStatus]) -> Vec<Column> {
        let names_environment = self.wide
            || !self.all
            || !environments.iter().all(|environment| is_told_by_namespace(environment));
        let mut columns = Vec::new();
        columns.extend(self.several.then_some(Column::Cluster));
        columns.extend(self.all.then_some(Column::Namespace));
        columns.extend(names_environment.then_some(Column::Environment));
        columns.extend([Column::Standing, Column::Version, Column::Commit, Column::Ready, Column::Age]);
        columns.extend(environments.iter().any(has_compliance).then_some(Column::Compliance));
        columns.push(Column::Reason);
        if self.wide {
            columns.extend([Column::Revision, Column::Message]);
        }
        columns
    }

    fn painted(&self, text: &str, environments: &[&EnvironmentStatus]) -> String {
        let mut lines = text.split_inclusive('\n');
        let header = lines.next().unwrap_or_default();
        let mut painted = if self.no_headers { String::new() } else { header.to_owned() };
        for (line, environment) in lines.zip(environments) {
            // Columns before it hold names, which a cluster's may be capitalised in.
            let plain = format!(" {}", environment.standing);
            painted += &line.replacen(&plain, &format!(" {}", self.paint.standing(environment.standing)), 1);
        }
        painted
    }
}
