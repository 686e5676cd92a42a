//! Expressions that most texts need not be searched with: each knows what its matches never lack.
//!
//! Every field that is read passes here, and a dozen expressions over each text is most of what reading costs; so is
//! building them, for a command that runs for a moment. One set of all of them would be searched in one pass and built
//! every time.

use std::borrow::Cow;
use std::sync::OnceLock;

use regex::{Captures, Regex};

use super::secrets::expression;

/// An expression that is built when a text may match it.
pub(super) struct Pattern {
    expression: &'static str,
    may_match: fn(&str) -> bool,
    built: OnceLock<Regex>,
}

impl Pattern {
    /// `may_match` holds for every text that has a match.
    pub(super) const fn new(expression: &'static str, may_match: fn(&str) -> bool) -> Self {
        Self { expression, may_match, built: OnceLock::new() }
    }

    /// `text` with each match replaced by what `replacement` says.
    pub(super) fn replace_all<'a>(
        &self,
        text: &'a str,
        replacement: impl FnMut(&Captures) -> String,
    ) -> Cow<'a, str> {
        match (self.may_match)(text) {
            true => self.regex().replace_all(text, replacement),
            false => Cow::Borrowed(text),
        }
    }

    fn regex(&self) -> &Regex {
        self.built.get_or_init(|| expression(self.expression))
    }
}

/// Whether one of `words`, which are of small ASCII letters, may stand in `text` in whatever case. Expressions that
/// ignore case find some letters beyond ASCII as well (`ſ` for `s`).
pub(super) fn may_have(text: &str, words: &[&str]) -> bool {
    if !text.is_ascii() {
        return true;
    }
    let text = text.to_ascii_lowercase();
    words.iter().any(|word| text.contains(word))
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::Value;

    use super::Pattern;

    /// What texts are made of here: what expressions look for, in both cases and with letters that look alike, and
    /// what stands around it.
    const PIECES: [&str; 74] = [
        " ",
        "\n",
        "\t",
        "\"",
        "'",
        "\\\"",
        ":",
        "=",
        "@",
        "/",
        "://",
        "?",
        "&",
        ";",
        ",",
        ".",
        "-",
        "_",
        "~",
        "(",
        "https://",
        "u:p@h",
        "hooks.slack.com/",
        "DISCORD.com/api/webhooks/",
        "a.logic.azure.com:443/x",
        "open.larksuite.x/y",
        "-----BEGIN RSA PRIVATE KEY-----",
        "-----END A-----",
        "ghp_abcd",
        "github_pat_1",
        "glpat-0123456789",
        "xoxb-1",
        "sk-0123456789abcdef",
        "AKIA0123456789AB",
        "ASIA",
        "AIzaabcdefghijklmnopqrst",
        "npm_abcdefghijklmnopqrst",
        "hvs.0123456789",
        "eyJabcde",
        "AGE-SECRET-KEY-1A",
        "abc8Q~abcdefghijklmnopqrst",
        "Bearer",
        "BASIC",
        "ba\u{17f}ic",
        "SharedAccessSignature",
        "Cookie",
        "set-coo\u{212a}ie",
        "password",
        "PASSWD",
        "pa\u{17f}\u{17f}word",
        "pwd",
        "secret",
        "to\u{212a}en",
        "Token",
        "api key",
        "api_key",
        "connection-string",
        "\u{17f}ig",
        "dbAuth",
        "session",
        " is ",
        "tcp(",
        "0123456789abcdefABCDEF/+-_",
        "é",
        "Cookie: a=b",
        "SET-COO\u{212a}IE=a=b",
        "?key=1",
        "&Code=1",
        "https://u:p",
        "ssh://u:pass",
        " a@h",
        "hooks.\u{17f}lack.com/services/T",
        "api.telegram.org/bot1",
        "to\u{212a}en = abc",
    ];

    /// Checks `patterns` on recorded texts and on random ones.
    pub(in super::super) fn assert_no_match_is_missed(patterns: &[&Pattern]) {
        let mut texts = recorded();
        let mut random = fastrand::Rng::with_seed(11);
        for _ in 0..20_000 {
            let count = random.usize(1..8);
            texts.push((0..count).map(|_| PIECES[random.usize(..PIECES.len())]).collect());
        }
        for pattern in patterns {
            let matching = texts.iter().filter(|text| pattern.regex().is_match(text));
            let mut found = 0;
            for text in matching {
                assert!((pattern.may_match)(text), "{}: {text:?}", pattern.expression);
                found += 1;
            }
            assert!(found > 10, "{}: {found} texts match", pattern.expression);
        }
    }

    /// What was recorded of real components.
    const RECORDINGS: [&str; 4] = [
        include_str!("../../../../../tests/golden/cases/01-azure-controller-oom.json"),
        include_str!("../../../../../tests/golden/cases/18-paused-deployment.json"),
        include_str!("../../../../../tests/golden/flux/failing-health.json"),
        include_str!("../../../../../tests/golden/flux/quota.json"),
    ];

    /// Every text in them.
    fn recorded() -> Vec<String> {
        let mut texts = Vec::new();
        for recording in RECORDINGS {
            collect(serde_json::from_str(recording).expect("a recording is JSON"), &mut texts);
        }
        assert!(texts.len() > 1000, "{} texts", texts.len());
        texts.sort();
        texts.dedup();
        texts
    }

    fn collect(value: Value, texts: &mut Vec<String>) {
        match value {
            Value::String(text) => texts.push(text),
            Value::Array(items) => items.into_iter().for_each(|item| collect(item, texts)),
            Value::Object(fields) => fields.into_iter().for_each(|(_, field)| collect(field, texts)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}
