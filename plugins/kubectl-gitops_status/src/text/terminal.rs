//! Lines on a terminal: how wide they are there, how many rows they take, and how a screen is drawn over the one before
//! without a flicker.

/// Rows and columns of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    pub columns: usize,
    pub rows: usize,
}

/// Cursor to the upper left, and everything below cleared.
const CLEAR: &str = "\u{1b}[H\u{1b}[2J";
const HOME: &str = "\u{1b}[H";
const ERASE_TO_END_OF_LINE: &str = "\u{1b}[K";
const ERASE_BELOW: &str = "\u{1b}[J";

/// The characters of a line that take a column; those of colours take none.
fn width(line: &str) -> usize {
    let mut is_colour = false;
    let mut columns = 0;
    for character in line.chars() {
        match character {
            '\u{1b}' => is_colour = true,
            'm' if is_colour => is_colour = false,
            _ if is_colour => {}
            _ => columns += 1,
        }
    }
    columns
}

/// The rows that a line takes.
pub(crate) fn rows(line: &str, columns: usize) -> usize {
    width(line).div_ceil(columns.max(1)).max(1)
}

/// The line in one row; what is cut away at its end is an ellipsis.
pub(crate) fn in_one_row(line: &str, columns: usize) -> String {
    if width(line) <= columns {
        return line.to_owned();
    }
    let (mut cut, mut taken, mut is_colour, mut had_colour) = (String::new(), 0, false, false);
    for character in line.chars() {
        match character {
            '\u{1b}' => (is_colour, had_colour) = (true, true),
            'm' if is_colour => is_colour = false,
            _ if is_colour => {}
            _ if taken + 1 >= columns => {
                cut.push('…');
                break;
            }
            _ => taken += 1,
        }
        cut.push(character);
    }
    if had_colour { cut + "\u{1b}[0m" } else { cut }
}

/// Draws lines from the upper left. The cursor stays behind the last, so that nothing scrolls. `is_first`: nothing
/// that can be drawn over is there.
pub(crate) fn drawn(lines: &[String], columns: usize, is_first: bool) -> String {
    let mut text = if is_first { CLEAR.to_owned() } else { HOME.to_owned() };
    for (place, line) in lines.iter().enumerate() {
        if place > 0 {
            text += "\r\n";
        }
        text += line;
        // Behind a full row the cursor still stands on its last column, which would be erased.
        if line.is_empty() || !width(line).is_multiple_of(columns.max(1)) {
            text += ERASE_TO_END_OF_LINE;
        }
    }
    if is_first { text } else { text + ERASE_BELOW }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_take_no_room() {
        let red = "\u{1b}[31mFailed\u{1b}[0m";
        assert_eq!((width(red), rows(red, 6), rows(red, 5), rows("", 5)), (6, 1, 2, 1));
        assert_eq!(in_one_row(red, 6), red);
        assert_eq!(in_one_row(red, 4), "\u{1b}[31mFai…\u{1b}[0m");
        assert_eq!(in_one_row("Deployed", 4), "Dep…");
    }

    #[test]
    fn a_full_row_is_not_erased() {
        let lines = ["1234".to_owned(), "12".to_owned()];
        assert_eq!(drawn(&lines, 4, true), "\u{1b}[H\u{1b}[2J1234\r\n12\u{1b}[K");
        assert_eq!(drawn(&lines, 4, false), "\u{1b}[H1234\r\n12\u{1b}[K\u{1b}[J");
    }
}
