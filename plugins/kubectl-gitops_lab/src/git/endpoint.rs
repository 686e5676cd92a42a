//! The addresses of a git host, and whether it answers there.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::error::FetchError;

/// Whether and how a host answers at one of its addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Reachability {
    /// It answers.
    #[default]
    #[serde(rename = "well")]
    Up,
    /// Nobody listens.
    Down,
    /// It accepts, and never answers.
    Silent,
    /// It shows a certificate that nobody signed.
    #[serde(rename = "foreign")]
    Untrusted,
}

/// All addresses, each `scheme://authority`.
#[derive(Debug, Default)]
pub(super) struct Endpoints(BTreeMap<String, Reachability>);

impl Endpoints {
    pub(super) fn set(&mut self, address: &str, reachability: Reachability) {
        self.0.insert(address.trim_end_matches('/').to_owned(), reachability);
    }

    pub(super) fn at(&self, address: &str) -> Option<Reachability> {
        self.0.get(address).copied()
    }

    /// The path of a URL on the host; an error where a client of the host learns why not.
    pub(super) fn path_of_url(&self, url: &str) -> Result<String, FetchError> {
        let (address, path) = split(url).ok_or(FetchError::UnknownHost)?;
        match self.at(&address) {
            Some(Reachability::Up) => Ok(path.to_owned()),
            Some(Reachability::Down) => Err(FetchError::Refused),
            Some(Reachability::Silent) => Err(FetchError::Silent),
            Some(Reachability::Untrusted) => Err(FetchError::Untrusted),
            // An address of this machine's where nothing of the lab's is; there are no other hosts here.
            None if is_numeric(&address) => Err(FetchError::Refused),
            None => Err(FetchError::UnknownHost),
        }
    }
}

/// `https://user@host:1/a/b` as `https://host:1` and `a/b`.
fn split(url: &str) -> Option<(String, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    Some((format!("{scheme}://{host}"), path))
}

fn is_numeric(address: &str) -> bool {
    let authority = address.split_once("://").map_or(address, |(_, authority)| authority);
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::super::FetchError::{Refused, Silent, UnknownHost, Untrusted};
    use super::{Endpoints, Reachability};

    #[test]
    fn a_url_resolves_to_a_path_or_to_why_not() {
        let mut endpoints = Endpoints::default();
        endpoints.set("https://127.0.0.1:1/", Reachability::Up);
        endpoints.set("http://127.0.0.1:2", Reachability::Silent);
        endpoints.set("http://127.0.0.1:3", Reachability::Down);
        endpoints.set("https://git.example", Reachability::Untrusted);
        for (url, answer) in [
            ("https://127.0.0.1:1/contoso/hello", Ok("contoso/hello")),
            ("https://git:secret@127.0.0.1:1/contoso/hello", Ok("contoso/hello")),
            ("http://127.0.0.1:1/contoso/hello", Err(Refused)),
            ("http://127.0.0.1:2/contoso/hello", Err(Silent)),
            ("http://127.0.0.1:3/contoso/hello", Err(Refused)),
            ("http://127.0.0.1:9/contoso/hello", Err(Refused)),
            ("https://git.example/contoso/hello", Err(Untrusted)),
            ("https://github.com/contoso/hello", Err(UnknownHost)),
            ("contoso/hello", Err(UnknownHost)),
        ] {
            assert_eq!(endpoints.path_of_url(url).as_deref(), answer.as_deref(), "{url}");
        }
    }
}
