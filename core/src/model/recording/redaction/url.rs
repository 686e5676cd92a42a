//! The parts of a URL that name somebody or let somebody in.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::account::without_account;
use super::address::without_host;
use super::pattern::{Pattern, may_have};
use super::pseudonyms::Pseudonyms;
use super::secrets::{REDACTED, expression};

/// A URL up to what ends it in a sentence.
static URL: Pattern =
    Pattern::new(r#"\b([A-Za-z][A-Za-z0-9+.-]*://)([^\s"'`<>\\|,;(){}]+)"#, |text| text.contains("://"));
/// A password with a space in it, which no URL may have: it ends at the next `@` of the same part.
static SPACED: Pattern = Pattern::new(
    concat!(
        r#"\b([A-Za-z][A-Za-z0-9+.-]*://)[^\s/@:"'`\[]+:[^\s/@"'`]*[^\s\d/@:.,"'`][^\s/@"'`]*"#,
        r#"(?:[ \t]+[^\s/@"'`]+){1,3}@"#
    ),
    |text| text.contains("://") && text.contains('@'),
);
/// A part of each host of these services.
const WEBHOOK_HOSTS: [&str; 11] = [
    "hooks.",
    "discord",
    "office",
    "chat.google",
    "azure",
    "powerplatform",
    "telegram",
    "webhook.",
    "feishu",
    "larksuite",
    "pagerduty",
];
/// Services whose paths let in whoever knows them.
static WEBHOOK: Pattern = Pattern::new(
    concat!(
        r"(?i)\b(hooks\.slack(?:-gov)?\.com|(?:ptb\.|canary\.)?discord(?:app)?\.com/api/webhooks|[\w-]+\.webhook\.office\.com",
        r"|outlook\.office(?:365)?\.com/webhook|chat\.googleapis\.com|hooks\.zapier\.com|[\w.-]+\.logic\.azure\.com",
        r"|[\w.-]+\.powerplatform\.com|api\.telegram\.org|webhook\.site|open\.(?:feishu|larksuite)\.\w+|events\.pagerduty\.com",
        r#")((?::\d+)?)/[^\s"'`<>\\|,;(){}]+"#
    ),
    |text| text.contains('/') && may_have(text, &WEBHOOK_HOSTS),
);
/// What a query may say: how long is waited.
static TIMEOUT: LazyLock<Regex> = LazyLock::new(|| expression(r"^timeout=\d+(?:ms|s|m)$"));

/// The signs at the end of a text that belong to its sentence.
fn end_of_sentence(text: &str) -> &str {
    &text[text.trim_end_matches(['.', ':', '!']).len()..]
}

/// A URL in parts.
struct Parts<'a> {
    user: Option<&'a str>,
    host: &'a str,
    path: &'a str,
    query: Option<&'a str>,
}

/// The text with every URL in it made harmless: without passwords and queries, and, where `names` are given, with
/// pseudonyms for its host and the account that its path begins with.
pub(super) fn without_urls(text: &str, mut names: Option<&mut Pseudonyms>) -> String {
    let text = SPACED.replace_all(text, |found: &Captures| format!("{}{REDACTED}@", &found[1]));
    let text = WEBHOOK.replace_all(&text, |found: &Captures| {
        format!("{}{}/{REDACTED}{}", &found[1], &found[2], end_of_sentence(&found[0]))
    });
    let replaced = URL.replace_all(&text, |found: &Captures| {
        let rest = found[2].trim_end_matches(['.', ':', '!']);
        let rest = if rest.contains('[') { rest } else { rest.trim_end_matches([']', '.', ':']) };
        let end = &found[2][rest.len()..];
        format!("{}{}{end}", &found[1], redacted(rest, names.as_deref_mut()))
    });
    replaced.into_owned()
}

fn redacted(rest: &str, names: Option<&mut Pseudonyms>) -> String {
    let Parts { user, host, path, query } = parts(rest);
    let user = match user {
        None => String::new(),
        // As whom git connects over SSH, on every host.
        Some("git") => "git@".to_owned(),
        Some(_) => format!("{REDACTED}@"),
    };
    let query = match query {
        None => String::new(),
        Some(query) if TIMEOUT.is_match(query) => format!("?{query}"),
        Some(_) => format!("?{REDACTED}"),
    };
    // What is no port is a password whose end is missing.
    let host = if user.is_empty() && !has_port(host) { REDACTED } else { host };
    let (host, path) = match names {
        None => (host.to_owned(), path.to_owned()),
        Some(names) => {
            let path = without_account(host, path, names);
            (without_host(host, names), path)
        }
    };
    format!("{user}{host}{path}{query}")
}

fn parts(rest: &str) -> Parts<'_> {
    let (rest, query) = match rest.split_once(['?', '#']) {
        Some((rest, query)) => (rest, Some(query)),
        None => (rest, None),
    };
    let slash = rest.find('/').unwrap_or(rest.len());
    let authority = &rest[..slash];
    // A password with a slash in it: its URL is not valid, and repeated in errors all the same.
    let is_cut = !authority.contains('@') && !has_port(authority);
    let end_of_user = if is_cut { rest.rfind('@') } else { authority.rfind('@') };
    let (user, rest) = match end_of_user {
        Some(at) => (Some(&rest[..at]), &rest[at + 1..]),
        None => (None, rest),
    };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    Parts { user, host, path, query }
}

/// Whether what stands behind the first colon of an authority is a port, where there is one.
fn has_port(authority: &str) -> bool {
    let is_ipv6 = authority.starts_with('[');
    is_ipv6
        || authority.split_once(':').is_none_or(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::super::pattern::tests::assert_no_match_is_missed;
    use super::{Pseudonyms, SPACED, URL, WEBHOOK, without_urls};

    #[test]
    fn no_text_with_a_url_is_passed_over() {
        assert_no_match_is_missed(&[&URL, &SPACED, &WEBHOOK]);
    }

    #[test]
    fn urls_lose_their_passwords_and_queries() {
        for (text, expected) in [
            ("'https://git:hunter2@host/a.git': gone", "'https://redacted@host/a.git': gone"),
            ("https://ghp_token@github.com/a/b", "https://redacted@github.com/a/b"),
            ("https://user:p@ss@host/a", "https://redacted@host/a"),
            ("https://user:p/ss@host/a", "https://redacted@host/a"),
            ("ssh://git@host:22/a/b", "ssh://git@host:22/a/b"),
            ("https://host/a?sv=1&sig=abc.", "https://host/a?redacted."),
            (
                "Post \"https://h.ns.svc:443/v?timeout=10s\": EOF",
                "Post \"https://h.ns.svc:443/v?timeout=10s\": EOF",
            ),
            ("oci://host/a@sha256:12", "oci://host/a@sha256:12"),
            ("https://b:hunter2 x@h/p", "https://redacted@h/p"),
            ("https://b:hunter2", "https://redacted"),
            ("https://host:443: refused for a@b", "https://host:443: refused for a@b"),
            ("https://hooks.slack.com/services/T0/B0/abc.", "https://hooks.slack.com/redacted."),
            ("discord.com/api/webhooks/1/abc: 404", "discord.com/api/webhooks/redacted: 404"),
        ] {
            assert_eq!(without_urls(text, None), expected, "{text}");
        }
    }

    #[test]
    fn urls_lose_hosts_and_accounts() {
        let mut names = Pseudonyms::default();
        for (text, expected) in [
            ("https://git.corp.test/team/a", "https://host-1.example/team/a"),
            ("https://git.corp.test:8443/team/a.git", "https://host-1.example:8443/team/a.git"),
            ("https://github.com/contoso/hello", "https://github.com/account-1/hello"),
            ("https://dev.azure.com/fabrikam/p/_git/r", "https://dev.azure.com/account-2/p/_git/r"),
            ("https://127.0.0.1:1234/x", "https://192.0.2.2:1234/x"),
            ("https://[fe80::1]:6443/x", "https://[2001:db8::1]:6443/x"),
            ("https://hook.ns.svc:443/x", "https://hook.ns.svc:443/x"),
            ("https://vault-x.vault.azure.net/keys/a", "https://host-2.vault.azure.net/keys/a"),
        ] {
            assert_eq!(without_urls(text, Some(&mut names)), expected, "{text}");
        }
    }
}
