//! Why an image cannot be pulled, by what the container runtime says of it. A registry that refuses the credentials, an
//! image that is not there and a registry that cannot be reached want three different things of whoever reads it.

use std::sync::Arc;

use super::attempt_failure::with_message;
use crate::model::objects::{Container, Event, Pod, PodEventSubject};

/// Why an image cannot be pulled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PullFailure {
    /// The registry refuses the credentials, or asks for some.
    Credentials,
    /// The registry has no such image, or hides it from whoever asks.
    MissingOrHidden,
    /// The registry has no such image.
    Missing,
    /// The registry takes no more requests for now.
    RateLimit,
    /// The registry's certificate is not trusted.
    Certificate,
    /// The image is not made for the node's platform.
    Platform,
    /// The registry is not reached, or fails.
    Unreachable,
}

/// What a runtime's message has in it, in small letters, the most certain first.
const SIGNS: [(PullFailure, &[&str]); 7] = [
    (PullFailure::RateLimit, &["toomanyrequests", "too many requests", "rate limit"]),
    (PullFailure::Platform, &["no match for platform", "no matching manifest for"]),
    (PullFailure::MissingOrHidden, &["does not exist or may require", "may not exist or may require"]),
    (
        PullFailure::Credentials,
        &[
            "401 unauthorized",
            "403 forbidden",
            "status: 401",
            "status: 403",
            "status code 401",
            "status code 403",
            "unauthorized",
            "authentication required",
            "pull access denied",
            "access denied",
            "denied:",
            "no basic auth credentials",
            "failed to authorize",
            "failed to fetch oauth token",
            "failed to fetch anonymous token",
            "insufficient_scope",
            "authorization failed",
            "requested access to the resource is denied",
            "invalid username/password",
        ],
    ),
    (PullFailure::Certificate, &["x509:", "certificate"]),
    (
        PullFailure::Unreachable,
        &[
            "no such host",
            "server misbehaving",
            "connection refused",
            "connection reset",
            "connection timed out",
            "i/o timeout",
            "no route to host",
            "network is unreachable",
            "tls handshake timeout",
            "context deadline exceeded",
            "http response to https client",
            "500 internal server error",
            "502 bad gateway",
            "503 service unavailable",
            "504 gateway",
            "unexpected eof",
        ],
    ),
    (
        PullFailure::Missing,
        &[
            "not found",
            "manifest unknown",
            "manifest_unknown",
            "name unknown",
            "name_unknown",
            "does not exist",
        ],
    ),
];

impl PullFailure {
    /// That of a container whose image cannot be pulled, by what the container says, and where that says that it is
    /// tried again alone, by what the newest event about it said; with the registry's status where it was refused.
    pub(super) fn of(container: &Container, events: &[Arc<Event>]) -> Option<(Self, Option<&'static str>)> {
        let waiting = container.waiting.as_ref().map(|(_, message)| message.as_str()).unwrap_or_default();
        let events = events.iter().map(AsRef::as_ref).filter(|event| {
            event.message.contains(&container.image)
                && PodEventSubject::of(event) == Some(PodEventSubject::ImagePull)
        });
        let messages = [waiting].into_iter().chain(events.map(|event| event.message.as_str()));
        messages.into_iter().find_map(|message| {
            let failure = Self::of_message(message, &container.image)?;
            Some((failure, refusing_status(message)))
        })
    }

    /// By the words of a message. The image's own name says nothing.
    fn of_message(message: &str, image: &str) -> Option<Self> {
        let message = if image.is_empty() { message.to_owned() } else { message.replace(image, "") };
        let message = message.to_lowercase();
        let is_named = |signs: &&[&str]| signs.iter().any(|sign| message.contains(sign));
        SIGNS.iter().find(|(_, signs)| is_named(signs)).map(|(failure, _)| *failure)
    }

    fn words(self) -> &'static str {
        match self {
            PullFailure::Credentials => "the registry refuses the credentials",
            PullFailure::MissingOrHidden => {
                "the registry has no such image, or does not show it with these credentials"
            }
            PullFailure::Missing => "the registry has no such image",
            PullFailure::RateLimit => "the registry takes no more requests for now (rate limit)",
            PullFailure::Certificate => "the registry's certificate is not trusted",
            PullFailure::Platform => "the image is not made for the node's platform",
            PullFailure::Unreachable => "the registry is not reached",
        }
    }

    /// Whether it may be mended with other credentials.
    pub(super) fn is_about_credentials(self) -> bool {
        matches!(self, PullFailure::Credentials | PullFailure::MissingOrHidden | PullFailure::RateLimit)
    }
}

/// What a pod cannot pull, and why as far as that is said.
pub(super) fn sentence(
    pod: &Pod,
    container: &Container,
    failure: Option<(PullFailure, Option<&'static str>)>,
) -> String {
    let (failure, status) = failure.unzip();
    let reason = container.waiting.as_ref().map(|(reason, _)| reason.as_str()).unwrap_or_default();
    let sentence = format!("cannot pull image {} ({reason})", container.image);
    let words = failure.map(PullFailure::words).unwrap_or_default();
    let status = status.flatten().filter(|_| failure == Some(PullFailure::Credentials));
    let status = status.map(|status| format!(" ({status})")).unwrap_or_default();
    let sentence = with_message(sentence, &format!("{words}{status}"));
    match (failure.filter(|failure| failure.is_about_credentials()), pod.pull_secrets.as_slice()) {
        (None, _) => sentence,
        (Some(_), []) => sentence + "; the pod names no imagePullSecrets, so that those of its node count",
        (Some(_), secrets) => format!("{sentence}; it pulls with imagePullSecrets {}", secrets.join(", ")),
    }
}

/// The status with which a registry refuses credentials, as the message has it.
fn refusing_status(message: &str) -> Option<&'static str> {
    let lower = message.to_lowercase();
    let is_status = |code: &str, word: &str| {
        let signs = [format!("{code} {word}"), format!("status: {code}"), format!("status code {code}")];
        signs.iter().any(|sign| lower.contains(sign))
    };
    let statuses = [("401", "unauthorized"), ("403", "forbidden")];
    statuses.into_iter().find_map(|(code, word)| is_status(code, word).then_some(code))
}

/// The host that an image is pulled from.
pub(super) fn registry(image: &str) -> &str {
    match image.split_once('/') {
        Some((host, _)) if host.contains(['.', ':']) || host == "localhost" => host,
        _ => "docker.io",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IMAGE: &str = "registry.contoso.example/catalog/denied-certificate:4.0.3";

    #[test]
    fn what_runtimes_say_is_told_apart() {
        for (message, expected) in [
            (
                "failed to authorize: failed to fetch oauth token: unexpected status from GET request to \
                 https://registry.example/token?scope=a: 403 Forbidden",
                Some(PullFailure::Credentials),
            ),
            ("unexpected status code 401 Unauthorized", Some(PullFailure::Credentials)),
            (
                "Error response from daemon: unauthorized: authentication required",
                Some(PullFailure::Credentials),
            ),
            ("denied: permission_denied: read_package", Some(PullFailure::Credentials)),
            (
                "pull access denied, repository does not exist or may require authorization: server message: \
                 insufficient_scope: authorization failed",
                Some(PullFailure::MissingOrHidden),
            ),
            (
                "failed to resolve reference \"r.example/a:5\": r.example/a:5: not found",
                Some(PullFailure::Missing),
            ),
            ("manifest unknown: manifest tagged by \"5\" is not found", Some(PullFailure::Missing)),
            (
                "429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit",
                Some(PullFailure::RateLimit),
            ),
            (
                "tls: failed to verify certificate: x509: certificate signed by unknown authority",
                Some(PullFailure::Certificate),
            ),
            ("dial tcp: lookup registry.example: no such host", Some(PullFailure::Unreachable)),
            ("net/http: TLS handshake timeout", Some(PullFailure::Unreachable)),
            ("no match for platform in manifest: not found", Some(PullFailure::Platform)),
            ("Back-off pulling image", None),
            ("", None),
        ] {
            let with_image = format!("Failed to pull image \"{IMAGE}\": {message}");
            for message in [message, with_image.as_str()] {
                assert_eq!(PullFailure::of_message(message, IMAGE), expected, "{message}");
            }
        }
    }

    #[test]
    fn an_image_without_a_host_is_pulled_from_docker() {
        for (image, host) in [
            ("nginx:1", "docker.io"),
            ("library/nginx", "docker.io"),
            ("localhost:5000/a", "localhost:5000"),
            (IMAGE, "registry.contoso.example"),
        ] {
            assert_eq!(registry(image), host, "{image}");
        }
    }
}
