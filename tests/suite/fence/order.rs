//! Imports of core's modules run one way, and its model is pure.

use std::collections::BTreeSet;
use std::path::Path;

use super::files::{read, rust_files, workspace};
use super::imports::{EVERYTHING, root_names};

/// The modules of core, each with those it may import.
const ORDER: [(&str, &[&str]); 7] = [
    ("model", &["model"]),
    ("wire", &["wire", "model"]),
    ("kubernetes", &["kubernetes", "wire", "model"]),
    ("github", &["github", "wire", "model"]),
    ("azure", &["azure", "wire", "model"]),
    ("flow", &["flow", "kubernetes", "github", "azure", "wire", "model"]),
    ("cli", &["cli", "flow", "kubernetes", "github", "azure", "wire", "model"]),
];

#[test]
fn core_imports_run_one_way() {
    let source = workspace().join("core/src");
    let declared = read(&source.join("lib.rs"));
    let modules: BTreeSet<&str> =
        declared.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert_eq!(
        modules,
        ORDER.iter().map(|(module, _)| *module).collect(),
        "a new module takes its place in ORDER"
    );
    for (module, allowed) in ORDER {
        for file in rust_files(&source.join(module)) {
            let forbidden = forbidden(&read(&file), &module_path(&source, &file), allowed);
            assert!(forbidden.is_empty(), "{} imports {forbidden:?}", file.display());
        }
    }
}

/// The modules that a text imports and may not.
fn forbidden(text: &str, module: &[String], allowed: &[&str]) -> Vec<String> {
    let module: Vec<&str> = module.iter().map(String::as_str).collect();
    let is_module = |name: &String| ORDER.iter().any(|(module, _)| module == name) || name == EVERYTHING;
    let names = root_names(text, &module).into_iter();
    names.filter(|name| is_module(name) && !allowed.contains(&name.as_str())).collect()
}

/// The path of the module whose file this is: `model/verdict/mod.rs` and `model/verdict.rs` are
/// `model::verdict`.
fn module_path(source: &Path, file: &Path) -> Vec<String> {
    let relative = file.strip_prefix(source).expect("a file of the crate").with_extension("");
    let mut path: Vec<String> = relative.iter().map(|name| name.to_string_lossy().into_owned()).collect();
    if path.last().is_some_and(|name| name == "mod") {
        path.pop();
    }
    path
}

#[test]
fn an_import_against_the_order_is_found() {
    let source = Path::new("src");
    for (file, text, found) in [
        ("src/model/exit.rs", "use crate::{model::Failure, flow::status};", ["flow"].as_slice()),
        ("src/model/verdict/mod.rs", "use super::super::cli;", &["cli"]),
        ("src/model/verdict/next.rs", "use super::super::cli;", &[]),
        ("src/wire/retry.rs", "fn f() { crate::kubernetes::f(crate::model::X) }", &["kubernetes"]),
        ("src/flow/watch.rs", "use crate::*;", &["*"]),
        ("src/cli/start.rs", "use crate::{flow, model};", &[]),
    ] {
        let module = module_path(source, Path::new(file));
        let (_, allowed) = ORDER.iter().find(|(name, _)| *name == module[0]).expect("a module of core");
        assert_eq!(forbidden(text, &module, allowed), found, "{file}: {text}");
    }
}

#[test]
fn the_model_is_pure() {
    for file in rust_files(&workspace().join("core/src/model")) {
        let text = read(&file);
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
