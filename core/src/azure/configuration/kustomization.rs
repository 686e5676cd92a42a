//! A kustomization of a configuration: a path of the source that is applied.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::error::InvalidConfiguration;
use super::validation::check_seconds;

/// A kustomization. What is not set has Azure's default when it is made, and stays as it is when it is changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KustomizationSpec {
    /// The path in the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Kustomizations of the same configuration that must be ready before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub depends_on: Option<Vec<String>>,
    /// How long applying may take; Azure's default is 600.
    #[serde(rename = "timeoutInSeconds", skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<i64>,
    /// How often it is applied; Azure's default is 600.
    #[serde(rename = "syncIntervalInSeconds", skip_serializing_if = "Option::is_none")]
    pub sync_interval_seconds: Option<i64>,
    /// How often it is tried again after a failure.
    #[serde(rename = "retryIntervalInSeconds", skip_serializing_if = "Option::is_none")]
    pub retry_interval_seconds: Option<i64>,
    /// Whether objects are removed that the source has no more; Azure's default is false.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prune: Option<bool>,
    /// Whether objects are replaced whose fields cannot be changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub force: Option<bool>,
    /// Whether it is ready only when its objects are; Azure's default is true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait: Option<bool>,
    /// Values for variables in manifests.
    #[serde(rename = "postBuild", skip_serializing_if = "Option::is_none")]
    pub substitute: Option<Substitution>,
}

/// Values for variables in manifests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Substitution {
    /// By the variable's name.
    pub substitute: BTreeMap<String, String>,
}

impl KustomizationSpec {
    pub(super) fn document(&self) -> Value {
        serde_json::to_value(self).expect("its maps have text as keys")
    }

    /// Checks it as the kustomization of this name, beside those that are `known` where all are.
    pub(super) fn check(&self, name: &str, known: Option<&[&str]>) -> Result<(), InvalidConfiguration> {
        let field = |key: &str| format!("kustomizations.{name}.{key}");
        check_seconds(&field("timeoutInSeconds"), self.timeout_seconds)?;
        check_seconds(&field("syncIntervalInSeconds"), self.sync_interval_seconds)?;
        check_seconds(&field("retryIntervalInSeconds"), self.retry_interval_seconds)?;
        let Some(known) = known else { return Ok(()) };
        let unknown =
            self.depends_on.iter().flatten().find(|dependency| !known.contains(&dependency.as_str()));
        match unknown {
            Some(unknown) => {
                let why =
                    format!("names {}, which is no kustomization of it", crate::model::harmless(unknown));
                Err(InvalidConfiguration::new(field("dependsOn"), why))
            }
            None => Ok(()),
        }
    }
}
