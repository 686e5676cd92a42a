//! Flags and variables that say where GitHub is and with whose token it is asked. Nothing is looked at until
//! GitHub is needed.

use std::path::PathBuf;
use std::time::Duration;

use super::Session;
use super::proxies::https_proxies;
use crate::github::{Access, TokenSource};
use crate::wire::retry::Patience;
use crate::wire::{Configured, Secret, ValueSource};

/// GitHub flags.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "GitHub")]
pub struct GithubArgs {
    /// File with a GitHub token [default: GITOPS_GITHUB_TOKEN, GH_TOKEN, GITHUB_TOKEN, then gh auth token]
    #[arg(long, value_name = "FILE")]
    github_token_file: Option<PathBuf>,
}

/// Where a token is looked for, the first first.
const VARIABLES: [&str; 4] = ["GITOPS_GITHUB_TOKEN", "GH_TOKEN", "GITHUB_TOKEN", TOKEN];

/// Anybody's variable: it counts only where what it holds is a token of GitHub's.
const TOKEN: &str = "TOKEN";

/// How GitHub's tokens begin.
const PREFIXES: [&str; 6] = ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"];

impl GithubArgs {
    /// How GitHub is reached by commands that need it: patiently.
    pub fn access(&self, session: &Session) -> Access {
        self.access_with(session, Duration::from_secs(30), session.patience())
    }

    /// How GitHub is reached where its answer is one of several: briefly.
    pub fn access_in_passing(&self, session: &Session) -> Access {
        self.access_with(session, Duration::from_secs(4), Patience::in_passing())
    }

    fn access_with(&self, session: &Session, timeout: Duration, patience: Patience) -> Access {
        let env_vars = &session.env_vars;
        let variable = |name: &str| env_vars.get(name);
        let (api, server) = Access::addresses(variable("GITHUB_API_URL"), variable("GITHUB_SERVER_URL"));
        let proxies = https_proxies(env_vars);
        let authorities = env_vars.get_os("GITOPS_CA_FILE").map(PathBuf::from);
        Access { api, server, token: self.token(session), authorities, proxies, timeout, patience }
    }

    fn token(&self, session: &Session) -> TokenSource {
        if let Some(file) = &self.github_token_file {
            return TokenSource::File(file.clone());
        }
        let is_githubs = |token: &str| PREFIXES.iter().any(|prefix| token.starts_with(prefix));
        let found = VARIABLES.iter().find_map(|name| {
            let token = session.env_vars.get(name)?.trim();
            let counts = !token.is_empty() && (*name != TOKEN || is_githubs(token));
            counts.then(|| Configured { value: Secret::new(token), source: ValueSource::Variable(name) })
        });
        found.map_or(TokenSource::Gh, TokenSource::Given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{EnvVars, Signals, Streams};
    use crate::wire::Clock;

    fn access(file: Option<&str>, variables: &[(&str, &str)]) -> Access {
        let env_vars: EnvVars = variables.iter().copied().collect();
        let (_, signals) = Signals::manual();
        let (streams, _) = Streams::captured("");
        let session = Session::new(env_vars, Clock::system(), PathBuf::new(), streams, signals);
        GithubArgs { github_token_file: file.map(PathBuf::from) }.access(&session)
    }

    fn origin(file: Option<&str>, variables: &[(&str, &str)]) -> String {
        match access(file, variables).token {
            TokenSource::Given(token) => token.source.to_string(),
            TokenSource::File(file) => ValueSource::File(file).to_string(),
            TokenSource::Gh => ValueSource::Gh.to_string(),
        }
    }

    #[test]
    fn a_token_is_looked_for_in_order() {
        let all =
            [("TOKEN", "ghp_a"), ("GITHUB_TOKEN", "b"), ("GH_TOKEN", "c"), ("GITOPS_GITHUB_TOKEN", "d")];
        assert_eq!(origin(Some("f"), &all), "--github-token-file f");
        for (count, expected) in [
            (4, "GITOPS_GITHUB_TOKEN"),
            (3, "GH_TOKEN"),
            (2, "GITHUB_TOKEN"),
            (1, "TOKEN"),
            (0, "gh auth token"),
        ] {
            assert_eq!(origin(None, &all[..count]), expected);
        }
        assert_eq!(origin(None, &[("TOKEN", "somebody-elses")]), "gh auth token");
        assert_eq!(origin(None, &[("GH_TOKEN", " "), ("GITHUB_TOKEN", "b")]), "GITHUB_TOKEN");
    }

    #[test]
    fn nothing_of_it_shows_a_token_or_a_password() {
        let variables = [
            ("GH_TOKEN", "ghp_hunter2"),
            ("HTTPS_PROXY", "http://me:hunter2@proxy:8080"),
            ("GITHUB_API_URL", "https://api.github.com"),
        ];
        let shown = format!("{:?}", access(None, &variables));
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(shown.contains("GH_TOKEN") && shown.contains("GITHUB_API_URL"), "{shown}");
    }
}
