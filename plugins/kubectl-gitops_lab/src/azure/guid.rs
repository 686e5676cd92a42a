//! Identifiers that look like GUIDs and follow from what they name: a world that is played again names everything as
//! before.

use ring::digest::{SHA256, digest};

/// The GUID of these words.
pub(crate) fn guid(words: &[&str]) -> String {
    let hash = digest(&SHA256, words.join("\n").as_bytes());
    let hex: String = hash.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-4{}-8{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}

/// Whether a text has the form of a GUID.
pub(crate) fn is_guid(text: &str) -> bool {
    let lengths = [8, 4, 4, 4, 12];
    let parts: Vec<&str> = text.split('-').collect();
    let is_hex = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    parts.len() == lengths.len()
        && parts.iter().zip(lengths).all(|(part, length)| part.len() == length && is_hex(part))
}

#[cfg(test)]
mod tests {
    use super::{guid, is_guid};

    #[test]
    fn a_guid_follows_from_its_words() {
        let one = guid(&["a", "b"]);
        assert!(is_guid(&one), "{one}");
        assert_eq!(one, guid(&["a", "b"]));
        assert_ne!(one, guid(&["ab"]));
        for text in ["", "a", "11111111-1111-4111-8111-11111111111", "x1111111-1111-4111-8111-111111111111"] {
            assert!(!is_guid(text), "{text}");
        }
    }
}
