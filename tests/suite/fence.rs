//! Who may import whom. The house stands only while this holds.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The modules of core, each with those it may import.
const ORDER: [(&str, &[&str]); 6] = [
    ("model", &["model"]),
    ("wire", &["wire", "model"]),
    ("kubernetes", &["kubernetes", "wire", "model"]),
    ("github", &["github", "wire", "model"]),
    ("flow", &["flow", "kubernetes", "github", "wire", "model"]),
    ("cli", &["cli", "flow", "kubernetes", "github", "wire", "model"]),
];

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

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the workspace")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("folder") {
        let path = entry.expect("entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// The names that follow `prefix` in a text.
fn named_after<'a>(text: &'a str, prefix: &str) -> BTreeSet<&'a str> {
    let after = text.split(prefix).skip(1);
    after
        .map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default())
        .collect()
}

#[test]
fn core_imports_run_one_way() {
    let source = root().join("core/src");
    let declared = std::fs::read_to_string(source.join("lib.rs")).expect("lib.rs");
    let modules: BTreeSet<&str> = named_after(&declared, "pub mod ");
    assert_eq!(
        modules,
        ORDER.iter().map(|(module, _)| *module).collect(),
        "a new module takes its place in ORDER"
    );
    for (module, allowed) in ORDER {
        for file in files(&source.join(module)) {
            let text = std::fs::read_to_string(&file).expect("source");
            for import in named_after(&text, "crate::").into_iter().filter(|name| modules.contains(name)) {
                assert!(allowed.contains(&import), "{} imports {import}", file.display());
            }
        }
    }
}

#[test]
fn the_model_is_pure() {
    for file in files(&root().join("core/src/model")) {
        let text = std::fs::read_to_string(&file).expect("source");
        for impure in [
            "async ",
            ".await;",
            ".await?",
            ".await.",
            "tokio",
            "std::fs",
            "std::env",
            "std::net",
            "Timestamp::now",
            "kube::",
            "k8s_openapi",
        ] {
            assert!(!text.contains(impure), "{} has {impure}", file.display());
        }
    }
}

#[test]
fn packages_depend_as_the_house_says() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root())
        .output()
        .expect("cargo");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("metadata");
    let packages = metadata["packages"].as_array().expect("packages");
    assert!(packages.len() >= 5);
    for package in packages {
        let name = package["name"].as_str().expect("name");
        let dependencies = package["dependencies"].as_array().expect("dependencies");
        let named: Vec<&str> = dependencies.iter().filter_map(|one| one["name"].as_str()).collect();
        let plugin = |other: &str| other.starts_with("kubectl-gitops");
        if name != "gitops-core" {
            // Types talk to nobody: the lab takes the schemas of Kubernetes' own kinds from them.
            let is_types = |other: &str| name == "kubectl-gitops_lab" && other == "k8s-openapi";
            let named: Vec<&str> = named.iter().copied().filter(|other| !is_types(other)).collect();
            assert!(!named.iter().any(|other| WORLDS.contains(other)), "{name} talks to a world: {named:?}");
        }
        if !matches!(name, "kubectl-gitops" | "gitops-tests") {
            assert!(!named.iter().any(|other| plugin(other)), "{name} depends on a plugin: {named:?}");
        }
    }
}

#[test]
fn mains_and_mods_have_no_logic() {
    for folder in ["core/src", "plugins", "tests"] {
        for file in files(&root().join(folder)) {
            let text = std::fs::read_to_string(&file).expect("source");
            let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            assert!(text.starts_with("//!"), "{} does not say what it owns", file.display());
            if matches!(name, "main.rs" | "mod.rs") {
                assert!(text.lines().count() <= 60, "{} is long for a {name}", file.display());
            }
        }
    }
}
