//! What a Helm release installed and is gone, was changed, or goes.

use super::super::least::*;
use super::objects::*;
use gitops_core::model::verdict::{EnvironmentStatus, Outlook, Reason, Standing};
use serde_json::{Value, json};

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
        let mut cluster = crate::verdict::timeline::cluster(NAMESPACE, &[release]);
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
fn a_release_whose_kind_is_gone_is_missing() {
    use gitops_core::model::cluster::{Answer, Kind, Scope};
    let mut cluster = crate::verdict::timeline::cluster(NAMESPACE, &[source(), above()]);
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
        let mut cluster = crate::verdict::timeline::cluster(NAMESPACE, std::slice::from_ref(&failed));
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
