//! From definitions to the kinds that are served: what is wrong with one that is written, what its status says,
//! and what becomes of the objects of one that is gone.
//!
//! Nothing here converts: a definition that serves more than one version is not taken.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::shipped::shipped;
use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::refusals::Cause;
use crate::kubernetes::schema::kinds::EXTENSIONS;
use crate::kubernetes::storage::key::Key;
use crate::kubernetes::timestamp::time;
use crate::kubernetes::{Definition, Resource, StatusError, refusals};

/// Puts in what a definition says by saying nothing.
pub(in super::super) fn complete(definition: &mut Value) {
    let names = &mut definition["spec"]["names"];
    let kind = names["kind"].as_str().unwrap_or_default().to_owned();
    for (name, preset) in [("singular", kind.to_lowercase()), ("listKind", format!("{kind}List"))] {
        if names[name].is_null() {
            names[name] = json!(preset);
        }
    }
    if definition["spec"]["conversion"].is_null() {
        definition["spec"]["conversion"] = json!({"strategy": "None"});
    }
}

/// What is wrong with a definition.
pub(in super::super) fn check(definition: &Value) -> Result<Vec<Cause>, StatusError> {
    let mut causes = Vec::new();
    let spec = &definition["spec"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    for (value, field) in [
        (&spec["group"], "spec.group"),
        (&spec["scope"], "spec.scope"),
        (&spec["names"]["plural"], "spec.names.plural"),
        (&spec["names"]["kind"], "spec.names.kind"),
    ] {
        if text(value).is_empty() {
            causes.push(Cause::required(field));
        }
    }
    let name = text(&definition["metadata"]["name"]);
    if name != format!("{}.{}", text(&spec["names"]["plural"]), text(&spec["group"])) {
        let told = format!("{name:?}: must be spec.names.plural+\".\"+spec.group");
        causes.push(Cause::invalid("metadata.name", told));
    }
    let versions = spec["versions"].as_array().map(Vec::as_slice).unwrap_or_default();
    for (index, version) in versions.iter().enumerate() {
        if !version["schema"]["openAPIV3Schema"].is_object() {
            let mut cause = Cause::required(format!("spec.versions[{index}].schema.openAPIV3Schema"));
            cause.message += ": schemas are required";
            causes.push(cause);
        }
    }
    match versions.iter().filter(|version| version["served"] == true).count() {
        0 | 1 => Ok(causes),
        _ => Err(refusals::unknown("definitions that serve more than one version")),
    }
}

/// The kind that a definition makes, if it is served.
fn resource(definition: &Value) -> Option<Resource> {
    let spec = &definition["spec"];
    let names = &spec["names"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let texts = |value: &Value| value.as_array().into_iter().flatten().map(text).collect();
    let version = spec["versions"].as_array()?.iter().find(|version| version["served"] == true)?;
    let parts = &version["subresources"];
    let columns = version["additionalPrinterColumns"].as_array().cloned();
    Some(Resource {
        group: text(&spec["group"]),
        version: text(&version["name"]),
        kind: text(&names["kind"]),
        plural: text(&names["plural"]),
        singular: text(&names["singular"]),
        namespaced: spec["scope"] == "Namespaced",
        short: texts(&names["shortNames"]),
        categories: texts(&names["categories"]),
        status: parts["status"].is_object(),
        definition: Some(Arc::new(Definition {
            schema: whole(&version["schema"]["openAPIV3Schema"]),
            columns: columns.unwrap_or_else(age_alone),
            scale: parts.get("scale").cloned(),
        })),
    })
}

/// The kinds that are defined in every lab.
pub(in super::super) fn defined() -> Vec<Resource> {
    let mut definitions = shipped().to_vec();
    definitions.iter_mut().for_each(complete);
    definitions.iter().filter_map(resource).collect()
}

/// A schema with what every object has, which definitions may leave out.
fn whole(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if schema["properties"].is_object() {
        for (name, kind) in [("apiVersion", "string"), ("kind", "string"), ("metadata", "object")] {
            let property = &mut schema["properties"][name];
            if property.is_null() {
                *property = json!({"type": kind});
            }
        }
    }
    schema
}

/// The columns of a definition that names none.
fn age_alone() -> Vec<Value> {
    vec![json!({"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"})]
}

impl Cluster {
    /// Where the definition `name` is.
    pub(in super::super) fn definition(&self, name: &str) -> Key {
        let resource = self.catalogue().named(EXTENSIONS, "v1", "customresourcedefinitions");
        let resource = resource.expect("definitions are served");
        Key { resource, namespace: String::new(), name: name.to_owned() }
    }

    /// Serves what the definitions say, and no more.
    pub(in super::super) fn define(&mut self, now: Timestamp) {
        let definitions: Vec<(Key, Arc<Value>)> = self
            .store
            .of_kind(self.definition("").resource)
            .map(|(key, definition)| (key.clone(), Arc::clone(definition)))
            .collect();
        let wanted: Vec<Resource> =
            definitions.iter().filter_map(|(_, definition)| resource(definition)).collect();
        let gone: Vec<usize> = (0..self.catalogue().resources().len())
            .filter(|place| {
                let had = &self.catalogue().resources()[*place];
                had.definition.is_some() && !wanted.iter().any(|resource| is_same(resource, had))
            })
            .collect();
        for place in gone {
            let left: Vec<Key> = self.store.of_kind(place).map(|(key, _)| key.clone()).collect();
            left.iter().for_each(|key| drop(self.store.remove(key)));
            self.retire(place);
        }
        wanted.into_iter().for_each(|resource| self.serve(resource));
        for (key, definition) in definitions {
            if definition["status"]["conditions"].is_null() {
                let mut definition = Value::clone(&definition);
                definition["status"] = accepted(&definition["spec"], now);
                self.store.put(key, definition);
            }
        }
    }
}

fn is_same(one: &Resource, other: &Resource) -> bool {
    (&one.group, &one.version, &one.plural) == (&other.group, &other.version, &other.plural)
}

/// The status of a definition whose kind is served.
fn accepted(spec: &Value, now: Timestamp) -> Value {
    let condition = |name: &str, reason: &str, message: &str| {
        json!({
            "type": name,
            "status": "True",
            "reason": reason,
            "message": message,
            "lastTransitionTime": time(now),
        })
    };
    let stored = spec["versions"].as_array().into_iter().flatten();
    let stored: Vec<&Value> = stored.filter(|version| version["storage"] == true).collect();
    json!({
        "acceptedNames": spec["names"],
        "conditions": [
            condition("NamesAccepted", "NoConflicts", "no conflicts found"),
            condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
        ],
        "storedVersions": stored.iter().map(|version| &version["name"]).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use http::{Method, StatusCode};
    use serde_json::{Value, json};

    use crate::kubernetes::Cluster;
    use crate::kubernetes::testing::{NOW, cluster, request, send};
    use crate::message::Body;

    const DEFINITIONS: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    const WIDGETS: &str = "/apis/example.com/v1/namespaces/default/widgets";

    fn widgets() -> Value {
        let schema = json!({"type": "object", "properties": {"spec": {
            "type": "object",
            "properties": {"size": {"type": "integer"}, "colour": {"type": "string", "default": "green"}},
        }}});
        json!({
            "metadata": {"name": "widgets.example.com"},
            "spec": {
                "group": "example.com",
                "scope": "Namespaced",
                "names": {"plural": "widgets", "kind": "Widget"},
                "versions": [{
                    "name": "v1", "served": true, "storage": true,
                    "schema": {"openAPIV3Schema": schema},
                }],
            },
        })
    }

    /// A path of nobody's is answered with a text.
    fn is_unknown(cluster: &mut Cluster) -> bool {
        let reply = cluster.answer(&request(Method::GET, WIDGETS, &Value::Null), NOW);
        reply.status == StatusCode::NOT_FOUND && matches!(reply.body, Body::Bytes(_))
    }

    #[test]
    fn a_definition_makes_its_kind_served_and_its_end_takes_the_objects_along() {
        let mut cluster = cluster();
        let widget = json!({"metadata": {"name": "w"}, "spec": {"size": 1, "bogus": 2}});
        assert!(is_unknown(&mut cluster));
        let (code, told) = send(&mut cluster, Method::POST, DEFINITIONS, &widgets());
        assert_eq!(code, 201, "{told}");
        let name = format!("{DEFINITIONS}/widgets.example.com");
        let (_, kept) = send(&mut cluster, Method::GET, &name, &Value::Null);
        assert_eq!(kept["status"]["conditions"][1]["type"], "Established");
        assert_eq!(kept["status"]["acceptedNames"]["singular"], "widget");

        let (code, made) = send(&mut cluster, Method::POST, WIDGETS, &widget);
        assert_eq!((code, &made["spec"]), (201, &json!({"size": 1, "colour": "green"})));
        let wrong = json!({"metadata": {"name": "x"}, "spec": {"size": "big"}});
        assert_eq!(send(&mut cluster, Method::POST, WIDGETS, &wrong).0, 422);
        let (_, found) = send(&mut cluster, Method::GET, "/apis/example.com/v1", &Value::Null);
        assert_eq!(found["resources"][0]["singularName"], "widget");

        assert_eq!(send(&mut cluster, Method::DELETE, &name, &Value::Null).0, 200);
        assert!(is_unknown(&mut cluster));
        send(&mut cluster, Method::POST, DEFINITIONS, &widgets());
        let (_, list) = send(&mut cluster, Method::GET, WIDGETS, &Value::Null);
        assert_eq!(list["items"], json!([]), "nothing comes back");
    }

    #[test]
    fn a_definition_that_is_wrong_is_refused() {
        let mut cluster = cluster();
        let mut definition = widgets();
        definition["metadata"]["name"] = json!("gadgets.example.com");
        let (code, refused) = send(&mut cluster, Method::POST, DEFINITIONS, &definition);
        let told = refused["message"].as_str().unwrap();
        assert_eq!(code, 422);
        assert!(told.ends_with("metadata.name: Invalid value: \"gadgets.example.com\": must be spec.names.plural+\".\"+spec.group"), "{told}");
        let mut definition = widgets();
        let other = definition["spec"]["versions"][0].clone();
        definition["spec"]["versions"].as_array_mut().unwrap().push(other);
        assert_eq!(send(&mut cluster, Method::POST, DEFINITIONS, &definition).0, 501);
    }
}
