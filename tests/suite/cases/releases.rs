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
            "still run|keeps running|runs on|revision 1|v1",
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
    Expectation {
        environment: &["traefik"],
        stands: &["Failed/ReleaseLocked"],
        ready: &["1/1"],
        says: &["HelmRelease traefik", "another operation|pending|locked"],
        next: &["helm|secret", "-n traefik", "rollback|history|pending|owner=helm"],
        next_not: &["--watch"],
        ..Expectation::of("25-helm-release-locked")
    },
    Expectation {
        environment: &["greeting"],
        stands: &["NotDeployed/ChartNotReady", "Failed/ChartNotReady"],
        ready: &["-"],
        says: &["0.1.0-missing-version", "hello-world"],
        says_not: &["has not been reconciled"],
        next: &["helmchart|helmrepository|helmrelease", "-n greeting"],
        next_not: &["--watch"],
        ..Expectation::of("26-chart-version-missing")
    },
    Expectation {
        environment: &["keda"],
        stands: &["Failed/WorkloadMissing"],
        ready: &["1/2"],
        says: &["keda/keda-http-external-scaler", "HelmRelease keda/keda|release"],
        next: &["flux reconcile helmrelease keda", "-n keda", "--force"],
        ..Expectation::of("27-helm-workload-deleted")
    },
    Expectation {
        environment: &["traefik"],
        stands: &["Failed/HealthCheckFailed", "Failed/InstallFailed", "Failed/Stalled/RetriesExceeded"],
        ready: &["1/1"],
        says: &["HelmRelease traefik/traefik", "gave up|given up|attempt|retries"],
        next: &["flux reconcile helmrelease traefik", "-n traefik", "--reset|--force"],
        next_not: &["describe kustomization", "--watch"],
        ..Expectation::of("28-helm-install-timeout")
    },
    Expectation {
        environment: &["monitoring"],
        stands: &["Failed/ValuesMissing"],
        ready: &["1/1"],
        says: &[
            "HelmRelease monitoring/prometheus",
            "prometheus-values",
            "values.yaml",
            "still run|keeps running|runs on|65.1.0",
        ],
        next: &["kubectl", "secret", "prometheus-values", "-n monitoring"],
        ..Expectation::of("29-helm-values-key-missing")
    },
    Expectation {
        environment: &["podinfo"],
        stands: &["NotDeployed/ChartNotReady", "Failed/ChartNotReady"],
        ready: &["-"],
        says: &["OCIRepository podinfo/podinfo|ocirepository/podinfo", "6.0.0"],
        next: &["ocirepository", "podinfo", "-n podinfo"],
        next_not: &["--watch"],
        ..Expectation::of("31-chart-tag-missing")
    },
    Expectation {
        environment: &["quotes"],
        stands: &["Failed/TestFailed", "Failed/Stalled/RetriesExceeded"],
        ready: &["1/1"],
        says: &["HelmRelease quotes", "test", "quotes-service-test-mqhwp"],
        next: &["kubectl logs|flux reconcile helmrelease|helm test", "-n quotes"],
        next_not: &["--watch"],
        ..Expectation::of("38-helm-tests-failed")
    },
    Expectation {
        environment: &["checkout"],
        stands: &["Failed/RolledBack", "Failed/Stalled/RetriesExceeded"],
        ready: &["2/2"],
        says: &["HelmRelease checkout/checkout", "rolled back|roll back|rollback", "1.5.0", "1.4.0"],
        next: &["flux reconcile helmrelease checkout", "-n checkout", "--reset|--force"],
        next_not: &["--watch"],
        ..Expectation::of("40-helm-rolled-back")
    },
    Expectation {
        environment: &["rabbitmq"],
        stands: &["Failed/DependencyNotReady", "Unknown/DependencyNotReady", "Suspended"],
        ready: &["3/3", "4/4"],
        says: &["HelmRelease velero/velero", "suspended"],
        next: &["helmrelease velero|helmrelease/velero", "-n velero"],
        next_not: &["--watch"],
        ..Expectation::of("42-helm-depends-on-suspended")
    },
    Expectation {
        environment: &["invoices"],
        stands: &["Unknown", "Deployed"],
        ready: &["2/2"],
        says: &["HelmRelease invoices/invoices|release invoices"],
        says_not: &["does not run"],
        next_not: &["--watch"],
        ..Expectation::of("43-helm-install-never-ends")
    },
    Expectation {
        environment: &["metrics"],
        stands: &["NotDeployed/ArtifactFailed", "NotDeployed/ChartNotReady"],
        ready: &["-"],
        says: &[
            "HelmRelease metrics/metrics-server|helmrelease metrics-server",
            "i/o timeout|in time|times out|timed out",
        ],
        next: &["networkpolic", "-n flux-system"],
        next_not: &["--watch"],
        ..Expectation::of("45-chart-download-timeout")
    },
    Expectation {
        environment: &["agents"],
        stands: &["Failed/UpgradeFailed", "Failed/Stalled/RetriesExceeded"],
        ready: &["1/1"],
        says: &[
            "HelmRelease agents/agent",
            "StatefulSet",
            "cannot be changed|immutable|Forbidden: updates to statefulset spec",
            "0.26.0",
        ],
        next: &["flux reconcile helmrelease agent|statefulset", "agent", "-n agents"],
        next_not: &["--watch"],
        ..Expectation::of("46-helm-immutable-field")
    },
    Expectation {
        environment: &["influx"],
        stands: &["Failed/FetchTimeout", "Failed/FetchFailed", "Failed/ChartNotReady", "Deployed"],
        ready: &["1/1"],
        says: &[
            "HelmRepository influx/influxdata|helmrepository/influxdata",
            "index.yaml|in time|deadline exceeded",
        ],
        next: &["helmrepository", "influxdata", "-n influx"],
        next_not: &["--watch"],
        ..Expectation::of("47-helm-repository-down")
    },
];
