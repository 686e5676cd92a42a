//! Controllers of Flux that do not run.

use super::super::least::*;
use super::objects::*;
use gitops_core::model::verdict::{Cause, Outlook, Reason, Standing};
use serde_json::json;

#[test]
fn a_controller_that_is_killed_again_and_again_does_not_run_in_between() {
    let name = "kustomize-controller";
    let backing_off = json!({ "waiting": { "reason": "CrashLoopBackOff", "message": "" } });
    let running = |seconds: i64| json!({ "running": { "startedAt": ago(seconds) } });
    for (available, state, last) in [
        (0, backing_off, ended("OOMKilled", 137, 20, 100)),
        (1, running(5), ended("OOMKilled", 137, 20, 100)),
        (1, running(21), ended("OOMKilled", 137, 20, 100)),
        (0, ended("OOMKilled", 137, 20, 1), json!({})),
    ] {
        let answers = with_flux(
            vec![controller(name, available, 20), controller("source-controller", 1, 86_400)],
            vec![controller_pod(name, state, last)],
            active(),
        );
        let environment = &judged(&answers).environments[0];
        assert_stands(environment, Standing::Unknown, Reason::ControllerNotRunning);
        assert_eq!((environment.cause, environment.outlook), (Some(Cause::OutOfMemory), Outlook::Final));
        assert!(
            environment.message.contains("OOM-killed (exit code 137)")
                && environment.message.contains("21 restarts"),
            "{}",
            environment.message
        );
        assert!(
            environment.next.iter().all(|next| !next.command.contains("rollout restart")),
            "{:?}",
            environment.next
        );
        assert!(
            environment.next.iter().any(|next| next.command.contains("memory")),
            "{:?}",
            environment.next
        );
    }
}

#[test]
fn a_controller_that_ran_for_long_and_was_started_again_runs() {
    let name = "kustomize-controller";
    let running = |seconds: i64| json!({ "running": { "startedAt": ago(seconds) } });
    for (state, last) in [
        (running(30), ended("Error", 1, 90_000, 40)),
        (running(700), ended("OOMKilled", 137, 20, 800)),
        (running(30), ended("Completed", 0, 20, 40)),
    ] {
        let pods = vec![controller_pod(name, state, last)];
        let answers = with_flux(
            vec![controller(name, 1, 30), controller("source-controller", 1, 86_400)],
            pods,
            active(),
        );
        assert_stands(&judged(&answers).environments[0], Standing::Deployed, Reason::Applied);
    }
}

#[test]
fn a_controller_is_absent_beside_others_or_in_a_namespace_that_goes() {
    let others = vec![controller("source-controller", 1, 86_400)];
    let environment = &judged(&with_flux(others.clone(), Vec::new(), active())).environments[0];
    assert_stands(environment, Standing::Unknown, Reason::ControllerNotRunning);
    assert_eq!(environment.cause, Some(Cause::ControllerMissing));
    let sharded = [others, vec![controller("kustomize-controller-shard1", 1, 86_400)]].concat();
    let labelled = {
        let mut other = controller("flux-kustomize", 1, 86_400);
        other["metadata"]["labels"] = json!({ "app.kubernetes.io/component": "kustomize-controller" });
        vec![other, controller("source-controller", 1, 86_400)]
    };
    for deployments in [sharded, labelled, Vec::new()] {
        let answers = with_flux(deployments, Vec::new(), active());
        assert_stands(&judged(&answers).environments[0], Standing::Deployed, Reason::Applied);
    }
    let environment = &judged(&with_flux(Vec::new(), Vec::new(), going("flux-system", 1800))).environments[0];
    assert_stands(environment, Standing::Unknown, Reason::ControllerNotRunning);
    assert_eq!(environment.cause, Some(Cause::NamespaceTerminating));
    assert!(
        environment.next[0].command.starts_with("kubectl get namespace flux-system"),
        "{:?}",
        environment.next
    );
    assert_eq!(environment.since.map(|since| since.time.to_string()), Some(ago(1800)));
}

#[test]
fn where_no_flux_is_known_an_old_reconciliation_is_a_sign() {
    let last = |seconds: i64| {
        let history = json!([{ "metadata": { "revision": REVISION }, "lastReconciled": ago(seconds), "lastReconciledStatus": "ReconciliationSucceeded" }]);
        seen(&[source(), with(kustomization(), &[("/status/history", history)]), deployment()])
    };
    assert_stands(&last(10 + 1 + 80 + 60), Standing::Deployed, Reason::Applied);
    let environment = last(10 + 1 + 80 + 61);
    assert_stands(&environment, Standing::Unknown, Reason::ControllerNotRunning);
    assert!(environment.message.contains("has no Deployment of Flux"), "{}", environment.message);
}
