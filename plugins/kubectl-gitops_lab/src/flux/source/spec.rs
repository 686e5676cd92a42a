//! What the spec of a GitRepository asks for, and how what comes of it is called.

use serde_json::{Value, json};

use crate::flux::object::ReconciledObject;
use crate::flux::remote::{Commit, Reference};

/// The first thing that is asked for and that the lab does not have.
pub(super) fn unknown(subject: &ReconciledObject) -> Option<String> {
    const FIELDS: [&str; 6] =
        ["ignore", "include", "proxySecretRef", "recurseSubmodules", "sparseCheckout", "verify"];
    let is_asked = |value: &Value| !value.is_null() && *value != json!(false);
    if let Some(field) = FIELDS.iter().find(|field| is_asked(subject.spec(field))) {
        return Some(format!("spec.{field}"));
    }
    if let Some(provider) = subject.spec("provider").as_str().filter(|provider| *provider != "generic") {
        return Some(format!("the provider {provider}"));
    }
    if subject.spec("ref")["semver"].is_string() {
        return Some("spec.ref.semver".to_owned());
    }
    let url = subject.spec("url").as_str().unwrap_or_default();
    (!url.starts_with("http")).then(|| "git over SSH".to_owned())
}

pub(super) fn reference(subject: &ReconciledObject) -> Reference {
    let field = |name: &str| subject.spec("ref")[name].as_str().map(str::to_owned);
    if let Some(name) = field("name") {
        return Reference::Name(name);
    }
    if let Some(commit) = field("commit") {
        return Reference::Commit(commit);
    }
    match field("tag") {
        Some(tag) => Reference::Tag(tag),
        None => Reference::Branch(field("branch").unwrap_or_else(|| "master".to_owned())),
    }
}

/// How a commit is called in artifacts.
pub(super) fn revision(subject: &ReconciledObject, commit: &Commit) -> String {
    let sha = &commit.sha;
    match reference(subject) {
        Reference::Branch(name) | Reference::Tag(name) | Reference::Name(name) => {
            format!("{name}@sha1:{sha}")
        }
        Reference::Commit(_) => match subject.spec("ref")["branch"].as_str() {
            Some(branch) => format!("{branch}@sha1:{sha}"),
            None => format!("sha1:{sha}"),
        },
    }
}
