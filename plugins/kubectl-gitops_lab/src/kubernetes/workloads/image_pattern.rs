//! Images by their names, and what becomes of pods with them.

use jiff::SignedDuration;
use regex::Regex;

/// What becomes of pods with an image.
#[derive(Debug)]
pub(super) struct ImagePattern {
    pub(super) image: Regex,
    pub(super) outcome: String,
    pub(super) after: Option<SignedDuration>,
}

/// Images as they are named: `*` is any text.
pub(super) fn pattern(image: &str) -> Regex {
    let pattern = format!("^{}$", regex::escape(image).replace(r"\*", ".*"));
    Regex::new(&pattern).expect("an escaped text is a pattern")
}
