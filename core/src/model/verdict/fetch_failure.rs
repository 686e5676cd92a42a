//! A source that cannot be fetched.
//!
//! `FetchFailed` decides: it stays throughout the retries, while `Ready` of a repository that was never
//! fetched flips at each of them. Only the message tells why a git operation failed.

use jiff::Timestamp;

use super::Reason;
use super::attempt_failure::with_message;
use super::timing::FETCH_GRACE_SECONDS;
use crate::model::objects::GitRepository;

/// A failed fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FetchFailure {
    /// Why.
    pub reason: Reason,
    /// The sentence.
    pub message: String,
    /// Since when.
    pub since: Option<Timestamp>,
    /// Whether waiting will not mend it: the secret is missing or unusable, or Flux gave up.
    pub is_final: bool,
}

impl FetchFailure {
    /// The failure of a source, if it has one.
    pub(super) fn of(source: &GitRepository) -> Option<Self> {
        let stalled = source
            .conditions
            .at("Stalled", "True")
            .filter(|condition| condition.observed_generation >= source.meta.generation);
        let failed = source
            .conditions
            .at("FetchFailed", "True")
            .or(source.conditions.at("StorageOperationFailed", "True"))
            .or(source.conditions.at("IncludeUnavailable", "True"))
            .or(source.conditions.at("SourceVerified", "False"))
            .or(stalled)?;
        let is_authentication = failed.reason == "AuthenticationFailed";
        let reason = if is_authentication {
            reason_of_secret(&failed.message)
        } else {
            reason_of_git_operation(&failed.message)
        };
        Some(Self {
            reason,
            message: sentence(source, reason, &failed.message),
            since: failed.since,
            is_final: is_authentication || stalled.is_some(),
        })
    }

    /// Whether it has lasted long enough to be a failure.
    pub(super) fn is_failure(&self, now: Timestamp) -> bool {
        let lasts = |since: Timestamp| now.as_second() - since.as_second() >= FETCH_GRACE_SECONDS;
        self.is_final || self.since.is_some_and(lasts)
    }
}

fn reason_of_secret(message: &str) -> Reason {
    if message.contains("not found") { Reason::GitSecretMissing } else { Reason::AuthenticationFailed }
}

/// Known texts of go-git, Go's net package and git servers, the specific before the general.
fn reason_of_git_operation(message: &str) -> Reason {
    const KNOWN: [(&str, Reason); 23] = [
        ("couldn't find remote ref", Reason::BranchNotFound),
        ("reference not found", Reason::BranchNotFound),
        ("authentication required", Reason::TokenRejected),
        ("authorization failed", Reason::TokenRejected),
        ("invalid credentials", Reason::TokenRejected),
        ("invalid username or", Reason::TokenRejected),
        ("unable to authenticate", Reason::TokenRejected),
        ("permission denied", Reason::TokenRejected),
        ("status code: 401", Reason::TokenRejected),
        ("status code: 403", Reason::TokenRejected),
        ("repository not found", Reason::RepositoryNotFound),
        ("status code: 404", Reason::RepositoryNotFound),
        ("x509:", Reason::CertificateRefused),
        ("tls:", Reason::CertificateRefused),
        ("certificate", Reason::CertificateRefused),
        ("no such host", Reason::HostNotResolved),
        ("server misbehaving", Reason::HostNotResolved),
        ("temporary failure in name resolution", Reason::HostNotResolved),
        ("connection refused", Reason::ConnectionRefused),
        ("no route to host", Reason::ConnectionRefused),
        ("deadline exceeded", Reason::FetchTimeout),
        ("i/o timeout", Reason::FetchTimeout),
        ("timeout", Reason::FetchTimeout),
    ];
    let message = message.to_lowercase();
    KNOWN.iter().find(|(text, _)| message.contains(text)).map_or(Reason::FetchFailed, |(_, reason)| *reason)
}

fn sentence(source: &GitRepository, reason: Reason, message: &str) -> String {
    let (url, key) = (&source.url, source.meta.key());
    let secret = source.secret.as_deref().unwrap_or("(none named)");
    let branch = source.branch.as_deref().unwrap_or("(none named)");
    match reason {
        Reason::TokenRejected => {
            format!("{url} refuses the token in Secret {}/{secret}", source.meta.namespace)
        }
        Reason::GitSecretMissing => format!(
            "Secret {}/{secret}, which GitRepository {key} fetches with, is not there",
            source.meta.namespace
        ),
        Reason::AuthenticationFailed => with_message(
            format!("Secret {}/{secret} cannot be used to fetch {url}", source.meta.namespace),
            message,
        ),
        Reason::RepositoryNotFound => {
            format!("there is no repository {url}, or the token in Secret {secret} may not see it")
        }
        Reason::BranchNotFound => format!("{url} has no branch {branch}"),
        Reason::CertificateRefused => {
            with_message(format!("the certificate of {url} is not trusted"), message)
        }
        Reason::HostNotResolved => format!("the host of {url} cannot be found (DNS)"),
        Reason::ConnectionRefused => format!("nothing answers at {url} (connection refused)"),
        Reason::FetchTimeout => format!("{url} does not answer in time"),
        _ => with_message(format!("GitRepository {key} cannot be fetched"), message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_the_reason() {
        for (message, reason) in [
            ("unable to clone 'http://h/r': authentication required: ", Reason::TokenRejected),
            ("unable to clone 'http://h/r': repository not found: ", Reason::RepositoryNotFound),
            ("unable to clone: couldn't find remote ref \"refs/heads/qa\"", Reason::BranchNotFound),
            ("dial tcp 127.0.0.1:9: connect: connection refused", Reason::ConnectionRefused),
            ("dial tcp: lookup nowhere.example: no such host", Reason::HostNotResolved),
            (
                "tls: failed to verify certificate: x509: certificate signed by unknown authority",
                Reason::CertificateRefused,
            ),
            (
                "context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
                Reason::FetchTimeout,
            ),
            ("something new", Reason::FetchFailed),
            ("", Reason::FetchFailed),
        ] {
            assert_eq!(reason_of_git_operation(message), reason, "{message}");
        }
    }
}
