//! Hosts: by name, by number, with a port or without.

use core::net::{Ipv4Addr, Ipv6Addr};

use super::pseudonyms::{NameKind, Pseudonyms};
use super::public_hosts::is_public;

/// A host, perhaps with its port, with a pseudonym for the host.
pub(super) fn without_host(address: &str, names: &mut Pseudonyms) -> String {
    if let Some(rest) = address.strip_prefix('[')
        && let Some((host, port)) = rest.split_once(']')
    {
        return format!("[{}]{port}", host_name(host, names));
    }
    match address.split_once(':') {
        Some((host, port)) if !port.contains(':') => format!("{}:{port}", host_name(host, names)),
        _ => host_name(address, names),
    }
}

fn host_name(host: &str, names: &mut Pseudonyms) -> String {
    match () {
        () if host.is_empty() || is_public(host) => host.to_owned(),
        () if host.parse::<Ipv4Addr>().is_ok() => names.of(NameKind::Ipv4, host),
        () if host.parse::<Ipv6Addr>().is_ok() => names.of(NameKind::Ipv6, host),
        () => names.of(NameKind::Host, host),
    }
}

/// Whether a word that a controller wrote names a host for certain, by its last part. Field paths
/// (`spec.template`), files and groups of an API have points too.
pub(super) fn looks_like_host(word: &str) -> bool {
    const ENDINGS: [&str; 28] = [
        "com",
        "net",
        "org",
        "io",
        "dev",
        "cloud",
        "local",
        "internal",
        "corp",
        "lan",
        "intra",
        "intranet",
        "home",
        "test",
        "example",
        "invalid",
        "localdomain",
        "info",
        "biz",
        "eu",
        "de",
        "uk",
        "fr",
        "nl",
        "ch",
        "us",
        "app",
        "azure",
    ];
    let mut labels = word.rsplit('.');
    let last = labels.next().unwrap_or_default();
    let rest: Vec<&str> = labels.collect();
    let is_label = |label: &&str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    !rest.is_empty() && rest.iter().all(is_label) && ENDINGS.contains(&last) && !is_version(word)
}

/// Whether it is a version of two or three numbers, as charts and images have them behind an `@`: `2.4.0`, `v1.2`,
/// `2.4.x`, `2.4.0-rc.dev`.
pub(super) fn is_version(word: &str) -> bool {
    let word = word.strip_prefix('v').unwrap_or(word);
    let numbers: Vec<&str> = word.split(['-', '+']).next().unwrap_or_default().split('.').collect();
    let is_number = |number: &&str| {
        *number == "x" || !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    matches!(numbers.len(), 2 | 3) && numbers.iter().all(is_number)
}
