//! Jobs that ended, expired or were tried again, and those that CronJobs made.

use serde_json::{Value, json};

use super::objects::*;
use super::table::{Row, expected};
use crate::cases::expectation::Expectation;

const SET: (&str, &str) = ("ReplicaSet", "hello-7d9c");

pub(super) fn rows() -> Vec<Row> {
    [jobs(), cron_jobs()].into_iter().flatten().collect()
}

fn jobs() -> Vec<Row> {
    let running = [deployment(1, 1), replica_set(), pod("hello-a", SET, 3600, true)];
    let tried = with(
        pod("migrate-x", ("Job", "migrate"), 900, false),
        &[("/status/containerStatuses/0", crashing("app")), ("/status/phase", json!("Failed"))],
    );
    let of = |others: &[Value]| {
        pipeline(&["hello_apps_Deployment", "migrate_batch_Job"], &[&running, others].concat())
    };
    vec![
        Row::new(
            Expectation {
                says_not: &["CrashLoop", "JobFailed"],
                ..expected(
                    "a Job that was tried twice and completed accuses nobody",
                    &["Deployed/Applied"],
                    &["1/1"],
                )
            },
            of(&[job("migrate", "Complete", 800), tried]),
        ),
        Row::new(
            Expectation {
                says_not: &["Missing"],
                ..expected(
                    "a Job that expired after it completed is not missing",
                    &["Deployed/Applied"],
                    &["1/1"],
                )
            },
            of(&[]),
        ),
    ]
}

fn cron_jobs() -> Vec<Row> {
    let nightly = json!({
        "apiVersion": "batch/v1", "kind": "CronJob",
        "metadata": { "name": "nightly", "namespace": NAMESPACE, "uid": "CronJob-nightly", "creationTimestamp": ago(900_000) },
        "spec": { "schedule": "0 2 * * *" },
        "status": { "lastScheduleTime": ago(3600) },
    });
    let owner =
        json!([{ "kind": "CronJob", "name": "nightly", "uid": "CronJob-nightly", "controller": true }]);
    let run = |name: &str, ended: &str, seconds: i64| {
        with(job(name, ended, seconds), &[("/metadata/ownerReferences", owner.clone())])
    };
    let of = |older: &str, newest: &str| {
        let runs = [nightly.clone(), run("nightly-1", older, 90_000), run("nightly-2", newest, 3500)];
        pipeline(&["nightly_batch_CronJob"], &runs)
    };
    vec![
        Row::new(
            Expectation {
                says_not: &["JobFailed"],
                ..expected("a CronJob is told by its newest Job", &["Deployed/Applied"], &["-"])
            },
            of("Failed", "Complete"),
        ),
        Row::new(
            Expectation {
                says: &["JobFailed", "nightly"],
                next: &["kubectl logs", "nightly-2"],
                ..expected("a CronJob whose newest Job failed is a remark", &["Deployed/Applied"], &["-"])
            },
            of("Complete", "Failed"),
        ),
    ]
}
