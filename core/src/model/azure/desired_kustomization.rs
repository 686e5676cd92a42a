//! A kustomization that a Flux configuration wants, as far as decisions need it.

use serde_json::Value;

use crate::model::harmless;

/// One entry of `kustomizations`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DesiredKustomization {
    /// Its name in the configuration. In the cluster it is `<configuration>-<name>`.
    pub name: String,
    /// The folder that it applies: the deployment target.
    pub path: String,
    /// Whether objects are removed that its folder has no more. Azure's default is that they stay.
    pub prunes: bool,
    /// Whether it is `Ready` only once what it applied is. Azure's default is that it is.
    pub waits: bool,
    /// How long one attempt may take, in seconds, where that is told.
    pub timeout: Option<i64>,
    /// How often it is applied, in seconds, where that is told.
    pub interval: Option<i64>,
    /// How soon a failed attempt is repeated, in seconds, where that is told.
    pub retry: Option<i64>,
}

impl DesiredKustomization {
    /// Reads `kustomizations`, an object by name.
    pub(super) fn read_all(kustomizations: &Value) -> Vec<Self> {
        let all = kustomizations.as_object().into_iter().flatten();
        // One that is deleted is null.
        all.filter(|(_, kustomization)| kustomization.is_object())
            .map(|(name, kustomization)| Self {
                name: harmless(name),
                path: kustomization["path"].as_str().map(harmless).unwrap_or_default(),
                prunes: kustomization["prune"].as_bool().unwrap_or_default(),
                waits: kustomization["wait"].as_bool().unwrap_or(true),
                timeout: seconds(&kustomization["timeoutInSeconds"]),
                interval: seconds(&kustomization["syncIntervalInSeconds"]),
                retry: seconds(&kustomization["retryIntervalInSeconds"]),
            })
            .collect()
    }
}

/// A number of seconds, within what Azure takes, so that sums of some cannot overflow.
pub(super) fn seconds(value: &Value) -> Option<i64> {
    value.as_i64().map(|seconds| seconds.clamp(0, i32::MAX.into()))
}
