//! Parts of a page that all views of the command share: what to type next, and what could not be checked.

use gitops_core::cli::{Paint, table, wrapped};
use gitops_core::model::verdict::NextCommand;

/// How wide a column of worlds is, with the space behind it.
const WORLD_WIDTH: usize = 10;

/// What to type, each line with its reason. Commands are never broken, so that they can be copied.
pub(crate) fn next_block<'a>(
    next: impl IntoIterator<Item = &'a NextCommand>,
    width: Option<usize>,
    paint: Paint,
) -> String {
    let mut text = String::new();
    for NextCommand { command, why, .. } in next {
        if text.is_empty() {
            text += "  next:\n";
        }
        let why = wrapped(why, width, "    # ", "    # ");
        text.extend(why.lines().map(|line| format!("    {}\n", paint.faint(line.trim_start()))));
        text += &format!("    {command}\n");
    }
    text
}

/// A table of questions without an answer, each with its world, below an empty line; nothing where there are none.
pub(crate) fn worlds_table(mut rows: Vec<Vec<String>>, width: Option<usize>, paint: Paint) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let room = width.map(|width| width.saturating_sub(WORLD_WIDTH));
    for question in rows.iter_mut().filter_map(|row| row.last_mut()) {
        *question = wrapped(question, room, "", "").trim_end().to_owned();
    }
    format!("\n{}\n", paint.faint(table(&["WORLD", "NOT CHECKED"], &rows).trim_end()))
}

/// The beginning of a text that is longer.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    match text.chars().count() > most {
        true => text.chars().take(most - 1).chain(['…']).collect(),
        false => text.to_owned(),
    }
}
