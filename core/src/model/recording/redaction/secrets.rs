//! What looks like a secret in a text, whatever the text is about.

use regex::{Captures, Regex};

use super::pattern::{Pattern, may_have};

/// What stands for a secret.
pub(super) const REDACTED: &str = "redacted";

/// A private key, whole or cut off.
static PRIVATE_KEY: Pattern =
    Pattern::new(r"(?s)-----BEGIN [A-Z0-9 ]+-----.*?(?:-----END [A-Z0-9 ]+-----|\z)", |text| {
        text.contains("-----BEGIN ")
    });
/// Credentials as an HTTP header has them.
static SCHEME: Pattern =
    Pattern::new(r"(?i)\b(bearer|basic|sharedaccesssignature)\s+([A-Za-z0-9._~+/=:%-]+)", |text| {
        may_have(text, &["bearer", "basic", "sharedaccesssignature"])
    });
/// What one of the tokens of services begins with, or has inside.
const TOKEN_BEGINNINGS: [&str; 17] = [
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "gl",
    "xox",
    "sk-",
    "AKIA",
    "ASIA",
    "AIza",
    "npm_",
    "hvs.",
    "eyJ",
    "AGE-SECRET-KEY-1",
    "8Q~",
];
/// Tokens of services, by how they begin.
static KNOWN_TOKEN: Pattern = Pattern::new(
    concat!(
        r"\b(?:gh[pousr]_[A-Za-z0-9_]{4,}|github_pat_\w+|gl[a-z]{2,5}-[\w-]{10,}|xox[a-z]-[\w-]+|sk-[\w-]{16,}",
        r"|A(?:KIA|SIA)[0-9A-Z]{12,}|AIza[\w-]{20,}|npm_\w{20,}|hvs\.[\w-]{10,}|eyJ[\w-]{5,}(?:\.[\w-]*){0,2}",
        r"|AGE-SECRET-KEY-1[0-9A-Z]+|\w{3}8Q~[\w.~-]{20,})"
    ),
    |text| TOKEN_BEGINNINGS.iter().any(|beginning| text.contains(beginning)),
);
/// A user with a password before a host, as in a data source name. Digests and revisions stand behind an `@` too.
static USER_WITH_PASSWORD: Pattern = Pattern::new(
    r#"\b[\w.+-]+:(?:[^\s"'`]+@((?:tcp|udp|unix)6?\()|[^\s@/"'`][^\s/"'`]*@((?:sha\d+:)?))"#,
    |text| text.contains(':') && text.contains('@'),
);
/// What a browser's session is known by.
static COOKIE: Pattern = Pattern::new(
    r#"(?i)\b((?:set-)?cookies?\\*["']?\s*[:=]\s*\\*["']?)[^\s;=,"'\\]+=[^\s;,"'\\]*(?:;\s*[^\s;=,"'\\]+=[^\s;,"'\\]*)*"#,
    |text| text.contains('=') && may_have(text, &["cookie"]),
);
/// What lets somebody in by a query, of a URL or of the rest of one.
static QUERY_KEY: Pattern =
    Pattern::new(r#"(?i)([?&](?:[\w.-]*key|code|sid|auth|sig|access)=)[^\s&"'`<>;,)\]}]+"#, |text| {
        text.contains('=') && text.contains(['?', '&'])
    });
/// A word, or part of one, in each name that tells of a secret.
const SECRET_WORDS: [&str; 11] =
    ["pass", "pwd", "secret", "token", "key", "credential", "auth", "connection", "sig", "cookie", "session"];
/// A name that tells of a secret, with its value. A quote that is never closed ends with the text.
static ASSIGNED: Pattern = Pattern::new(
    concat!(
        r#"(?i)((?:[\w.-]*(?:password|passwd|passphrase|\bpwd|secret|token|api[_-]?key|access[_-]?key|account[_-]?key"#,
        r#"|private[_-]?key|credential|authorization|connection[_-]?string|signature|\bsig)[\w.-]*"#,
        r#"|\b(?:[\w.-]*[._-])?(?:pass|auth|cookie|session)(?:[._-]?id)?"#,
        r#"|(?-i:[\w.-]*[a-z](?:Pass|Auth|Cookie|Session)(?:I[dD])?))(?:\\*["'])?\s*)([=:])(\s*)"#,
        r#"(\\+"(?s:.*?)(?:\\+"|\z)|"(?:[^"\\]|\\.)*(?:"|\\?\z)|'[^']*(?:'|\z)|[^\s,;&"')}\]]+)"#
    ),
    |text| text.contains(['=', ':']) && may_have(text, &SECRET_WORDS),
);
/// A sentence about a password that repeats it.
static TOLD: Pattern = Pattern::new(
    r#"(?i)\b((?:(password|passwd|passphrase)|token|secret|api key)s?(?:\s+(?:is|was)\s+["'`]?|\s+["'`]))([^\s"'`]+)"#,
    |text| may_have(text, &["pass", "token", "secret", "api key"]),
);
/// What a sentence about a password says of it.
const STATES: [&str; 40] = [
    "a",
    "an",
    "and",
    "at",
    "being",
    "blank",
    "correct",
    "denied",
    "disabled",
    "empty",
    "expired",
    "for",
    "from",
    "given",
    "ignored",
    "in",
    "incorrect",
    "invalid",
    "longer",
    "malformed",
    "missing",
    "needed",
    "no",
    "not",
    "of",
    "only",
    "read",
    "refused",
    "rejected",
    "required",
    "revoked",
    "set",
    "shorter",
    "the",
    "too",
    "unknown",
    "unset",
    "used",
    "weak",
    "wrong",
];
/// A long word of letters and digits.
static LONG_WORD: Pattern = Pattern::new(r"[A-Za-z0-9+/_-]{32,}={0,2}", has_long_word);

/// Whether a word is as long as [`LONG_WORD`] asks for.
fn has_long_word(text: &str) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/_-".contains(byte);
    text.len() >= 32 && text.as_bytes().split(|byte| !is_part(byte)).any(|word| word.len() >= 32)
}

pub(super) fn expression(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is a literal")
}

/// The text without what looks like a secret.
pub(super) fn without_secrets(text: &str) -> String {
    let text = PRIVATE_KEY.replace_all(text, |_: &Captures| REDACTED.to_owned());
    let text = KNOWN_TOKEN.replace_all(&text, |found: &Captures| match is_name(&found[0]) {
        true => found[0].to_owned(),
        false => REDACTED.to_owned(),
    });
    let text = USER_WITH_PASSWORD.replace_all(&text, |found: &Captures| match found.get(2) {
        Some(digest) if !digest.is_empty() => found[0].to_owned(),
        _ => format!("{REDACTED}@{}", found.get(1).map_or("", |protocol| protocol.as_str())),
    });
    let text = COOKIE.replace_all(&text, |found: &Captures| format!("{}{REDACTED}", &found[1]));
    let text = QUERY_KEY.replace_all(&text, |found: &Captures| format!("{}{REDACTED}", &found[1]));
    let text = SCHEME.replace_all(&text, |found: &Captures| match is_random(&found[2]) {
        true => format!("{} {REDACTED}", &found[1]),
        false => found[0].to_owned(),
    });
    let text = ASSIGNED.replace_all(&text, without_value);
    let text = TOLD.replace_all(&text, |found: &Captures| match repeats_secret(found) {
        true => format!("{}{REDACTED}", &found[1]),
        false => found[0].to_owned(),
    });
    let text = LONG_WORD.replace_all(&text, |found: &Captures| match is_secret_word(&found[0]) {
        true => REDACTED.to_owned(),
        false => found[0].to_owned(),
    });
    text.into_owned()
}

/// Behind `=` there is always a value; behind `:` there may be the rest of a sentence (`failed to get secret: …`).
fn without_value(found: &Captures) -> String {
    let (name, sign, space, value) = (&found[1], &found[2], &found[3], &found[4]);
    // Both quoted, they are a field and its value.
    let is_field = value.starts_with(['"', '\\']) && name.trim_end().ends_with('"');
    let is_value = sign == "=" || space.is_empty() || is_field || names_value(name) || is_random(value);
    if is_value && !value.starts_with("//") && !is_placeholder(value) {
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
    let is_short = name
        .trim_end_matches(['"', '\'', '\\', ' '])
        .rsplit('.')
        .next()
        .is_some_and(|name| name.ends_with("pass"));
    is_short || values.iter().any(|value| name.contains(value))
}

/// Whether a value stands for the one that somebody has to put there: `'<password>'`, `"$(cat file)"`, `***`.
fn is_placeholder(value: &str) -> bool {
    let value = value.trim_matches(['"', '\'']);
    value.is_empty()
        || value == REDACTED
        || value.starts_with('<')
        || value.starts_with("$(")
        || value.starts_with("***")
}

/// Whether a sentence about a password or a token repeats it. Names of Secrets stand in quotes as well.
fn repeats_secret(found: &Captures) -> bool {
    let word = found[3].trim_end_matches(['.', ',', ';', ':', ')', '!']);
    let is_state = STATES.contains(&word.to_lowercase().as_str());
    let is_word = word.bytes().all(|byte| byte.is_ascii_alphabetic());
    if is_placeholder(word) || is_state {
        return false;
    }
    found.get(2).is_some() || !is_word && is_random(word) && !is_name(word)
}

/// Whether a word is one that Kubernetes' objects may have for a name.
fn is_name(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-./".contains(&byte))
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
    use super::super::pattern::tests::assert_no_match_is_missed;
    use super::*;

    #[test]
    fn no_text_with_a_secret_is_passed_over() {
        assert_no_match_is_missed(&[
            &PRIVATE_KEY,
            &SCHEME,
            &KNOWN_TOKEN,
            &USER_WITH_PASSWORD,
            &COOKIE,
            &QUERY_KEY,
            &ASSIGNED,
            &TOLD,
            &LONG_WORD,
        ]);
    }

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
            ("dsn app:hunter2@tcp(db:3306)/shop", "dsn redacted@tcp(db:3306)/shop"),
            ("dsn app:hun/t@r2@tcp(db:3306)/shop", "dsn redacted@tcp(db:3306)/shop"),
            ("u:hunter2@reg/x", "redacted@reg/x"),
            ("user=u pass=hunter2", "user=u pass=redacted"),
            ("--set db.pass=hunter2", "--set db.pass=redacted"),
            ("dbPass=hunter2", "dbPass=redacted"),
            ("MYSQL_PASS: hunter2", "MYSQL_PASS: redacted"),
            ("password='hunter two", "password=redacted"),
            ("password=\"hunter two", "password=redacted"),
            (r#"{"auths":{"r":{"auth":"dXNlcg=="}}}"#, r#"{"auths":{"r":{"auth":redacted}}}"#),
            (r#"{"auth": "swordfish"}"#, r#"{"auth": redacted}"#),
            (r#"{\"password\":\"hunter two\",\"a\":1}"#, r#"{\"password\":redacted,\"a\":1}"#),
            ("Cookie: session=abc; sid=def, end", "Cookie: redacted, end"),
            ("session=abc", "session=redacted"),
            ("GET /api?key=hunter2&x=1", "GET /api?key=redacted&x=1"),
            ("the password is swordfish", "the password is redacted"),
            ("password \"swordfish\" is wrong", "password \"redacted\" is wrong"),
            ("Token 'Hunter2abc' invalid", "Token 'redacted' invalid"),
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
            "the password is not set, the token is invalid",
            "failed to auth: timed out; first pass of 2",
            "image 'nginx:1.25@sha256:1f0f7d9d' and main@sha1:5ba88ff2, reg:5000/a@sha256:12",
            "bypass: false, author=jane, compass=north",
            "secret 'dev-hello/token2', token \"s3-key\", pod sk-hello-0123456789-abcde",
            "kubectl create secret generic a --from-literal=password='<password>'",
            "health check failed after 30.02s: timeout waiting for: [Deployment/dev-hello/hello-api-gateway-long-name status: 'InProgress']",
            "stored artifact for revision 'main@sha1:5ba88ff2c1ae5d3bcf8e0b4bd1d5b2a0d5ab6e3b'",
            "sha256:1f0f7d9d2f3f8f2a7f4b0f6c1f0f7d9d2f3f8f2a7f4b0f6c1f0f7d9d2f3f8f2a",
            "Deployment.apps \"hello\" is invalid: spec.selector: Invalid value: field is immutable",
        ] {
            assert_eq!(without_secrets(text), text);
        }
    }
}
