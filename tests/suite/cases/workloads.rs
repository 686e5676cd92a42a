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
];
