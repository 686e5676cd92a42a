//! What the server says it is and serves, in both forms: a document a group, and all groups at once. Only what
//! is served is told.

use crate::message::Body;
use http::StatusCode;
use serde_json::{Value, json};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::accept::Form;
use super::events_v1::NEWER;
use super::path::{Place, REVIEWS, is_scalable};
use crate::kubernetes::requests::stream::Reply;
use crate::kubernetes::schema::kinds;
use crate::kubernetes::{Catalogue, Resource, StatusError, openapi};

const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
/// In the order in which Kubernetes' own kinds tell them; definitions tell them in another one.
const VERBS: [&str; 8] = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
const CUSTOM_VERBS: [&str; 8] =
    ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];

/// Answers a `GET` of `place`, which is not one of objects.
pub(in crate::kubernetes) fn answer(
    catalogue: &Catalogue,
    place: &Place,
    form: Result<Form, StatusError>,
    query: &str,
    release: &str,
) -> Result<Reply, StatusError> {
    if let Place::Health(name) = place {
        let is_verbose = query.split('&').any(|word| word == "verbose" || word.starts_with("verbose="));
        let told = if is_verbose { format!("[+]ping ok\n{name} check passed\n") } else { "ok".to_owned() };
        return Ok(Reply::text(StatusCode::OK, told));
    }
    let form = form?;
    let value = match place {
        Place::CoreVersions if form == Form::Aggregated => {
            return Ok(aggregated(&[""], catalogue));
        }
        Place::Groups if form == Form::Aggregated => {
            return Ok(aggregated(&groups(catalogue), catalogue));
        }
        Place::CoreVersions => {
            let addresses = json!([{"clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1:6443"}]);
            json!({"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": addresses})
        }
        Place::Groups => {
            let groups: Vec<Value> = groups(catalogue).iter().map(|name| group(catalogue, name)).collect();
            json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups})
        }
        Place::Group(name) => {
            let mut group = group(catalogue, name);
            group["kind"] = json!("APIGroup");
            group["apiVersion"] = json!("v1");
            group
        }
        Place::Resources { group, version } => resources(catalogue, group, version),
        Place::OpenApiRoot => openapi::root(catalogue),
        Place::OpenApi { group, version } => openapi::document(catalogue, group, version, release),
        Place::Health(_)
        | Place::Version
        | Place::Review { .. }
        | Place::Objects(_)
        | Place::Log(_)
        | Place::Token(_) => {
            return Err(StatusError::NoSuchPath);
        }
    };
    Ok(Reply::json(StatusCode::OK, value))
}

/// The release that was recorded.
pub(in crate::kubernetes) const RELEASE: &str = "v1.36.3";

/// As a server of that release describes itself.
pub(in crate::kubernetes) fn version(release: &str) -> Value {
    let mut numbers = release.trim_start_matches('v').split('.');
    let mut number = || numbers.next().unwrap_or_default().to_owned();
    let (major, minor) = (number(), number());
    let before = minor.parse::<u32>().map_or(minor.clone(), |minor| minor.saturating_sub(1).to_string());
    json!({
        "major": major,
        "minor": minor,
        "emulationMajor": major,
        "emulationMinor": minor,
        "minCompatibilityMajor": major,
        "minCompatibilityMinor": before,
        "gitVersion": release,
        "gitCommit": "$Format:%H$",
        "gitTreeState": "",
        "buildDate": "1970-01-01T00:00:00Z",
        "goVersion": "go1.26.8",
        "compiler": "gc",
        "platform": "linux/amd64",
    })
}

/// All groups but the core's.
fn groups(catalogue: &Catalogue) -> Vec<&str> {
    let served = catalogue.groups().into_keys().filter(|name| !name.is_empty());
    let mut groups: Vec<&str> = served.chain(REVIEWS.iter().map(|review| review.0)).collect();
    groups.sort_by_key(|name| (kinds::rank(name), *name));
    groups.dedup();
    groups
}

/// The versions of a group, the preferred one first.
fn versions<'a>(catalogue: &'a Catalogue, group: &str) -> Vec<&'a str> {
    let mut versions: Vec<&str> = catalogue.groups().remove(group).into_iter().flatten().collect();
    if REVIEWS.iter().any(|review| review.0 == group) && !versions.contains(&"v1") {
        versions.push("v1");
    }
    // Stable ones come before others, and later ones before earlier ones.
    versions.sort_by_key(|version| (version.len(), std::cmp::Reverse(*version)));
    versions
}

fn group(catalogue: &Catalogue, name: &str) -> Value {
    let versions: Vec<Value> = versions(catalogue, name)
        .into_iter()
        .map(|version| json!({"groupVersion": format!("{name}/{version}"), "version": version}))
        .collect();
    json!({"name": name, "versions": versions, "preferredVersion": versions.first()})
}

fn of_group<'a>(catalogue: &'a Catalogue, group: &str, version: &str) -> Vec<&'a Resource> {
    let served = catalogue.served().into_iter();
    served.filter(|resource| resource.group == group && resource.version == version).collect()
}

fn verbs(resource: &Resource) -> Vec<&'static str> {
    let verbs = if resource.is_custom() { CUSTOM_VERBS } else { VERBS };
    let is_namespace = resource.kind == "Namespace";
    verbs.into_iter().filter(|verb| !(is_namespace && *verb == "deletecollection")).collect()
}

/// `/api/v1`, `/apis/<group>/<version>`
fn resources(catalogue: &Catalogue, group: &str, version: &str) -> Value {
    let mut entries = Vec::new();
    for resource in of_group(catalogue, group, version) {
        let mut entry = json!({
            "name": resource.plural,
            "singularName": resource.singular,
            "namespaced": resource.namespaced,
            "kind": resource.kind,
            "verbs": verbs(resource),
            "storageVersionHash": storage_hash(resource),
        });
        describe(resource, &mut entry);
        entries.push(entry);
        if is_scalable(resource) {
            entries.push(json!({
                "name": format!("{}/scale", resource.plural),
                "singularName": "",
                "namespaced": resource.namespaced,
                "group": "autoscaling",
                "version": "v1",
                "kind": "Scale",
                "verbs": ["get", "patch", "update"],
            }));
        }
        if resource.has_status() {
            entries.push(json!({
                "name": format!("{}/status", resource.plural),
                "singularName": "",
                "namespaced": resource.namespaced,
                "kind": resource.kind,
                "verbs": ["get", "patch", "update"],
            }));
        }
    }
    entries.extend(REVIEWS.iter().filter(|review| review.0 == group).map(|(_, plural, kind)| {
        json!({
            "name": plural,
            "singularName": kind.to_lowercase(),
            "namespaced": false,
            "kind": kind,
            "verbs": ["create"],
        })
    }));
    match group {
        "" => json!({"kind": "APIResourceList", "groupVersion": "v1", "resources": entries}),
        group => json!({
            "kind": "APIResourceList",
            "apiVersion": "v1",
            "groupVersion": format!("{group}/{version}"),
            "resources": entries,
        }),
    }
}

fn describe(resource: &Resource, entry: &mut Value) {
    for (field, names) in [("shortNames", &resource.short), ("categories", &resource.categories)] {
        if !names.is_empty() {
            entry[field] = json!(names);
        }
    }
}

/// By which clients may tell whether two resources are kept in the same form (`StorageVersionHash` of
/// `k8s.io/apiserver`).
fn storage_hash(resource: &Resource) -> String {
    // Definitions are still kept as they were before they were stable.
    let version = match resource.group.as_str() {
        kinds::EXTENSIONS => "v1beta1",
        "autoscaling" => "v2",
        _ => &resource.version,
    };
    // Events are kept in the core group.
    let group = if resource.group == NEWER { "" } else { &resource.group };
    let kept = format!("{group}/{version}/{}", resource.kind);
    let hash = ring::digest::digest(&ring::digest::SHA256, kept.as_bytes());
    STANDARD.encode(&hash.as_ref()[..8])
}

/// All of `groups` in one document.
fn aggregated(groups: &[&str], catalogue: &Catalogue) -> Reply {
    let items: Vec<Value> = groups
        .iter()
        .map(|group| {
            let metadata = if group.is_empty() { json!({}) } else { json!({"name": group}) };
            let versions: Vec<Value> = versions(catalogue, group)
                .into_iter()
                .map(|version| aggregated_version(catalogue, group, version))
                .collect();
            json!({"metadata": metadata, "versions": versions})
        })
        .collect();
    let value = json!({
        "kind": "APIGroupDiscoveryList",
        "apiVersion": "apidiscovery.k8s.io/v2",
        "metadata": {},
        "items": items,
    });
    Reply::new(StatusCode::OK, AGGREGATED, Body::Json(value))
}

fn aggregated_version(catalogue: &Catalogue, group: &str, version: &str) -> Value {
    let mut resources: Vec<Value> = of_group(catalogue, group, version).into_iter().map(aggregate).collect();
    resources.extend(REVIEWS.iter().filter(|review| review.0 == group).map(|(_, plural, kind)| {
        json!({
            "resource": plural,
            "responseKind": {"group": "", "version": "", "kind": kind},
            "scope": "Cluster",
            "singularResource": kind.to_lowercase(),
            "verbs": ["create"],
        })
    }));
    json!({"version": version, "resources": resources, "freshness": "Current"})
}

fn aggregate(resource: &Resource) -> Value {
    // Only definitions say here what group and version a kind is of.
    let (group, version) =
        if resource.is_custom() { (resource.group.as_str(), resource.version.as_str()) } else { ("", "") };
    let kind = json!({"group": group, "version": version, "kind": resource.kind});
    let mut entry = json!({
        "resource": resource.plural,
        "responseKind": kind,
        "scope": if resource.namespaced { "Namespaced" } else { "Cluster" },
        "singularResource": resource.singular,
        "verbs": verbs(resource),
    });
    describe(resource, &mut entry);
    let scale = json!({"group": "autoscaling", "version": "v1", "kind": "Scale"});
    let parts: Vec<Value> =
        [("scale", is_scalable(resource), scale), ("status", resource.has_status(), kind)]
            .into_iter()
            .filter(|(_, is_there, _)| *is_there)
            .map(|(name, _, kind)| {
                json!({"subresource": name, "responseKind": kind, "verbs": ["get", "patch", "update"]})
            })
            .collect();
    if !parts.is_empty() {
        entry["subresources"] = json!(parts);
    }
    entry
}
