//! The versions that kinds are served at.
//!
//! Requests use the version of the kind's table row. After a 404 the group is asked, once, which versions it serves, and
//! those, each once, which kinds they have: the first that has the kind is used from then on. What the group prefers is
//! not enough: a group may prefer a version that one of its kinds lacks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use kube::Client;
use kube::core::ApiResource;
use serde_json::Value;
use tokio::sync::OnceCell;

use super::resource::{base_path, default_resource};
use crate::model::cluster::Kind;

/// The versions of each kind that has several, as far as a 404 made it necessary to know.
#[derive(Debug)]
pub(super) struct Versions {
    found: BTreeMap<Kind, OnceCell<ServedVersion>>,
    /// Whether a kind was ever answered: then its version needs no proof.
    answered: BTreeMap<Kind, AtomicBool>,
    groups: BTreeMap<&'static str, OnceCell<Vec<GroupVersion>>>,
}

/// Where a kind is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ServedVersion {
    /// At this version.
    At(String),
    /// Nowhere: none of the group's versions has it.
    Nowhere,
}

/// A version that a group serves, with the plurals of its kinds.
#[derive(Clone, Debug, PartialEq, Eq)]
struct GroupVersion {
    version: String,
    plurals: Arc<BTreeSet<String>>,
}

impl Default for Versions {
    fn default() -> Self {
        let kinds = || Kind::ALL.iter().copied().filter(|kind| kind.row().has_other_versions);
        Self {
            found: kinds().map(|kind| (kind, OnceCell::new())).collect(),
            answered: kinds().map(|kind| (kind, AtomicBool::new(false))).collect(),
            groups: kinds().map(|kind| (kind.row().group, OnceCell::new())).collect(),
        }
    }
}

impl Versions {
    /// The resource in the version that requests use: the one found after a 404, else the table's.
    pub(super) fn resource(&self, kind: Kind) -> ApiResource {
        let mut resource = default_resource(kind);
        if let Some(ServedVersion::At(version)) = self.found.get(&kind).and_then(OnceCell::get) {
            resource.version = version.clone();
            resource.api_version = format!("{}/{version}", resource.group);
        }
        resource
    }

    /// Notes that a kind was answered.
    pub(super) fn confirm(&self, kind: Kind) {
        if let Some(answered) = self.answered.get(&kind) {
            answered.store(true, Ordering::Relaxed);
        }
    }

    /// Whether a kind may be served at another version than the one that requests use.
    pub(super) fn is_doubtful(&self, kind: Kind) -> bool {
        let is_answered = self.answered.get(&kind).is_none_or(|answered| answered.load(Ordering::Relaxed));
        !is_answered && self.found.get(&kind).is_some_and(|found| found.get().is_none())
    }

    /// Whether the version that requests use has a kind now: definitions come and go while a cluster is watched.
    pub(super) async fn is_served(&self, client: &Client, kind: Kind) -> Result<bool, kube::Error> {
        let resources = discovered(client, &base_path(&self.resource(kind))).await?;
        Ok(resources.is_some_and(|resources| plurals(&resources).contains(kind.row().plural)))
    }

    /// Where a kind is served, after a 404; `None` for kinds that have one version alone. What is found is used by
    /// [`Self::resource`] from then on.
    pub(super) async fn find(
        &self,
        client: &Client,
        kind: Kind,
    ) -> Result<Option<ServedVersion>, kube::Error> {
        let row = kind.row();
        let (Some(found), Some(group)) = (self.found.get(&kind), self.groups.get(row.group)) else {
            return Ok(None);
        };
        let found = found.get_or_try_init(|| async {
            let versions = group.get_or_try_init(|| group_versions(client, row.group)).await?;
            let serving = versions.iter().find(|version| version.plurals.contains(row.plural));
            Ok::<_, kube::Error>(match serving {
                Some(serving) => ServedVersion::At(serving.version.clone()),
                None => ServedVersion::Nowhere,
            })
        });
        Ok(Some(found.await?.clone()))
    }
}

/// The versions that a group serves, the preferred one first; none where the group is not served.
async fn group_versions(client: &Client, group: &str) -> Result<Vec<GroupVersion>, kube::Error> {
    let Some(document) = discovered(client, &format!("/apis/{group}")).await? else {
        return Ok(Vec::new());
    };
    let mut versions = Vec::new();
    for version in named_versions(&document) {
        if let Some(resources) = discovered(client, &format!("/apis/{group}/{version}")).await? {
            let plurals = Arc::new(plurals(&resources));
            versions.push(GroupVersion { version, plurals });
        }
    }
    Ok(versions)
}

/// A document of discovery; `None` where there is none.
async fn discovered(client: &Client, path: &str) -> Result<Option<Value>, kube::Error> {
    let request = http::Request::get(path).body(Vec::new()).map_err(kube::Error::HttpError)?;
    match client.request::<Value>(request).await {
        Ok(document) => Ok(Some(document)),
        Err(kube::Error::Api(status)) if status.code == 404 => Ok(None),
        Err(error) => Err(error),
    }
}

/// The versions that an `APIGroup` names, the preferred one first.
fn named_versions(group: &Value) -> Vec<String> {
    let served = group["versions"].as_array().into_iter().flatten();
    let all = [&group["preferredVersion"]].into_iter().chain(served);
    let mut names: Vec<String> = Vec::new();
    for name in all.filter_map(|version| version["version"].as_str()) {
        // It becomes part of a path.
        let is_version = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        if is_version && !name.is_empty() && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// The plurals that an `APIResourceList` names.
fn plurals(resources: &Value) -> BTreeSet<String> {
    let resources = resources["resources"].as_array().into_iter().flatten();
    resources.filter_map(|resource| resource["name"].as_str()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_preferred_version_comes_first_and_each_once() {
        let version = |name: &str| json!({ "version": name });
        let group = json!({
            "preferredVersion": version("v1"),
            "versions": [version("v1beta2"), version("v1"), version("../v2"), version("")],
        });
        assert_eq!(named_versions(&group), ["v1", "v1beta2"]);
        assert_eq!(named_versions(&json!({ "preferredVersion": version("v1") })), ["v1"]);
        assert!(named_versions(&json!({})).is_empty());
    }

    #[test]
    fn subresources_are_no_kinds_of_their_own() {
        let list = json!({ "resources": [{ "name": "buckets" }, { "name": "buckets/status" }, {}] });
        let plurals = plurals(&list);
        assert!(plurals.contains("buckets") && !plurals.contains("status"));
    }
}
