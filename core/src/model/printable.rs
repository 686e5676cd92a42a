//! Makes text from a cluster or a service safe to print on a terminal.

use super::recording::without_credentials;

/// `text` without control characters: whatever a manifest's author or a server wrote must not move the
/// reader's cursor, colour the screen or hide a line. Line ends and tabs become spaces; everything else that
/// steers a terminal or cannot be seen, C1 controls and bidirectional overrides too, becomes `�`.
pub fn printable(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => ' ',
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => {
                '\u{fffd}'
            }
            '\u{feff}' | '\u{e0000}'..='\u{e007f}' => '\u{fffd}',
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// `text` made safe to show: without control characters ([`printable`]) and without whatever looks like a password, a
/// token or a key, as a recording is.
pub fn harmless(text: &str) -> String {
    let text = printable(text);
    // Most texts are names of objects, which nothing is looked for in: every field that is read passes here.
    let is_name =
        text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte));
    if is_name { text } else { without_credentials(&text) }
}

/// A text of this program's own, with the user part of every URL that has one masked. Links in it stay whole, queries
/// too.
pub fn without_url_users(text: &str) -> String {
    let text = printable(text);
    let mut safe = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(start) = rest.find("://") {
        let (before, after) = rest.split_at(start + 3);
        safe.push_str(before);
        let authority = after.find(['/', ' ', '\'', '"']).unwrap_or(after.len());
        match after[..authority].rfind('@') {
            Some(at) => {
                safe.push_str("***");
                rest = &after[at..];
            }
            None => rest = after,
        }
    }
    safe.push_str(rest);
    safe
}

#[cfg(test)]
mod tests {
    use super::{harmless, printable};

    #[test]
    fn escapes_and_overrides_lose_their_power() {
        assert_eq!(
            printable("a\u{1b}[2Jb\u{9b}31mc\u{7}\u{202e}d\r\ne"),
            "a\u{fffd}[2Jb\u{fffd}31mc\u{fffd}\u{fffd}d  e"
        );
        assert_eq!(printable("a\u{2028}b\u{2029}c"), "a b c");
        for hidden in ['\u{61c}', '\u{200b}', '\u{200d}', '\u{2060}', '\u{feff}', '\u{e0041}'] {
            assert_eq!(printable(&format!("a{hidden}b")), "a\u{fffd}b");
        }
        assert_eq!(printable("ünïcode stays — ✓"), "ünïcode stays — ✓");
    }

    #[test]
    fn credentials_of_every_form_are_taken_out() {
        for text in [
            "https://bot:LEAK@git.corp.test/a",
            "https://bot:LE/LEAK@git.corp.test/x",
            "sent Bearer LEAK10x1",
            "ghp_LEAK11abcdefgh",
            "https://h/a?sig=LEAK14&se=1",
            "u:LEAK@tcp(db:3306)/x",
            "\"https://b:LEAK x@h/\"",
            "AccountKey=LEAK==",
        ] {
            let safe = harmless(text);
            assert!(!safe.contains("LEAK") && safe.contains("redacted"), "{text}: {safe}");
        }
        for name in ["hello-api", "sk-hello-0123456789-abcde", "Deployment", "main@sha1:5ba88ff2"] {
            assert_eq!(harmless(name), name);
        }
    }
}
