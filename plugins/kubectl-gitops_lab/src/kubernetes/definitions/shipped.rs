//! The definitions that every lab has, as somebody would have applied them: Flux's, with the fields, types,
//! defaults, patterns and columns of the real ones and descriptions of our own, and Azure Arc's.
//!
//! They are written down without what all of them say alike: parts that several have in common are named
//! (`use`), and the manifest around the schema is made here. What is not in them are the rules in CEL, which the
//! lab does not evaluate.

use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Map, Value, json};

const SHARED: &str = include_str!("shared.yaml");
const SHIPPED: [&str; 9] = [
    include_str!("buckets.yaml"),
    include_str!("externalartifacts.yaml"),
    include_str!("fluxconfigs.yaml"),
    include_str!("gitrepositories.yaml"),
    include_str!("helmcharts.yaml"),
    include_str!("helmreleases.yaml"),
    include_str!("helmrepositories.yaml"),
    include_str!("kustomizations.yaml"),
    include_str!("ocirepositories.yaml"),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shipped {
    group: String,
    version: String,
    names: Value,
    columns: Vec<Value>,
    description: String,
    schema: Map<String, Value>,
}

/// The definitions as manifests.
pub(in super::super) fn shipped() -> &'static [Value] {
    // To read them takes longer than all else that an empty cluster begins with.
    static READ: LazyLock<Vec<Value>> = LazyLock::new(read);
    &READ
}

fn read() -> Vec<Value> {
    let shared: Map<String, Value> = serde_saphyr::from_str(SHARED).expect("the shared parts are YAML");
    let manifest = |text: &&str| {
        let definition = serde_saphyr::from_str(text).expect("a definition is YAML of its form");
        manifest(definition, &shared)
    };
    SHIPPED.iter().map(manifest).collect()
}

fn manifest(definition: Shipped, shared: &Map<String, Value>) -> Value {
    let Shipped { group, version, names, columns, description, schema } = definition;
    let mut properties: Map<String, Value> =
        schema.into_iter().map(|(name, part)| (name, expanded(part, shared))).collect();
    let texts = [
        ("apiVersion", "Version of the form in which the object is written."),
        ("kind", "Kind of the object."),
    ];
    for (name, description) in texts {
        properties.insert(name.to_owned(), json!({"description": description, "type": "string"}));
    }
    properties.insert("metadata".to_owned(), json!({"type": "object"}));
    let name = format!("{}.{group}", names["plural"].as_str().unwrap_or_default());
    json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": name},
        "spec": {
            "group": group,
            "names": names,
            "scope": "Namespaced",
            "versions": [{
                "name": version,
                "served": true,
                "storage": true,
                "additionalPrinterColumns": columns,
                "subresources": {"status": {}},
                "schema": {"openAPIV3Schema": {
                    "description": description,
                    "type": "object",
                    "properties": properties,
                }},
            }],
        },
    })
}

/// A schema with the shared parts where they are named. What stands beside a name is said of the part. A name that
/// no part has stays, for the test to find.
fn expanded(schema: Value, shared: &Map<String, Value>) -> Value {
    let Value::Object(mut fields) = schema else { return schema };
    if let Some(Value::Object(part)) =
        fields.get("use").and_then(Value::as_str).and_then(|name| shared.get(name))
    {
        let mut part = part.clone();
        fields.remove("use");
        part.append(&mut fields);
        return expanded(Value::Object(part), shared);
    }
    for (name, value) in &mut fields {
        match (name.as_str(), &mut *value) {
            ("properties", Value::Object(properties)) => {
                for part in properties.values_mut() {
                    *part = expanded(part.take(), shared);
                }
            }
            ("items" | "additionalProperties", part) => *part = expanded(part.take(), shared),
            _ => {}
        }
    }
    Value::Object(fields)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::shipped;

    fn walk(schema: &Value, told: &mut usize) {
        assert!(schema["use"].is_null(), "{schema}");
        *told += usize::from(schema["description"].is_string());
        let fields = schema["properties"].as_object().into_iter().flat_map(|fields| fields.values());
        let parts = fields.chain(schema.get("items")).chain(schema.get("additionalProperties"));
        parts.for_each(|part| walk(part, told));
    }

    #[test]
    fn every_name_of_a_part_is_replaced_by_the_part() {
        let definitions = shipped();
        assert_eq!(definitions.len(), 9);
        for definition in definitions {
            let mut told = 0;
            walk(&definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"], &mut told);
            assert!(told > 10, "{}", definition["metadata"]["name"]);
        }
    }
}
