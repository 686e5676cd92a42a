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
];
