//! Jobs and CronJobs.

use super::super::least::*;
use super::super::workload_objects::*;
use gitops_core::model::verdict::{Cause, Reason, Standing};
use serde_json::{Value, json};

#[test]
fn a_job_is_told_before_its_back_off_ends_and_decides_where_it_is_waited_for() {
    let listed =
        |changes: &[(&str, Value)]| with(listing(&["migrate_batch_Job", "hello_apps_Deployment"]), changes);
    let of = |changes: &[(&str, Value)], failed: i64, conditions: Value| {
        let pods = (0..failed).map(|number| failed_pod(&format!("migrate-{number}"), "migrate"));
        [vec![listed(changes), deployment(), job("migrate", failed, conditions)], pods.collect()].concat()
    };
    let wait = [("/spec/wait", json!(true))];
    let check_of = [(
        "/spec/healthChecks",
        json!([{ "apiVersion": "batch/v1", "kind": "Job", "name": "migrate", "namespace": NAMESPACE }]),
    )];
    let other = [(
        "/spec/healthChecks",
        json!([{ "apiVersion": "apps/v1", "kind": "Deployment", "name": "hello", "namespace": NAMESPACE }]),
    )];
    let gone = json!([condition("Failed", "True", "BackoffLimitExceeded", 90)]);
    let failed = (Standing::Failed, Reason::JobFailed, Some(Cause::JobFailed));
    let cannot_pull = waiting_pod("migrate-0", ("Job", "migrate"), 90, "ImagePullBackOff", "");
    check(vec![
        Row {
            says: &[
                "JobFailed/JobFailed: Job dev-hello/migrate has not completed: 4 pods failed (container migrate ended with Error, exit code 1), and it is tried again",
            ],
            next: &["kubectl logs -n dev-hello job/migrate"],
            ..row("it is tried again", of(&[], 4, json!([])), DEPLOYED)
        },
        row("and waited for", of(&wait, 4, json!([])), failed),
        row("by name", of(&check_of, 2, json!([])), failed),
        row("another is waited for", of(&other, 2, json!([])), DEPLOYED),
        row("once alone", of(&wait, 1, json!([])), DEPLOYED),
        Row {
            says: &[
                "Job dev-hello/migrate failed: BackoffLimitExceeded (container migrate ended with Error, exit code 1)",
            ],
            next: &["kubectl logs -n dev-hello job/migrate"],
            ..row("for good", of(&[], 1, gone.clone()), DEPLOYED)
        },
        row("for good, and waited for", of(&wait, 1, gone), failed),
        Row {
            says: &[
                "JobFailed/ImagePull: Job dev-hello/migrate has not completed: pod migrate-0 cannot pull image",
            ],
            next: &["kubectl describe -n dev-hello pod/migrate-0"],
            ..row("its pod says more", [of(&[], 0, json!([])), vec![cannot_pull]].concat(), DEPLOYED)
        },
    ]);
    for objects in [
        of(&wait, 3, json!([condition("Complete", "True", "", 90)])),
        // It expired.
        vec![listed(&wait), deployment()],
        with_suspended_job(of(&wait, 3, json!([]))),
    ] {
        let environment = seen(&[vec![source()], objects].concat());
        assert_stands(&environment, Standing::Deployed, Reason::Applied);
        assert!(environment.remarks.is_empty(), "{:?}", environment.remarks);
    }
}

fn with_suspended_job(mut objects: Vec<Value>) -> Vec<Value> {
    let job = objects.iter_mut().find(|object| object["kind"] == "Job").expect("a Job");
    job["spec"]["suspend"] = json!(true);
    objects
}

#[test]
fn the_last_run_of_a_cron_job_counts() {
    let cron_job = |status: Value, suspend: bool| json!({ "kind": "CronJob", "metadata": { "name": "nightly", "namespace": NAMESPACE, "uid": "c" }, "spec": { "suspend": suspend }, "status": status });
    let run = |name: &str, created: i64, conditions: Value| {
        with(
            job(name, 0, conditions),
            &[
                ("/metadata/creationTimestamp", json!(ago(created))),
                ("/metadata/ownerReferences", json!([{ "kind": "CronJob", "uid": "c" }])),
            ],
        )
    };
    let failed = || json!([condition("Failed", "True", "BackoffLimitExceeded", 90)]);
    let complete = || json!([condition("Complete", "True", "", 90)]);
    let listed = || vec![listing(&["nightly_batch_CronJob", "hello_apps_Deployment"]), deployment()];
    let of = |cron_job: Value, runs: Vec<Value>| [listed(), vec![cron_job], runs].concat();
    check(vec![
        Row {
            says: &[
                "JobFailed/JobFailed: CronJob dev-hello/nightly: its last run failed: Job dev-hello/nightly-2 failed: BackoffLimitExceeded; it has never succeeded",
            ],
            next: &["kubectl logs -n dev-hello job/nightly-2"],
            ..row(
                "it failed",
                of(
                    cron_job(json!({}), false),
                    vec![run("nightly-1", 9000, complete()), run("nightly-2", 90, failed())],
                ),
                DEPLOYED,
            )
        },
        Row {
            says: &["it last succeeded 2 h ago"],
            ..row(
                "the next has begun",
                of(
                    cron_job(json!({ "lastSuccessfulTime": ago(7200) }), false),
                    vec![run("nightly-2", 90, failed()), run("nightly-3", 5, json!([]))],
                ),
                DEPLOYED,
            )
        },
    ]);
    for objects in [
        of(
            cron_job(json!({}), false),
            vec![run("nightly-1", 9000, failed()), run("nightly-2", 90, complete())],
        ),
        of(cron_job(json!({}), true), vec![run("nightly-1", 9000, failed())]),
        of(cron_job(json!({}), false), Vec::new()),
    ] {
        assert_eq!(seen(&[vec![source()], objects].concat()).remarks, []);
    }
}
