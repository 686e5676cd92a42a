//! Contracts: descriptions and recordings of real services, which lie outside of the checkout. `GITOPS_CONTRACTS`
//! names their folder; where it is given, a file that is not there is a failure.

use std::path::PathBuf;

use serde_json::Value;

use super::say;

/// The folder; nothing, and a word on it, where no contracts are given.
pub(crate) fn folder(file: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("GITOPS_CONTRACTS").map(PathBuf::from);
    if folder.is_none() {
        say(&format!("not run: needs GITOPS_CONTRACTS, a folder with {file}"));
    }
    folder
}

/// The text of a contract.
pub(crate) fn text(file: &str) -> Option<String> {
    let text = std::fs::read_to_string(folder(file)?.join(file));
    Some(text.unwrap_or_else(|error| panic!("{file} in the folder that GITOPS_CONTRACTS names: {error}")))
}

/// A contract that is JSON.
pub(crate) fn json(file: &str) -> Option<Value> {
    text(file).map(|text| serde_json::from_str(&text).expect(file))
}
