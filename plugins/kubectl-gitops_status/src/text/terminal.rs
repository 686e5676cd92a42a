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

/// What ends a hyperlink.
const END_OF_LINK: &str = "\u{1b}]8;;\u{1b}\\";

/// A part of a line.
enum Piece<'a> {
    /// A character that takes a column.
    Character(char),
    /// A colour, or an end of a hyperlink: it takes none.
    Escape(&'a str),
}

/// The parts of a line that the page wrote: of escape sequences there are colours, which end in `m`, and hyperlinks,
/// which end in `ESC \`.
fn pieces(line: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let end = match rest.as_bytes() {
            [0x1b, b']', ..] => rest[1..].find("\u{1b}\\").map(|end| end + 3),
            [0x1b, ..] => rest.find('m').map(|end| end + 1),
            _ => None,
        };
        let Some(end) = end else {
            let character = rest.chars().next()?;
            rest = &rest[character.len_utf8()..];
            return Some(Piece::Character(character));
        };
        let (escape, after) = rest.split_at(end);
        rest = after;
        Some(Piece::Escape(escape))
    })
}

/// How many columns a line takes.
fn width(line: &str) -> usize {
    pieces(line).filter(|piece| matches!(piece, Piece::Character(_))).count()
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
    let (mut cut, mut taken) = (String::new(), 0);
    let (mut had_colour, mut is_linked) = (false, false);
    for piece in pieces(line) {
        match piece {
            Piece::Character(_) if taken + 1 >= columns => {
                cut.push('…');
                break;
            }
            Piece::Character(character) => {
                cut.push(character);
                taken += 1;
            }
            Piece::Escape(escape) => {
                cut.push_str(escape);
                match escape.starts_with("\u{1b}]") {
                    true => is_linked = escape != END_OF_LINK,
                    false => had_colour = true,
                }
            }
        }
    }
    if is_linked {
        cut.push_str(END_OF_LINK);
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
    fn links_take_no_room_and_are_closed_where_they_are_cut() {
        let link = "\u{1b}]8;;https://git.example/m\u{1b}\\0.0.1-12\u{1b}]8;;\u{1b}\\ x";
        assert_eq!((width(link), rows(link, 10), rows(link, 9)), (10, 1, 2));
        assert_eq!(in_one_row(link, 10), link);
        let cut = "\u{1b}]8;;https://git.example/m\u{1b}\\0.0…\u{1b}]8;;\u{1b}\\";
        assert_eq!(in_one_row(link, 4), cut);
        let after = "\u{1b}]8;;https://git.example/m\u{1b}\\0.0.1-12\u{1b}]8;;\u{1b}\\…";
        assert_eq!(in_one_row(link, 9), after);
    }

    #[test]
    fn a_full_row_is_not_erased() {
        let lines = ["1234".to_owned(), "12".to_owned()];
        assert_eq!(drawn(&lines, 4, true), "\u{1b}[H\u{1b}[2J1234\r\n12\u{1b}[K");
        assert_eq!(drawn(&lines, 4, false), "\u{1b}[H1234\r\n12\u{1b}[K\u{1b}[J");
    }
}
