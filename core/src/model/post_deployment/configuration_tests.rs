//! Tables of what Azure says of one configuration, and where it stands by that.

use serde_json::{Value, json};

use super::scene::{
    OLDER, WANTED, applied, at, attempting, condition, configuration, connected, failed, object,
};
use super::{ConfigurationState, ConfigurationVerdict, ReportedConfiguration, WantedCommit};
use crate::model::azure::FluxConfiguration;
use crate::model::contract::FLUX_NAMESPACE;
use crate::model::verdict::Reason;

fn wanted() -> WantedCommit {
    WantedCommit { merged: Some(at(900)), ..WantedCommit::of(WANTED) }
}

fn decide(document: &FluxConfiguration) -> ConfigurationVerdict {
    ReportedConfiguration { document, connected: None, wanted: &wanted(), now: at(1000) }.decide()
}

fn unchanged(_: &mut Value) {}

#[track_caller]
fn assert_stands(document: &FluxConfiguration, state: ConfigurationState, message: &str) {
    let verdict = decide(document);
    assert_eq!((verdict.state, verdict.message.as_str()), (state, message));
}

#[test]
fn only_what_every_kustomization_applied_is_applied() {
    let (own, older) = (applied(WANTED), applied(OLDER));
    for (kustomizations, state, message) in [
        (vec![&own[..]], ConfigurationState::Applied, "applied, and what it applied is ready"),
        (vec![&own, &own], ConfigurationState::Applied, "applied, and what it applied is ready"),
        (vec![&older], ConfigurationState::Fetched, "fetched; 0a0a0a0 is applied"),
        (vec![&own, &older], ConfigurationState::Fetched, "fetched; 0a0a0a0 is applied"),
        (
            vec![&own, &[]],
            ConfigurationState::Fetched,
            "fetched; Azure was told Compliant, and not what was applied",
        ),
        (vec![], ConfigurationState::Fetched, "fetched; Azure was told Compliant, and not what was applied"),
    ] {
        assert_stands(&configuration(WANTED, &kustomizations, unchanged), state, message);
    }
}

/// `sourceSyncedCommitId` is what the source fetched, and `Compliant` may describe the revision before.
#[test]
fn d35_fetched_and_compliant_is_not_applied() {
    let document = configuration(WANTED, &[&applied(OLDER)], unchanged);
    assert!(!decide(&document).state.is_applied());
    let by_list = configuration(WANTED, &[&[]], |properties| {
        properties["statuses"][0]["statusConditions"] = Value::Null;
        properties["statuses"][1]["statusConditions"] = Value::Null;
    });
    assert_eq!(decide(&by_list).state, ConfigurationState::Fetched);
}

#[test]
fn a_kustomization_that_does_not_wait_leaves_readiness_unknown() {
    let document = configuration(WANTED, &[&applied(WANTED)], |properties| {
        properties["kustomizations"]["k0"]["wait"] = json!(false);
    });
    let message =
        format!("applied; Kustomization {FLUX_NAMESPACE}/hello-dev-k0 awaits no readiness (wait: false)");
    assert_stands(&document, ConfigurationState::ReadinessUnknown, &message);
}

#[test]
fn d9_every_form_of_a_revision_names_the_commit() {
    for form in ["dev/{}", "dev@sha1:{}", "sha1:{}", "{}", "release/1.0/{}"] {
        let revision = form.replace("{}", &WANTED.to_uppercase());
        let message = format!("Applied revision: {}", form.replace("{}", WANTED));
        let ready = vec![condition("Ready", "True", "ReconciliationSucceeded", &message, 950)];
        let document = configuration(WANTED, &[&ready], |properties| {
            properties["sourceSyncedCommitId"] = json!(revision);
        });
        assert_eq!(decide(&document).state, ConfigurationState::Applied, "{form}");
    }
}

#[test]
fn a_failure_is_of_the_commit_that_its_attempt_names() {
    let health =
        "health check failed after 30.02s: timeout waiting for: [Deployment/a/b status: 'InProgress']";
    for (reason, message, commit, state, is_final) in [
        ("HealthCheckFailed", health, WANTED, ConfigurationState::Failed, Some(true)),
        ("HealthCheckFailed", health, OLDER, ConfigurationState::WaitingBehind, None),
        ("BuildFailed", "kustomize build failed: no", WANTED, ConfigurationState::Failed, Some(false)),
        (
            "ReconciliationFailed",
            "Deployment/a/b dry-run failed (Invalid): no",
            WANTED,
            ConfigurationState::Failed,
            Some(false),
        ),
        (
            "DependencyNotReady",
            "dependency 'a/b' is not ready",
            WANTED,
            ConfigurationState::Reconciling,
            None,
        ),
        ("HealthCheckCanceled", "health check canceled", WANTED, ConfigurationState::Reconciling, None),
    ] {
        let verdict = decide(&configuration(WANTED, &[&failed(reason, message, commit)], unchanged));
        assert_eq!(verdict.state, state, "{reason} {commit}: {}", verdict.message);
        assert_eq!(verdict.failure.map(|failure| failure.reported.is_final), is_final, "{reason}");
    }
    let attempt = attempting(OLDER);
    let message = "it waits behind the health check of 0a0a0a0, which ends by 22:29:40Z";
    assert_stands(&configuration(WANTED, &[&attempt], unchanged), ConfigurationState::WaitingBehind, message);
    let attempt = attempting(WANTED);
    assert_eq!(decide(&configuration(WANTED, &[&attempt], unchanged)).state, ConfigurationState::Reconciling);
}

/// Without condition `Reconciling` the times tell: a check that took as long began before the commit was there.
#[test]
fn a_check_that_began_before_the_fetch_is_of_the_commit_before() {
    for (lasted, state) in [("25s", ConfigurationState::Failed), ("40s", ConfigurationState::Reconciling)] {
        let message = format!("health check failed after {lasted}: timeout waiting for: [x]");
        let conditions = [condition("Ready", "False", "HealthCheckFailed", &message, 950)];
        assert_eq!(decide(&configuration(WANTED, &[&conditions], unchanged)).state, state, "{lasted}");
    }
}

#[test]
fn what_keeps_a_commit_from_arriving_is_told_apart() {
    let fetch = |reason: &str, message: &str, second: i64| {
        let conditions = [condition("Ready", "False", reason, message, second)];
        object("GitRepository", "hello-dev", "Non-Compliant", &conditions)
    };
    let with = |change: &dyn Fn(&mut Value)| configuration(OLDER, &[&applied(OLDER)], change);
    assert_stands(
        &with(&unchanged),
        ConfigurationState::OtherApplied,
        "0a0a0a0 is applied, and the source is at 0a0a0a0",
    );
    let behind = configuration(OLDER, &[&attempting(OLDER)], unchanged);
    assert_stands(&behind, ConfigurationState::Pending, "the source is at 0a0a0a0");
    let suspended = with(&|properties| properties["suspend"] = json!(true));
    assert_stands(&suspended, ConfigurationState::Suspended, "delivery is suspended at 0a0a0a0");
    let old = with(&|properties| properties["statusUpdatedAt"] = json!(at(880).to_string()));
    let message = "Azure was last told 2 min ago, before the merge, that the source is at 0a0a0a0";
    assert_stands(&old, ConfigurationState::Outdated, message);
    let refused = with(&|properties| {
        properties["statuses"][0] =
            fetch("GitOperationFailed", "unable to clone 'https://h/r': authentication required: ", 950);
    });
    assert_eq!(decide(&refused).failure.map(|failure| failure.reported.reason), Some(Reason::TokenRejected));
    let unprovisioned = with(&|properties| {
        properties["provisioningState"] = json!("Failed");
        properties["errorMessage"] = json!("quota exceeded");
    });
    let message = "the last change of it in Azure is Failed: quota exceeded";
    assert_stands(&unprovisioned, ConfigurationState::ProvisioningFailed, message);
    let nothing = with(&|properties| {
        properties["sourceSyncedCommitId"] = Value::Null;
        properties["complianceState"] = json!("Pending");
        properties["statuses"] = json!([]);
    });
    assert_stands(&nothing, ConfigurationState::Pending, "its source has not fetched anything yet");
}

#[test]
fn a_source_that_fails_to_fetch_is_ignored_once_its_commit_is_there() {
    let broken = [condition("Ready", "False", "GitOperationFailed", "connection refused", 955)];
    for (conditions, state) in [
        (applied(WANTED), ConfigurationState::Applied),
        (attempting(WANTED), ConfigurationState::Reconciling),
    ] {
        let document = configuration(WANTED, &[&conditions], |properties| {
            properties["statuses"][0] = object("GitRepository", "hello-dev", "Non-Compliant", &broken);
        });
        assert_eq!(decide(&document).state, state);
    }
}

#[test]
fn a_silent_cluster_is_silent_whatever_it_had_applied() {
    for (connectivity, expires, state) in [
        ("Offline", 90_000, ConfigurationState::Offline),
        ("Offline", 400, ConfigurationState::CertificateExpired),
        ("Expired", 90_000, ConfigurationState::CertificateExpired),
        ("Connecting", 90_000, ConfigurationState::Offline),
        ("Connected", 90_000, ConfigurationState::OtherApplied),
    ] {
        let cluster = connected(connectivity, expires);
        let of = |document: &FluxConfiguration| {
            ReportedConfiguration { document, connected: Some(&cluster), wanted: &wanted(), now: at(1000) }
                .decide()
                .state
        };
        assert_eq!(of(&configuration(OLDER, &[&applied(OLDER)], unchanged)), state, "{connectivity}");
        let state = if connectivity == "Connected" { ConfigurationState::Applied } else { state };
        assert_eq!(of(&configuration(WANTED, &[&applied(WANTED)], unchanged)), state, "{connectivity}");
    }
}

#[test]
fn without_a_wanted_commit_the_newest_fetched_one_counts() {
    let newest = WantedCommit::newest();
    for (conditions, state) in [
        (applied(OLDER), ConfigurationState::Applied),
        (applied(WANTED), ConfigurationState::Fetched),
        (attempting(OLDER), ConfigurationState::Reconciling),
    ] {
        let document = &configuration(OLDER, &[&conditions], unchanged);
        let case = ReportedConfiguration { document, connected: None, wanted: &newest, now: at(1000) };
        assert_eq!(case.decide().state, state);
    }
}

#[test]
fn a_release_that_failed_after_the_commit_was_applied_is_a_failure() {
    let document = configuration(WANTED, &[&applied(WANTED)], |properties| {
        let failed = [condition("Ready", "False", "UpgradeFailed", "Helm upgrade failed: timed out", 955)];
        let mut release = object("HelmRelease", "redis", "Non-Compliant", &failed);
        release["appliedBy"] = json!({ "name": "hello-dev-k0", "namespace": FLUX_NAMESPACE });
        properties["statuses"].as_array_mut().expect("a list").push(release);
    });
    assert_stands(&document, ConfigurationState::Failed, "UpgradeFailed: Helm upgrade failed: timed out");
}
