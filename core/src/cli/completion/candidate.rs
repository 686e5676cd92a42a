//! A word that a shell offers, and what it says of it. Names come from clusters and files that anybody may have
//! written, and scripts of shells expand what they are given (`compgen -W`): nothing is offered that a shell evaluates.
//!
//! Quoting was rejected: each shell has its own, and kubectl's scripts add theirs only sometimes.

use std::fmt;

/// The most characters of a description. Shells cut it at the terminal's edge.
const LONGEST_DESCRIPTION: usize = 120;

/// A word to offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    word: String,
    description: String,
}

impl Candidate {
    /// A command or a value; `None` where a shell would evaluate it or a command would take it for a flag.
    pub fn new(word: &str, description: &str) -> Option<Self> {
        (!word.starts_with('-')).then(|| Self::flag(word, description)).flatten()
    }

    /// The same for a word that may be a flag.
    pub fn flag(word: &str, description: &str) -> Option<Self> {
        is_plain(word).then(|| Self { word: word.to_owned(), description: harmless(description) })
    }

    /// The word.
    pub fn word(&self) -> &str {
        &self.word
    }

    /// The same behind what is typed already of its word: `-o`, then `json`.
    pub(super) fn behind(self, typed: &str) -> Option<Self> {
        let word = format!("{typed}{}", self.word);
        is_plain(&word).then_some(Self { word, ..self })
    }
}

impl fmt::Display for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.description.as_str() {
            "" => f.write_str(&self.word),
            description => write!(f, "{}\t{description}", self.word),
        }
    }
}

/// Whether a word holds nothing that a shell evaluates.
fn is_plain(word: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._:/@+=,%-".contains(&byte);
    !word.is_empty() && word.bytes().all(is_plain)
}

/// The first sentence, in one line, without what shells expand or take for the end of a word.
fn harmless(description: &str) -> String {
    let line = description.lines().next().unwrap_or_default();
    let line = line.split_once(". ").map_or(line, |(sentence, _)| sentence);
    let letters: Vec<char> = line.chars().collect();
    let shown = letters.iter().enumerate().filter_map(|(place, &letter)| match letter {
        '\'' => is_apostrophe(&letters, place).then_some('\u{2019}'),
        // A shell reads a file or runs a program at the signs themselves.
        '<' => Some('\u{2039}'),
        '>' => Some('\u{203a}'),
        letter => (letter.is_alphanumeric() || " ,.:;/@+=%_-()[]~!".contains(letter)).then_some(letter),
    });
    let shown: String = shown.collect();
    let mut words = String::new();
    for word in shown.split_whitespace() {
        if words.chars().count() + word.chars().count() > LONGEST_DESCRIPTION {
            return words + " \u{2026}";
        }
        words += if words.is_empty() { "" } else { " " };
        words += word;
    }
    words
}

/// Whether a straight quotation mark belongs to a word: it stands between two letters. Every other one stands around
/// code.
fn is_apostrophe(letters: &[char], place: usize) -> bool {
    let is_letter = |place: Option<usize>| {
        place.and_then(|place| letters.get(place)).is_some_and(|letter| letter.is_alphabetic())
    };
    is_letter(place.checked_sub(1)) && is_letter(Some(place + 1))
}

#[cfg(test)]
mod tests {
    use super::Candidate;

    #[test]
    fn a_description_stays_as_it_is_behind_what_is_typed() {
        let candidate = Candidate::new("environment", "By the environment's name, a<b");
        let candidate = candidate.and_then(|candidate| candidate.behind("-s")).expect("a candidate");
        assert_eq!(candidate.to_string(), "-senvironment\tBy the environment\u{2019}s name, a\u{2039}b");
    }

    #[test]
    fn nothing_is_offered_that_a_shell_evaluates() {
        for word in ["dev-hello", "admin@edge", "arn:aws:eks:eu:1:cluster/x", "a_b", "x=y", "1,2", "50%"] {
            assert!(Candidate::new(word, "").is_some(), "{word}");
        }
        for word in [
            "",
            "-n",
            "--all",
            "$(touch x)",
            "`touch x`",
            "a;b",
            "a b",
            "a\nb",
            "a\tb",
            "\u{1b}[31m",
            "~root",
            "*",
            "a'b",
            "a\"b",
            "a\\b",
            "a|b",
            "a&b",
            "<a",
            "{a,b}",
            "!a",
            "#a",
            "é",
            "a\u{202e}b",
        ] {
            assert_eq!(Candidate::new(word, ""), None, "{word:?}");
        }
        assert!(Candidate::flag("--all", "").is_some());
    }

    #[test]
    fn a_description_is_one_line_without_what_shells_expand() {
        for (description, shown) in [
            ("Every environment", "a\tEvery environment"),
            (
                "Also `kubectl get`, 'a in (b,c)' or $HOME. Then more",
                "a\tAlso kubectl get, a in (b,c) or HOME",
            ),
            ("one\nand two", "a\tone"),
            ("the pod's own", "a\tthe pod\u{2019}s own"),
            (
                "Labels: a!=b, '!a', 'a>1' or 'a<1', for <NAME>",
                "a\tLabels: a!=b, !a, a\u{203a}1 or a\u{2039}1, for \u{2039}NAME\u{203a}",
            ),
            ("Print help (see more with '--help')", "a\tPrint help (see more with --help)"),
            ("of 'C3', and 'x' in it's 'end'", "a\tof C3, and x in it\u{2019}s end"),
            ("\u{1b}[31mred <(touch x)\u{202e}", "a\t[31mred \u{2039}(touch x)"),
            ("\t$`\\\"'", "a"),
        ] {
            assert_eq!(
                Candidate::new("a", description).map(|candidate| candidate.to_string()).as_deref(),
                Some(shown)
            );
        }
    }
}
