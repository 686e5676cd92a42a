//! Text of help in GitHub's Markdown.

use gitops_core::cli::wrapped;

/// The columns of a paragraph's lines.
pub(super) const WIDTH: usize = 120;

/// A paragraph, with what Markdown would read as its own signs made plain; code between backticks stays code.
pub(super) fn paragraph(text: &str) -> String {
    wrapped(&escaped(text, false), Some(WIDTH), "", "")
}

/// The same as a cell of a table, which is one line.
pub(super) fn cell(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    escaped(&words, true)
}

/// Code as a cell of a table or a part of it.
pub(super) fn code_cell(code: &str) -> String {
    format!("`{}`", code.replace('|', r"\|"))
}

/// Lines to type.
pub(super) fn code_block<'a>(language: &str, lines: impl Iterator<Item = &'a str>) -> String {
    let lines: String = lines.map(|line| format!("{line}\n")).collect();
    format!("```{language}\n{lines}```\n")
}

/// A table of two or more columns, whose cells are Markdown already.
pub(super) fn table(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let header: Vec<String> = header.iter().map(|&cell| cell.to_owned()).collect();
    let rows: String = rows.map(|row| line(&row)).collect();
    format!("{}|{}\n{rows}", line(&header), "---|".repeat(header.len()))
}

/// The name under which GitHub finds a heading.
pub fn anchor(heading: &str) -> String {
    let letters = heading.to_lowercase();
    let kept = letters.chars().filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
    kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect()
}

fn escaped(text: &str, in_table: bool) -> String {
    let spans = text.split('`').enumerate();
    let spans = spans.map(|(place, span)| match place % 2 {
        0 => plain(span),
        _ if in_table => code_cell(span),
        _ => format!("`{span}`"),
    });
    spans.collect()
}

/// Text without signs. One within a word underlines nothing and stays as it is: `GITOPS_ORG`.
fn plain(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let is_word = |place: Option<usize>| {
        place.and_then(|place| letters.get(place)).is_some_and(|letter| letter.is_alphanumeric())
    };
    let mut plain = String::new();
    for (place, &letter) in letters.iter().enumerate() {
        let is_sign = match letter {
            '_' => !(is_word(place.checked_sub(1)) && is_word(Some(place + 1))),
            '-' | '+' | '#' | '>' => is_alone(&letters, place),
            letter => r"\*<[]|~&".contains(letter),
        };
        plain.extend(is_sign.then_some('\\'));
        plain.push(letter);
    }
    plain
}

/// Whether a letter is a word by itself: at the beginning of a line it would be a list, a heading or a quotation.
fn is_alone(letters: &[char], place: usize) -> bool {
    let is_blank = |place: Option<usize>| {
        place.and_then(|place| letters.get(place)).is_none_or(|letter| letter.is_whitespace())
    };
    is_blank(place.checked_sub(1)) && is_blank(Some(place + 1))
}
