//! `NO_PROXY`: which hosts are reached without the environment's proxies, by the rules of Go's `httpproxy`
//! package, which kubectl and gh follow.

use std::net::IpAddr;

/// Whether a host is reached directly. Loopback hosts always are.
pub(super) fn is_direct(rules: &str, host: &str, port: u16) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
    let address = host.parse::<IpAddr>().ok().map(|address| address.to_canonical());
    if host == "localhost" || address.is_some_and(|address| address.is_loopback()) {
        return true;
    }
    let mut rules =
        rules.split(',').map(|rule| rule.trim().to_ascii_lowercase()).filter(|rule| !rule.is_empty());
    rules.any(|rule| match address {
        _ if rule == "*" => true,
        Some(address) => covers_address(&rule, address, port),
        None => covers_name(&rule, &host, port),
    })
}

/// `10.0.0.0/8`, `10.1.2.3`, `10.1.2.3:6443`, `fd00::1`, `[fd00::1]:6443`.
fn covers_address(rule: &str, address: IpAddr, port: u16) -> bool {
    if let Some((network, length)) = rule.split_once('/') {
        let (network, length) = (network.parse::<IpAddr>(), length.parse::<u32>());
        return matches!((network, length), (Ok(network), Ok(length)) if contains(network, length, address));
    }
    let Some((rule, rule_port)) = split_port(rule) else { return false };
    rule.parse::<IpAddr>().is_ok_and(|rule| rule.to_canonical() == address)
        && rule_port.is_none_or(|rule_port| rule_port == port)
}

fn contains(network: IpAddr, length: u32, address: IpAddr) -> bool {
    let shares = |difference: u128, width: u32| {
        length <= width && (length == 0 || difference >> (width - length) == 0)
    };
    match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            shares(u128::from(network.to_bits() ^ address.to_bits()), 32)
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => shares(network.to_bits() ^ address.to_bits(), 128),
        _ => false,
    }
}

/// `example.com` (itself and what is below it), `.example.com` and `*.example.com` (what is below it), each
/// with a port or without.
fn covers_name(rule: &str, host: &str, port: u16) -> bool {
    let Some((rule, rule_port)) = split_port(rule) else { return false };
    if rule.is_empty() || rule_port.is_some_and(|rule_port| rule_port != port) {
        return false;
    }
    let below = rule.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(rule);
    match below.strip_prefix('.') {
        Some(_) => host.ends_with(below),
        None => host == below || host.strip_suffix(below).is_some_and(|rest| rest.ends_with('.')),
    }
}

/// The host and the port of a rule; nothing for a rule whose port is no number.
fn split_port(rule: &str) -> Option<(&str, Option<u16>)> {
    if let Some(rest) = rule.strip_prefix('[') {
        let (host, after) = rest.split_once(']')?;
        return match after.strip_prefix(':') {
            Some(port) => Some((host, Some(port.parse().ok()?))),
            None => Some((host, None)),
        };
    }
    match rule.split_once(':') {
        // More than one colon is an IPv6 address without brackets.
        Some((host, port)) if !port.contains(':') => Some((host, Some(port.parse().ok()?))),
        _ => Some((rule, None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_those_of_go() {
        for (rules, host, port, expected) in [
            ("", "api.example.com", 443, false),
            ("", "localhost", 443, true),
            ("", "127.8.9.1", 443, true),
            ("", "[::1]", 443, true),
            ("*", "api.example.com", 443, true),
            ("other.com, *", "api.example.com", 443, true),
            ("example.com", "example.com", 443, true),
            ("example.com", "API.Example.com", 443, true),
            ("example.com", "badexample.com", 443, false),
            (".example.com", "api.example.com", 443, true),
            (".example.com", "example.com", 443, false),
            ("*.example.com", "api.example.com", 443, true),
            ("*.example.com", "example.com", 443, false),
            ("example.com:6443", "api.example.com", 6443, true),
            ("example.com:6443", "api.example.com", 443, false),
            ("10.0.0.0/8", "10.1.2.3", 443, true),
            ("10.0.0.0/8", "11.1.2.3", 443, false),
            ("10.1.2.3/32", "10.1.2.3", 443, true),
            ("0.0.0.0/0", "11.1.2.3", 443, true),
            ("10.0.0.0/40", "10.0.0.0", 443, false),
            ("10.0.0.0/8", "10.example.com", 443, false),
            ("10.1.2.3", "10.1.2.3", 443, true),
            ("10.1.2.3:6443", "10.1.2.3", 6443, true),
            ("10.1.2.3:6443", "10.1.2.3", 443, false),
            ("fd00::/8", "[fd00::1]", 443, true),
            ("fd00::1", "[fd00::1]", 443, true),
            ("[fd00::1]:6443", "[fd00::1]", 443, false),
            ("10.1.2", "10.1.2.3", 443, false),
            (" , ,:80", "api.example.com", 80, false),
        ] {
            assert_eq!(is_direct(rules, host, port), expected, "{rules:?} {host} {port}");
        }
    }
}
