//! A key that SOPS asks a key management service for: of Azure, AWS, Google or HashiCorp Vault. No Secret lacks a key then:
//! what asked was not let, or the service did not answer.

use super::super::message::shortened;

/// A key that could not be used, and what was answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CloudKey<'a> {
    /// How SOPS names it.
    name: &'a str,
    /// What was answered, in one line.
    answer: String,
}

impl<'a> CloudKey<'a> {
    /// The first that a message names.
    pub(super) fn of(message: &'a str) -> Option<Self> {
        let is_edge = |c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '(' | ')');
        let words = message.split(is_edge).map(|word| word.trim_end_matches([':', ',', ';', '.']));
        let name = words.into_iter().find(|word| is_key(word))?;
        let (_, told) = message.split_once(name)?;
        let answer = told.split_once("- | ").map(|(_, answer)| answer).unwrap_or_default();
        let answer = answer.split("\n\n").next().unwrap_or_default();
        let lines = answer.lines().map(|line| line.trim_start_matches([' ', '|'])).collect::<Vec<_>>();
        let answer = lines.join(" ");
        let answer = answer.split("Recovery failed").next().unwrap_or_default();
        Some(Self { name, answer: shortened(answer) })
    }

    /// What is wrong with it.
    pub(super) fn in_words(&self) -> String {
        const DENIALS: [&str; 8] = [
            "403",
            "forbidden",
            "accessdenied",
            "access denied",
            "not authorized",
            "permission",
            "401",
            "unauthorized",
        ];
        let lower = self.answer.to_lowercase();
        let outcome =
            if DENIALS.iter().any(|word| lower.contains(word)) { "was refused" } else { "could not be used" };
        let answer = if self.answer.is_empty() { String::new() } else { format!(": {}", self.answer) };
        format!("key {} {outcome}{answer}", self.name)
    }
}

/// `https://<vault>.vault.azure.net/keys/…`, `https://<vault>/v1/<engine>/keys/…`, `arn:aws:kms:…`,
/// `projects/…/cryptoKeys/…`.
fn is_key(word: &str) -> bool {
    let is_url = word.starts_with("https://") || word.starts_with("http://");
    is_url && word.contains("/keys/")
        || word.starts_with("arn:aws") && word.contains(":kms:")
        || word.starts_with("projects/") && word.contains("/cryptoKeys/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_and_the_refusal_are_told() {
        let failed = |key: &str, answer: &str| {
            format!(
                "decryption failed for 'a': cannot get sops data key: Failed to get the data key required to decrypt the \
                 SOPS file.\n\nGroup 0: FAILED\n  {key}: FAILED\n    - | {answer}\n\nRecovery failed because no master \
                 key was able to decrypt the file."
            )
        };
        for (key, answer, outcome) in [
            ("https://kv.vault.azure.net/keys/sops/1", "RESPONSE 403:\n      | Forbidden", "was refused"),
            ("arn:aws:kms:eu-west-1:1:key/abc", "AccessDeniedException: no", "was refused"),
            ("projects/p/locations/l/keyRings/r/cryptoKeys/k", "PermissionDenied", "was refused"),
            ("https://vault.example/v1/sops/keys/first", "dial tcp: i/o timeout", "could not be used"),
        ] {
            let message = failed(key, answer);
            let told = CloudKey::of(&message).expect("a key").in_words();
            assert!(told.starts_with(&format!("key {key} {outcome}")), "{told}");
            assert!(!told.contains("Recovery") && !told.contains('|'), "{told}");
        }
        assert_eq!(CloudKey::of(&failed("age1contoso", "no identity matched")), None);
        assert_eq!(CloudKey::of(""), None);
    }
}
