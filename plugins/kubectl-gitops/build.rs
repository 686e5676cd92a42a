//! Writes the table of the plugins that are linked in: the dependencies of this package that are called
//! `kubectl-gitops_<word>`, in the order of its `Cargo.toml`.
//!
//! A list in a source file was rejected: a plugin would need a line there and one in the manifest, and one of
//! them would be forgotten.

use std::path::Path;
use std::{env, fs};

/// What the package of every plugin is called, before its word.
const PREFIX: &str = "kubectl-gitops_";

fn main() {
    println!("cargo::rerun-if-changed=Cargo.toml");
    let manifest = fs::read_to_string("Cargo.toml").expect("cargo runs this beside Cargo.toml");
    let manifest: toml::Table = manifest.parse().expect("cargo has read it");
    let dependencies = manifest["dependencies"].as_table().expect("a table");
    let plugins = dependencies.keys().filter(|name| name.starts_with(PREFIX));
    let lines: String =
        plugins.map(|name| format!("    Plugin::of({}::run),\n", name.replace('-', "_"))).collect();
    let folder = env::var_os("OUT_DIR").expect("cargo names it");
    fs::write(Path::new(&folder).join("plugins.rs"), format!("vec![\n{lines}]\n"))
        .expect("it can be written");
}
