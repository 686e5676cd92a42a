//! Makes text from a cluster or a service safe to print on a terminal.

/// `text` without control characters: whatever a manifest's author or a server wrote must not move the
/// reader's cursor, colour the screen or hide a line. Line ends and tabs become spaces; everything else that
/// steers a terminal, C1 controls and bidirectional overrides too, becomes `�`.
pub fn printable(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\r' | '\t' => ' ',
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// `text` made safe to show: without control characters ([`printable`]) and without passwords in URLs.
pub fn harmless(text: &str) -> String {
    without_passwords(&printable(text))
}

/// `text` with the user part of every URL that has a password in it masked.
fn without_passwords(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut rest = text;
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
    use super::printable;

    #[test]
    fn escapes_and_overrides_lose_their_power() {
        assert_eq!(
            printable("a\u{1b}[2Jb\u{9b}31mc\u{7}\u{202e}d\r\ne"),
            "a\u{fffd}[2Jb\u{fffd}31mc\u{fffd}\u{fffd}d  e"
        );
        assert_eq!(printable("ünïcode stays — ✓"), "ünïcode stays — ✓");
    }
}
