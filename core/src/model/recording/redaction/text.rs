//! Free text: messages, logs, and whatever a field holds that has no meaning of its own here.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::account::without_registry;
use super::address::{is_version, looks_like_host, without_host};
use super::pseudonyms::{NameKind, Pseudonyms};
use super::public_hosts::{has_accounts, is_api_group, is_public};
use super::secrets::{REDACTED, expression, without_secrets};
use super::url::without_urls;

/// `git@host:path`, as SSH writes where to connect to.
static GIT_AT_HOST: LazyLock<Regex> = LazyLock::new(|| expression(r"\bgit@([A-Za-z0-9.-]+)"));
/// An e-mail address, or a chart with its version.
static EMAIL: LazyLock<Regex> =
    LazyLock::new(|| expression(r"[A-Za-z0-9._%+#-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"));
/// Whom an API server refused. Accounts of services and of the system name nobody.
static USER: LazyLock<Regex> = LazyLock::new(|| expression(r#"(?i)\b(user(?:name)?[ :=]+)"([^"]+)""#));
/// A UUID.
static UUID: LazyLock<Regex> = LazyLock::new(|| {
    expression(r"\b[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}\b")
});
/// Where Azure keeps something.
static RESOURCE: LazyLock<Regex> = LazyLock::new(|| {
    expression(r"(?i)(/resourceGroups/|/connectedClusters/|/managedClusters/|/vaults/)([A-Za-z0-9._()-]+)")
});
/// The account of a resource at AWS.
static ARN: LazyLock<Regex> = LazyLock::new(|| expression(r"\b(arn:[\w-]*:[\w-]*:[\w-]*:)(\d{6,})\b"));
/// An IPv4 address. Behind a letter or a point it is a version.
static IPV4: LazyLock<Regex> =
    LazyLock::new(|| expression(r"(^|[^\w.])(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})\b"));
/// An IPv6 address in brackets, as addresses with ports are written.
static IPV6: LazyLock<Regex> = LazyLock::new(|| expression(r"\[[0-9A-Fa-f:]*:[0-9A-Fa-f:.]+\]"));
/// What a resolver was asked for, and what a certificate was expected for.
static LOOKED_UP: LazyLock<Regex> = LazyLock::new(|| {
    expression(r"\b(lookup |not valid for any names, but wanted to match )([A-Za-z0-9.-]+)")
});
/// A word that a name may be.
static WORD: LazyLock<Regex> = LazyLock::new(|| expression(r"[A-Za-z0-9][A-Za-z0-9._-]*"));

/// Text without secrets, in URLs and outside.
pub(in crate::model) fn without_credentials(text: &str) -> String {
    without_secrets(&without_urls(text, None))
}

/// Text without secrets, and, where `names` are given, with pseudonyms for the names in it. `uids` are those of objects,
/// which stay; in `prose` whatever looks like a host is one.
pub(super) fn without_private_parts(
    text: &str,
    names: Option<&mut Pseudonyms>,
    uids: &BTreeSet<String>,
    prose: bool,
) -> String {
    let Some(names) = names else { return without_credentials(text) };
    let text = without_urls(text, Some(names));
    let text = without_secrets(&text);
    let text =
        GIT_AT_HOST.replace_all(&text, |found: &Captures| format!("git@{}", without_host(&found[1], names)));
    let text = EMAIL.replace_all(&text, |found: &Captures| match found[0].split_once('@') {
        Some(("git" | REDACTED, _)) => found[0].to_owned(),
        Some((_, version)) if is_version(version) => found[0].to_owned(),
        _ => names.of(NameKind::Email, &found[0]),
    });
    let text = USER.replace_all(&text, |found: &Captures| match is_system(&found[2]) {
        true => found[0].to_owned(),
        false => format!("{}\"{}\"", &found[1], names.of(NameKind::User, &found[2])),
    });
    let text = RESOURCE.replace_all(&text, |found: &Captures| {
        format!("{}{}", &found[1], names.of(NameKind::Resource, &found[2]))
    });
    let text = ARN.replace_all(&text, |found: &Captures| {
        format!("{}{}", &found[1], names.of(NameKind::Number, &found[2]))
    });
    let text = UUID.replace_all(&text, |found: &Captures| match uids.contains(&found[0]) {
        true => found[0].to_owned(),
        false => names.of(NameKind::Uuid, &found[0]),
    });
    let text = IPV6.replace_all(&text, |found: &Captures| without_host(&found[0], names));
    let text = IPV4
        .replace_all(&text, |found: &Captures| format!("{}{}", &found[1], without_host(&found[2], names)));
    let text = LOOKED_UP.replace_all(&text, |found: &Captures| {
        let host = found[2].trim_end_matches('.');
        let end = &found[2][host.len()..];
        format!("{}{}{end}", &found[1], without_host(host, names))
    });
    without_words(&text, names, prose)
}

/// The names that are known, and in prose the hosts that are not.
fn without_words(text: &str, names: &mut Pseudonyms, prose: bool) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut end = 0;
    for found in WORD.find_iter(text) {
        let word = found.as_str().trim_end_matches(['.', '-', '_']);
        let (before, after) = (&text[..found.start()], &text[found.start() + word.len()..]);
        replaced.push_str(&text[end..found.start()]);
        replaced.push_str(&word_or_pseudonym(word, before, after, names, prose));
        end = found.start() + word.len();
    }
    replaced.push_str(&text[end..]);
    replaced
}

fn word_or_pseudonym(word: &str, before: &str, after: &str, names: &mut Pseudonyms, prose: bool) -> String {
    if names.is_pseudonym(word) {
        return word.to_owned();
    }
    if let Some(host) = names.known(NameKind::Host, word).filter(|_| is_distinct(word)) {
        return host.to_owned();
    }
    let is_owner = after.starts_with('/') && !before.ends_with(['/', '@', ':']);
    let follows_public = before.strip_suffix('/').is_some_and(|before| {
        let host = before.rsplit(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-')).next();
        host.is_some_and(has_accounts)
    });
    if follows_public && !before.ends_with("://") {
        return names.of(NameKind::Account, word);
    }
    if is_owner && let Some(account) = names.known(NameKind::Account, word) {
        return account.to_owned();
    }
    if prose && looks_like_host(word) && !is_api_group(word) && !is_public(word) {
        return without_host(word, names);
    }
    word.to_owned()
}

/// Whether a word is a name and not one of a language that a host happens to be called.
fn is_distinct(word: &str) -> bool {
    word.contains(|c: char| matches!(c, '.' | '-') || c.is_ascii_digit())
}

fn is_system(user: &str) -> bool {
    user.starts_with("system:")
}

/// An image, with what looks like a secret taken out.
pub(super) fn without_private_image(image: &str, names: Option<&mut Pseudonyms>) -> String {
    let image = without_credentials(image);
    match names {
        Some(names) => without_registry(&image, names),
        None => image,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_sentences_are_replaced_by_the_same_ones() {
        let mut names = Pseudonyms::default();
        let uids = BTreeSet::from(["11111111-2222-4333-8444-555555555555".to_owned()]);
        names.of(NameKind::Account, "contoso");
        names.of(NameKind::Host, "aks-pool-1");
        names.of(NameKind::Host, "node");
        for (text, expected) in [
            (
                "failed to checkout: dial tcp: lookup git.corp.test on 10.0.0.10:53: no such host",
                "failed to checkout: dial tcp: lookup host-3.example on 192.0.2.2:53: no such host",
            ),
            ("Get \"https://git.corp.test/x\": EOF", "Get \"https://host-3.example/x\": EOF"),
            (
                "x509: certificate is valid for a.corp.test, not git.corp.test.",
                "x509: certificate is valid for host-4.example, not host-3.example.",
            ),
            ("repository contoso/hello not found", "repository account-1/hello not found"),
            ("pull image \"ghcr.io/fabrikam/app:1\"", "pull image \"ghcr.io/account-2/app:1\""),
            ("pull \"registry.corp.test:5000/team/app:1\"", "pull \"host-5.example:5000/team/app:1\""),
            (
                "assigned dev/hello to aks-pool-1; the node is ready",
                "assigned dev/hello to host-1; the node is ready",
            ),
            ("User \"jane@corp.test\" cannot list", "User \"user-1@host.example\" cannot list"),
            ("shop@2.4.0 by jane@3.corp.test", "shop@2.4.0 by user-2@host.example"),
            ("sent to jane@192.0.2.77.", "sent to user-3@host.example."),
            ("User \"jane\" cannot list", "User \"user-1\" cannot list"),
            (
                "User \"system:serviceaccount:dev:flux\" cannot",
                "User \"system:serviceaccount:dev:flux\" cannot",
            ),
            (
                "/subscriptions/aaaaaaaa-2222-4333-8444-555555555555/resourceGroups/rg-prod/x",
                "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/resource-1/x",
            ),
            (
                "pod=hello(11111111-2222-4333-8444-555555555555)",
                "pod=hello(11111111-2222-4333-8444-555555555555)",
            ),
            ("git@git.corp.test:team/a", "git@host-3.example:team/a"),
            ("arn:aws:kms:eu-west-1:123456789012:key/a", "arn:aws:kms:eu-west-1:000000000001:key/a"),
            ("chart v1.2.3.4 of 1.2.3", "chart v1.2.3.4 of 1.2.3"),
            ("dial tcp 10.0.0.10:443: i/o timeout", "dial tcp 192.0.2.2:443: i/o timeout"),
        ] {
            assert_eq!(without_private_parts(text, Some(&mut names), &uids, true), expected, "{text}");
        }
    }

    #[test]
    fn what_names_nobody_stays() {
        let mut names = Pseudonyms::default();
        for text in [
            "Deployment.apps \"a\" is invalid: spec.template.spec.containers[0].image: Required value",
            "no matches for kind \"Kustomization\" in version \"kustomize.toolkit.fluxcd.io/v1\"",
            "failed calling webhook \"a.ns.svc\": Post \"https://hook.ns.svc:443/v?timeout=10s\": EOF",
            "open /tmp/kustomization-1/kustomization.yaml: no such file",
            "stored artifact for revision 'main@sha1:5ba88ff2c1ae5d3bcf8e0b4bd1d5b2a0d5ab6e3b'",
            "Back-off pulling image \"ghcr.io/\"",
            "Helm upgrade succeeded for release dev/shop.v3 with chart shop@2.4.0",
            "Helm install failed with chart shop@v2.4.0: timed out",
            "chart shop@2.4.0-rc.one, shop@2.4.0-alpha.1, shop@2.4.0-rc.dev and shop@v2.4.0-beta+sha.ab12",
            "no chart shop@2.x and no chart shop@2.4.x.",
        ] {
            let redacted = without_private_parts(text, Some(&mut names), &BTreeSet::new(), true);
            assert_eq!(redacted, text);
        }
    }
}
