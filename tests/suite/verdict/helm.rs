//! Helm releases, each state as helm-controller writes it, with a kustomization above or without one.

use gitops_core::model::verdict::{Cause, EnvironmentStatus, Outlook, Reason, Standing};
use serde_json::{Value, json};

use super::least::*;

/// A release of chart `runner`, revision 2 of it deployed from chart 1.4.0, with one workload.
fn release() -> Value {
    json!({
        "apiVersion": "helm.toolkit.fluxcd.io/v2",
        "kind": "HelmRelease",
        "metadata": { "name": "runner", "namespace": NAMESPACE, "generation": 1, "uid": "r", "creationTimestamp": ago(7200) },
        "spec": {
            "interval": "10m", "timeout": "5m",
            "chart": { "spec": { "chart": "runner", "version": "1.x", "sourceRef": { "kind": "HelmRepository", "name": "charts" } } },
            "upgrade": { "remediation": { "retries": 2 } },
        },
        "status": {
            "observedGeneration": 1, "lastAttemptedGeneration": 1, "lastAttemptedRevision": "1.4.0",
            "lastAttemptedConfigDigest": "sha256:a", "lastAttemptedReleaseAction": "upgrade",
            "helmChart": format!("{NAMESPACE}/{NAMESPACE}-runner"), "storageNamespace": NAMESPACE,
            "conditions": [
                condition("Ready", "True", "UpgradeSucceeded", 600),
                condition("Released", "True", "UpgradeSucceeded", 600),
            ],
            "history": [version(2, "deployed", "1.4.0", "sha256:a")],
            "inventory": { "entries": [{ "id": "dev-hello_hello_apps_Deployment", "v": "v1" }] },
        },
    })
}

fn version(number: i64, status: &str, chart: &str, values: &str) -> Value {
    json!({
        "name": "runner", "namespace": NAMESPACE, "version": number, "status": status, "chartName": "runner",
        "chartVersion": chart, "appVersion": "7.1", "configDigest": values, "digest": "sha256:d",
        "firstDeployed": ago(3600), "lastDeployed": ago(600),
    })
}

/// The release while it tries chart 1.5.0.
fn trying(conditions: Value, history: Value, changes: &[(&str, Value)]) -> Value {
    let tried = [
        ("/status/lastAttemptedRevision", json!("1.5.0")),
        ("/status/conditions", conditions),
        ("/status/history", history),
    ];
    with(with(release(), &tried), changes)
}

fn before() -> Value {
    version(2, "deployed", "1.4.0", "sha256:a")
}

fn failed() -> Value {
    version(3, "failed", "1.5.0", "sha256:a")
}

/// A release that was never installed.
fn first(conditions: Value, changes: &[(&str, Value)]) -> Value {
    let first = [
        ("/status/history", json!([])),
        ("/status/lastAttemptedReleaseAction", json!("install")),
        ("/status/inventory", json!(null)),
        ("/status/conditions", conditions),
    ];
    with(with(release(), &first), changes)
}

/// The chart that is fetched, at a version.
fn chart(version: &str, seconds: i64) -> Value {
    json!({
        "kind": "HelmChart",
        "metadata": { "name": format!("{NAMESPACE}-runner"), "namespace": NAMESPACE, "generation": 1, "uid": "c", "creationTimestamp": ago(7200) },
        "spec": { "chart": "runner", "sourceRef": { "kind": "HelmRepository", "name": "charts" } },
        "status": {
            "observedGeneration": 1,
            "artifact": { "revision": version, "lastUpdateTime": ago(seconds) },
            "conditions": [condition("Ready", "True", "ChartPullSucceeded", seconds)],
        },
    })
}

/// The kustomization above, which has applied the release.
fn above() -> Value {
    let entries =
        json!({ "entries": [{ "id": "dev-hello_runner_helm.toolkit.fluxcd.io_HelmRelease", "v": "v2" }] });
    with(kustomization(), &[("/status/inventory", entries)])
}

/// The state alone, and below a kustomization that is well: both must stand there.
fn both(release: &Value, others: &[Value]) -> EnvironmentStatus {
    let alone: Vec<Value> = [release.clone()].iter().chain(others).cloned().collect();
    let below: Vec<Value> = [source(), above()].iter().chain(&alone).cloned().collect();
    let (alone, below) = (seen(&alone), seen(&below));
    assert_eq!((alone.standing, alone.reason, alone.cause), (below.standing, below.reason, below.cause));
    if below.standing != Standing::Deployed {
        assert!(below.message.contains("HelmRelease dev-hello/runner: "), "{}", below.message);
    }
    assert_eq!(alone.ready, below.ready);
    assert_eq!(below.releases.len(), 1);
    alone
}

fn gave_up(reason: &str) -> Value {
    json!([
        condition("Ready", "False", "HealthCheckCanceled", 60),
        condition("Released", "False", "UpgradeFailed", 60),
        condition("Stalled", "True", reason, 60),
    ])
}

const RUNNING: &str = "revision 2 (runner 1.4.0) is still deployed";

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

#[test]
fn what_is_gone_is_said_with_who_puts_it_back() {
    for (mode, words) in [
        ("disabled", "nothing puts it back: drift detection is off"),
        ("warn", "nothing puts it back: drift detection only warns"),
        ("enabled", "Flux puts it back at its next interval"),
    ] {
        let release = with(release(), &[("/spec/driftDetection", json!({ "mode": mode }))]);
        let environment = both(&release, &[]);
        assert_stands(&environment, Standing::Failed, Reason::WorkloadMissing);
        assert!(environment.message.contains(words), "{}", environment.message);
        assert_eq!(environment.ready.to_string(), "0/1");
        assert!(environment.next[0].command.ends_with("runner -n dev-hello --force"));
    }
}

#[test]
fn a_stopped_controller_neither_puts_back_nor_uninstalls() {
    use gitops_core::model::cluster::{Answer, Kind, Scope};
    let changes =
        [("/metadata/name", json!("helm-controller")), ("/metadata/namespace", json!("flux-system"))];
    let scaled = [("/spec/replicas", json!(0)), ("/status", json!({ "observedGeneration": 1 }))];
    let stopped = with(with(deployment(), &changes), &scaled);
    let beside_stopped = |release: Value| {
        let mut cluster = super::timeline::cluster(NAMESPACE, &[release]);
        let scope = Scope::namespace(Kind::Deployment, "flux-system");
        cluster.replace(scope, Answer::Objects(vec![stopped.clone()]));
        judged(&cluster).environments.remove(0)
    };
    for mode in ["disabled", "warn", "enabled"] {
        let release = with(release(), &[("/spec/driftDetection", json!({ "mode": mode }))]);
        let environment = beside_stopped(release);
        assert_stands(&environment, Standing::Failed, Reason::WorkloadMissing);
        assert!(
            environment.message.contains("Flux does not put it back: helm-controller does not run"),
            "{}",
            environment.message
        );
        assert_eq!(environment.outlook, Outlook::Final, "{mode}");
        let commands: Vec<&str> = environment.next.iter().map(|step| step.command.as_str()).collect();
        assert!(commands.iter().any(|command| command.starts_with("kubectl scale")), "{commands:?}");
        assert!(commands.iter().all(|command| !command.contains("flux reconcile")), "{commands:?}");
    }
    // Nobody is left to end a deletion either, however long it has lasted.
    for seconds in [9, 4000] {
        let deleted = [
            ("/metadata/deletionTimestamp", json!(ago(seconds))),
            ("/metadata/finalizers", json!(["finalizers.fluxcd.io"])),
        ];
        let environment = beside_stopped(with(release(), &deleted));
        assert_stands(&environment, Standing::Unknown, Reason::ControllerNotRunning);
    }
}

#[test]
fn drift_is_told_with_what_flux_does_about_it() {
    let drifted = |mode: &str, status: &str, reason: &str| {
        let conditions = json!([
            condition("Ready", "True", "UpgradeSucceeded", 600),
            condition("Drifted", status, reason, 60),
        ]);
        let changes = [("/spec/driftDetection", json!({ "mode": mode })), ("/status/conditions", conditions)];
        with(release(), &changes)
    };
    let reasons = |environment: &EnvironmentStatus| -> Vec<Reason> {
        environment.remarks.iter().map(|remark| remark.reason).collect()
    };
    let warned = both(&drifted("warn", "True", "DriftDetected"), &[deployment()]);
    assert_stands(&warned, Standing::Deployed, Reason::Applied);
    assert_eq!(reasons(&warned), [Reason::Drift]);
    assert!(warned.remarks[0].message.contains("leaves it alone"), "{}", warned.remarks[0].message);
    let event = json!({
        "kind": "Event", "type": "Warning", "reason": "DriftDetected", "lastTimestamp": ago(90), "metadata": {},
        "involvedObject": { "kind": "HelmRelease", "namespace": NAMESPACE, "name": "runner", "uid": "r" },
    });
    let corrected = both(&drifted("enabled", "False", "NoDriftDetected"), &[deployment(), event]);
    assert_eq!(reasons(&corrected), [Reason::DriftCorrected]);
    let managed = json!([{ "manager": "kubectl-edit", "time": ago(60), "fieldsV1": { "f:spec": { "f:replicas": {} } } }]);
    let by_hand = with(deployment(), &[("/metadata/managedFields", managed)]);
    let off = both(&release(), &[by_hand]);
    assert_eq!(reasons(&off), [Reason::Drift]);
    assert!(off.remarks[0].message.contains("does not look for such changes"), "{}", off.remarks[0].message);
}

#[test]
fn a_release_waits_for_others_only_while_that_may_end() {
    let waiting = |name: &str, on: &str, seconds: i64| {
        let changes = [
            ("/metadata/name", json!(name)),
            ("/metadata/uid", json!(name)),
            ("/spec/dependsOn", json!([{ "name": on }])),
        ];
        let ready = json!([condition("Ready", "False", "DependencyNotReady", seconds)]);
        with(first(ready, &[]), &changes)
    };
    let circle = seen(&[waiting("a", "b", 90), waiting("b", "a", 90)]);
    assert_stands(&circle, Standing::NotDeployed, Reason::DependencyNotReady);
    assert_eq!((circle.cause, circle.outlook), (Some(Cause::DependencyCycle), Outlook::Final));
    assert!(circle.message.contains("dev-hello/a → dev-hello/b → dev-hello/a"), "{}", circle.message);
    let missing = seen(&[waiting("a", "nowhere", 90)]);
    assert!(missing.message.contains("dev-hello/nowhere, which is not there"), "{}", missing.message);
    assert_eq!(missing.outlook, Outlook::Final);
    let installing = with(
        first(json!([condition("Ready", "Unknown", "Progressing", 9)]), &[]),
        &[("/metadata/name", json!("b"))],
    );
    let moving = seen(&[waiting("a", "b", 90), installing]);
    assert!(moving.outlook != Outlook::Final);
    let ready_now = seen(&[waiting("a", "runner", 200), release()]);
    let stopped = ready_now.releases.iter().find(|release| release.name == "a").map(|release| release.reason);
    assert_eq!(stopped, Some(Reason::DeadlineExceeded));
}

#[test]
fn releases_that_wait_in_many_layers_are_each_looked_at_once() {
    const LAYERS: usize = 20;
    let waiting = |layer: usize, place: usize, on: Value| {
        let name = format!("r{layer}-{place}");
        let ready = json!([condition("Ready", "False", "DependencyNotReady", 90)]);
        let changes =
            [("/metadata/name", json!(name)), ("/metadata/uid", json!(name)), ("/spec/dependsOn", on)];
        with(first(ready, &[]), &changes)
    };
    let moving = with(
        first(json!([condition("Ready", "Unknown", "Progressing", 9)]), &[]),
        &[("/metadata/name", json!("moving")), ("/metadata/uid", json!("moving"))],
    );
    for (end, others, outlook) in [("nowhere", vec![], true), ("moving", vec![moving], false)] {
        let mut releases: Vec<Value> = others;
        for layer in 0..LAYERS {
            let below = |place: usize| json!({ "name": format!("r{}-{place}", layer + 1) });
            let on = if layer + 1 == LAYERS {
                json!([{ "name": end }])
            } else {
                json!([below(0), below(1), below(2), below(3)])
            };
            releases.extend((0..4).map(|place| waiting(layer, place, on.clone())));
        }
        let environment = seen(&releases);
        let is_final = environment.outlook == Outlook::Final;
        assert_eq!(is_final, outlook, "{end}: {}", environment.message);
    }
}

#[test]
fn a_release_that_is_well_and_waits_for_a_moment_stays_deployed() {
    let waiting = json!([condition("Ready", "False", "DependencyNotReady", 20)]);
    let changes = [("/status/conditions", waiting), ("/spec/dependsOn", json!([{ "name": "b" }]))];
    let other = with(
        first(json!([condition("Ready", "Unknown", "Progressing", 9)]), &[]),
        &[("/metadata/name", json!("b")), ("/metadata/uid", json!("b"))],
    );
    let environment = seen(&[with(release(), &changes), other, deployment()]);
    let own = environment.releases.iter().find(|release| release.name == "runner");
    assert_eq!(own.map(|own| own.standing), Some(Standing::Deployed));
    assert!(environment.remarks.iter().any(|remark| remark.reason == Reason::DependencyNotReady));
}

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
fn a_newer_chart_is_awaited_for_a_minute() {
    let environment = both(&release(), &[deployment(), chart("1.5.0", 20)]);
    assert_stands(&environment, Standing::Syncing, Reason::NewRevision);
    assert!(environment.message.starts_with("runner 1.5.0 is fetched and not applied yet"));
    let environment = both(&release(), &[deployment(), chart("1.5.0", 90)]);
    assert_stands(&environment, Standing::Unknown, Reason::ControllerNotRunning);
    assert!(environment.message.starts_with("helm-controller does not run"), "{}", environment.message);
}

#[test]
fn a_first_chart_is_awaited_for_as_long_as_its_fetch_may_take() {
    let untried =
        [("/status/lastAttemptedRevision", json!(null)), ("/status/lastAttemptedReleaseAction", json!(null))];
    for (seconds, standing, reason) in [
        (20, Standing::NotDeployed, Reason::ChartNotReady),
        (7200, Standing::Unknown, Reason::DeadlineExceeded),
    ] {
        let created = [("/metadata/creationTimestamp", json!(ago(seconds)))];
        let release = with(first(json!([]), &untried), &created);
        let unfetched = with(
            with(chart("1.4.0", 600), &[("/status", json!({ "observedGeneration": 1 }))]),
            &[("/metadata/creationTimestamp", json!(ago(seconds)))],
        );
        let environment = both(&release, &[unfetched]);
        assert_stands(&environment, standing, reason);
        assert!(environment.message.contains("is not fetched yet"), "{}", environment.message);
        let has_end = matches!(environment.outlook, Outlook::MayMend { until: Some(_) });
        assert_eq!(has_end, standing == Standing::NotDeployed, "{:?}", environment.outlook);
        assert!(!environment.next.is_empty());
    }
}

#[test]
fn a_chart_that_cannot_be_fetched_any_more_blocks_newer_ones() {
    for (seconds, standing) in [(30, Standing::Deployed), (90, Standing::Failed)] {
        let failing = json!([
            condition("Ready", "False", "ChartPullError", seconds),
            condition("FetchFailed", "True", "ChartPullError", seconds),
        ]);
        let chart = with(chart("1.4.0", 3600), &[("/status/conditions", failing)]);
        let environment = both(&release(), &[deployment(), chart]);
        assert_eq!(environment.standing, standing, "{}", environment.message);
        let is_told = environment.reason == Reason::ChartNotReady || !environment.remarks.is_empty();
        assert!(is_told, "after {seconds} s");
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
fn a_release_installs_into_the_namespace_that_it_targets() {
    let elsewhere = with(
        release(),
        &[
            ("/spec/targetNamespace", json!(NAMESPACE)),
            ("/metadata/namespace", json!("flux-system")),
            ("/status/conditions", gave_up("RetriesExceeded")),
        ],
    );
    let mut cluster = super::timeline::cluster(NAMESPACE, &[deployment()]);
    let scope = gitops_core::model::cluster::Scope::namespace(
        gitops_core::model::cluster::Kind::HelmRelease,
        "flux-system",
    );
    cluster.replace(scope, gitops_core::model::cluster::Answer::Objects(vec![elsewhere]));
    let picture = judged(&cluster);
    assert_eq!(picture.environments.len(), 1);
    let environment = &picture.environments[0];
    assert_eq!(environment.id.namespace, NAMESPACE);
    assert_stands(environment, Standing::Failed, Reason::Stalled);
    let reset = environment.next.iter().find(|step| step.command.contains("--reset"));
    assert_eq!(
        reset.map(|step| step.command.as_str()),
        Some("flux reconcile helmrelease runner -n flux-system --reset")
    );
}

#[test]
fn who_may_read_a_release_and_not_its_kustomization_reads_of_the_release() {
    use gitops_core::model::cluster::{Answer, Kind, Scope};
    let labels = json!({ "kustomize.toolkit.fluxcd.io/name": "apps", "kustomize.toolkit.fluxcd.io/namespace": "flux-system" });
    let release = with(
        trying(gave_up("RetriesExceeded"), json!([failed(), before()]), &[]),
        &[("/metadata/labels", labels)],
    );
    let mut cluster = super::timeline::cluster(NAMESPACE, &[release, deployment()]);
    for kind in [Kind::Kustomization, Kind::GitRepository, Kind::HelmRelease] {
        cluster.replace(Scope::namespace(kind, "flux-system"), Answer::Forbidden);
    }
    let picture = judged(&cluster);
    assert_stands(&picture.environments[0], Standing::Failed, Reason::Stalled);
    assert_eq!(picture.environments[0].ready.to_string(), "1/1");
}

#[test]
fn who_may_not_read_releases_is_not_told_that_nothing_deploys() {
    use gitops_core::model::cluster::{Answer, Kind, Scope};
    for place in [NAMESPACE, "flux-system"] {
        let mut cluster = super::timeline::cluster(NAMESPACE, &[deployment()]);
        cluster.replace(Scope::namespace(Kind::HelmRelease, place), Answer::Forbidden);
        let picture = judged(&cluster);
        assert_eq!(picture.environments.len(), 1, "{place}");
        assert_stands(&picture.environments[0], Standing::Unknown, Reason::NotReadable);
        assert!(
            picture.environments[0].message.contains("helmreleases"),
            "{}",
            picture.environments[0].message
        );
    }
}

#[test]
fn a_release_has_its_own_chart_asked_for_and_no_other_source() {
    use gitops_core::model::cluster::{Kind, Scope};
    use gitops_core::model::verdict::{Selection, wants};
    let asked = |objects: &[Value]| {
        let cluster = super::timeline::cluster(NAMESPACE, objects);
        let wants = wants(&cluster, &Selection::Namespace(NAMESPACE.into()));
        let of_sources = [
            Kind::HelmChart,
            Kind::HelmRepository,
            Kind::OciRepository,
            Kind::Bucket,
            Kind::ExternalArtifact,
        ];
        let is_asked = |kind: &Kind| wants.iter().any(|scope: &Scope| scope.kind == *kind);
        of_sources.into_iter().filter(is_asked).collect::<Vec<Kind>>()
    };
    assert_eq!(asked(&[source(), kustomization(), deployment()]), []);
    assert_eq!(asked(&[release(), deployment()]), [Kind::HelmChart, Kind::HelmRepository]);
    let spec = json!({ "interval": "10m", "chartRef": { "kind": "OCIRepository", "name": "runner" } });
    let by_reference = with(release(), &[("/spec", spec), ("/status/helmChart", json!(null))]);
    assert_eq!(asked(&[by_reference, deployment()]), [Kind::OciRepository]);
}

#[test]
fn a_release_delivers_to_every_namespace_that_it_has_workloads_in() {
    use gitops_core::model::cluster::{Answer, Kind, Scope};
    use gitops_core::model::verdict::{Selection, wants};
    let labels =
        json!({ "helm.toolkit.fluxcd.io/name": "runner", "helm.toolkit.fluxcd.io/namespace": "apps" });
    let workload = with(deployment(), &[("/metadata/labels", labels)]);
    let mut cluster = super::timeline::cluster(NAMESPACE, &[workload]);
    let asked = wants(&cluster, &Selection::Namespace(NAMESPACE.into()));
    let of_apps = Scope::namespace(Kind::HelmRelease, "apps");
    assert!(asked.contains(&of_apps), "the label says where the release is");
    for inventory in
        [json!(null), json!({ "entries": [{ "id": "dev-hello_hello_apps_Deployment", "v": "v1" }] })]
    {
        let kept = [("/metadata/namespace", json!("apps")), ("/status/inventory", inventory)];
        cluster.replace(of_apps.clone(), Answer::Objects(vec![with(release(), &kept)]));
        let environment = &judged(&cluster).environments[0];
        assert_stands(environment, Standing::Deployed, Reason::Applied);
        assert_eq!(environment.ready.to_string(), "1/1");
    }
}

#[test]
fn a_release_whose_kind_is_gone_is_missing() {
    use gitops_core::model::cluster::{Answer, Kind, Scope};
    let mut cluster = super::timeline::cluster(NAMESPACE, &[source(), above()]);
    for namespace in [NAMESPACE, "flux-system"] {
        cluster.replace(Scope::namespace(Kind::HelmRelease, namespace), Answer::Absent);
    }
    let environment = &judged(&cluster).environments[0];
    assert_stands(environment, Standing::Failed, Reason::WorkloadMissing);
    assert_eq!(environment.ready.to_string(), "0/1");
    assert!(environment.message.contains("its CRD is gone"), "{}", environment.message);
}

#[test]
fn what_is_gone_is_told_while_a_version_is_tried_for_a_minute() {
    let upgrading = |seconds: i64| {
        let conditions = json!([
            condition("Reconciling", "True", "Progressing", seconds),
            condition("Ready", "Unknown", "Progressing", seconds),
        ]);
        seen(&[trying(conditions, json!([before()]), &[])])
    };
    let is_told = |environment: &EnvironmentStatus| {
        environment.remarks.iter().any(|remark| remark.message == "Deployment dev-hello/hello is gone")
    };
    for (seconds, told) in [(30, false), (90, true)] {
        let environment = upgrading(seconds);
        assert_stands(&environment, Standing::Reconciling, Reason::Upgrading);
        assert_eq!(is_told(&environment), told, "{:?}", environment.remarks);
        assert!(!environment.message.contains("is still deployed"), "{}", environment.message);
    }
}

#[test]
fn a_namespace_that_goes_outranks_what_fails_because_of_it() {
    use gitops_core::model::cluster::{Answer, Kind, Scope};
    let failed = trying(gave_up("RetriesExceeded"), json!([failed(), before()]), &[]);
    for (deleted, reason) in [(7200, Reason::NamespaceTerminating), (30, Reason::Stalled)] {
        let mut cluster = super::timeline::cluster(NAMESPACE, std::slice::from_ref(&failed));
        let itself = json!({
            "kind": "Namespace", "metadata": { "name": NAMESPACE, "deletionTimestamp": ago(deleted) },
            "status": { "phase": "Terminating" },
        });
        cluster.replace(Scope::object(Kind::Namespace, "", NAMESPACE), Answer::Objects(vec![itself]));
        let environment = &judged(&cluster).environments[0];
        assert_stands(environment, Standing::Failed, reason);
        assert!(!environment.message.contains("is still deployed"), "{}", environment.message);
    }
}

#[test]
fn a_cron_job_that_is_gone_is_missing() {
    let entries = json!({ "entries": [{ "id": "dev-hello_report_batch_CronJob", "v": "v1" }] });
    let of_release = with(release(), &[("/status/inventory", entries.clone())]);
    let of_kustomization = with(kustomization(), &[("/status/inventory", entries)]);
    let cron_job = json!({
        "kind": "CronJob", "metadata": { "name": "report", "namespace": NAMESPACE, "uid": "j" },
        "spec": { "schedule": "0 3 * * *" },
    });
    for objects in [vec![of_release], vec![source(), of_kustomization]] {
        let gone = seen(&objects);
        assert_stands(&gone, Standing::Failed, Reason::WorkloadMissing);
        let there = seen(&[objects, vec![cron_job.clone()]].concat());
        assert_stands(&there, Standing::Deployed, Reason::Applied);
    }
}

#[test]
fn how_many_pods_a_release_without_a_trace_wants_is_not_known() {
    let without = seen(&[with(release(), &[("/status/inventory", json!(null))])]);
    assert_eq!(without.ready.to_string(), "?");
    let of_nothing = seen(&[with(release(), &[("/status/inventory", json!({ "entries": [] }))])]);
    assert_ne!(of_nothing.ready.to_string(), "?");
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
fn a_newer_chart_is_told_of_a_release_that_gave_up() {
    let gave_up = trying(gave_up("RetriesExceeded"), json!([failed(), before()]), &[]);
    let newer = "; runner 1.6.0 is fetched, and Flux has not tried it";
    for (fetched, is_told) in [("1.5.0", false), ("1.6.0", true)] {
        let environment = both(&gave_up, &[deployment(), chart(fetched, 20)]);
        assert_stands(&environment, Standing::Failed, Reason::Stalled);
        assert_eq!(environment.message.ends_with(newer), is_told, "{}", environment.message);
    }
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
