//! Helm releases: what delivers is helm-controller, with or without a Kustomization above.

use super::expectation::Expectation;

pub(super) const RELEASES: &[Expectation] = &[
    Expectation {
        environment: &["edge", "edge-gateway"],
        stands: &["Failed/Stalled/RetriesExceeded"],
        ready: &["1/1"],
        says: &[
            "HelmRelease edge-gateway/edge-gateway",
            "gave up|given up|retries",
            "still run|keeps running|runs on|version 1|v1",
        ],
        next: &["flux reconcile helmrelease edge-gateway", "-n edge-gateway", "--reset|--force"],
        ..Expectation::of("05-helm-stalled-ready-kustomization")
    },
    Expectation {
        environment: &["workflow"],
        stands: &["Failed/HealthCheckFailed", "Failed/Stalled/MissingRollbackTarget"],
        ready: &["1/1"],
        says: &["workflow/runner", "MissingRollbackTarget|roll back to|rollback"],
        next: &["flux reconcile helmrelease runner", "-n workflow", "--reset|--force"],
        next_not: &["describe kustomization"],
        ..Expectation::of("06-helm-no-rollback-target")
    },
    Expectation {
        environment: &["orders"],
        stands: &["Failed", "Reconciling/HealthCheck"],
        ready: &["2/2"],
        says: &[
            "HelmRelease orders/orders-api",
            "gave up|given up|retries",
            "orders-api-jmz7r6jnhv-bzv2m",
            "exit code 1",
        ],
        says_not: &["the health check of 6b30ce8"],
        next: &["kubectl logs", "-n orders", "orders-api-jmz7r6jnhv-bzv2m", "--previous"],
        ..Expectation::of("22-v1beta2-helmrelease-wait")
    },
];
