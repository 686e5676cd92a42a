//! What looks like a secret in a text, whatever the text is about.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// What stands for a secret.
pub(super) const REDACTED: &str = "redacted";

/// A private key, whole or cut off.
static PRIVATE_KEY: LazyLock<Regex> =
    LazyLock::new(|| expression(r"(?s)-----BEGIN [A-Z0-9 ]+-----.*?(?:-----END [A-Z0-9 ]+-----|\z)"));
/// Credentials as an HTTP header has them.
static SCHEME: LazyLock<Regex> =
    LazyLock::new(|| expression(r"(?i)\b(bearer|basic|sharedaccesssignature)\s+([A-Za-z0-9._~+/=:%-]+)"));
/// Tokens of services, by how they begin.
static KNOWN_TOKEN: LazyLock<Regex> = LazyLock::new(|| {
    expression(concat!(
        r"\b(?:gh[pousr]_[A-Za-z0-9_]{4,}|github_pat_\w+|gl[a-z]{2,5}-[\w-]{10,}|xox[a-z]-[\w-]+|sk-[\w-]{16,}",
        r"|A(?:KIA|SIA)[0-9A-Z]{12,}|AIza[\w-]{20,}|npm_\w{20,}|hvs\.[\w-]{10,}|eyJ[\w-]{5,}(?:\.[\w-]*){0,2}",
        r"|AGE-SECRET-KEY-1[0-9A-Z]+|\w{3}8Q~[\w.~-]{20,})"
    ))
});
/// A name that tells of a secret, with its value.
static ASSIGNED: LazyLock<Regex> = LazyLock::new(|| {
    expression(concat!(
        r#"(?i)([\w.-]*(?:password|passwd|passphrase|\bpwd|secret|token|api[_-]?key|access[_-]?key|account[_-]?key"#,
        r#"|private[_-]?key|credential|authorization|connection[_-]?string|signature|\bsig)[\w.-]*["']?\s*)([=:])(\s*)"#,
        r#"("(?:[^"\\]|\\.)*"|'[^']*'|[^\s,;&"')}\]]+)"#
    ))
});
/// A long word of letters and digits.
static LONG_WORD: LazyLock<Regex> = LazyLock::new(|| expression(r"[A-Za-z0-9+/_-]{32,}={0,2}"));

pub(super) fn expression(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is a literal")
}

/// The text without what looks like a secret.
pub(super) fn without_secrets(text: &str) -> String {
    let text = PRIVATE_KEY.replace_all(text, REDACTED);
    let text = KNOWN_TOKEN.replace_all(&text, REDACTED);
    let text = SCHEME.replace_all(&text, |found: &Captures| match is_random(&found[2]) {
        true => format!("{} {REDACTED}", &found[1]),
        false => found[0].to_owned(),
    });
    let text = ASSIGNED.replace_all(&text, without_value);
    let text = LONG_WORD.replace_all(&text, |found: &Captures| match is_secret_word(&found[0]) {
        true => REDACTED.to_owned(),
        false => found[0].to_owned(),
    });
    text.into_owned()
}

/// Behind `=` there is always a value; behind `:` there may be the rest of a sentence (`failed to get secret: …`).
fn without_value(found: &Captures) -> String {
    let (name, sign, space, value) = (&found[1], &found[2], &found[3], &found[4]);
    let is_value = sign == "=" || space.is_empty() || names_value(name) || is_random(value);
    if is_value && !value.starts_with("//") {
        format!("{name}{sign}{space}{REDACTED}")
    } else {
        found[0].to_owned()
    }
}

/// Whether a name is that of the value itself, and not of an object that has one.
fn names_value(name: &str) -> bool {
    let name = name.to_lowercase().replace(['_', '-'], "");
    let values =
        ["password", "passwd", "pwd", "passphrase", "apikey", "accesskey", "accountkey", "authorization"];
    values.iter().any(|value| name.contains(value))
}

/// Whether a word is none of a language: digits among letters, capitals behind small letters, or signs of base64.
fn is_random(word: &str) -> bool {
    let word = word.trim_matches(['"', '\'']);
    let bytes = word.as_bytes();
    let has = |test: fn(&u8) -> bool| bytes.iter().any(test);
    let has_both = has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
    let has_hump = bytes.windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
    has_both || has_hump || word.len() > 3 && word.ends_with('=')
}

/// Whether a long word is no name and no digest, which are of small letters and digits.
fn is_secret_word(word: &str) -> bool {
    let has = |part: &str, test: fn(&u8) -> bool| part.as_bytes().iter().any(test);
    word.split(['/', '-']).any(|part| {
        let is_mixed = has(part, u8::is_ascii_lowercase) && has(part, u8::is_ascii_uppercase);
        part.len() >= 20 && is_mixed && has(part, u8::is_ascii_digit)
    })
}

#[cfg(test)]
mod tests {
    use super::without_secrets;

    #[test]
    fn secrets_are_found_wherever_they_stand() {
        for (text, expected) in [
            ("Authorization: Bearer abc123", "Authorization: redacted redacted"),
            ("sent Bearer abc123 to it", "sent Bearer redacted to it"),
            ("Basic dXNlcjpodW50ZXIy refused", "Basic redacted refused"),
            ("token ghp_Zm9vYmFy1234 is expired", "token redacted is expired"),
            ("with github_pat_11AA_x", "with redacted"),
            ("DB_PASSWORD=hunter2 set", "DB_PASSWORD=redacted set"),
            (r#"{"password":"hunter two","a":1}"#, r#"{"password":redacted,"a":1}"#),
            ("password: swordfish", "password: redacted"),
            ("api-key: 'abc'", "api-key: redacted"),
            ("AccountKey=abc==;Endpoint=x", "AccountKey=redacted;Endpoint=x"),
            ("jwt eyJhbGciOi.eyJzdWIi.c2ln end", "jwt redacted end"),
            (
                "key -----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY----- end",
                "key redacted end",
            ),
            ("key -----BEGIN RSA PRIVATE KEY-----\nabc", "key redacted"),
            ("found c2VjcmV0IHZhbHVlIG9mIG1pbmUxMjM0NQ== there", "found redacted there"),
            ("a secret: s3cr3t", "a secret: redacted"),
        ] {
            assert_eq!(without_secrets(text), expected, "{text}");
        }
    }

    #[test]
    fn what_controllers_say_stays() {
        for text in [
            "failed to get secret 'dev-hello/token': secrets \"token\" not found",
            "failed to get secret: timed out",
            "authentication required: token expired",
            "unable to use basic authentication for it",
            "health check failed after 30.02s: timeout waiting for: [Deployment/dev-hello/hello-api-gateway-long-name status: 'InProgress']",
            "stored artifact for revision 'main@sha1:5ba88ff2c1ae5d3bcf8e0b4bd1d5b2a0d5ab6e3b'",
            "sha256:1f0f7d9d2f3f8f2a7f4b0f6c1f0f7d9d2f3f8f2a7f4b0f6c1f0f7d9d2f3f8f2a",
            "Deployment.apps \"hello\" is invalid: spec.selector: Invalid value: field is immutable",
        ] {
            assert_eq!(without_secrets(text), text);
        }
    }
}
