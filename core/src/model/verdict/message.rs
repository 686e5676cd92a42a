//! What controllers and servers said, as a part of a sentence: one line that can be read. The whole text stays where
//! it was said, and `kubectl describe` shows it.

/// So many characters of a message are shown.
const LONGEST: usize = 300;
/// A URL that is longer than this is shown without its path.
const LONGEST_URL: usize = 60;

/// A sentence with somebody's own words, where there are any.
pub(super) fn with_message(sentence: String, message: &str) -> String {
    if message.is_empty() { sentence } else { format!("{sentence}: {}", shortened(message)) }
}

/// A message in one line: no line ends, no paths of long URLs, nothing that is said twice in a row, and an end
/// where nobody reads on.
pub(super) fn shortened(message: &str) -> String {
    let words: Vec<String> = message.split_whitespace().map(without_path).collect();
    let text = words.join(" ");
    let mut clauses: Vec<&str> = text.split(": ").collect();
    clauses.dedup();
    cut(&clauses.join(": "))
}

/// A long URL, in quotes perhaps, by its host alone.
fn without_path(word: &str) -> String {
    let Some((scheme, rest)) = word.split_once("://").filter(|_| word.len() > LONGEST_URL) else {
        return word.to_owned();
    };
    match rest.find('/') {
        Some(path) => {
            let end = rest.rfind(|c: char| c.is_ascii_alphanumeric()).map_or(rest.len(), |last| last + 1);
            format!("{scheme}://{}/…{}", &rest[..path], &rest[end.max(path)..])
        }
        None => word.to_owned(),
    }
}

/// The beginning of a long text, to the end of a word.
fn cut(text: &str) -> String {
    let Some((end, _)) = text.char_indices().nth(LONGEST) else { return text.to_owned() };
    let beginning = &text[..end];
    let end = beginning.rfind(' ').filter(|end| *end > LONGEST / 2).unwrap_or(end);
    format!("{} …", beginning[..end].trim_end_matches([' ', ',', ';', ':', '.']))
}

/// What stands between two texts.
pub(super) fn between<'a>(message: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = message.split_once(before)?;
    Some(rest.split_once(after)?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_become_one_line() {
        for (message, line) in [
            ("", ""),
            ("a\n  b\t c ", "a b c"),
            ("failed: failed: no", "failed: no"),
            (
                "Get \"http://source-controller.flux-system.svc.cluster.local./gitrepository/a/b/43f5aa4.tar.gz\": i/o timeout",
                "Get \"http://source-controller.flux-system.svc.cluster.local./…\": i/o timeout",
            ),
            ("see https://git.example/a/b", "see https://git.example/a/b"),
        ] {
            assert_eq!(shortened(message), line);
        }
    }

    #[test]
    fn a_long_message_ends_with_a_word_and_says_that_it_is_cut() {
        let long = "ward, ".repeat(100);
        let line = shortened(&long);
        assert!(line.ends_with("ward …") && line.chars().count() <= LONGEST + 2, "{line}");
        let wide = "ü".repeat(400);
        assert_eq!(shortened(&wide).chars().count(), LONGEST + 2);
        assert_eq!(with_message("it failed".to_owned(), ""), "it failed");
    }
}
