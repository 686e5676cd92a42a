//! What a Kustomization has made: `<namespace>_<name>_<group>_<kind>` and the version.

use serde_json::{Value, json};

use crate::flux::client::ObjectId;

/// The status field that lists `ids`.
pub(super) fn of(ids: &[ObjectId]) -> Value {
    let entries: Vec<Value> = ids
        .iter()
        .map(|id| {
            // Names of roles may hold colons, which an identifier cannot.
            let name = id.name.replace(':', "__");
            let identifier = format!("{}_{name}_{}_{}", id.namespace, id.group(), id.kind);
            json!({"id": identifier, "v": id.version()})
        })
        .collect();
    json!({"entries": entries})
}

/// What the inventory of a status lists.
pub(super) fn list(status: &Value) -> Vec<ObjectId> {
    let entries = status["inventory"]["entries"].as_array().into_iter().flatten();
    entries.filter_map(|entry| read(entry["id"].as_str()?, entry["v"].as_str()?)).collect()
}

fn read(identifier: &str, version: &str) -> Option<ObjectId> {
    let (namespace, rest) = identifier.split_once('_')?;
    let (rest, kind) = rest.rsplit_once('_')?;
    let (name, group) = rest.rsplit_once('_')?;
    let api_version = if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
    Some(ObjectId::new(&api_version, kind, namespace, &name.replace("__", ":")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{list, of};
    use crate::flux::client::ObjectId;

    #[test]
    fn identifiers_are_read_as_they_were_written() {
        let ids = [
            ObjectId::new("v1", "ConfigMap", "n", "settings"),
            ObjectId::new("apps/v1", "Deployment", "n", "hello"),
            ObjectId::new("rbac.authorization.k8s.io/v1", "ClusterRole", "", "a:b"),
        ];
        let inventory = of(&ids);
        assert_eq!(inventory["entries"][0], json!({"id": "n_settings__ConfigMap", "v": "v1"}));
        assert_eq!(inventory["entries"][2]["id"], "_a__b_rbac.authorization.k8s.io_ClusterRole");
        assert_eq!(list(&json!({"inventory": inventory})), ids);
    }
}
