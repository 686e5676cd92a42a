//! What changes in a Flux configuration that exists.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::error::InvalidConfiguration;
use super::git_source::GitReference;
use super::kustomization::KustomizationSpec;
use super::name::{ConfigurationName, check_kustomization_name};
use super::protected_settings::ProtectedSettings;

/// A change: what is not named stays as it is. `Debug` shows no protected setting.
#[derive(Clone, Debug, Default)]
pub struct FluxConfigurationPatch {
    /// Stops delivery, or lets it go on.
    pub suspend: Option<bool>,
    /// What of the git repository is followed from now on.
    pub reference: Option<GitReference>,
    /// How often the git repository is fetched from now on, in seconds.
    pub source_interval_seconds: Option<i64>,
    /// Kustomizations by name: one that is added or changed, or none, which deletes it.
    pub kustomizations: BTreeMap<String, Option<KustomizationSpec>>,
    /// Keys that are replaced.
    pub protected: ProtectedSettings,
}

impl FluxConfigurationPatch {
    /// The change that stops delivery, or lets it go on.
    pub fn suspension(suspend: bool) -> Self {
        Self { suspend: Some(suspend), ..Self::default() }
    }

    /// The change that deletes one kustomization.
    pub fn deletion_of(kustomization: &str) -> Self {
        let kustomizations = BTreeMap::from([(kustomization.to_owned(), None)]);
        Self { kustomizations, ..Self::default() }
    }

    /// The document that Azure takes: a kustomization that is deleted is an explicit null.
    pub(in crate::azure) fn document(&self) -> Value {
        let mut properties = Map::new();
        properties.extend(self.suspend.map(|suspend| ("suspend".to_owned(), json!(suspend))));
        let mut source = Map::new();
        let reference = self.reference.as_ref().map(GitReference::document);
        source.extend(reference.map(|reference| ("repositoryRef".to_owned(), reference)));
        let interval = self.source_interval_seconds.map(|seconds| json!(seconds));
        source.extend(interval.map(|interval| ("syncIntervalInSeconds".to_owned(), interval)));
        if !source.is_empty() {
            properties.insert("gitRepository".to_owned(), Value::Object(source));
        }
        if !self.kustomizations.is_empty() {
            let kustomizations = self.kustomizations.iter().map(|(name, kustomization)| {
                (name.clone(), kustomization.as_ref().map_or(Value::Null, KustomizationSpec::document))
            });
            properties.insert("kustomizations".to_owned(), Value::Object(kustomizations.collect()));
        }
        if !self.protected.is_empty() {
            properties.insert("configurationProtectedSettings".to_owned(), self.protected.document());
        }
        json!({ "properties": properties })
    }

    /// Checks it as a change of the configuration of this name.
    ///
    /// # Errors
    /// The first field that does not hold what it must.
    pub fn check(&self, name: &ConfigurationName) -> Result<(), InvalidConfiguration> {
        if let Some(reference) = &self.reference {
            reference.check()?;
        }
        for (kustomization, change) in &self.kustomizations {
            // One that is deleted may have been made by other rules.
            let Some(change) = change else { continue };
            check_kustomization_name(name, kustomization)?;
            change.check(kustomization, None)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kustomization_is_deleted_by_an_explicit_null() {
        let document = FluxConfigurationPatch::deletion_of("apps").document();
        assert_eq!(document, json!({"properties": {"kustomizations": {"apps": null}}}));
    }

    #[test]
    fn only_what_changes_is_named() {
        let document = FluxConfigurationPatch::suspension(false).document();
        assert_eq!(document, json!({"properties": {"suspend": false}}));
        let reference = Some(GitReference::Tag("v1".to_owned()));
        let document = FluxConfigurationPatch { reference, ..FluxConfigurationPatch::default() }.document();
        assert_eq!(document, json!({"properties": {"gitRepository": {"repositoryRef": {"tag": "v1"}}}}));
        assert_eq!(FluxConfigurationPatch::default().document(), json!({"properties": {}}));
    }
}
