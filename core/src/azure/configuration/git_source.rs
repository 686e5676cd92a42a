//! A git repository as the source of a configuration.

use serde_json::{Map, Value, json};

use super::error::InvalidConfiguration;
use super::validation::{check_seconds, check_url};

/// What of a repository is followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GitReference {
    /// A branch by its name: `release/1.0`.
    Branch(String),
    /// A tag by its name: `v1.0.0`.
    Tag(String),
    /// The newest tag in a range of versions.
    Semver(String),
    /// A commit by its 40 hexadecimal digits.
    Commit(String),
}

impl GitReference {
    fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Branch(text) => ("branch", text),
            Self::Tag(text) => ("tag", text),
            Self::Semver(text) => ("semver", text),
            Self::Commit(text) => ("commit", text),
        }
    }

    pub(super) fn document(&self) -> Value {
        let (kind, text) = self.parts();
        json!({ kind: text })
    }

    pub(super) fn check(&self) -> Result<(), InvalidConfiguration> {
        let (kind, text) = self.parts();
        match !text.is_empty()
            && !text.chars().any(|c| c.is_control() || c.is_whitespace() && kind != "semver")
        {
            true => Ok(()),
            false => Err(InvalidConfiguration::new(
                format!("gitRepository.repositoryRef.{kind}"),
                "must name what is followed",
            )),
        }
    }
}

/// A git repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitSource {
    /// Its URL: http(s), ssh or `git@host:path`.
    pub url: String,
    /// What of it is followed.
    pub reference: GitReference,
    /// How often it is fetched, in seconds; Azure's default is 600.
    pub sync_interval_seconds: Option<i64>,
    /// How long fetching may take, in seconds; Azure's default is 600.
    pub timeout_seconds: Option<i64>,
    /// The user of an https repository, whose key is among the protected settings.
    pub https_user: Option<String>,
    /// The known hosts of an ssh repository, in Base64.
    pub ssh_known_hosts: Option<String>,
    /// A Secret in the configuration's namespace that holds the credentials.
    pub local_auth_ref: Option<String>,
}

impl GitSource {
    /// A repository without credentials, fetched as often as Azure has it.
    pub fn new(url: impl Into<String>, reference: GitReference) -> Self {
        Self {
            url: url.into(),
            reference,
            sync_interval_seconds: None,
            timeout_seconds: None,
            https_user: None,
            ssh_known_hosts: None,
            local_auth_ref: None,
        }
    }

    pub(super) fn document(&self) -> Value {
        let mut document = Map::new();
        document.insert("url".to_owned(), json!(self.url));
        document.insert("repositoryRef".to_owned(), self.reference.document());
        let numbers = [
            ("syncIntervalInSeconds", self.sync_interval_seconds),
            ("timeoutInSeconds", self.timeout_seconds),
        ];
        for (key, value) in numbers {
            document.extend(value.map(|value| (key.to_owned(), json!(value))));
        }
        let texts = [
            ("httpsUser", &self.https_user),
            ("sshKnownHosts", &self.ssh_known_hosts),
            ("localAuthRef", &self.local_auth_ref),
        ];
        for (key, value) in texts {
            document.extend(value.as_ref().map(|value| (key.to_owned(), json!(value))));
        }
        Value::Object(document)
    }

    pub(super) fn check(&self) -> Result<(), InvalidConfiguration> {
        check_url("gitRepository.url", &self.url, &["http://", "https://", "ssh://", "git@"])?;
        self.reference.check()?;
        check_seconds("gitRepository.syncIntervalInSeconds", self.sync_interval_seconds)?;
        check_seconds("gitRepository.timeoutInSeconds", self.timeout_seconds)?;
        match (is_https(&self.url), &self.https_user, &self.ssh_known_hosts) {
            (false, Some(_), _) => {
                Err(InvalidConfiguration::new("gitRepository.httpsUser", "belongs to a URL of http or https"))
            }
            (true, _, Some(_)) => {
                Err(InvalidConfiguration::new("gitRepository.sshKnownHosts", "belongs to a URL of ssh"))
            }
            _ => Ok(()),
        }
    }
}

/// Whether a repository is reached by http or https.
pub(super) fn is_https(url: &str) -> bool {
    let lower = url.to_ascii_lowercase();
    lower.starts_with("https://") || lower.starts_with("http://")
}
