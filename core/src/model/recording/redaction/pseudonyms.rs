//! Which name stands for which: the same for the same, by the order in which they were met.

use std::collections::{BTreeMap, BTreeSet};

use super::public_hosts::service;

/// Where everybody has an e-mail address.
const EMAIL_HOST: &str = "host.example";

/// What a name is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum NameKind {
    /// A host, a registry or a node.
    Host,
    /// Who owns a repository or an image.
    Account,
    /// A person, or what signs in.
    User,
    /// An e-mail address.
    Email,
    /// An IPv4 address.
    Ipv4,
    /// An IPv6 address.
    Ipv6,
    /// A subscription, a tenant, or another thing that a UUID names.
    Uuid,
    /// A resource group, a cluster or another resource of a cloud.
    Resource,
    /// An account number of a cloud.
    Number,
}

/// The names that were met, with what stands for them.
#[derive(Clone, Debug, Default)]
pub(super) struct Pseudonyms {
    names: BTreeMap<(NameKind, String), String>,
    given: BTreeSet<String>,
    counts: BTreeMap<NameKind, usize>,
}

impl Pseudonyms {
    /// What stands for a name. What stands for another one already stays as it is.
    pub(super) fn of(&mut self, kind: NameKind, name: &str) -> String {
        let key = (kind, name.to_lowercase());
        if let Some(pseudonym) = self.names.get(&key) {
            return pseudonym.clone();
        }
        if self.given.contains(name) {
            return name.to_owned();
        }
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        let pseudonym = pseudonym(kind, *count, name);
        self.names.insert(key, pseudonym.clone());
        self.given.insert(pseudonym.clone());
        pseudonym
    }

    /// What stands for a name that was met before.
    pub(super) fn known(&self, kind: NameKind, name: &str) -> Option<&str> {
        self.names.get(&(kind, name.to_lowercase())).map(String::as_str)
    }

    /// Whether this stands for a name.
    pub(super) fn is_pseudonym(&self, name: &str) -> bool {
        name == EMAIL_HOST || self.given.contains(name)
    }
}

fn pseudonym(kind: NameKind, number: usize, name: &str) -> String {
    match kind {
        NameKind::Host => match service(name) {
            "" if name.contains('.') => format!("host-{number}.example"),
            service => format!("host-{number}{service}"),
        },
        NameKind::Account => format!("account-{number}"),
        NameKind::User => format!("user-{number}"),
        NameKind::Email => format!("user-{number}@{EMAIL_HOST}"),
        NameKind::Ipv4 => ipv4(number),
        NameKind::Ipv6 => format!("2001:db8::{number:x}"),
        NameKind::Uuid => format!("00000000-0000-4000-8000-{number:012}"),
        NameKind::Resource => format!("resource-{number}"),
        NameKind::Number => format!("{number:012}"),
    }
}

/// The addresses that are set aside for documentation, then those for benchmarks.
fn ipv4(number: usize) -> String {
    let (network, rest) = (number / 254, number % 254 + 1);
    match network {
        0 => format!("192.0.2.{rest}"),
        1 => format!("198.51.100.{rest}"),
        2 => format!("203.0.113.{rest}"),
        more => format!("198.18.{}.{rest}", (more - 3) % 256),
    }
}

#[cfg(test)]
mod tests {
    use super::{NameKind, Pseudonyms};

    #[test]
    fn the_same_name_has_the_same_pseudonym() {
        let mut names = Pseudonyms::default();
        for (kind, name, expected) in [
            (NameKind::Host, "git.corp.test", "host-1.example"),
            (NameKind::Host, "aks-pool-1", "host-2"),
            (NameKind::Host, "GIT.corp.test", "host-1.example"),
            (NameKind::Host, "contoso.azurecr.io", "host-3.azurecr.io"),
            (NameKind::Host, "host-1.example", "host-1.example"),
            (NameKind::Account, "contoso", "account-1"),
            (NameKind::Ipv4, "10.0.0.9", "192.0.2.2"),
        ] {
            assert_eq!(names.of(kind, name), expected, "{name}");
        }
        assert_eq!(names.known(NameKind::Account, "Contoso"), Some("account-1"));
        assert_eq!(names.known(NameKind::User, "contoso"), None);
    }
}
