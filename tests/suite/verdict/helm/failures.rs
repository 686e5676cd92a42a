//! Why a Helm release failed, and what mends it.

use super::super::least::*;
use super::objects::*;
use gitops_core::model::post_deployment::{ConfigurationState, ObservedConfiguration, WantedCommit};
use gitops_core::model::verdict::{Cause, Reason, Standing};
use serde_json::json;

#[test]
fn values_that_are_missing_are_named() {
    let message = "could not resolve Secret chart values reference 'dev-hello/settings' with key 'prod.yaml': key not found";
    let failed = with(condition("Ready", "False", "ValuesError", 60), &[("/message", json!(message))]);
    let from = json!([
        { "kind": "ConfigMap", "name": "other" },
        { "kind": "Secret", "name": "settings", "valuesKey": "prod.yaml" },
    ]);
    let changes = [("/status/conditions", json!([failed])), ("/spec/valuesFrom", from)];
    let environment = both(&with(release(), &changes), &[deployment()]);
    assert!(
        environment.message.starts_with("its values in Secret dev-hello/settings (key prod.yaml)"),
        "{}",
        environment.message
    );
    assert!(environment.message.contains(RUNNING), "{}", environment.message);
    assert_eq!(environment.next[0].command, "kubectl describe secret settings -n dev-hello");
}

#[test]
fn a_locked_release_is_rolled_back_to_what_is_deployed() {
    let message = "another operation (install/upgrade/rollback) is in progress";
    let told =
        json!([with(condition("Ready", "False", "UpgradeFailed", 60), &[("/message", json!(message))])]);
    let environment = both(&trying(told, json!([before()]), &[]), &[deployment()]);
    assert_stands(&environment, Standing::Failed, Reason::ReleaseLocked);
    assert!(environment.next.iter().any(|step| step.command == "helm rollback runner 2 -n dev-hello"));
    // While an operation goes on, pending is what it should be.
    let acting = json!([condition("Ready", "Unknown", "Progressing", 20)]);
    let pending = json!([version(3, "pending-upgrade", "1.5.0", "sha256:a"), before()]);
    let newest = with(pending, &[("/0/lastDeployed", json!(ago(20)))]);
    let environment = both(&trying(acting, newest, &[]), &[deployment()]);
    assert_stands(&environment, Standing::Reconciling, Reason::Upgrading);
}

/// Its kustomization has applied the commit, and what the page calls failed never passes the gate.
#[test]
fn a_failed_release_keeps_the_gate_closed() {
    let message = "another operation (install/upgrade/rollback) is in progress";
    let told =
        json!([with(condition("Ready", "False", "UpgradeFailed", 60), &[("/message", json!(message))])]);
    let release = trying(told, json!([before()]), &[]);
    let environment = seen(&[source(), above(), release, deployment()]);
    assert_stands(&environment, Standing::Failed, Reason::ReleaseLocked);
    let wanted = WantedCommit::of(environment.revision.as_deref().expect("an applied commit"));
    let observed = ObservedConfiguration {
        environment: &environment,
        configuration: None,
        folder: None,
        wanted: &wanted,
    };
    assert_eq!(observed.decide().map(|verdict| verdict.state), Some(ConfigurationState::Failed));
}

#[test]
fn a_message_makes_reasons_finer_and_moves_no_standing() {
    let told = |reason: &str, message: &str| {
        let change = [("/message", json!(message)), ("/observedGeneration", json!(null))];
        json!([with(condition("Ready", "False", reason, 20), &change)])
    };
    let from = ("/spec/valuesFrom", json!([{ "kind": "Secret", "name": "settings" }]));
    let missing = "could not find Secret 'dev-hello/settings'";
    let never = |message: &str| {
        let unseen = [("/status/lastAttemptedRevision", json!(null)), from.clone()];
        first(told("InitFailed", message), &unseen)
    };
    let locked = "another operation (install/upgrade/rollback) is in progress";
    let upgrade = || trying(told("UpgradeFailed", locked), json!([before()]), &[]);
    for (name, objects, standing, reason) in [
        ("values", vec![never(missing)], Standing::NotDeployed, Reason::ValuesMissing),
        ("before Helm", vec![never("")], Standing::NotDeployed, Reason::ReconciliationFailed),
        ("locked", vec![upgrade(), chart("1.5.0", 900)], Standing::Failed, Reason::ReleaseLocked),
        ("newer chart", vec![upgrade(), chart("1.6.0", 10)], Standing::Syncing, Reason::NewRevision),
    ] {
        let environment = both(&objects[0], &objects[1..]);
        assert_eq!((environment.standing, environment.reason), (standing, reason), "{name}");
    }
}

#[test]
fn a_health_check_that_failed_for_a_release_tells_of_the_release() {
    let failed_check = json!([condition("Ready", "False", "HealthCheckFailed", 60)]);
    let kustomization = with(above(), &[("/status/conditions", failed_check)]);
    let release = trying(gave_up("MissingRollbackTarget"), json!([failed()]), &[]);
    let environment = seen(&[source(), kustomization, release, deployment()]);
    assert_stands(&environment, Standing::Failed, Reason::HealthCheckFailed);
    assert_eq!(environment.cause, Some(Cause::MissingRollbackTarget));
    assert!(environment.message.contains("HelmRelease dev-hello/runner (MissingRollbackTarget)"));
    assert!(environment.message.contains("no revision of it was ever deployed with success"));
    assert!(environment.next.iter().all(|step| !step.command.contains("kustomization")));
}

#[test]
fn tests_that_do_not_count_are_a_remark() {
    let conditions = json!([
        condition("Ready", "True", "UpgradeSucceeded", 600),
        condition("TestSuccess", "False", "TestFailed", 600),
    ]);
    let ignoring = json!({ "enable": true, "ignoreFailures": true });
    let ignored = with(release(), &[("/status/conditions", conditions), ("/spec/test", ignoring)]);
    let environment = both(&ignored, &[deployment()]);
    assert_stands(&environment, Standing::Deployed, Reason::Applied);
    let [remark] = environment.remarks.as_slice() else { panic!("{:?}", environment.remarks) };
    assert_eq!(remark.reason, Reason::TestFailed);
    assert!(remark.message.ends_with("failed, which does not count"), "{}", remark.message);
}

#[test]
fn a_release_that_the_sentence_tells_of_is_no_remark() {
    let gave_up = trying(gave_up("RetriesExceeded"), json!([failed(), before()]), &[]);
    let checked = json!([condition("Ready", "False", "HealthCheckFailed", 60)]);
    let above = with(above(), &[("/status/conditions", checked)]);
    let environment = seen(&[source(), above, gave_up, deployment()]);
    assert_stands(&environment, Standing::Failed, Reason::HealthCheckFailed);
    assert!(environment.message.contains("HelmRelease dev-hello/runner (RetriesExceeded): "));
    let repeats = |remark: &gitops_core::model::verdict::Remark| remark.message.contains("runner is Failed");
    assert!(!environment.remarks.iter().any(repeats), "{:?}", environment.remarks);
}

#[test]
fn a_first_installation_that_was_cut_off_loses_its_record() {
    let pending = json!([version(1, "pending-install", "1.5.0", "sha256:a")]);
    let conditions = json!([condition("Ready", "False", "InstallFailed", 60)]);
    let environment = both(&first(conditions, &[("/status/history", pending)]), &[deployment()]);
    assert_stands(&environment, Standing::Failed, Reason::ReleaseLocked);
    let unlock = "kubectl delete secret -n dev-hello -l owner=helm,name=runner,status=pending-install";
    assert!(environment.next.iter().any(|step| step.command == unlock), "{:?}", environment.next);
}
