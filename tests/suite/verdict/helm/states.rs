//! Each state of a Helm release, alone and below a kustomization.

use super::super::least::*;
use super::objects::*;
use gitops_core::model::verdict::{Cause, Outlook, Reason, Standing};
use serde_json::{Value, json};

#[test]
fn a_release_alone_is_an_environment() {
    let environment = both(&release(), &[deployment(), chart("1.4.0", 600)]);
    assert_stands(&environment, Standing::Deployed, Reason::Applied);
    assert_eq!(environment.message, "runner 1.4.0 (revision 2) is deployed");
    assert_eq!(environment.version.as_deref(), Some("1.4.0"));
    assert_eq!(environment.ready.to_string(), "1/1");
    let released = &environment.releases[0];
    assert_eq!(
        (released.chart.as_deref(), released.chart_version.as_deref()),
        (Some("runner"), Some("1.4.0"))
    );
    assert_eq!((released.app_version.as_deref(), released.revision), (Some("7.1"), Some(2)));
    assert!(environment.remarks.is_empty() && environment.next.is_empty(), "{:?}", environment.remarks);
}

#[test]
fn every_state_has_its_standing() {
    let ready = |reason: &str| json!([condition("Ready", "False", reason, 90)]);
    let acting = |seconds: i64| {
        json!([
            condition("Reconciling", "True", "Progressing", seconds),
            condition("Ready", "Unknown", "Progressing", seconds),
        ])
    };
    let after = |kind: &str, status: &str, reason: &str| {
        json!([
            condition("Ready", "False", reason, 60),
            condition("Released", "False", "UpgradeFailed", 70),
            condition(kind, status, reason, 60),
        ])
    };
    let failing = json!([failed(), before()]);
    let tests = ("/spec/test", json!({ "enable": true }));
    let tested = json!([version(3, "deployed", "1.5.0", "sha256:a"), before()]);
    let deleted = ("/metadata/deletionTimestamp", json!(ago(9)));
    let states = [
        (
            "suspended",
            with(release(), &[("/spec/suspend", json!(true))]),
            Standing::Suspended,
            Reason::ReleaseSuspended,
            None,
        ),
        (
            "deleting",
            with(release(), std::slice::from_ref(&deleted)),
            Standing::Reconciling,
            Reason::Deleting,
            None,
        ),
        (
            "deleting for too long",
            with(release(), &[("/metadata/deletionTimestamp", json!(ago(400)))]),
            Standing::Failed,
            Reason::Deleting,
            None,
        ),
        (
            "not uninstalled",
            with(release(), &[deleted, ("/status/conditions", ready("UninstallFailed"))]),
            Standing::Failed,
            Reason::UninstallFailed,
            None,
        ),
        (
            "gave up",
            trying(gave_up("RetriesExceeded"), failing.clone(), &[]),
            Standing::Failed,
            Reason::Stalled,
            Some(Cause::RetriesExceeded),
        ),
        (
            "nothing to roll back to",
            trying(gave_up("MissingRollbackTarget"), json!([failed()]), &[]),
            Standing::Failed,
            Reason::Stalled,
            Some(Cause::MissingRollbackTarget),
        ),
        (
            "refused access",
            trying(gave_up("AccessDenied"), failing.clone(), &[]),
            Standing::Failed,
            Reason::Stalled,
            None,
        ),
        (
            "locked",
            trying(
                ready("UpgradeFailed"),
                json!([version(3, "pending-upgrade", "1.5.0", "sha256:a"), before()]),
                &[],
            ),
            Standing::Failed,
            Reason::ReleaseLocked,
            None,
        ),
        (
            "no values",
            trying(ready("ValuesError"), json!([before()]), &[]),
            Standing::Failed,
            Reason::ValuesMissing,
            None,
        ),
        (
            "no values at first",
            first(ready("ValuesError"), &[]),
            Standing::NotDeployed,
            Reason::ValuesMissing,
            None,
        ),
        (
            "no chart",
            trying(ready("SourceNotReady"), json!([before()]), &[]),
            Standing::Failed,
            Reason::ChartNotReady,
            None,
        ),
        (
            "no chart for a moment",
            trying(json!([condition("Ready", "False", "SourceNotReady", 9)]), json!([before()]), &[]),
            Standing::Syncing,
            Reason::ChartNotReady,
            None,
        ),
        (
            "no chart at first",
            first(ready("ArtifactFailed"), &[]),
            Standing::NotDeployed,
            Reason::ChartNotReady,
            None,
        ),
        (
            "upgrade failed",
            trying(
                after("Other", "True", "UpgradeFailed"),
                failing.clone(),
                &[("/status/upgradeFailures", json!(1))],
            ),
            Standing::Failed,
            Reason::UpgradeFailed,
            None,
        ),
        ("install failed", first(ready("InstallFailed"), &[]), Standing::Failed, Reason::InstallFailed, None),
        (
            "rolled back",
            trying(
                after("Remediated", "True", "RollbackSucceeded"),
                json!([version(4, "deployed", "1.4.0", "sha256:a"), failed()]),
                &[],
            ),
            Standing::Failed,
            Reason::RolledBack,
            None,
        ),
        (
            "not rolled back",
            trying(after("Remediated", "False", "RollbackFailed"), failing.clone(), &[]),
            Standing::Failed,
            Reason::RollbackFailed,
            None,
        ),
        (
            "tests failed",
            trying(after("TestSuccess", "False", "TestFailed"), tested, &[tests]),
            Standing::Failed,
            Reason::TestFailed,
            None,
        ),
        (
            "no client",
            trying(ready("RESTClientError"), json!([before()]), &[]),
            Standing::Failed,
            Reason::ReconciliationFailed,
            None,
        ),
        (
            "upgrading",
            trying(acting(30), json!([before()]), &[]),
            Standing::Reconciling,
            Reason::Upgrading,
            None,
        ),
        ("installing", first(acting(30), &[]), Standing::Reconciling, Reason::Installing, None),
        (
            "upgrading without end",
            trying(acting(361), json!([before()]), &[]),
            Standing::Unknown,
            Reason::DeadlineExceeded,
            None,
        ),
    ];
    for (state, release, standing, reason, cause) in states {
        let environment = both(&release, &[deployment()]);
        assert_eq!(
            (environment.standing, environment.reason, environment.cause),
            (standing, reason, cause),
            "{state}: {}",
            environment.message
        );
        let moves = matches!(standing, Standing::Reconciling | Standing::Syncing);
        let has_end = matches!(environment.outlook, Outlook::MayMend { until: Some(_) });
        assert!(!moves || has_end, "{state} has no end");
        assert!(!environment.next.is_empty(), "{state} has no next step");
    }
}

#[test]
fn status_arrives_in_two_patches() {
    let upgraded = |seconds| {
        json!([
            condition("Ready", "True", "UpgradeSucceeded", seconds),
            condition("Released", "True", "UpgradeSucceeded", seconds),
        ])
    };
    let after =
        json!([version(3, "deployed", "1.5.0", "sha256:a"), version(2, "superseded", "1.4.0", "sha256:a")]);
    for (what, release, reason) in [
        ("conditions first", trying(upgraded(1), json!([before()]), &[]), Reason::Upgrading),
        ("the history too", trying(upgraded(1), after, &[]), Reason::Applied),
        ("after a failure", trying(upgraded(1), json!([failed(), before()]), &[]), Reason::Upgrading),
    ] {
        assert_eq!(both(&release, &[deployment()]).reason, reason, "{what}");
    }
    let gave_up_first = trying(gave_up("RetriesExceeded"), json!([before()]), &[]);
    assert_stands(&both(&gave_up_first, &[deployment()]), Standing::Failed, Reason::Stalled);
}

#[test]
fn a_release_that_gave_up_says_what_still_runs_and_how_to_try_again() {
    let release = trying(gave_up("RetriesExceeded"), json!([failed(), before()]), &[]);
    let environment = both(&release, &[deployment()]);
    assert!(environment.message.contains("Flux gave up (RetriesExceeded)"), "{}", environment.message);
    assert!(environment.message.contains(RUNNING), "{}", environment.message);
    assert!(environment.message.ends_with("Deployment dev-hello/hello has 1 of 1 pods ready"));
    let commands: Vec<&str> = environment.next.iter().map(|step| step.command.as_str()).collect();
    assert!(commands.contains(&"flux reconcile helmrelease runner -n dev-hello --reset"), "{commands:?}");
}

#[test]
fn a_suspension_hides_no_failure() {
    let suspended = [("/spec/suspend", json!(true)), ("/metadata/generation", json!(2))];
    let release = trying(gave_up("RetriesExceeded"), json!([failed(), before()]), &suspended);
    let environment = both(&release, &[deployment()]);
    assert_stands(&environment, Standing::Suspended, Reason::ReleaseSuspended);
    assert!(environment.message.ends_with("it had failed before (Stalled)"), "{}", environment.message);
    assert!(environment.remarks.iter().any(|remark| remark.cause == Some(Cause::RetriesExceeded)));
}

#[test]
fn a_failure_is_remembered_while_the_next_try_goes_on() {
    let retrying = json!([
        condition("Reconciling", "True", "Progressing", 20),
        condition("Ready", "Unknown", "Progressing", 20),
        condition("Released", "False", "UpgradeFailed", 80),
    ]);
    let counted = [("/status/failures", json!(1)), ("/status/upgradeFailures", json!(1))];
    let release = trying(retrying.clone(), json!([failed(), before()]), &counted);
    let environment = both(&release, &[deployment()]);
    assert_stands(&environment, Standing::Failed, Reason::UpgradeFailed);
    assert!(environment.message.contains("1 of its 3 tries failed"), "{}", environment.message);
    assert!(environment.outlook != Outlook::Final, "tries are left");
    // Another chart or other values begin anew.
    let anew = trying(retrying, json!([failed(), before()]), &[("/status/failures", json!(0))]);
    assert_stands(&both(&anew, &[deployment()]), Standing::Reconciling, Reason::Upgrading);
}

#[test]
fn the_first_versions_of_the_api_are_read_too() {
    let old = |kind: &str, status: &str, reason: &str| {
        with(condition(kind, status, reason, 90), &[("/observedGeneration", json!(null))])
    };
    let status = |applied: &str, conditions: Value, failures: i64| {
        json!({
            "observedGeneration": 1, "lastAttemptedRevision": "1.5.0", "lastAppliedRevision": applied,
            "lastReleaseRevision": 3, "failures": failures, "upgradeFailures": failures, "conditions": conditions,
        })
    };
    let spec = ("/spec/upgrade", json!({}));
    let well = status("1.5.0", json!([old("Ready", "True", "ReconciliationSucceeded")]), 0);
    let labelled = with(
        deployment(),
        &[(
            "/metadata/labels",
            json!({ "helm.toolkit.fluxcd.io/name": "runner", "helm.toolkit.fluxcd.io/namespace": NAMESPACE }),
        )],
    );
    let environment =
        both(&with(release(), &[("/status", well), spec.clone()]), std::slice::from_ref(&labelled));
    assert_stands(&environment, Standing::Deployed, Reason::Applied);
    assert_eq!(
        (environment.ready.to_string().as_str(), environment.version.as_deref()),
        ("1/1", Some("1.5.0"))
    );
    let exhausted =
        json!([old("Ready", "False", "UpgradeFailed"), old("Released", "False", "UpgradeFailed")]);
    let gave_up = with(release(), &[("/status", status("1.4.0", exhausted, 1)), spec]);
    let environment = both(&gave_up, &[labelled]);
    assert_stands(&environment, Standing::Failed, Reason::Stalled);
    assert_eq!(environment.cause, Some(Cause::RetriesExceeded));
    assert!(environment.message.contains("runner 1.4.0 is still deployed"), "{}", environment.message);
}
