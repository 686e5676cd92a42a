//! Sentences in the width of a terminal.

/// `text` with `first` before its first line and `rest` before the others, broken between words. Without a
/// width it is one line. A word that is wider than the terminal stays whole, so that it can be copied.
pub fn wrapped(text: &str, width: Option<usize>, first: &str, rest: &str) -> String {
    let width = width.unwrap_or(usize::MAX);
    let mut lines = vec![first.to_owned()];
    let mut is_empty = true;
    for word in text.split_whitespace() {
        let taken = lines.last().map_or(0, |line| line.chars().count());
        if !is_empty && taken.saturating_add(1 + word.chars().count()) > width {
            lines.push(rest.to_owned());
            is_empty = true;
        }
        if let Some(line) = lines.last_mut() {
            if !is_empty {
                line.push(' ');
            }
            line.push_str(word);
        }
        is_empty = false;
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrapped("one two three four", Some(12), "- ", "  "), "- one two\n  three four\n");
        assert_eq!(wrapped("one two", None, "  ", "  "), "  one two\n");
        assert_eq!(wrapped("averyveryverylongword b", Some(8), "", ""), "averyveryverylongword\nb\n");
    }
}
