//! Sources that bring nothing, or something else than it seems.

use super::expectation::Expectation;

pub(super) const SOURCES: &[Expectation] = &[
    Expectation {
        environment: &["store"],
        stands: &["Failed/VerificationFailed"],
        ready: &["3/3"],
        since: Some("2026-11-18T00:49:00Z"),
        says: &[
            "OCIRepository flux-system/flux-system",
            "multiple identities",
            "7836c0b|stays applied|still run",
        ],
        says_not: &["is not followed"],
        next: &["kubectl", "ocirepository/flux-system", "-n flux-system"],
        ..Expectation::of("04-oci-verify-freeze")
    },
    Expectation {
        environment: &["billing"],
        stands: &["Failed/HostKeyRefused"],
        ready: &["2/2"],
        since: Some("2026-11-23T09:25:00Z"),
        says: &["host key", "known_hosts", "0dd8282"],
        next: &["known_hosts", "secret", "flux-system"],
        next_not: &["token", "deploy key", "deploy-key"],
        ..Expectation::of("09-knownhosts-rotated")
    },
    Expectation {
        environment: &["portal"],
        stands: &["Deployed/Applied"],
        ready: &["2/2"],
        says: &["ReferenceIgnored", "v3.0.73", "master"],
        next: &["kubectl patch gitrepository/portal", "-n flux-system", "/spec/ref/tag"],
        ..Expectation::of("10-tag-shadows-branch")
    },
    Expectation {
        environment: &["kiosk"],
        stands: &["Failed/TokenRejected", "Failed/AuthenticationFailed", "Failed/FetchFailed"],
        ready: &["2/2"],
        since: Some("2026-11-24T04:09:00Z"),
        says: &[
            "OCIRepository flux-system/flux-system|ocirepository/flux-system",
            "registry-credentials",
            "denied|refuse",
        ],
        says_not: &["git server", "is not followed"],
        next: &["secret", "registry-credentials", "-n flux-system"],
        next_not: &["username=git"],
        ..Expectation::of("30-oci-registry-denied")
    },
    Expectation {
        environment: &["till"],
        stands: &["NotDeployed/TokenRejected", "NotDeployed/AuthenticationFailed", "NotDeployed/FetchFailed"],
        ready: &["-"],
        says: &["Bucket till/till|bucket/till", "Access Denied|refused", "bucket-key"],
        says_not: &["git server", "is not followed"],
        next: &["secret|bucket", "-n till"],
        next_not: &["--watch", "username=git"],
        ..Expectation::of("32-bucket-denied")
    },
];
