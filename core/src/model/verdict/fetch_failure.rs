//! A source that cannot be fetched.
//!
//! `FetchFailed` decides: it stays throughout the retries, while `Ready` of a repository that was never
//! fetched flips at each of them. Only the message tells why a git operation failed. Its transition moves when the
//! message does, so that the beginning is taken from the oldest Warning since the last success where there is one.

use std::sync::Arc;

use jiff::Timestamp;

use super::attempt_failure::with_message;
use super::last_try::LastTry;
use super::timing::FETCH_GRACE_SECONDS;
use super::{Reason, Since, SinceFrom};
use crate::model::cluster::KustomizationFacts;
use crate::model::objects::{Condition, Event, Source};

/// A failed fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FetchFailure {
    /// Why.
    pub reason: Reason,
    /// What went wrong, told as past and without its age.
    pub sentence: String,
    /// Since when for this reason.
    pub since: Option<Since>,
    /// Since when every fetch has failed, for whichever reasons.
    pub failing_since: Option<Timestamp>,
    /// When Flux last tried.
    pub last_try: LastTry,
    /// Whether waiting will not mend it: the secret is missing or unusable, or Flux gave up.
    pub is_final: bool,
}

impl FetchFailure {
    /// Why the source of a kustomization cannot be fetched, if that is so.
    pub(super) fn of(facts: &KustomizationFacts) -> Option<Self> {
        Self::of_source(facts.source.as_deref()?, &facts.source_events)
    }

    /// Why a source cannot be fetched, if that is so, from itself and the events about it.
    pub(super) fn of_source(source: &Source, events: &[Arc<Event>]) -> Option<Self> {
        let failed = failed_condition(source)?;
        let reason = reason(&failed.reason, &failed.message);
        let (success, warnings) = warnings_since_success(events, source);
        let first = |alike: &dyn Fn(&Event) -> bool| {
            let begun = warnings.iter().filter(|event| event.first >= success && alike(event));
            SinceFrom::Event.at(begun.filter_map(|event| event.first).min())
        };
        let condition = SinceFrom::Condition.at(failed.since);
        let earliest = |event: Option<Since>| [condition, event].into_iter().flatten().min();
        let last_told = warnings.iter().filter_map(|event| event.last).max();
        let ready = source.conditions.at("Ready", "False").and_then(|ready| ready.since);
        Some(Self {
            reason,
            sentence: sentence(source, reason, &failed.message),
            since: earliest(first(&|event| self::reason(&event.reason, &event.message) == reason)),
            failing_since: earliest(first(&|_| true)).map(|since| since.time),
            last_try: LastTry {
                time: failed.since.max(last_told).max(ready),
                is_exact: last_told.is_some() || source.artifact.is_none(),
            },
            is_final: failed.reason == AUTHENTICATION_FAILED || stalled(source).is_some(),
        })
    }

    /// Whether it has lasted long enough to be a failure.
    pub(super) fn is_failure(&self, now: Timestamp) -> bool {
        let lasts = |since: Timestamp| now.as_second() - since.as_second() >= FETCH_GRACE_SECONDS;
        self.is_final || self.failing_since.is_some_and(lasts)
    }

    /// The sentence as what Flux said at its last try.
    pub(super) fn message(&self, now: Timestamp) -> String {
        format!("{}: {}", self.last_try.in_words(now), self.sentence)
    }
}

/// The reason of a condition or event where the Secret is missing or unusable.
const AUTHENTICATION_FAILED: &str = "AuthenticationFailed";

/// Whether another Secret may mend what a condition says.
pub(super) fn is_about_secret(condition: &Condition) -> bool {
    let reason = reason(&condition.reason, &condition.message);
    matches!(reason, Reason::GitSecretMissing | Reason::AuthenticationFailed | Reason::TokenRejected)
}

/// The condition that says that a source cannot be fetched.
pub(super) fn failed_condition(source: &Source) -> Option<&Condition> {
    let conditions = &source.conditions;
    conditions
        .at("FetchFailed", "True")
        .or(conditions.at("StorageOperationFailed", "True"))
        .or(conditions.at("IncludeUnavailable", "True"))
        .or(conditions.at("SourceVerified", "False"))
        .or(stalled(source))
}

fn stalled(source: &Source) -> Option<&Condition> {
    let stalled = source.conditions.at("Stalled", "True");
    stalled.filter(|condition| condition.observed_generation >= source.meta.generation)
}

/// When source-controller last fetched with success, of which every one leaves an event, and what it warned of since. A
/// warning that is repeated may have been seen before that success too.
fn warnings_since_success<'a>(
    events: &'a [Arc<Event>],
    source: &Source,
) -> (Option<Timestamp>, Vec<&'a Event>) {
    let events = events.iter().map(AsRef::as_ref);
    let events: Vec<&Event> =
        events.filter(|event: &&Event| event.concerns(source.kind.name(), &source.meta)).collect();
    let is_success = |event: &&&Event| {
        !event.warning
            && matches!(event.reason.as_str(), "NewArtifact" | "Succeeded" | "GitOperationSucceeded")
    };
    let told = events.iter().filter(is_success).filter_map(|event| event.last).max();
    let success = told.max(source.stored);
    let warnings = events.into_iter().filter(|event| event.warning && event.last >= success);
    (success, warnings.collect())
}

/// What a condition or event of source-controller is about.
fn reason(reason: &str, message: &str) -> Reason {
    if reason == AUTHENTICATION_FAILED { reason_of_secret(message) } else { reason_of_git_operation(message) }
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

/// What went wrong at the last try. What is said of a cluster or a server may be over by now.
fn sentence(source: &Source, reason: Reason, message: &str) -> String {
    let (url, title) = (&source.url, source.title());
    let secret = source.secret.as_ref().map(|secret| format!("Secret {}/{secret}", source.meta.namespace));
    let named = secret.as_deref().unwrap_or("its Secret");
    match (reason, &secret) {
        (Reason::TokenRejected, Some(secret)) => format!("{url} refused the token in {secret}"),
        (Reason::TokenRejected, None) => {
            format!("{url} wanted a token, and {title} names no Secret with one")
        }
        (Reason::GitSecretMissing, _) => {
            format!("{named}, which {title} fetches with, was not there")
        }
        (Reason::AuthenticationFailed, _) => {
            with_message(format!("{named} could not be used to fetch {url}"), message)
        }
        (Reason::RepositoryNotFound, Some(secret)) => {
            format!("there was no repository {url}, or the token in {secret} may not see it")
        }
        (Reason::RepositoryNotFound, None) => {
            format!("there was no repository {url}, or nobody without a token may see it")
        }
        (Reason::BranchNotFound, _) => match &source.branch {
            Some(branch) => format!("{url} had no branch {branch}"),
            None => with_message(format!("{url} did not have the reference that {title} follows"), message),
        },
        (Reason::CertificateRefused, _) => {
            with_message(format!("the certificate of {url} was not trusted"), message)
        }
        (Reason::HostNotResolved, _) => format!("the host of {url} could not be found (DNS)"),
        (Reason::ConnectionRefused, _) => format!("nothing answered at {url} (connection refused)"),
        (Reason::FetchTimeout, _) => format!("{url} did not answer in time"),
        _ => with_message(format!("{title} could not be fetched"), message),
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
