//! Why a source cannot be fetched, as a word: by Flux's reason where that is one of ours, else by known texts of go-git,
//! Go's net package, registries, object stores and git servers.

use super::super::Reason;
use crate::model::objects::Source;

/// The reason of a condition or event where the Secret is missing or unusable.
pub(super) const AUTHENTICATION_FAILED: &str = "AuthenticationFailed";

/// What a condition or event about a source is about.
pub(super) fn reason(source: &Source, reason: &str, message: &str) -> Reason {
    match reason {
        AUTHENTICATION_FAILED => reason_of_secret(message),
        "VerificationError" | "VerificationFailed" | "ChartVerificationError" | "InvalidVerificationMode" => {
            Reason::VerificationFailed
        }
        _ if is_about_storage(reason) => Reason::FetchFailed,
        _ => match reason_of_fetch(message) {
            Reason::BranchNotFound if source.branch().is_none() && !source.references.is_empty() => {
                Reason::ReferenceNotFound
            }
            reason => reason,
        },
    }
}

/// Whether source-controller could not keep or take apart what it had fetched: no server said anything then.
pub(super) fn is_about_storage(reason: &str) -> bool {
    const LOCAL: [&str; 10] = [
        "AcquireLockFailed",
        "ArchiveOperationFailed",
        "CacheOperationFailed",
        "ChartPackageError",
        "DirectoryCreationFailed",
        "InvalidPath",
        "MetadataPatchError",
        "StatOperationFailed",
        "StorageOperationFailed",
        "ValuesFilesError",
    ];
    LOCAL.contains(&reason)
}

fn reason_of_secret(message: &str) -> Reason {
    if message.contains("not found") { Reason::GitSecretMissing } else { Reason::AuthenticationFailed }
}

/// Texts that tell, the specific before the general. Bare numbers are not among them: digests have those too.
const KNOWN: &[(&str, Reason)] = &[
    // Before the server is reached.
    ("proxyconnect", Reason::ProxyFailed),
    ("proxy authentication required", Reason::ProxyFailed),
    ("status code: 407", Reason::ProxyFailed),
    ("knownhosts:", Reason::HostKeyRefused),
    ("host key verification failed", Reason::HostKeyRefused),
    ("host key mismatch", Reason::HostKeyRefused),
    ("hostkey", Reason::HostKeyRefused),
    ("unknown host key", Reason::HostKeyRefused),
    ("x509:", Reason::CertificateRefused),
    ("tls:", Reason::CertificateRefused),
    ("no such host", Reason::HostNotResolved),
    ("server misbehaving", Reason::HostNotResolved),
    ("temporary failure in name resolution", Reason::HostNotResolved),
    // What the server said.
    ("too many requests", Reason::RateLimited),
    ("toomanyrequests", Reason::RateLimited),
    ("rate limit", Reason::RateLimited),
    ("status code: 429", Reason::RateLimited),
    ("manifest_unknown", Reason::ReferenceNotFound),
    ("manifest unknown", Reason::ReferenceNotFound),
    ("no match found for semver", Reason::ReferenceNotFound),
    ("no chart version found", Reason::ReferenceNotFound),
    ("could not locate a version", Reason::ReferenceNotFound),
    ("unable to locate any tags", Reason::ReferenceNotFound),
    ("couldn't find remote ref", Reason::BranchNotFound),
    ("reference not found", Reason::BranchNotFound),
    ("name_unknown", Reason::RepositoryNotFound),
    ("nosuchbucket", Reason::RepositoryNotFound),
    ("containernotfound", Reason::RepositoryNotFound),
    ("no chart name found", Reason::RepositoryNotFound),
    ("repository not found", Reason::RepositoryNotFound),
    ("authentication required", Reason::TokenRejected),
    ("authorization failed", Reason::TokenRejected),
    ("authorizationpermissionmismatch", Reason::TokenRejected),
    ("authorizationfailure", Reason::TokenRejected),
    ("invalid credentials", Reason::TokenRejected),
    ("invalid username or", Reason::TokenRejected),
    ("invalidaccesskeyid", Reason::TokenRejected),
    ("signaturedoesnotmatch", Reason::TokenRejected),
    ("the access key id you provided", Reason::TokenRejected),
    ("unable to authenticate", Reason::TokenRejected),
    ("permission denied", Reason::TokenRejected),
    ("access denied", Reason::TokenRejected),
    ("accessdenied", Reason::TokenRejected),
    ("unauthorized", Reason::TokenRejected),
    ("denied: ", Reason::TokenRejected),
    ("403 forbidden", Reason::TokenRejected),
    ("status code: 401", Reason::TokenRejected),
    ("status code: 403", Reason::TokenRejected),
    ("404 not found", Reason::RepositoryNotFound),
    ("status code: 404", Reason::RepositoryNotFound),
    ("certificate", Reason::CertificateRefused),
    // That it said nothing.
    ("connection refused", Reason::ConnectionRefused),
    ("no route to host", Reason::ConnectionRefused),
    ("deadline exceeded", Reason::FetchTimeout),
    ("timeout", Reason::FetchTimeout),
    ("timed out", Reason::FetchTimeout),
];

fn reason_of_fetch(message: &str) -> Reason {
    let message = without_addresses(&message.to_lowercase());
    if message.contains("bucket '") && message.trim_end().ends_with("' not found") {
        return Reason::RepositoryNotFound;
    }
    KNOWN.iter().find(|(text, _)| message.contains(text)).map_or(Reason::FetchFailed, |(_, reason)| *reason)
}

/// The text without addresses: a repository may be called anything, `certificates` too.
fn without_addresses(message: &str) -> String {
    let words = message.split(' ').map(|word| match word.split_once("://") {
        Some((_, address)) => {
            let end = address.find(['"', '\'', ',', ')', ']']).unwrap_or(address.len());
            &address[end..]
        }
        None => word,
    });
    words.collect::<Vec<_>>().join(" ")
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
            ("unable to clone 'https://h/certificates': connection refused", Reason::ConnectionRefused),
            ("dial tcp: lookup nowhere.example: no such host", Reason::HostNotResolved),
            (
                "tls: failed to verify certificate: x509: certificate signed by unknown authority",
                Reason::CertificateRefused,
            ),
            (
                "context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
                Reason::FetchTimeout,
            ),
            ("ssh: handshake failed: knownhosts: key mismatch", Reason::HostKeyRefused),
            ("ssh: handshake failed: knownhosts: key is unknown", Reason::HostKeyRefused),
            (
                "ssh: handshake failed: ssh: unable to authenticate, attempted methods [none publickey]",
                Reason::TokenRejected,
            ),
            (
                "Get \"https://h\": proxyconnect tcp: dial tcp 10.0.0.1:3128: connect: connection refused",
                Reason::ProxyFailed,
            ),
            (
                "unexpected client error: unexpected requesting \"https://h\" status code: 429",
                Reason::RateLimited,
            ),
            (
                "failed to determine artifact digest: GET https://ghcr.io/v2/a/b/manifests/1.0: MANIFEST_UNKNOWN: manifest unknown",
                Reason::ReferenceNotFound,
            ),
            (
                "GET https://r.example/v2/a/manifests/1: NAME_UNKNOWN: repository name not known to registry",
                Reason::RepositoryNotFound,
            ),
            (
                "GET https://r.example/v2/a: UNAUTHORIZED: authentication required; [map[Class:]]",
                Reason::TokenRejected,
            ),
            ("GET https://ghcr.io/token?scope=x&service=ghcr.io: DENIED: denied", Reason::TokenRejected),
            (
                "GET https://r.example/v2/denied-401: unexpected status code 502 Bad Gateway",
                Reason::FetchFailed,
            ),
            (
                "failed to determine the artifact tag for 'oci://r/a': no match found for semver: >=9",
                Reason::ReferenceNotFound,
            ),
            ("bucket 'manifests' not found", Reason::RepositoryNotFound),
            ("failed to confirm existence of 'manifests' bucket: Access Denied.", Reason::TokenRejected),
            ("failed to fetch https://charts.example/index.yaml : 404 Not Found", Reason::RepositoryNotFound),
            ("failed to fetch https://charts.example/index.yaml : 401 Unauthorized", Reason::TokenRejected),
            ("something new", Reason::FetchFailed),
            ("", Reason::FetchFailed),
        ] {
            assert_eq!(reason_of_fetch(message), reason, "{message}");
        }
    }

    #[test]
    fn fields_tell_before_messages() {
        let git = Source::default();
        for (field, message, expected) in [
            (
                "AuthenticationFailed",
                "failed to get secret 'a/b': secrets \"b\" not found",
                Reason::GitSecretMissing,
            ),
            (
                "AuthenticationFailed",
                "invalid 'password' for 'x': connection refused",
                Reason::AuthenticationFailed,
            ),
            ("VerificationError", "context deadline exceeded", Reason::VerificationFailed),
            ("ArchiveOperationFailed", "mkdir: permission denied", Reason::FetchFailed),
            ("OCIArtifactPullFailed", "UNAUTHORIZED: authentication required", Reason::TokenRejected),
        ] {
            assert_eq!(reason(&git, field, message), expected, "{field}: {message}");
        }
    }
}
