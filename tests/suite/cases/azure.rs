//! Clusters whose Flux is Azure's extension.

use super::expectation::Expectation;

pub(super) const AZURE: &[Expectation] = &[
    Expectation {
        seconds: &[0.0, 35.0, 50.9],
        environment: &["shop"],
        stands: &["Unknown/ControllerNotRunning"],
        ready: &["5/5"],
        says: &[
            "kustomize-controller",
            "out of memory|OOM",
            "137",
            "21 restarts|restarted 21|22 restarts|restarted 22",
            "69555a2",
            "9253906",
        ],
        next: &["az k8s-extension update", "kustomize-controller.resources.limits.memory"],
        next_not: &["rollout restart"],
        ..Expectation::of("01-azure-controller-oom")
    },
    Expectation {
        environment: &["edge", "edge-config"],
        stands: &["Failed/ApplyRefused/Forbidden", "NotDeployed/ApplyRefused/Forbidden"],
        ready: &["-"],
        says: &["edge-config-apps", "edge-config-infra", "flux-applier", "scope"],
        next: &["az k8s-configuration flux show", "-g rg-edge", "-t managedClusters", "-n edge-config"],
        next_not: &["clusterrolebinding", "kubectl edit"],
        ..Expectation::of("02-azure-scope-forbidden")
    },
    Expectation {
        environment: &["fabrikam", "fabrikam-config"],
        stands: &["NotDeployed/ArtifactFailed"],
        ready: &["-"],
        says: &["download", "fabrikam-apps-infra", "fabrikam-apps-workloads", "source-controller"],
        says_not: &["cannot be used"],
        next: &["networkpolic", "-n flux-system"],
        next_not: &["token", "flux build"],
        ..Expectation::of("03-azure-artifact-network")
    },
];
