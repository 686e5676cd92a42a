//! What was applied and does not run.

use super::expectation::Expectation;

pub(super) const WORKLOADS: &[Expectation] = &[
    Expectation {
        environment: &["ledger"],
        stands: &["Failed/WorkloadNotReady/JobFailed", "Failed/JobFailed", "Deployed/Applied"],
        ready: &["2/2"],
        says: &["JobFailed", "Job ledger/migrate", "4 pods|4 times", "exit code 1"],
        next: &["kubectl logs", "-n ledger", "job/migrate|migrate-"],
        ..Expectation::of("13-job-retrying")
    },
    Expectation {
        environment: &["vault"],
        stands: &["Deployed/Applied"],
        ready: &["1/1"],
        says: &[
            "JobFailed",
            "CronJob vault/vault-snapshot",
            "never succeeded|never completed|has not succeeded",
        ],
        next: &["kubectl logs", "-n vault", "vault-snapshot-29913120"],
        ..Expectation::of("14-cronjob-failing")
    },
    Expectation {
        environment: &["catalog"],
        stands: &["Failed/WorkloadNotReady/ImagePull"],
        ready: &["2/2"],
        says: &[
            "403",
            "credential",
            "search-vqwnq662n7-kkf8g",
            "still serve|still run|2 pods|two pods|2 of 2",
        ],
        next: &["kubectl", "-n catalog", "search-vqwnq662n7-kkf8g|secret"],
        ..Expectation::of("17-revoked-registry-token")
    },
    Expectation {
        environment: &["feeds"],
        stands: &["Suspended", "Failed"],
        ready: &["32/32"],
        says: &["Deployment feeds/fanout", "paused"],
        next: &["paused"],
        ..Expectation::of("18-paused-deployment")
    },
    Expectation {
        environment: &["reports"],
        stands: &["Failed/WorkloadNotReady/CrashLoop"],
        ready: &["1/2"],
        says: &["init", "migrations-waiting-init", "exit code 1", "30 restarts"],
        next: &[
            "kubectl logs -n reports",
            "api-hhnrh2sg74-l7mbg",
            "-c migrations-waiting-init",
            "--previous",
        ],
        ..Expectation::of("24-init-waits-expired-job")
    },
    Expectation {
        environment: &["wiki"],
        stands: &[
            "Failed/WorkloadNotReady/VolumeMount",
            "Failed/WorkloadNotReady/Terminating",
            "Failed/WorkloadNotReady/NodeNotReady",
        ],
        ready: &["0/1"],
        says: &["wiki-xqn2mz2w2l-gtb9h", "Multi-Attach|attached"],
        next: &["kubectl", "wiki-xqn2mz2w2l-gtb9h|volumeattachment|node-2"],
        ..Expectation::of("34-volume-multi-attach")
    },
    Expectation {
        environment: &["build"],
        stands: &["Failed/WorkloadNotReady/Terminating", "Failed/WorkloadNotReady/NodeNotReady"],
        ready: &["0/1"],
        says: &["jenkins-0", "node-3", "terminat|being deleted"],
        next: &["kubectl", "node-3|jenkins-0"],
        next_not: &["--watch"],
        ..Expectation::of("35-statefulset-node-down")
    },
    Expectation {
        environment: &["gallery"],
        stands: &["Deployed/Applied"],
        ready: &["3/3"],
        says_not: &["WorkloadNotReady", "crash"],
        ..Expectation::of("39-evicted-leftovers")
    },
    Expectation {
        environment: &["netbox"],
        stands: &["Failed/WorkloadNotReady/ContainerConfiguration", "Failed/WorkloadNotReady/VolumeMount"],
        ready: &["1/2"],
        says: &["netbox-874xfrcljz-lsd8g", "secret \"netbox\" not found|secret netbox|secret netbox/netbox"],
        next: &["kubectl", "-n netbox", "secret|netbox-874xfrcljz-lsd8g"],
        ..Expectation::of("41-secret-volume-missing")
    },
    Expectation {
        environment: &["hotel"],
        stands: &["Failed/WorkloadNotReady/CrashLoop"],
        ready: &["1/1"],
        says: &["frontend-qzmfzln4p8-d27c5", "otel-collector", "9 restarts"],
        next: &["kubectl logs", "-n hotel", "frontend-qzmfzln4p8-d27c5", "-c otel-collector", "--previous"],
        ..Expectation::of("44-native-sidecar-crash")
    },
];
