//! Where GitHub is and where its token comes from, before any of it is used: no file is read, no process run and no
//! certificate loaded until a command needs GitHub.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use super::access_error::AccessError;
use super::client::{Github, GithubOptions};
use crate::wire::retry::Patience;
use crate::wire::{Configured, Proxies, Roots, Secret, Settings, ValueSource};

/// How long `gh auth token` may take; it may wait for a keyring.
const GH_TIMEOUT: Duration = Duration::from_secs(4);

/// Where a token is to be had.
#[derive(Clone, Debug)]
pub enum TokenSource {
    /// It was given.
    Given(Configured<Secret>),
    /// In this file.
    File(PathBuf),
    /// From `gh`, where that is installed and signed in.
    Gh,
}

/// Everything that a client is made from.
#[derive(Clone, Debug)]
pub struct Access {
    /// The REST API.
    pub api: Configured<String>,
    /// Pages and git.
    pub server: Configured<String>,
    /// The token.
    pub token: TokenSource,
    /// A file with further authorities (`GITOPS_CA_FILE`).
    pub authorities: Option<PathBuf>,
    /// The proxies in use.
    pub proxies: Proxies,
    /// How long one answer may take.
    pub timeout: Duration,
    /// How requests are repeated.
    pub patience: Patience,
}

impl Access {
    /// The addresses of the API and of pages and git, from those that are given: github.com, a tenant of
    /// ghe.com with its API on a host of its own, or GitHub Enterprise Server with its API beneath a path.
    pub fn addresses(api: Option<&str>, server: Option<&str>) -> (Configured<String>, Configured<String>) {
        const API: &str = "GITHUB_API_URL";
        const SERVER: &str = "GITHUB_SERVER_URL";
        let given =
            |value: &str, name| Configured { value: value.to_owned(), source: ValueSource::Variable(name) };
        let derived = |value, name| Configured { value, source: ValueSource::Derived(name) };
        let default = |value: &str| Configured { value: value.to_owned(), source: ValueSource::Default };
        match (api, server) {
            (Some(api), Some(server)) => (given(api, API), given(server, SERVER)),
            (Some(api), None) => (given(api, API), derived(server_address_of(api), API)),
            (None, Some(server)) => (derived(api_address_of(server), SERVER), given(server, SERVER)),
            (None, None) => (default("https://api.github.com"), default("https://github.com")),
        }
    }

    /// The host that git addresses name, with its port where it has one.
    pub fn host(&self) -> &str {
        let rest = self.server.value.split_once("://").map_or(self.server.value.as_str(), |(_, rest)| rest);
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        host.rsplit_once('@').map_or(host, |(_, host)| host)
    }

    /// Reads a token file that was named, so that one that cannot be used is told before anything is asked.
    ///
    /// # Errors
    /// It cannot be read, or is empty.
    pub fn require_token_file(&self) -> Result<(), AccessError> {
        let TokenSource::File(file) = &self.token else { return Ok(()) };
        match read_token_file(file)?.expose().is_empty() {
            true => Err(AccessError::TokenEmpty { origin: ValueSource::File(file.clone()).to_string() }),
            false => Ok(()),
        }
    }

    /// Finds the token and makes a client; `None` without a token. Asks GitHub nothing yet.
    pub async fn open(&self) -> Result<Option<Github>, AccessError> {
        let Some(token) = self.token().await? else { return Ok(None) };
        tracing::info!("GitHub at {} ({})", self.host(), self.api.source);
        tracing::info!("GitHub token from {}", token.source);
        let transport = Settings {
            roots: Roots::read(self.authorities.as_deref())?,
            proxies: self.proxies.clone(),
            agent: concat!("kubectl-gitops/", env!("CARGO_PKG_VERSION")).to_owned(),
            timeout: self.timeout,
            patience: self.patience,
        };
        let (api, server) = (self.api.value.clone(), self.server.value.clone());
        Github::open(GithubOptions {
            api,
            server,
            token: Some(token.value.with_origin(token.source.to_string())),
            transport,
        })
        .map(Some)
    }

    async fn token(&self) -> Result<Option<Configured<Secret>>, AccessError> {
        let token = match &self.token {
            TokenSource::Given(token) => token.clone(),
            TokenSource::File(file) => {
                Configured { value: read_token_file(file)?, source: ValueSource::File(file.clone()) }
            }
            TokenSource::Gh => match gh_auth_token(self.host()).await {
                Some(value) => Configured { value, source: ValueSource::Gh },
                None => return Ok(None),
            },
        };
        // An HTTP library would quote a token that no header can hold in its error.
        if token.value.expose().is_empty() {
            return Err(AccessError::TokenEmpty { origin: token.source.to_string() });
        }
        let is_word = token.value.expose().bytes().all(|byte| byte.is_ascii_graphic());
        match is_word {
            true => Ok(Some(token)),
            false => Err(AccessError::Token { origin: token.source.to_string() }),
        }
    }
}

fn read_token_file(file: &Path) -> Result<Secret, AccessError> {
    let unreadable = |why: String| AccessError::TokenFile { file: file.to_owned(), why };
    let text = std::fs::read_to_string(file).map_err(|error| unreadable(error.to_string()))?;
    Ok(Secret::new(text.trim()))
}

/// The token of `gh`, where that is installed, signed in at this host and answers in time. Its stderr is not shown.
async fn gh_auth_token(host: &str) -> Option<Secret> {
    let output = tokio::process::Command::new("gh")
        .args(["auth", "token", "--hostname", host])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(GH_TIMEOUT, output).await.ok()?.ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let text = text.trim();
    (output.status.success() && !text.is_empty()).then(|| Secret::new(text))
}

fn api_address_of(server: &str) -> String {
    let server = server.trim_end_matches('/');
    match server.split_once("://") {
        Some((scheme, host)) if host.eq_ignore_ascii_case("github.com") || host.ends_with(".ghe.com") => {
            format!("{scheme}://api.{host}")
        }
        _ => format!("{server}/api/v3"),
    }
}

fn server_address_of(api: &str) -> String {
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
            assert_eq!(derived.source.to_string(), "derived from GITHUB_SERVER_URL");
            let (given, derived) = Access::addresses(Some(api), None);
            assert_eq!((given.value.as_str(), derived.value.as_str()), (api, server));
        }
        let (api, server) = Access::addresses(None, None);
        assert_eq!((api.source, server.value.as_str()), (ValueSource::Default, "https://github.com"));
    }
}
