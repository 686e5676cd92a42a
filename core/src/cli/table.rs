//! Tables as kubectl prints them: upper-case headers, three spaces between columns, the same piped or not.

use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};

/// A table with its header; no line ends in spaces.
pub fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(header.iter().copied());
    table.add_rows(rows.iter().cloned());
    for column in table.column_iter_mut() {
        column.set_padding((0, 3));
    }
    table.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn columns_are_aligned_and_lines_end_clean() {
        let rows = vec![
            vec!["dev".to_owned(), "Deployed".to_owned()],
            vec!["production".to_owned(), "-".to_owned()],
        ];
        assert_eq!(
            table(&["ENVIRONMENT", "STANDING"], &rows),
            "ENVIRONMENT   STANDING\ndev           Deployed\nproduction    -\n"
        );
    }
}
