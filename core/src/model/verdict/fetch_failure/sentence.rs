//! What a fetch that failed is called: one sentence, told as past, because what was said of a cluster or a server may be
//! over by now.

use super::super::Reason;
use super::super::attempt_failure::with_message;
use super::super::next_commands::is_ssh;
use crate::model::objects::{Condition, Source, SourceKind};

/// What went wrong at the last try.
pub(super) fn sentence(source: &Source, reason: Reason, failed: &Condition) -> String {
    let message = failed.message.as_str();
    let (place, title) = (place(source), source.title());
    let secret = source.secret.as_ref().map(|secret| format!("Secret {}/{secret}", source.meta.namespace));
    match reason {
        Reason::TokenRejected => refused_credentials(source, &place, secret.as_deref(), message),
        Reason::GitSecretMissing => {
            let named = secret.as_deref().unwrap_or("its Secret");
            format!("{named}, which {title} fetches with, was not there")
        }
        Reason::AuthenticationFailed => {
            let named = match (&secret, source.provider.as_str()) {
                (Some(secret), _) => secret.clone(),
                (None, "generic") => "its Secret".to_owned(),
                (None, provider) => format!("source-controller's identity at {provider}"),
            };
            with_message(format!("{named} could not be used to fetch {place}"), message)
        }
        Reason::RepositoryNotFound => {
            let thing = thing(source.kind);
            match &secret {
                Some(secret) => {
                    let credentials = credentials(source);
                    format!("there was no {thing} {place}, or the {credentials} in {secret} may not see it")
                }
                None => format!("there was no {thing} {place}, or nobody without a token may see it"),
            }
        }
        Reason::BranchNotFound | Reason::ReferenceNotFound if !source.references.is_empty() => {
            format!("{place} had no {}", source.followed_in_words())
        }
        Reason::BranchNotFound | Reason::ReferenceNotFound => {
            with_message(format!("{place} did not have what {title} follows"), message)
        }
        Reason::VerificationFailed => {
            with_message(format!("the signature of what {title} fetched was refused"), message)
        }
        Reason::HostKeyRefused => {
            let named = secret.unwrap_or_else(|| "its Secret".to_owned());
            let sentence = format!("{place} showed an SSH host key that is not in known_hosts of {named}");
            with_message(sentence, host_key_trouble(message))
        }
        Reason::CertificateRefused => {
            with_message(format!("the certificate of {place} was not trusted"), message)
        }
        Reason::HostNotResolved => format!("the host of {place} could not be found (DNS)"),
        Reason::ConnectionRefused => format!("nothing answered at {place} (connection refused)"),
        Reason::FetchTimeout => format!("{place} did not answer in time"),
        Reason::RateLimited => format!("{place} took no more requests (rate limit)"),
        Reason::ProxyFailed => with_message(format!("the proxy on the way to {place} failed"), message),
        _ => with_message(format!("{title} could not be fetched"), message),
    }
}

/// Where a source fetches from, so that a reader knows what kind of thing is meant.
fn place(source: &Source) -> String {
    match (source.kind, &source.origin) {
        (SourceKind::HelmChart, Some(origin)) => format!("chart {} of {}", source.url, origin.title()),
        (SourceKind::ExternalArtifact, Some(origin)) => origin.title(),
        (SourceKind::ExternalArtifact, None) => source.title(),
        _ => source.url.clone(),
    }
}

fn thing(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::GitRepository | SourceKind::OciRepository => "repository",
        SourceKind::Bucket => "bucket",
        SourceKind::HelmRepository => "index of charts at",
        SourceKind::HelmChart | SourceKind::ExternalArtifact => "source",
    }
}

/// What its Secret holds.
fn credentials(source: &Source) -> &'static str {
    match source.kind {
        SourceKind::GitRepository if is_ssh(source) => "key",
        SourceKind::GitRepository => "token",
        _ => "credentials",
    }
}

fn refused_credentials(source: &Source, place: &str, secret: Option<&str>, message: &str) -> String {
    let credentials = credentials(source);
    let is_git = source.kind == SourceKind::GitRepository;
    let sentence = match (secret, source.provider.as_str()) {
        (Some(secret), _) if is_git => format!("{place} refused the {credentials} in {secret}"),
        (Some(secret), _) => {
            let title = source.title();
            format!("{place} refused the {credentials} in {secret}, which {title} fetches with")
        }
        (None, "generic") if is_git => {
            format!("{place} wanted a {credentials}, and {} names no Secret with one", source.title())
        }
        (None, "generic") => {
            format!("{place} wanted {credentials}, and {} names no Secret with any", source.title())
        }
        (None, provider) => {
            format!("{place} refused source-controller's identity at {provider} for {}", source.title())
        }
    };
    // What git servers say of credentials is always the same.
    if is_git { sentence } else { with_message(sentence, message) }
}

/// What was wrong with the host key, without what leads to it.
fn host_key_trouble(message: &str) -> &str {
    message.split_once("knownhosts: ").map_or(message, |(_, trouble)| trouble)
}
