//! Tables of fleets: columns that a terminal which is too narrow goes without.

use gitops_core::cli::{Paint, table};
use gitops_core::model::verdict::Standing;

/// The blanks between two columns.
const BETWEEN: usize = 3;

/// A column with its cells.
pub(super) struct FleetColumn {
    pub(super) header: &'static str,
    pub(super) cells: Vec<String>,
}

impl FleetColumn {
    fn width(&self) -> usize {
        let cells = self.cells.iter().map(|cell| cell.chars().count());
        cells.chain([self.header.len()]).max().unwrap_or_default()
    }
}

/// The table of those columns that fit; `dropped` names those that it goes without, the first first.
pub(super) fn fitted(
    mut columns: Vec<FleetColumn>,
    dropped: &[&str],
    width: Option<usize>,
    paint: Paint,
    standings: &[Standing],
) -> String {
    let total = |columns: &[FleetColumn]| {
        columns.iter().map(|column| column.width() + BETWEEN).sum::<usize>().saturating_sub(BETWEEN)
    };
    for header in dropped {
        if width.is_some_and(|width| total(&columns) > width) {
            columns.retain(|column| column.header != *header);
        }
    }
    let headers: Vec<&str> = columns.iter().map(|column| column.header).collect();
    let row = |at: usize| -> Vec<String> { columns.iter().map(|column| column.cells[at].clone()).collect() };
    let rows: Vec<Vec<String>> = (0..standings.len()).map(row).collect();
    let text = table(&headers, &rows);
    let mut lines = text.split_inclusive('\n');
    let header = lines.next().unwrap_or_default().to_owned();
    let painted = lines.zip(standings).map(|(line, standing)| {
        // Columns before it hold names, which may be a standing's with a dash behind it.
        let plain = format!(" {standing} ");
        line.replacen(&plain, &format!(" {} ", paint.standing(*standing)), 1)
    });
    header + &painted.collect::<String>()
}
