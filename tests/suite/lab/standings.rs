//! What `status` makes of the scenarios that are built in: the fault in each is what it finds.

use std::collections::BTreeMap;

use kubectl_gitops_lab::{BuiltIn, Lab, ScenarioGroup, Settings, scenarios};
use serde_json::Value;

use crate::support::Program;

/// Scenario, and where `dev` stands in it and why.
const STANDINGS: &[(&str, &str, &str)] = &[
    ("default", "Deployed", "Applied"),
    ("agent-offline", "Deployed", "Applied"),
    ("azure-lag", "Deployed", "Applied"),
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

/// Those that have other environments, or none.
const WITHOUT_HELLO: [&str; 9] = [
    "arc",
    "empty",
    "factory",
    "factory-well",
    "helm",
    "helm-stalled",
    "oci",
    "oci-unverified",
    "organization",
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
    let has_hello = |scenario: &&BuiltIn| {
        scenario.group == ScenarioGroup::Cluster && !WITHOUT_HELLO.contains(&scenario.name)
    };
    let of_a_pipeline = scenarios().iter().filter(has_hello);
    for scenario in of_a_pipeline {
        let expected = STANDINGS.iter().find(|(name, ..)| *name == scenario.name);
        let (_, standing_of_dev, reason) = expected.expect("every scenario has its row");
        let settings = Settings { scenario: Some(scenario.document()), ..Settings::default() };
        let lab = Lab::start(settings).await.unwrap();
        let found = standing(&lab, "dev").await;
        assert_eq!((found.0.as_str(), found.1.as_str()), (*standing_of_dev, *reason), "{}", scenario.name);
    }
}

/// Namespaces of the scenario `factory` that are not well, where each stands and why. The others are deployed.
const BAD_NIGHT: &[(&str, &str, &str)] = &[
    ("dev-milling", "Failed", "BranchNotFound"),
    ("prod-casting", "Suspended", "KustomizationSuspended"),
    ("prod-shipping", "Failed", "HealthCheckFailed"),
    ("prod-welding", "Failed", "HealthCheckFailed"),
    ("qa-painting", "Suspended", "KustomizationSuspended"),
    ("qa-sorting", "Failed", "GitSecretMissing"),
];

#[tokio::test]
async fn of_fifty_environments_on_a_bad_night_six_are_not_well() {
    let scenario = BuiltIn::named("factory").map(BuiltIn::document);
    let lab = Lab::start(Settings { scenario, ..Settings::default() }).await.unwrap();
    let program = Program::with_kubeconfig(&lab.kubeconfig());
    let running = tokio::task::spawn_blocking(move || program.status(&["-A", "-o", "json"]));
    let ended = running.await.unwrap();
    let document: Value = serde_json::from_str(&ended.stdout).expect(&ended.stderr);
    let text = |row: &Value, field: &str| row[field].as_str().unwrap_or_default().to_owned();
    let rows = document["environments"].as_array().unwrap();
    let standings: BTreeMap<String, (String, String)> = rows
        .iter()
        .map(|row| (text(row, "namespace"), (text(row, "standing"), text(row, "reason"))))
        .filter(|(_, (standing, _))| standing != "Deployed")
        .collect();
    let expected = BAD_NIGHT.iter().map(|(namespace, standing, reason)| {
        ((*namespace).to_owned(), ((*standing).to_owned(), (*reason).to_owned()))
    });
    assert_eq!((rows.len(), standings), (50, expected.collect()));
}

/// Releases and artifacts deliver as git repositories do: their workloads run, and are counted.
#[tokio::test]
async fn releases_and_artifacts_deliver() {
    for (scenario, namespace, standing) in [
        ("helm", "prod-shop", "Deployed"),
        ("helm-stalled", "prod-shop", "Failed"),
        ("oci", "prod-fleet", "Deployed"),
        ("oci-unverified", "prod-fleet", "Failed"),
    ] {
        let document = BuiltIn::named(scenario).unwrap().document();
        let lab = Lab::start(Settings { scenario: Some(document), ..Settings::default() }).await.unwrap();
        let program = Program::with_kubeconfig(&lab.kubeconfig());
        let words = move || program.status(&["-n", namespace, "-o", "json"]);
        let ended = tokio::task::spawn_blocking(words).await.unwrap();
        let document: Value = serde_json::from_str(&ended.stdout).expect(&ended.stderr);
        let row = &document["environments"][0];
        assert_eq!(row["standing"], standing, "{scenario}: {row:#}");
        assert_eq!(
            (&row["ready"]["ready"], &row["ready"]["desired"]),
            (&2.into(), &2.into()),
            "{scenario}: {row:#}"
        );
    }
}
