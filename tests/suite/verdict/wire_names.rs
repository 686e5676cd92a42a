//! The names that existing repositories, clusters and workflows carry are written once, in `model::contract`.

use std::path::{Path, PathBuf};

use gitops_core::model::contract;

const CONTRACT: &str = "model/contract.rs";

/// A name of the contract, as a literal that stands elsewhere would hold it.
fn literals() -> Vec<String> {
    let anywhere = [
        contract::SRC_REPO,
        contract::CONFIGS_REPO,
        contract::MANIFESTS_REPO,
        contract::START_ENVIRONMENT,
        contract::NEXT_ENVIRONMENT,
        ".github/tracking",
        contract::PROJECT_LABEL,
        contract::ENVIRONMENT_LABEL,
        contract::FLUX_NAMESPACE,
        contract::OWNER_NAME_LABEL,
        contract::OWNER_NAMESPACE_LABEL,
        contract::REVISION_ANNOTATION,
        contract::RECONCILE_ANNOTATION,
        contract::ARC_CONFIG.0,
        contract::ARC_CONFIG.1,
        contract::AZURE_MANAGED_LABEL,
        contract::AZURE_CONFIGURATION_LABEL,
        "e2e/",
        "-{project}",
        "{project}-",
    ];
    // Parts of names, which are words of other texts too: only as a literal of their own.
    let whole = [contract::CONFIGS_SUFFIX, contract::GITOPS_SUFFIX].map(|suffix| format!("\"{suffix}\""));
    anywhere.map(str::to_owned).into_iter().chain(whole).collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

/// The literals of a line, from its first quote to its last; none where it is a comment.
fn quoted(line: &str) -> &str {
    let code = if line.trim_start().starts_with("//") { "" } else { line };
    match (code.find('"'), code.rfind('"')) {
        (Some(first), Some(last)) if first < last => &code[first..=last],
        // A line in the middle of a long literal has no quotes, and no code that these names occur in.
        _ => code,
    }
}

/// Names of the contract in a source file, each with its line.
fn misplaced(text: &str) -> Vec<(usize, String)> {
    let names = literals();
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines().enumerate();
    lines
        .flat_map(|(index, line)| {
            let found = names.iter().filter(|name| {
                let is_constant = !line.contains('"') && !name.contains(['.', '/', '-']);
                !is_constant && quoted(line).contains(name.as_str())
            });
            // `$SRC_REPO` in a word of a workflow's command is a variable of its step.
            let found = found.filter(|name| !quoted(line).contains(&format!("=${name}")));
            // `{SRC_REPO}` in a format string is the constant.
            let found = found.filter(|name| !quoted(line).contains(&format!("{{{name}}}")));
            found.map(move |name| (index + 1, name.clone())).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn names_of_the_contract_stand_in_one_place() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/src");
    let files = sources(&root);
    assert!(files.len() > 60, "{}", files.len());
    // Modules of tests in files of their own say what is on the wire, and not what writes it.
    let is_test =
        |file: &Path| file.file_name().is_some_and(|name| name.to_string_lossy().ends_with("_tests.rs"));
    for file in files.iter().filter(|file| !file.ends_with(CONTRACT) && !is_test(file)) {
        let text = std::fs::read_to_string(file).expect("a source file");
        assert_eq!(misplaced(&text), [], "{}", file.display());
    }
    let contract = std::fs::read_to_string(root.join(CONTRACT)).expect("the contract");
    assert!(misplaced(&contract).len() >= 18, "the names are found where they are");
}

#[test]
fn a_name_elsewhere_is_found() {
    let found = |line: &str| !misplaced(line).is_empty();
    assert!(found("let name = \"SRC_REPO\";"));
    assert!(found("    reconcile.fluxcd.io/requestedAt=now\""));
    assert!(found("format!(\"{name}-{project}\")"));
    assert!(found("name.strip_suffix(\"-gitops\")"));
    assert!(!found("format!(\"variable {SRC_REPO} of {name}\")"));
    assert!(!found("self.variable(SRC_REPO)"));
    assert!(!found("/// Named `<environment>-<project>`, in `flux-system`."));
}
