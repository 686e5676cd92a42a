//! Where GitHub is and with whose token it is asked, before anything of that is looked at: no file is read, no
//! process run and no certificate loaded until somebody needs GitHub.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use super::connect::{Github, Options};
use super::error::ConnectError;
use crate::wire::retry::Patience;
use crate::wire::{Proxies, Roots, Secret, Settings};

/// How long `gh` may take to say its token; it may ask a keyring.
const GH: Duration = Duration::from_secs(4);

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// This environment variable.
    Variable(&'static str),
    /// This file, named by a flag.
    File(PathBuf),
    /// What `gh auth login` keeps.
    Gh,
    /// It follows from another value.
    Derived(&'static str),
    /// Nobody said otherwise.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Variable(name) => f.write_str(name),
            Origin::File(file) => write!(f, "--github-token-file {}", file.display()),
            Origin::Gh => f.write_str("gh auth token"),
            Origin::Derived(name) => write!(f, "derived from {name}"),
            Origin::Default => f.write_str("default"),
        }
    }
}

/// A value and where it came from.
#[derive(Clone, Debug)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub origin: Origin,
}

/// Where a token is to be had.
#[derive(Clone, Debug)]
pub enum TokenSource {
    /// Here it is.
    Given(Sourced<Secret>),
    /// In this file.
    File(PathBuf),
    /// From `gh`, where that is installed and signed in.
    Gh,
}

/// Everything that a client is made from.
#[derive(Clone, Debug)]
pub struct Access {
    /// The REST API.
    pub api: Sourced<String>,
    /// Pages and git.
    pub server: Sourced<String>,
    /// The token.
    pub token: TokenSource,
    /// A file with further authorities (`GITOPS_CA_FILE`).
    pub authorities: Option<PathBuf>,
    /// Proxies.
    pub proxies: Proxies,
    /// How long one answer may take.
    pub timeout: Duration,
    /// How requests are repeated.
    pub patience: Patience,
}

impl Access {
    /// The addresses of the API and of pages and git, from those that are given: github.com, a tenant of
    /// ghe.com with its API on a host of its own, or a server with its API beneath a path.
    pub fn addresses(api: Option<&str>, server: Option<&str>) -> (Sourced<String>, Sourced<String>) {
        const API: &str = "GITHUB_API_URL";
        const SERVER: &str = "GITHUB_SERVER_URL";
        let given = |value: &str, name| Sourced { value: value.to_owned(), origin: Origin::Variable(name) };
        let derived = |value, name| Sourced { value, origin: Origin::Derived(name) };
        let default = |value: &str| Sourced { value: value.to_owned(), origin: Origin::Default };
        match (api, server) {
            (Some(api), Some(server)) => (given(api, API), given(server, SERVER)),
            (Some(api), None) => (given(api, API), derived(server_of(api), API)),
            (None, Some(server)) => (derived(api_of(server), SERVER), given(server, SERVER)),
            (None, None) => (default("https://api.github.com"), default("https://github.com")),
        }
    }

    /// The host that git addresses name, with its port where it has one.
    pub fn host(&self) -> &str {
        let rest = self.server.value.split_once("://").map_or(self.server.value.as_str(), |(_, rest)| rest);
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        host.rsplit_once('@').map_or(host, |(_, host)| host)
    }

    /// Finds the token and makes a client; `None` without a token. Asks GitHub nothing yet.
    pub async fn open(&self) -> Result<Option<Github>, ConnectError> {
        let Some(token) = self.token().await? else { return Ok(None) };
        tracing::info!("GitHub at {} ({})", self.host(), self.api.origin);
        tracing::info!("GitHub token from {}", token.origin);
        let transport = Settings {
            roots: Roots::read(self.authorities.as_deref())?,
            proxies: self.proxies.clone(),
            agent: concat!("kubectl-gitops/", env!("CARGO_PKG_VERSION")).to_owned(),
            timeout: self.timeout,
            patience: self.patience,
        };
        let (api, server) = (self.api.value.clone(), self.server.value.clone());
        Github::open(Options { api, server, token: Some(token.value), transport }).map(Some)
    }

    async fn token(&self) -> Result<Option<Sourced<Secret>>, ConnectError> {
        let token = match &self.token {
            TokenSource::Given(token) => token.clone(),
            TokenSource::File(file) => Sourced { value: in_file(file)?, origin: Origin::File(file.clone()) },
            TokenSource::Gh => match of_gh(self.host()).await {
                Some(value) => Sourced { value, origin: Origin::Gh },
                None => return Ok(None),
            },
        };
        // What no header can hold would be quoted by whoever refuses it.
        let is_word = token.value.expose().bytes().all(|byte| byte.is_ascii_graphic());
        match is_word && !token.value.expose().is_empty() {
            true => Ok(Some(token)),
            false => Err(ConnectError::Token { origin: token.origin.to_string() }),
        }
    }
}

fn in_file(file: &Path) -> Result<Secret, ConnectError> {
    let unreadable = |why: String| ConnectError::TokenFile { file: file.to_owned(), why };
    let text = std::fs::read_to_string(file).map_err(|error| unreadable(error.to_string()))?;
    Ok(Secret::new(text.trim()))
}

/// What `gh` says, if it is there, signed in at this host and quick. What it writes on stderr is not shown.
async fn of_gh(host: &str) -> Option<Secret> {
    let asked = tokio::process::Command::new("gh")
        .args(["auth", "token", "--hostname", host])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(GH, asked).await.ok()?.ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let text = text.trim();
    (output.status.success() && !text.is_empty()).then(|| Secret::new(text))
}

fn api_of(server: &str) -> String {
    let server = server.trim_end_matches('/');
    match server.split_once("://") {
        Some((scheme, host)) if host.eq_ignore_ascii_case("github.com") || host.ends_with(".ghe.com") => {
            format!("{scheme}://api.{host}")
        }
        _ => format!("{server}/api/v3"),
    }
}

fn server_of(api: &str) -> String {
    let api = api.trim_end_matches('/');
    match (api.strip_suffix("/api/v3"), api.split_once("://api.")) {
        (Some(server), _) => server.to_owned(),
        (None, Some((scheme, host))) => format!("{scheme}://{host}"),
        (None, None) => api.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_tells_the_other() {
        for (api, server) in [
            ("https://api.github.com", "https://github.com"),
            ("https://api.contoso.ghe.com", "https://contoso.ghe.com"),
            ("https://git.contoso.example:8443/api/v3", "https://git.contoso.example:8443"),
        ] {
            let (derived, given) = Access::addresses(None, Some(server));
            assert_eq!((derived.value.as_str(), given.value.as_str()), (api, server));
            assert_eq!(derived.origin.to_string(), "derived from GITHUB_SERVER_URL");
            let (given, derived) = Access::addresses(Some(api), None);
            assert_eq!((given.value.as_str(), derived.value.as_str()), (api, server));
        }
        let (api, server) = Access::addresses(None, None);
        assert_eq!((api.origin, server.value.as_str()), (Origin::Default, "https://github.com"));
    }
}
