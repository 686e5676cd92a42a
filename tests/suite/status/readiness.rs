//! READY on the page, and workloads of which no pod is ready.

use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};

use super::objects::{condition, pipeline, take_down};
use crate::support::{Call, Ended, Program, Reply, Server, listed, refused};

/// What `status` says of a server that answers so.
fn status(handler: impl Fn(&Call) -> Reply + Send + Sync + 'static, words: &[&str]) -> Ended {
    let server = Server::start(handler);
    let program = Program::with_kubeconfig(&server.kubeconfig()).with("GITOPS_NOW", "2026-11-23T03:00:00Z");
    program.status(words)
}

fn status_of(objects: Vec<Value>) -> Ended {
    status(move |call| listed(&objects, call), &["-n", "dev-hello"])
}

fn suspended(mut objects: Vec<Value>) -> Vec<Value> {
    objects[1]["spec"]["suspend"] = json!(true);
    objects
}

/// The pipeline, its two pods not ready since that time.
fn down_since(time: &str) -> Vec<Value> {
    let mut objects = pipeline();
    take_down(&mut objects[2], time);
    let pod = |name: &str| {
        json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {
                "name": name, "namespace": "dev-hello", "uid": name, "labels": { "app": "hello" },
                "creationTimestamp": "2026-11-23T02:00:00Z",
            },
            "spec": {},
            "status": {
                "phase": "Running",
                "containerStatuses": [{ "name": "app", "image": "x", "ready": false, "state": { "running": {} } }],
                "conditions": [
                    condition("PodScheduled", "True", "", "2026-11-23T02:00:00Z"),
                    condition("Initialized", "True", "", "2026-11-23T02:00:00Z"),
                    condition("ContainersReady", "False", "ContainersNotReady", time),
                    condition("Ready", "False", "ContainersNotReady", time),
                ],
            },
        })
    };
    objects.extend(["hello-1", "hello-2"].map(pod));
    objects
}

#[test]
fn workloads_that_may_not_be_read_are_not_known() {
    let forbidden = |call: &Call| match call.path.ends_with("/deployments") {
        true => refused(403),
        false => listed(&pipeline(), call),
    };
    let ended = status(forbidden, &["-n", "dev-hello"]);
    assert_data_eq!(
        ended.stdout,
        str![[r#"
ENVIRONMENT   STANDING   VERSION   READY   AGE   REASON
dev           Deployed   -         ?       5m    Applied

1 Deployed in context test

dev in dev-hello: Deployed, Applied
  d61d370 is applied
  - NotReadable: whether its workloads run is not known: list deployments.apps in dev-hello: not allowed
  next:
    # ask for this right, or use a context that has it
    kubectl auth can-i list deployments.apps -n dev-hello

WORLD     NOT CHECKED
cluster   list deployments.apps in dev-hello: not allowed
cluster   list deployments.apps in flux-system: not allowed

"#]]
    );
}

#[test]
fn a_workload_that_was_deleted_is_expected() {
    let mut objects = pipeline();
    objects.truncate(2);
    let ended = status_of(objects);
    assert_data_eq!(
        ended.stdout,
        str![[r#"
ENVIRONMENT   STANDING   VERSION   READY   AGE   REASON
dev           Failed     -         0/1     -     WorkloadMissing

1 Failed in context test

dev in dev-hello: Failed, WorkloadMissing
  d61d370 is applied, but Deployment dev-hello/hello is gone; Flux puts it back at its next interval
  next:
    # fetch now
    kubectl annotate --overwrite gitrepository/hello-dev -n flux-system reconcile.fluxcd.io/requestedAt="$(date +%s)"
    # apply now
    kubectl annotate --overwrite kustomization/hello-dev-hello-dev -n flux-system reconcile.fluxcd.io/requestedAt="$(date +%s)"

"#]]
    );
}

#[test]
fn an_outage_is_not_green() {
    assert_data_eq!(
        status_of(down_since("2026-11-23T02:57:00Z")).stdout,
        str![[r#"
ENVIRONMENT   STANDING   VERSION   READY   AGE   REASON
dev           Failed     -         0/2     3m    WorkloadNotReady

1 Failed in context test

dev in dev-hello: Failed, WorkloadNotReady/NotReady
  d61d370 is applied, but Deployment dev-hello/hello: 0 of 2 pods are ready: pod hello-1 runs, but is not ready
  next:
    # its state and events
    kubectl describe -n dev-hello pod/hello-1

"#]]
    );
    let young = status_of(down_since("2026-11-23T02:59:30Z")).stdout;
    assert_data_eq!(
        young,
        str![[r#"
ENVIRONMENT   STANDING   VERSION   READY   AGE   REASON
dev           Deployed   -         0/2     5m    Applied

1 Deployed in context test

dev in dev-hello: Deployed, Applied
  d61d370 is applied
  - WorkloadNotReady: Deployment dev-hello/hello: 0 of 2 pods are ready: pod hello-1 runs, but is not ready; no pod has been ready since 2026-11-23T02:59:30Z
  next:
    # its state and events
    kubectl describe -n dev-hello pod/hello-1

"#]]
    );
}

#[test]
fn a_suspended_outage_is_seen() {
    let ended = status_of(suspended(down_since("2026-11-23T02:57:00Z")));
    assert_data_eq!(
        ended.stdout,
        str![[r#"
ENVIRONMENT   STANDING    VERSION   READY   AGE   REASON
dev           Suspended   -         0/2     -     KustomizationSuspended

1 Suspended in context test

dev in dev-hello: Suspended, KustomizationSuspended
  Kustomization flux-system/hello-dev-hello-dev is suspended; d61d370 stays applied; Deployment dev-hello/hello has no ready pod
  - WorkloadNotReady: Deployment dev-hello/hello: 0 of 2 pods are ready: pod hello-1 runs, but is not ready; no pod has been ready since 2026-11-23T02:57:00Z
  next:
    # its state and events
    kubectl describe -n dev-hello pod/hello-1
    # resume delivery, once whoever suspended it agrees
    kubectl patch kustomization/hello-dev-hello-dev -n flux-system --type merge -p '{"spec":{"suspend":false}}'

"#]]
    );
}
