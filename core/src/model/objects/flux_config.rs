//! FluxConfigs: what the agents of Azure Arc have for a Flux configuration. No schema of them is published, so that their
//! status is left alone.

use serde_json::Value;

use super::Meta;

/// A FluxConfig: its name, its labels and what is wanted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FluxConfig {
    /// Name and labels.
    pub meta: Meta,
    /// What is wanted, whatever fields the version that is served has.
    pub spec: Value,
}

impl FluxConfig {
    /// Reads one.
    pub fn read(object: &Value) -> Self {
        Self { meta: Meta::read(object), spec: object["spec"].clone() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::FluxConfig;

    #[test]
    fn nothing_is_read_of_a_status() {
        let labels = json!({"clusterconfig.azure.com/name": "apps"});
        for version in ["v1alpha1", "v1beta1", "v1"] {
            let object = json!({
                "apiVersion": format!("clusterconfig.azure.com/{version}"), "kind": "FluxConfig",
                "metadata": {"name": "apps", "namespace": "dev", "labels": labels},
                "spec": {"scope": "cluster", "newer": [1]},
                "status": {"complianceState": "Compliant"},
            });
            let read = FluxConfig::read(&object);
            assert_eq!((read.meta.name.as_str(), read.meta.labels.len()), ("apps", 1));
            assert_eq!(read.spec, object["spec"]);
            let mut changed = object.clone();
            changed["status"] = json!({"complianceState": "Non-Compliant"});
            assert_eq!(FluxConfig::read(&changed), read);
        }
        assert_eq!(FluxConfig::read(&json!({"kind": "FluxConfig"})).spec, json!(null));
    }
}
