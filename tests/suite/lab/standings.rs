//! What `status` makes of the scenarios that are built in: the fault in each is what it finds.

use kubectl_gitops_lab::{Lab, Settings, scenarios};
use serde_json::Value;

use crate::support::Program;

/// Scenario, and where `dev` stands in it and why.
const STANDINGS: &[(&str, &str, &str)] = &[
    ("default", "Deployed", "Applied"),
    ("bad-token", "Failed", "TokenRejected"),
    ("breaks-later", "Failed", "WorkloadNotReady"),
    ("broken-manifest", "Failed", "BuildFailed"),
    ("controller-stopped", "Unknown", "ControllerNotRunning"),
    ("crash-loop", "Failed", "HealthCheckFailed"),
    ("image-pull", "Failed", "HealthCheckFailed"),
    ("missing-branch", "Failed", "BranchNotFound"),
    ("missing-namespace", "Failed", "ApplyRefused"),
    ("missing-path", "Failed", "PathMissing"),
    ("missing-repository", "Failed", "RepositoryNotFound"),
    ("missing-resource", "Failed", "BuildFailed"),
    ("missing-secret", "Failed", "GitSecretMissing"),
    ("quota", "Failed", "HealthCheckFailed"),
    ("refused-apply", "Failed", "ApplyRefused"),
    ("silent", "Failed", "FetchTimeout"),
    ("suspended", "Suspended", "KustomizationSuspended"),
    ("unreachable", "Failed", "ConnectionRefused"),
    ("unschedulable", "Failed", "HealthCheckFailed"),
    ("untrusted", "Failed", "CertificateRefused"),
];

/// What `status` says of one environment.
async fn standing(lab: &Lab, environment: &str) -> (String, String) {
    let program = Program::with_kubeconfig(&lab.kubeconfig());
    let namespace = format!("{environment}-hello");
    let words = move || program.status(&["-n", &namespace, "-o", "json"]);
    let ended = tokio::task::spawn_blocking(words).await.unwrap();
    let document: Value = serde_json::from_str(&ended.stdout).expect(&ended.stderr);
    let row = &document["environments"][0];
    let text = |field: &str| row[field].as_str().unwrap_or_default().to_owned();
    (text("standing"), text("reason"))
}

#[tokio::test]
async fn every_fault_is_found_where_it_is_and_nowhere_else() {
    let of_a_pipeline = scenarios().iter().filter(|scenario| !["arc", "empty"].contains(&scenario.name));
    for scenario in of_a_pipeline {
        let expected = STANDINGS.iter().find(|(name, ..)| *name == scenario.name);
        let (_, standing_of_dev, reason) = expected.expect("every scenario has its row");
        let settings = Settings { scenario: Some(scenario.document()), ..Settings::default() };
        let lab = Lab::start(settings).await.unwrap();
        let found = standing(&lab, "dev").await;
        assert_eq!((found.0.as_str(), found.1.as_str()), (*standing_of_dev, *reason), "{}", scenario.name);
    }
}
