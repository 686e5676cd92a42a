//! Content as it stands in JSON: base64, in lines of sixty letters.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

pub(in crate::github) fn encoded(bytes: &[u8]) -> String {
    let text = STANDARD.encode(bytes);
    let mut lines = String::with_capacity(text.len() + text.len() / 60 + 1);
    for (index, letter) in text.chars().enumerate() {
        if index > 0 && index % 60 == 0 {
            lines.push('\n');
        }
        lines.push(letter);
    }
    if !lines.is_empty() {
        lines.push('\n');
    }
    lines
}

/// Lines may be broken anywhere.
pub(in crate::github) fn decoded(text: &str) -> Option<Vec<u8>> {
    let letters: String = text.chars().filter(|letter| !letter.is_ascii_whitespace()).collect();
    STANDARD.decode(letters).ok()
}

#[cfg(test)]
mod tests {
    use super::{decoded, encoded};

    #[test]
    fn content_is_broken_into_lines_and_put_together_again() {
        let bytes = [7; 100];
        let text = encoded(&bytes);
        assert_eq!(text.lines().map(str::len).collect::<Vec<_>>(), [60, 60, 16]);
        assert_eq!(decoded(&text).as_deref(), Some(bytes.as_slice()));
        assert_eq!(encoded(b""), "");
        assert_eq!(decoded("?"), None);
    }
}
