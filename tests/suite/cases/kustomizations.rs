//! Kustomizations that cannot be built, wait for ever, or are left to themselves.

use super::expectation::Expectation;

pub(super) const KUSTOMIZATIONS: &[Expectation] = &[
    Expectation {
        environment: &["identity"],
        stands: &["Failed/DecryptionFailed", "NotDeployed/DecryptionFailed"],
        ready: &["-"],
        says: &["sops-age", "basic-auth", ".agekey"],
        says_not: &["kustomize cannot build", "Recovery failed because"],
        next: &["kubectl get secret", "sops-age", "-n flux-system"],
        next_not: &["flux build"],
        ..Expectation::of("11-sops-key-name")
    },
    Expectation {
        environment: &["storage"],
        stands: &["Failed/SubstitutionFailed", "NotDeployed/SubstitutionFailed"],
        ready: &["-"],
        says: &["aks-resource-group", "cluster-type"],
        says_not: &["kustomize cannot build"],
        next: &["configmap", "cluster-type", "-n flux-system"],
        ..Expectation::of("12-substitute-bad-key")
    },
    Expectation {
        environment: &["payments"],
        stands: &[
            "Failed/DependencyNotReady/DependencyCycle",
            "NotDeployed/DependencyNotReady/DependencyCycle",
        ],
        ready: &["-"],
        says: &["circle|cycle", "payments-app", "payments-config", "payments-secrets", "dependsOn"],
        next_not: &["--watch"],
        ..Expectation::of("19-dependency-cycle")
    },
    Expectation {
        environment: &["workspace"],
        stands: &["Unknown/ControllerNotRunning", "Failed"],
        ready: &["2/2"],
        says: &["kustomize-controller", "flux-system", "being deleted|terminating"],
        says_not: &["ask that controller"],
        next: &["kubectl get namespace", "flux-system"],
        ..Expectation::of("21-flux-system-terminating")
    },
    Expectation {
        environment: &["shopfront"],
        stands: &["Failed/ApplyRefused", "Failed/ReconciliationFailed"],
        ready: &["3/3"],
        says: &[
            "kyverno-svc",
            "still run|keeps running|is applied|last applied|stays applied|was applied before",
        ],
        says_not: &["WebhookDenied", "nothing of it was applied"],
        next: &["kyverno"],
        ..Expectation::of("33-webhook-service-gone")
    },
    Expectation {
        environment: &["vaultsync"],
        stands: &["Unknown", "Failed"],
        ready: &["1/1"],
        says: &["HealthCheckCanceled|cancelled|canceled"],
        says_not: &["does not run"],
        next: &["reconcile", "vaultsync", "-n flux-system"],
        next_not: &["--watch", "rollout restart"],
        ..Expectation::of("36-health-check-cancelled")
    },
    Expectation {
        environment: &["oryx"],
        stands: &["Failed/ApplyRefused/Forbidden", "NotDeployed/ApplyRefused/Forbidden"],
        ready: &["-"],
        says: &["oryx-deployer"],
        next: &["oryx-deployer", "oryx"],
        next_not: &["clusterrolebinding"],
        ..Expectation::of("37-service-account-missing")
    },
];
