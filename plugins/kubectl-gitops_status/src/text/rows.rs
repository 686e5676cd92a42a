//! The table: a row for each environment, in the columns that fit.

use gitops_core::cli::table;
use gitops_core::model::verdict::EnvironmentStatus;

use super::columns::{Column, WIDE};
use super::page::View;

/// The columns of a table that is for no terminal: it goes without compliance rather than beyond.
const PIPED: usize = 80;

/// The blanks between two columns.
const BETWEEN: usize = 3;

/// What a terminal that is too narrow goes without, the first first. The environment goes only where the namespace
/// tells it.
const DROPPED: [Column; 4] = [Column::Compliance, Column::Environment, Column::Version, Column::Age];

/// Whether Azure has part in an environment. What it answers changes no columns.
fn has_compliance(environment: &&EnvironmentStatus) -> bool {
    environment.azure.is_some() || environment.compliance.is_some()
}

/// Whether a namespace tells the name of its environment: `dev-hello`, or `dev` alone. A row of many has none.
fn is_told_by_namespace(environment: &EnvironmentStatus) -> bool {
    if environment.environment == "-" {
        return true;
    }
    let rest = environment.id.namespace.strip_prefix(environment.environment.as_str());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// Whether two environments of one cluster have one name, which namespaces tell apart.
fn has_namesakes(environments: &[&EnvironmentStatus]) -> bool {
    let name = |environment: &EnvironmentStatus| {
        (environment.id.cluster.clone(), environment.environment.to_lowercase())
    };
    let names: std::collections::BTreeSet<_> =
        environments.iter().map(|environment| name(environment)).collect();
    names.len() < environments.len()
}

impl View {
    /// The table of these environments, with its header unless that is not wanted.
    pub(crate) fn table(&self, environments: &[&EnvironmentStatus]) -> String {
        let columns = self.fitting_columns(environments);
        let header: Vec<&str> = columns.iter().map(|column| column.header()).collect();
        let row = |environment: &&EnvironmentStatus| -> Vec<String> {
            columns.iter().map(|column| column.cell(self, environment)).collect()
        };
        let rows: Vec<Vec<String>> = environments.iter().map(row).collect();
        self.painted(&table(&header, &rows), &columns, environments)
    }

    fn fitting_columns(&self, environments: &[&EnvironmentStatus]) -> Vec<Column> {
        let mut columns = self.columns(environments);
        if self.wide {
            return columns;
        }
        let (terminal, droppable) = match self.width {
            Some(terminal) => (terminal, DROPPED.as_slice()),
            None => (PIPED, &DROPPED[..1]),
        };
        let widest = |column: &Column| {
            let cells = environments.iter().map(|environment| column.cell(self, environment).chars().count());
            cells.chain([column.header().len()]).max().unwrap_or_default()
        };
        let is_told = environments.iter().all(|environment| is_told_by_namespace(environment));
        for &dropped in droppable {
            let width: usize = columns.iter().map(|column| widest(column) + BETWEEN).sum();
            if width.saturating_sub(BETWEEN) <= terminal {
                break;
            }
            let names_environment = !columns.contains(&Column::Namespace) || !is_told;
            columns
                .retain(|column| *column != dropped || *column == Column::Environment && names_environment);
        }
        columns
    }

    fn columns(&self, environments: &[&EnvironmentStatus]) -> Vec<Column> {
        let mut columns = Vec::new();
        columns.extend(self.several.then_some(Column::Cluster));
        columns.extend((self.all || has_namesakes(environments)).then_some(Column::Namespace));
        columns.extend([Column::Environment, Column::Standing, Column::Version, Column::Ready, Column::Age]);
        columns.extend(environments.iter().any(has_compliance).then_some(Column::Compliance));
        columns.push(Column::Reason);
        columns.extend(WIDE.into_iter().filter(|_| self.wide));
        columns
    }

    /// The table with colours and links. They take no room: cells are aligned without them.
    fn painted(&self, text: &str, columns: &[Column], environments: &[&EnvironmentStatus]) -> String {
        let mut lines = text.split_inclusive('\n');
        let header = lines.next().unwrap_or_default();
        let mut painted = if self.no_headers { String::new() } else { header.to_owned() };
        for (line, environment) in lines.zip(environments) {
            painted += &self.painted_row(line, columns, environment);
        }
        painted
    }

    fn painted_row(&self, line: &str, columns: &[Column], environment: &EnvironmentStatus) -> String {
        let (mut painted, mut rest) = (String::new(), line);
        for column in columns {
            let cell = column.cell(self, environment);
            let Some((before, after)) = rest.split_once(cell.as_str()).filter(|_| !cell.is_empty()) else {
                continue;
            };
            painted += before;
            painted += &match (column, column.address(self, environment)) {
                (Column::Standing, _) => self.paint.standing(environment.standing),
                (_, Some(address)) => self.paint.link(&cell, &address),
                (_, None) => cell,
            };
            rest = after;
        }
        painted + rest
    }
}
