//! What libraries say of a connection that failed, in the words of people: one table for all worlds.

use std::error::Error;

use crate::model::harmless;

/// The last cause says what happened; the others repeat addresses.
pub(crate) fn innermost(error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    harmless(&cause.to_string())
}

const DISTRUST: &str = "its certificate is not trusted";

/// Whether these words of [`connection`] tell of a certificate: asking again changes nothing.
pub(super) fn is_about_trust(words: &str) -> bool {
    words.starts_with(DISTRUST)
}

/// What happened to a connection, by what its library says.
pub(crate) fn connection(text: String) -> String {
    const MEANINGS: [(&[&str], &str); 4] = [
        (&["connection refused"], "connection refused"),
        (
            &["dns", "lookup", "name or service not known", "name resolution"],
            "its name cannot be found (DNS)",
        ),
        (&["timed out", "deadline has elapsed"], "it does not answer in time"),
        (
            &["connection closed", "reset", "end of file", "close_notify", "incomplete", "broken pipe"],
            "the connection was cut",
        ),
    ];
    let lower = text.to_lowercase();
    if lower.contains("certificate") || lower.contains("unknownissuer") {
        return format!("{DISTRUST} ({text})");
    }
    let meant = MEANINGS.iter().find(|(words, _)| words.iter().any(|word| lower.contains(word)));
    meant.map_or(text, |(_, meaning)| (*meaning).to_owned())
}
