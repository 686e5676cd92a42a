//! Which proxy a request goes through: read from the session's variables, as kubectl reads them.
//!
//! The variables are values here, so that nothing looks at the process's environment behind a session's back.

use http::Uri;

use super::no_proxy::is_direct;
use super::proxy::{Proxy, ProxyError};

/// Every variable that says how something is reached through a proxy, that of GitHub's too.
pub const PROXY_VARIABLES: [&str; 8] = [
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
];

/// The proxies that the environment names (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`).
#[derive(Clone, Default)]
pub struct Proxies {
    /// For `https` addresses.
    pub https: Option<String>,
    /// For `http` addresses.
    pub http: Option<String>,
    /// Hosts that are reached directly.
    pub none: Option<String>,
}

/// A proxy's address may hold a password.
impl std::fmt::Debug for Proxies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let is_set = |proxy: &Option<String>| proxy.is_some();
        f.debug_struct("Proxies")
            .field("https", &is_set(&self.https))
            .field("http", &is_set(&self.http))
            .finish()
    }
}

impl Proxies {
    /// Reads the variables as Go's programs do: upper case first, and no `ALL_PROXY`.
    pub fn from_variables<'a>(variable: impl Fn(&str) -> Option<&'a str>) -> Self {
        let first = |names: [&str; 2]| names.into_iter().find_map(&variable).map(str::to_owned);
        Self {
            https: first(["HTTPS_PROXY", "https_proxy"]),
            http: first(["HTTP_PROXY", "http_proxy"]),
            none: first(["NO_PROXY", "no_proxy"]),
        }
    }

    /// The proxy for an address; none where it is reached directly.
    pub fn proxy_for(&self, address: &Uri) -> Result<Option<Proxy>, ProxyError> {
        let (proxy, default_port) = match address.scheme_str() {
            Some("http") => (&self.http, 80),
            _ => (&self.https, 443),
        };
        let host = address.host().unwrap_or_default();
        let port = address.port_u16().unwrap_or(default_port);
        match proxy {
            Some(proxy) if !is_direct(self.none.as_deref().unwrap_or_default(), host, port) => {
                Proxy::from_variable(proxy).map(Some)
            }
            _ => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy(variables: &[(&str, &'static str)], address: &str) -> Option<String> {
        let value = |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
        let proxies = Proxies::from_variables(value);
        let proxy = proxies.proxy_for(&address.parse().expect("an address")).expect("a proxy or none");
        proxy.map(|proxy| proxy.to_string())
    }

    #[test]
    fn the_scheme_of_an_address_chooses_its_proxy() {
        let both = [("HTTPS_PROXY", "http://secure:1"), ("HTTP_PROXY", "http://plain:2")];
        assert_eq!(proxy(&both, "https://api.example.com:6443/x").as_deref(), Some("http://secure:1"));
        assert_eq!(proxy(&both, "http://api.example.com").as_deref(), Some("http://plain:2"));
        assert_eq!(proxy(&both[1..], "https://api.example.com"), None);
    }

    #[test]
    fn upper_case_wins_and_all_proxy_does_not_count() {
        let variables = [("https_proxy", "low:1"), ("HTTPS_PROXY", "high:1")];
        assert_eq!(proxy(&variables, "https://api.example.com").as_deref(), Some("http://high:1"));
        assert_eq!(proxy(&variables[..1], "https://api.example.com").as_deref(), Some("http://low:1"));
        assert_eq!(proxy(&[("ALL_PROXY", "all:1")], "https://api.example.com"), None);
    }

    #[test]
    fn no_proxy_is_matched_against_the_host_that_is_asked_and_never_against_the_proxy() {
        let variables = [("HTTPS_PROXY", "http://10.0.0.1:3128"), ("NO_PROXY", "10.0.0.0/8")];
        assert_eq!(proxy(&variables, "https://api.example.com").as_deref(), Some("http://10.0.0.1:3128"));
        assert_eq!(proxy(&variables, "https://10.9.9.9:6443"), None);
        assert_eq!(proxy(&variables, "https://127.0.0.1:6443"), None, "loopback needs no rule");
    }

    #[test]
    fn a_proxy_that_cannot_be_used_is_an_error_and_not_a_direct_connection() {
        for proxy in ["ftp://proxy", "http://a b"] {
            let proxies = Proxies { https: Some(proxy.to_owned()), ..Proxies::default() };
            assert!(proxies.proxy_for(&Uri::from_static("https://api.example.com")).is_err(), "{proxy}");
        }
    }

    #[test]
    fn debug_shows_no_password() {
        let proxies = Proxies { https: Some("http://me:hunter2@proxy".to_owned()), ..Proxies::default() };
        assert!(!format!("{proxies:?}").contains("hunter2"));
    }
}
