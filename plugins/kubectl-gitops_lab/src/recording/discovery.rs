//! What the server says it serves, in the plain form: kubectl asks for the aggregated one first and takes this
//! when it is answered as `application/json`.

use serde_json::{Value, json};

use crate::kubernetes::{Catalogue, Resource};

/// `/version`. The version whose behaviour is played; the build says what plays it.
pub(crate) fn version() -> Value {
    json!({
        "major": "1",
        "minor": "36",
        "gitVersion": "v1.36.3+replay",
        "gitCommit": "",
        "gitTreeState": "",
        "buildDate": "1970-01-01T00:00:00Z",
        "goVersion": "",
        "compiler": "",
        "platform": format!("{}/{}", std::env::consts::OS, std::env::consts::ARCH),
    })
}

/// `/api`
pub(crate) fn core_versions(catalogue: &Catalogue) -> Value {
    let versions = catalogue.groups().remove("").unwrap_or_default();
    json!({"kind": "APIVersions", "versions": versions, "serverAddressByClientCIDRs": []})
}

/// `/apis`
pub(crate) fn groups(catalogue: &Catalogue) -> Value {
    let groups: Vec<Value> = catalogue
        .groups()
        .into_iter()
        .filter(|(name, _)| !name.is_empty())
        .map(|(name, versions)| described(name, versions))
        .collect();
    json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups})
}

/// `/apis/<group>`
pub(crate) fn group(catalogue: &Catalogue, name: &str) -> Value {
    let versions = catalogue.groups().remove(name).unwrap_or_default();
    let mut group = described(name, versions);
    group["kind"] = json!("APIGroup");
    group["apiVersion"] = json!("v1");
    group
}

/// The shortest version is preferred: `v1` before `v1beta2`.
fn described<'a>(name: &str, versions: impl IntoIterator<Item = &'a str>) -> Value {
    let mut versions: Vec<&str> = versions.into_iter().collect();
    versions.sort_by_key(|version| (version.len(), std::cmp::Reverse(*version)));
    let versions: Vec<Value> = versions
        .into_iter()
        .map(|version| json!({"groupVersion": format!("{name}/{version}"), "version": version}))
        .collect();
    let preferred = versions.first().cloned();
    json!({"name": name, "versions": versions, "preferredVersion": preferred})
}

/// `/api/v1`, `/apis/<group>/<version>`
pub(crate) fn resources(catalogue: &Catalogue, group: &str, version: &str) -> Value {
    let served: Vec<&Resource> = catalogue
        .resources()
        .iter()
        .filter(|resource| resource.group == group && resource.version == version)
        .collect();
    let api_version = served.first().map(|resource| resource.api_version());
    json!({
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": api_version,
        "resources": served.into_iter().map(resource).collect::<Vec<_>>(),
    })
}

fn resource(resource: &Resource) -> Value {
    let mut entry = json!({
        "name": resource.plural,
        "singularName": resource.kind.to_lowercase(),
        "namespaced": resource.namespaced,
        "kind": resource.kind,
        "verbs": ["get", "list", "watch"],
    });
    for (field, names) in [("shortNames", &resource.short), ("categories", &resource.categories)] {
        if !names.is_empty() {
            entry[field] = json!(names);
        }
    }
    entry
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::Timeline;
    use super::super::kinds::catalogue;
    use super::{group, resources};
    use crate::kubernetes::Resource;

    /// Discovery as a real server answered it.
    fn golden() -> Value {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/kubernetes/discovery.json");
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    }

    #[test]
    fn resources_are_described_as_a_real_server_describes_them() {
        let timeline = Timeline::parse(r#"{"scenario":"","namespace":"n","timeline":[]}"#).unwrap();
        let catalogue = catalogue(&timeline, &[]);
        let golden = golden();
        let exchanges = golden["exchanges"].as_array().unwrap();
        let body = |path: &str| {
            let found = exchanges.iter().find(|exchange| exchange["request"]["path"] == path);
            found.map(|exchange| exchange["response"]["body"].clone())
        };
        let mut compared = Vec::new();
        for (name, versions) in catalogue.groups() {
            for version in versions {
                let path = if name.is_empty() { "/api/v1".into() } else { format!("/apis/{name}/{version}") };
                // Not every group was recorded.
                let Some(real) = body(&path) else { continue };
                for ours in resources(&catalogue, name, version)["resources"].as_array().unwrap() {
                    let real = real["resources"].as_array().unwrap();
                    let mut real = real.iter().find(|real| real["name"] == ours["name"]).unwrap().clone();
                    real["verbs"] = json!(["get", "list", "watch"]);
                    real.as_object_mut().unwrap().remove("storageVersionHash");
                    assert_eq!(*ours, real);
                    compared.push(name);
                }
            }
        }
        let is_recorded = |resource: &&Resource| compared.contains(&resource.group.as_str());
        assert_eq!(compared.len(), catalogue.resources().iter().filter(is_recorded).count());
        assert!(["", "apps", "batch"].iter().all(|group| compared.contains(group)), "{compared:?}");
        let name = "kustomize.toolkit.fluxcd.io";
        assert_eq!(group(&catalogue, name), body(&format!("/apis/{name}")).expect("recorded"));
    }
}
