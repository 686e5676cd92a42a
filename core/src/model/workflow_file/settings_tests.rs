//! Settings that could break out of where they stand are refused, and no others.

use std::time::Duration;

use super::{ReleaseArchive, SuiteRelease, WorkflowSettings, WorkflowSettingsError, workflow_files};
use crate::model::Failure;

/// Settings of a release that nobody published.
pub(in crate::model) fn settings() -> WorkflowSettings {
    let archive = |arch: &str, digits: &str| ReleaseArchive {
        name: format!("kubectl-gitops_v0.1.0_linux_{arch}.tar.gz"),
        sha256: digits.repeat(32),
    };
    WorkflowSettings::new(SuiteRelease {
        version: "0.1.0".to_owned(),
        base_url: "https://github.com/kubectl-gitops/kubectl-gitops/releases/download/v0.1.0".to_owned(),
        x86_64: archive("amd64", "ab"),
        aarch64: archive("arm64", "cd"),
    })
}

type Change = fn(&mut WorkflowSettings, &str);

fn outcome(change: Change, value: &str) -> Result<(), WorkflowSettingsError> {
    let mut settings = settings();
    change(&mut settings, value);
    workflow_files(&settings).map(|_| ())
}

const RUNNER: Change = |settings, value| settings.runner = value.to_owned();
const BRANCH: Change = |settings, value| settings.default_branch = value.to_owned();
const REGISTRY: Change = |settings, value| settings.registry = value.to_owned();
const VERSION: Change = |settings, value| settings.release.version = value.to_owned();
const ADDRESS: Change = |settings, value| settings.release.base_url = value.to_owned();
const ARCHIVE: Change = |settings, value| settings.release.x86_64.name = value.to_owned();
const DIGEST: Change = |settings, value| settings.release.aarch64.sha256 = value.to_owned();

#[test]
fn what_pipelines_have_is_taken() {
    for (change, values) in [
        (RUNNER, &["ubuntu-24.04", "ubuntu-24.04-arm", "self-hosted", "Factory_7"] as &[&str]),
        (BRANCH, &["main", "master", "release/2.x", "trunk_1"]),
        (REGISTRY, &["ghcr.io", "containers.github.example.com", "registry.local:5000", "10.0.0.7:5000"]),
        (VERSION, &["0.1.0", "1.2.3-rc.1+build7"]),
        (ADDRESS, &["https://mirror.example.com:8443/kubectl-gitops/v0.1.0", "https://host/a%20b/~c/"]),
        (ARCHIVE, &["kubectl-gitops_v0.1.0_linux_amd64.tar.gz"]),
        (DIGEST, &["0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"]),
    ] {
        for value in values {
            assert_eq!(outcome(change, value), Ok(()), "{value}");
        }
    }
}

#[test]
fn what_could_be_taken_for_something_else_is_refused() {
    let digest_in_upper_case = "AB".repeat(32);
    let unknown_digest = "0".repeat(64);
    let long = "a".repeat(201);
    for (setting, change, values) in [
        (
            "runner",
            RUNNER,
            &["", "a b", "a\nb: c", "true", "No", "24", "a#b", "${{ x }}", "@{x}", &long] as &[&str],
        ),
        (
            "default branch",
            BRANCH,
            &["", "a'b", "*", "!main", "a..b", "/a", "a//b", "a/", "a.lock", "-a", "a\nb"],
        ),
        (
            "registry",
            REGISTRY,
            &["", "GHCR.io", "https://ghcr.io", "ghcr.io/a", "ghcr.io:", "a:b", "a'b", "a..b"],
        ),
        ("release version", VERSION, &["", "v0.1.0", "0.1.0\"; rm", "0.1.0 # x", "0.1.0\n"]),
        (
            "release address",
            ADDRESS,
            &[
                "",
                "http://a/b",
                "https://a",
                "https://u@a/b",
                "https://a/b'c",
                "https://a/b?c",
                "https://a/$(x)",
            ],
        ),
        ("release archive", ARCHIVE, &["", "a.zip", "../a.tar.gz", "a'b.tar.gz", "-a.tar.gz", "a b.tar.gz"]),
        ("digest", DIGEST, &["", "ab", &digest_in_upper_case, &unknown_digest]),
    ] {
        for value in values {
            let error = outcome(change, value).expect_err(value);
            let WorkflowSettingsError::Refused { setting: refused, .. } = &error else { panic!("{error}") };
            assert_eq!(*refused, setting, "{value}");
            let shown = error.to_string();
            assert!(!shown.contains('\n') && error.hint().is_some(), "{shown}");
        }
    }
}

#[test]
fn a_gate_waits_no_longer_than_a_job_may_take() {
    for (seconds, minutes) in
        [(1, Some(1)), (60, Some(1)), (61, Some(2)), (345 * 60, Some(345)), (0, None), (20_701, None)]
    {
        let mut settings = settings();
        settings.gate_timeout = Duration::from_secs(seconds);
        let files = workflow_files(&settings);
        match minutes {
            None => assert!(matches!(files, Err(WorkflowSettingsError::GateTimeout { .. })), "{seconds}"),
            Some(minutes) => {
                let files = files.expect("files");
                let file =
                    files.iter().find(|file| file.path.ends_with("post-deployment.yml")).expect("the gate");
                for line in [
                    format!("GATE_TIMEOUT: {minutes}m"),
                    format!("timeout-minutes: {}", minutes + 5),
                    format!("timeout-minutes: {}", minutes + 15),
                ] {
                    assert!(file.content.contains(&format!(" {line}\n")), "{seconds} {line}");
                }
            }
        }
    }
}
