//! Addresses under which a host is asked for, and what becomes of who comes there.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::error::FetchError;

/// The condition of an address of the host's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Door {
    /// It answers.
    #[default]
    Well,
    /// Nobody listens.
    Down,
    /// It accepts, and never answers.
    Silent,
    /// It shows a certificate that nobody signed.
    Foreign,
}

/// All addresses, each `scheme://authority`.
#[derive(Debug, Default)]
pub(super) struct Doors(BTreeMap<String, Door>);

impl Doors {
    pub(super) fn set(&mut self, address: &str, door: Door) {
        self.0.insert(address.trim_end_matches('/').to_owned(), door);
    }

    pub(super) fn at(&self, address: &str) -> Option<Door> {
        self.0.get(address).copied()
    }

    /// Goes through the door that `url` leads to; the answer is the path behind it.
    pub(super) fn enter(&self, url: &str) -> Result<String, FetchError> {
        let (address, path) = split(url).ok_or(FetchError::UnknownHost)?;
        match self.at(&address) {
            Some(Door::Well) => Ok(path.to_owned()),
            Some(Door::Down) => Err(FetchError::Refused),
            Some(Door::Silent) => Err(FetchError::Silent),
            Some(Door::Foreign) => Err(FetchError::Untrusted),
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
    use super::{Door, Doors};

    #[test]
    fn who_knocks_learns_what_is_the_matter() {
        let mut doors = Doors::default();
        doors.set("https://127.0.0.1:1/", Door::Well);
        doors.set("http://127.0.0.1:2", Door::Silent);
        doors.set("http://127.0.0.1:3", Door::Down);
        doors.set("https://git.example", Door::Foreign);
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
            assert_eq!(doors.enter(url).as_deref(), answer.as_deref(), "{url}");
        }
    }
}
