//! The base URL of a service: the addresses beneath it, and who may be given its token.
//!
//! The libraries between decide by rules of their own which requests carry a token: octocrab adds it to requests
//! without an authority and to those to `api.github.com`, whatever API is configured, and Azure's SDK to whatever
//! address it is told. The decision is therefore made here again, for every request that leaves.

use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};

/// An https address without user, query and slash at its end: `https://host[:port][/path]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BaseUrl {
    authority: Authority,
    /// Empty, or a path that begins with a slash: `/api/v3`.
    path: String,
}

impl BaseUrl {
    /// Reads an address; `None` for anything that a token must not be sent to.
    pub(crate) fn parse(address: &str) -> Option<Self> {
        let uri: Uri = address.parse().ok()?;
        let authority = uri.authority()?.clone();
        let is_plain = !authority.as_str().contains('@') && uri.query().is_none();
        (uri.scheme() == Some(&Scheme::HTTPS) && is_plain && !authority.host().is_empty())
            .then(|| Self { authority, path: uri.path().trim_end_matches('/').to_owned() })
    }

    /// Host, and port where there is one.
    pub(crate) fn host(&self) -> &str {
        self.authority.as_str()
    }

    /// Whether it has a path of its own, beneath which its routes lie.
    pub(crate) fn has_path(&self) -> bool {
        !self.path.is_empty()
    }

    /// Whether an address has the scheme, the host and the port of this one.
    pub(crate) fn is_origin_of(&self, address: &Uri) -> bool {
        let Some(authority) = address.authority() else { return false };
        address.scheme() == Some(&Scheme::HTTPS)
            && !authority.as_str().contains('@')
            && authority.host().eq_ignore_ascii_case(self.authority.host())
            && port(authority) == port(&self.authority)
    }

    /// An address, or the path of one, as a route of this service; `None` for any other place.
    pub(crate) fn route(&self, address: &str) -> Option<String> {
        let uri: Uri = address.parse().ok()?;
        let is_path = uri.authority().is_none() && address.starts_with('/') && !address.starts_with("//");
        if !is_path && !self.is_origin_of(&uri) {
            return None;
        }
        let route = uri.path_and_query()?.as_str().strip_prefix(self.path.as_str())?;
        route.starts_with('/').then(|| route.to_owned())
    }

    /// The address of a route.
    pub(crate) fn address(&self, route: &Uri) -> Result<Uri, http::Error> {
        let route = route.path_and_query().map_or("/", PathAndQuery::as_str);
        Uri::builder()
            .scheme(Scheme::HTTPS)
            .authority(self.authority.clone())
            .path_and_query(format!("{}{route}", self.path))
            .build()
    }
}

impl std::fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "https://{}{}", self.authority, self.path)
    }
}

fn port(authority: &Authority) -> u16 {
    authority.port_u16().unwrap_or(443)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base_url(address: &str) -> BaseUrl {
        BaseUrl::parse(address).expect("an address")
    }

    #[test]
    fn a_token_is_sent_to_an_https_address_alone() {
        for address in [
            "http://api.github.com",
            "api.github.com",
            "https://",
            "https://me:secret@host",
            "",
            "https://host?token=secret",
            "me:secret@host",
        ] {
            assert_eq!(BaseUrl::parse(address), None, "{address}");
        }
        assert_eq!(base_url("https://host:8443/api/v3/").to_string(), "https://host:8443/api/v3");
    }

    #[test]
    fn scheme_host_and_port_make_an_origin() {
        let server = "https://git.example/api/v3";
        let public = "https://api.github.com";
        for (api, address, is_origin) in [
            (server, "https://git.example/anything", true),
            (server, "https://GIT.example:443/api/v3/x", true),
            (server, "http://git.example/api/v3/x", false),
            (server, "https://git.example:8443/api/v3/x", false),
            (server, "https://git.example.evil.example/api/v3/x", false),
            (server, "https://git.example@evil.example/x", false),
            (server, "https://me@git.example/x", false),
            (server, "https://api.github.com/x", false),
            (server, "https://uploads.git.example/x", false),
            (server, "/api/v3/x", false),
            (public, "https://api.github.com/x", true),
            (public, "https://github.com/x", false),
            (public, "https://uploads.github.com/x", false),
            (public, "https://codeload.github.com/x", false),
        ] {
            let uri = address.parse().expect("an address");
            assert_eq!(base_url(api).is_origin_of(&uri), is_origin, "{api} {address}");
        }
    }

    #[test]
    fn routes_are_found_in_addresses_and_made_into_them() {
        let server = base_url("https://git.example/api/v3");
        for (address, route) in [
            ("https://git.example/api/v3/repos/o/r?page=2", Some("/repos/o/r?page=2")),
            ("https://git.example:443/api/v3/repos/o/r", Some("/repos/o/r")),
            ("/api/v3/repos/o/r", Some("/repos/o/r")),
            ("/repos/o/r", None),
            ("https://git.example/api/v34/repos/o/r", None),
            ("https://git.example/login", None),
            ("https://git.example:8443/api/v3/x", None),
            ("http://git.example/api/v3/x", None),
            ("//evil.example/api/v3/x", None),
            ("evil.example", None),
        ] {
            assert_eq!(server.route(address).as_deref(), route, "{address}");
        }
        let route = "/repos/o/r?per_page=100".parse().expect("a route");
        let address = server.address(&route).expect("an address");
        assert_eq!(address, "https://git.example/api/v3/repos/o/r?per_page=100");
    }
}
