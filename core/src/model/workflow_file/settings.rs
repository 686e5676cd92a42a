//! What differs between the workflow files of two pipelines, and what of it may stand in a file that a shell runs parts of.
//!
//! A value that could end a quoted text, a line or a command is refused and never quoted: what is an odd runner, branch or
//! address is a mistake sooner than somebody's choice.

use std::time::Duration;

use super::{ReleaseArchive, SuiteRelease, WorkflowSettingsError};

/// The settings of one pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkflowSettings {
    /// The label of the runners of every job.
    pub runner: String,
    /// The default branch of the source repository.
    pub default_branch: String,
    /// The host of the container registry.
    pub registry: String,
    /// The release that jobs install.
    pub release: SuiteRelease,
    /// How long post-deployment waits for clusters.
    pub gate_timeout: Duration,
    /// What runs the workflows.
    pub server: GithubServer,
}

/// What runs workflows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GithubServer {
    /// github.com, and GitHub Enterprise Cloud.
    #[default]
    Cloud,
    /// GitHub Enterprise Server: it knows neither `queue` nor `deployment: false`.
    EnterpriseServer,
}

/// The longest that a gate may wait: a job on GitHub's own machines ends after six hours.
const MOST_GATE_MINUTES: u64 = 345;
const DIGEST_DIGITS: usize = 64;
/// Words that YAML takes for something else than a text.
const YAML_WORDS: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];

impl WorkflowSettings {
    /// The usual ones: GitHub's own runners and registry, and a gate that waits longer than Flux and Azure may take.
    pub fn new(release: SuiteRelease) -> Self {
        Self {
            runner: "ubuntu-24.04".to_owned(),
            default_branch: "main".to_owned(),
            registry: "ghcr.io".to_owned(),
            release,
            gate_timeout: Duration::from_mins(50),
            server: GithubServer::Cloud,
        }
    }

    /// How long the gate waits, in whole minutes.
    pub(super) fn gate_minutes(&self) -> u64 {
        self.gate_timeout.as_secs().div_ceil(60)
    }

    /// # Errors
    /// One of them could be taken for something else where it stands.
    pub(super) fn validate(&self) -> Result<(), WorkflowSettingsError> {
        let release = &self.release;
        require("runner", &self.runner, is_runner, "one label, such as ubuntu-24.04")?;
        let branch = "letters, digits and . _ - / such as main";
        require("default branch", &self.default_branch, is_branch, branch)?;
        require("registry", &self.registry, is_host, "a host in lower case, such as ghcr.io")?;
        require("release version", &release.version, is_version, "a version, such as 0.1.0")?;
        let address = "https:// and a path, without a user or a query";
        require("release address", &release.base_url, is_address, address)?;
        for ReleaseArchive { name, sha256 } in [&release.x86_64, &release.aarch64] {
            require("release archive", name, is_archive, "the name of a .tar.gz file")?;
            require(
                "digest",
                sha256,
                is_digest,
                "64 hexadecimal digits in lower case, of a published release",
            )?;
        }
        if self.gate_timeout.is_zero() || self.gate_minutes() > MOST_GATE_MINUTES {
            let seconds = self.gate_timeout.as_secs();
            return Err(WorkflowSettingsError::GateTimeout { seconds, most_minutes: MOST_GATE_MINUTES });
        }
        Ok(())
    }
}

fn require(
    setting: &'static str,
    value: &str,
    is_allowed: fn(&str) -> bool,
    allowed: &'static str,
) -> Result<(), WorkflowSettingsError> {
    if is_allowed(value) && value.len() <= 200 {
        return Ok(());
    }
    Err(WorkflowSettingsError::Refused { setting, value: value.to_owned(), allowed })
}

/// Whether a text begins with a letter or a digit and has nothing else besides these.
fn is_made_of(text: &str, others: &[u8]) -> bool {
    text.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || others.contains(&byte))
}

fn is_runner(text: &str) -> bool {
    let is_word = text.bytes().next().is_some_and(|first| first.is_ascii_alphabetic());
    is_word && is_made_of(text, b"-_.") && !YAML_WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// What GitHub's filters of branches would read as a pattern is no name here.
fn is_branch(text: &str) -> bool {
    let is_part = |part: &str| is_made_of(part, b"-_.") && !part.ends_with('.') && !part.ends_with(".lock");
    text.split('/').all(is_part) && !text.contains("..")
}

/// A host, with a port where it has one.
fn is_host(text: &str) -> bool {
    let (host, port) = text.split_once(':').unwrap_or((text, "443"));
    let is_port = port.len() <= 5 && !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    let is_lower = !host.bytes().any(|byte| byte.is_ascii_uppercase());
    is_port && is_lower && is_made_of(host, b"-.") && !host.ends_with(['.', '-']) && !host.contains("..")
}

fn is_version(text: &str) -> bool {
    text.bytes().next().is_some_and(|first| first.is_ascii_digit()) && is_made_of(text, b".-+")
}

fn is_address(text: &str) -> bool {
    let Some((host, path)) = text.strip_prefix("https://").and_then(|rest| rest.split_once('/')) else {
        return false;
    };
    let is_path = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/+%".contains(&byte);
    is_host(&host.to_ascii_lowercase()) && !path.is_empty() && path.bytes().all(is_path)
}

fn is_archive(text: &str) -> bool {
    text.ends_with(".tar.gz") && is_made_of(text, b"-_.+")
}

/// That of the sources' own manifest is all zeros: it stands for a digest that is not known.
fn is_digest(text: &str) -> bool {
    text.len() == DIGEST_DIGITS
        && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
        && text.bytes().any(|byte| byte != b'0')
}
