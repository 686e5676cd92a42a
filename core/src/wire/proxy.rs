//! One proxy: its address, its user, and why it could not be passed. The user's password shows nowhere but in
//! the header or handshake that the proxy gets.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderValue, Uri};
use percent_encoding::percent_decode_str;
use tower::BoxError;

use super::Secret;
use crate::model::harmless;

/// How a proxy is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyScheme {
    /// HTTP over TCP.
    Http,
    /// HTTP over TLS.
    Https,
    /// SOCKS version 5; the proxy resolves names.
    Socks5,
}

impl ProxyScheme {
    fn word(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
            Self::Socks5 => "socks5",
        }
    }

    fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
            Self::Socks5 => 1080,
        }
    }
}

/// A proxy. `Display` and `Debug` show neither its user nor the user's password.
#[derive(Clone)]
pub struct Proxy {
    scheme: ProxyScheme,
    /// With brackets around an IPv6 address.
    host: String,
    port: u16,
    user: Option<(String, Secret)>,
}

impl std::fmt::Display for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}://{}:{}", self.scheme.word(), harmless(&self.host), self.port)
    }
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Proxy({self})")
    }
}

impl Proxy {
    /// The `proxy-url` of a kubeconfig, which has to name one of kubectl's three schemes.
    pub fn from_kubeconfig(address: &str) -> Result<Self, ProxyError> {
        let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
        match scheme {
            "http" | "https" | "socks5" => Self::parse(scheme, rest),
            _ => Err(ProxyError::Scheme { scheme: harmless(scheme) }),
        }
    }

    /// The value of a variable: an address, or a host with a port, which stands for `http`.
    pub fn from_variable(value: &str) -> Result<Self, ProxyError> {
        let (scheme, rest) = value.split_once("://").unwrap_or(("http", value));
        Self::parse(scheme, rest)
    }

    fn parse(scheme: &str, rest: &str) -> Result<Self, ProxyError> {
        let scheme = match scheme {
            "http" => ProxyScheme::Http,
            "https" => ProxyScheme::Https,
            "socks5" | "socks5h" => ProxyScheme::Socks5,
            _ => return Err(ProxyError::Scheme { scheme: harmless(scheme) }),
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (user, place) = match authority.rsplit_once('@') {
            Some((user, place)) => (Some(user), place),
            None => (None, authority),
        };
        let place: Uri = place.parse().map_err(|_| ProxyError::Address)?;
        let (Some(host), true) = (place.host().filter(|host| !host.is_empty()), place.path().is_empty())
        else {
            return Err(ProxyError::Address);
        };
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let user = user.map(|user| {
            let (name, password) = user.split_once(':').unwrap_or((user, ""));
            (decoded(name), Secret::new(decoded(password)))
        });
        let port = place.port_u16().unwrap_or(scheme.default_port());
        Ok(Self { scheme, host: host.to_owned(), port, user })
    }

    /// How it is spoken to.
    pub fn scheme(&self) -> ProxyScheme {
        self.scheme
    }

    /// Its address, without a user, with a port.
    pub fn uri(&self) -> Uri {
        let uri = format!("{}://{}:{}/", self.scheme.word(), self.host, self.port);
        uri.parse().expect("host and port were parsed as a URI before")
    }

    /// Its user and the user's password.
    pub fn user(&self) -> Option<(&str, &Secret)> {
        self.user.as_ref().map(|(name, password)| (name.as_str(), password))
    }

    /// The value of `Proxy-Authorization`, for a proxy that has a user.
    pub fn authorization(&self) -> Option<HeaderValue> {
        let (name, password) = self.user()?;
        let credentials = BASE64_STANDARD.encode(format!("{name}:{}", password.expose()));
        let mut value = HeaderValue::from_str(&format!("Basic {credentials}")).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

/// Why a proxy cannot be used, or was not passed.
#[derive(Debug, thiserror::Error)]
pub enum ProxyError {
    /// It is spoken to in a way that is not known.
    #[error("a proxy with scheme {scheme:?} is not supported: it must be http, https or socks5")]
    Scheme {
        /// The scheme.
        scheme: String,
    },
    /// Its address does not parse. The address is not quoted, because it may hold a password.
    #[error("the address of the proxy is not a URL")]
    Address,
    /// There is no connection to it.
    #[error("no connection to the proxy {proxy}")]
    Unreachable {
        /// The proxy, without its user.
        proxy: String,
        /// What happened.
        source: BoxError,
    },
    /// It does not connect to the server.
    #[error("the proxy {proxy} refuses the connection: {answer}")]
    Refused {
        /// The proxy, without its user.
        proxy: String,
        /// Its answer: a status with its reason, or what SOCKS says.
        answer: String,
        /// Whether it might connect the next time.
        is_passing: bool,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_names_a_proxy_with_or_without_a_scheme() {
        for (value, expected) in [
            ("http://proxy:3128", "http://proxy:3128"),
            ("proxy:3128", "http://proxy:3128"),
            ("proxy", "http://proxy:80"),
            ("https://proxy/", "https://proxy:443"),
            ("socks5h://proxy", "socks5://proxy:1080"),
            ("http://[fd00::1]:3128", "http://[fd00::1]:3128"),
            ("http://me:p%40ss@proxy:3128/path", "http://proxy:3128"),
        ] {
            assert_eq!(Proxy::from_variable(value).expect(value).to_string(), expected);
        }
        for value in ["ftp://proxy", "http://", "http://me:hunter2@", "http://a b"] {
            let error = Proxy::from_variable(value).expect_err(value).to_string();
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn a_kubeconfig_names_one_of_three_schemes() {
        for address in ["http://proxy:1", "https://proxy:1", "socks5://proxy:1"] {
            assert_eq!(Proxy::from_kubeconfig(address).expect(address).to_string(), address);
        }
        for address in ["proxy:1", "socks5h://proxy:1", "ftp://proxy", ""] {
            assert!(Proxy::from_kubeconfig(address).is_err(), "{address}");
        }
    }

    #[test]
    fn a_user_is_sent_decoded_and_never_shown() {
        let proxy = Proxy::from_variable("http://me:hunter2%3A@proxy:1").expect("a proxy");
        assert_eq!(proxy.authorization().expect("a user"), "Basic bWU6aHVudGVyMjo=");
        assert!(
            !format!("{proxy} {proxy:?} {:?} {}", proxy.authorization(), proxy.uri()).contains("hunter2")
        );
        assert!(Proxy::from_variable("proxy:1").expect("a proxy").authorization().is_none());
    }
}
