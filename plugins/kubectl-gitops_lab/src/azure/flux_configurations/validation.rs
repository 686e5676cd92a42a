//! What can be wrong with a configuration that is well-formed: its names, its source, its kustomizations.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::fields::SOURCE_KINDS;
use super::kustomizations;
use super::rules::{check_name, not_base64};
use super::source_rules;
use crate::azure::api::refusal::Refusal;
use crate::azure::resources::Resource;

/// Whether a configuration can be as its resource says.
pub(super) fn validate(resource: &Resource) -> Result<(), Refusal> {
    let name = resource.id.name();
    check_name("fluxConfigurationName", name, true)?;
    let properties = Value::Object(resource.properties.clone());
    let namespace = properties["namespace"].as_str().unwrap_or_default();
    check_name("properties.namespace", namespace, false)?;
    check_duration(&properties["reconciliationWaitDuration"])?;
    let kind = properties["sourceKind"].as_str().unwrap_or_default();
    for (other, field) in SOURCE_KINDS {
        let is_given = properties[field].is_object();
        if is_given != (other == kind) {
            let message = match is_given {
                true => format!("The source '{field}' cannot be given where 'sourceKind' is '{kind}'."),
                false => format!("The source '{field}' is required where 'sourceKind' is '{kind}'."),
            };
            return Err(Refusal::property(&format!("properties.{field}"), message));
        }
    }
    for (name, secret) in &resource.protected {
        // What is set with the source is taken as it is.
        let is_setting = ["httpsKey", "sshPrivateKey", "bucketSecretKey"].contains(&name.as_str());
        if is_setting && STANDARD.decode(secret.expose()).is_err() {
            return Err(not_base64(&format!("properties.configurationProtectedSettings.{name}")));
        }
    }
    source_rules::validate(&properties, &resource.protected)?;
    kustomizations::validate(name, &properties["kustomizations"])
}

/// `PT30M`
fn check_duration(duration: &Value) -> Result<(), Refusal> {
    let Some(text) = duration.as_str() else { return Ok(()) };
    let span: Result<jiff::Span, _> = text.parse();
    if text.starts_with('P') && span.is_ok() {
        return Ok(());
    }
    let path = "properties.reconciliationWaitDuration";
    Err(Refusal::property(path, format!("The value '{text}' of '{path}' is not an ISO 8601 duration.")))
}
