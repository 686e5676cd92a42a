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

/// Crates that are one in what is shipped: with two of them an SDK would pass by the roots, the proxies and the retries of
/// everybody else.
const ONE_STACK: [&str; 5] = ["h2", "http", "hyper", "reqwest", "rustls"];
/// Other HTTP and TLS stacks.
const OTHER_STACKS: [&str; 10] = [
    "aws-lc-rs",
    "aws-lc-sys",
    "curl",
    "hyper-tls",
    "isahc",
    "native-tls",
    "openssl",
    "openssl-sys",
    "surf",
    "ureq",
];

/// Names and versions of all that a package is made of on this platform.
fn crates_of(package: &str) -> std::collections::BTreeSet<(String, String)> {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--offline",
            "--locked",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--package",
            package,
        ])
        .current_dir(workspace())
        .output()
        .expect("cargo");
    let text = String::from_utf8(output.stdout).expect("text");
    let words = text.lines().map(|line| line.split_whitespace());
    words.filter_map(|mut words| Some((words.next()?.to_owned(), words.next()?.to_owned()))).collect()
}

#[test]
fn azures_sdks_bring_no_other_http_or_tls_stack() {
    let crates = crates_of("kubectl-gitops_status");
    let versions = |name: &str| crates.iter().filter(|(known, _)| known == name).count();
    for sdk in ["azure_identity", "azure_mgmt_kubernetesconfiguration"] {
        assert_eq!(versions(sdk), 1, "{sdk} is in what is shipped");
    }
    assert_eq!(versions("azure_core"), 2, "each with the generation that it is written for");
    for name in ONE_STACK {
        assert_eq!(versions(name), 1, "{name}");
    }
    for name in OTHER_STACKS {
        assert_eq!(versions(name), 0, "{name}");
    }
}
