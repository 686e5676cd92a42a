//! What a merge patch leaves of what is protected. It is not among the properties that the patch is merged into, as it
//! is never shown, so null is looked for in the patch itself.

use std::collections::BTreeMap;

use gitops_core::wire::Secret;
use serde_json::{Map, Value};

use super::field::{FieldType, PropertyField};
use super::field_path::FieldPath;

/// Keeps of `protected` what a patch does not take away: by null, or with the object that a secret belongs to. `shown`
/// is what the properties are after the patch.
pub(in crate::azure) fn retain_after_patch(
    protected: &mut BTreeMap<String, Secret>,
    fields: &[PropertyField],
    patch: &Map<String, Value>,
    shown: &Map<String, Value>,
) {
    let secrets = secrets(&FieldPath::default(), fields, Some(patch), Some(shown));
    protected.retain(|name, _| {
        let secret = secrets.iter().find(|secret| secret.name == *name);
        secret.map_or_else(|| !is_null_setting(name, fields, patch), |secret| secret.is_kept)
    });
}

/// A field that holds a secret, after a patch.
struct PatchedSecret {
    name: String,
    is_kept: bool,
}

/// The secrets of an object; of one that the patch does not name, or that is gone, there is nothing to look at.
fn secrets(
    path: &FieldPath,
    fields: &[PropertyField],
    patch: Option<&Map<String, Value>>,
    shown: Option<&Map<String, Value>>,
) -> Vec<PatchedSecret> {
    let mut found = Vec::new();
    for field in fields {
        let (path, given) = (path.child(field.name), patch.and_then(|patch| field.find(patch)));
        match field.field_type {
            FieldType::Secret => {
                let is_kept = shown.is_some() && !given.is_some_and(Value::is_null);
                found.push(PatchedSecret { name: path.protected_name(), is_kept });
            }
            FieldType::Object(fields) => {
                let shown = shown.and_then(|shown| field.find(shown)?.as_object());
                found.extend(secrets(&path, fields, given.and_then(Value::as_object), shown));
            }
            _ => {}
        }
    }
    found
}

/// Whether a patch says null of a setting, or of all settings.
fn is_null_setting(name: &str, fields: &[PropertyField], patch: &Map<String, Value>) -> bool {
    let mut maps = fields.iter().filter(|field| matches!(field.field_type, FieldType::SecretMap));
    maps.any(|field| match field.find(patch) {
        Some(Value::Null) => true,
        Some(settings) => settings.get(name).is_some_and(Value::is_null),
        None => false,
    })
}
