//! Which packages depend on which.

use std::process::Command;

use serde_json::Value;

use super::files::workspace;

/// Only core talks to the worlds.
const WORLDS: [&str; 8] = [
    "kube",
    "kube-client",
    "k8s-openapi",
    "octocrab",
    "reqwest",
    "azure_core",
    "azure_identity",
    "azure_mgmt_kubernetesconfiguration",
];

#[test]
fn packages_depend_as_the_house_says() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(workspace())
        .output()
        .expect("cargo");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("metadata");
    let packages = metadata["packages"].as_array().expect("packages");
    assert!(packages.len() >= 5);
    for package in packages {
        let name = package["name"].as_str().expect("name");
        let dependencies = package["dependencies"].as_array().expect("dependencies");
        let named: Vec<&str> =
            dependencies.iter().filter_map(|dependency| dependency["name"].as_str()).collect();
        let plugin = |other: &str| other.starts_with("kubectl-gitops");
        if name != "gitops-core" {
            // Types talk to nobody: the lab takes the schemas of Kubernetes' own kinds from them.
            let is_types = |other: &str| name == "kubectl-gitops_lab" && other == "k8s-openapi";
            let named: Vec<&str> = named.iter().copied().filter(|other| !is_types(other)).collect();
            assert!(!named.iter().any(|other| WORLDS.contains(other)), "{name} talks to a world: {named:?}");
        }
        let of_tests = matches!(name, "gitops-tests" | "gitops-xtask");
        if !of_tests && name != "kubectl-gitops" {
            assert!(!named.iter().any(|other| plugin(other)), "{name} depends on a plugin: {named:?}");
        }
        if !of_tests {
            assert!(!named.contains(&"kubectl-gitops_lab"), "{name} links the lab");
        }
    }
}
