//! Variables and secrets of a repository or of one of its environments.

use std::collections::BTreeMap;

use gitops_core::wire::Secret;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::github::api::refusal::Refusal;
use crate::github::api::timestamp::time;

/// The longest value, of either kind.
pub(super) const LONGEST: usize = 48 * 1024;

/// What workflows read. Names are in upper case.
#[derive(Debug, Default)]
pub(in crate::github) struct Vault {
    pub(super) variables: BTreeMap<String, Kept<String>>,
    /// Opened, so that a test can see what arrived. They are never told over HTTPS.
    pub(super) secrets: BTreeMap<String, Kept<Secret>>,
}

/// A value, and since when.
#[derive(Debug)]
pub(super) struct Kept<T> {
    pub(super) value: T,
    pub(super) created: Timestamp,
    pub(super) updated: Timestamp,
}

impl<T> Kept<T> {
    pub(super) fn shown(&self, name: &str) -> Value {
        json!({"name": name, "created_at": time(self.created), "updated_at": time(self.updated)})
    }
}

impl Vault {
    pub(in crate::github) fn secret(&self, name: &str) -> Option<&Secret> {
        self.secrets.get(&name.to_uppercase()).map(|kept| &kept.value)
    }

    /// Keeps a value under a name. Whether there was none before.
    pub(super) fn keep<T>(
        all: &mut BTreeMap<String, Kept<T>>,
        name: String,
        value: T,
        now: Timestamp,
    ) -> bool {
        let created = all.get(&name).map_or(now, |known| known.created);
        all.insert(name, Kept { value, created, updated: now }).is_none()
    }
}

/// A name of a variable or secret, as it is kept.
pub(super) fn name(kind: &str, name: &str) -> Result<String, Refusal> {
    let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let begins = name.bytes().next().is_some_and(|byte| !byte.is_ascii_digit());
    if !is_plain || !begins {
        return Err(Refusal::unprocessable(format!(
            "{kind} name is invalid: it can only contain alphanumeric characters ([a-z], [A-Z], [0-9]) or underscores (_), \
             and must start with a letter ([a-z], [A-Z]) or underscores (_)."
        )));
    }
    if name.to_uppercase().starts_with("GITHUB_") {
        return Err(Refusal::unprocessable(format!("{kind} names must not start with GITHUB_.")));
    }
    Ok(name.to_uppercase())
}
