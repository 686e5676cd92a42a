//! Which kinds a replay serves: those that the suite and `kubectl` ask for, as a real server names them, and
//! whatever else the recording holds.
//!
//! A kind that the recording holds at another version is served at that one only: nothing here converts.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::timeline::{Timeline, What};

/// A kind at a version, and what it is called in paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Resource {
    pub(crate) group: String,
    pub(crate) version: String,
    pub(crate) kind: String,
    pub(crate) plural: String,
    pub(crate) namespaced: bool,
    pub(crate) short: &'static [&'static str],
    pub(crate) categories: &'static [&'static str],
}

impl Resource {
    /// `v1`, `apps/v1`.
    pub(crate) fn api_version(&self) -> String {
        match self.group.as_str() {
            "" => self.version.clone(),
            group => format!("{group}/{}", self.version),
        }
    }

    /// `pods`, `deployments.apps`: as error messages name it.
    pub(crate) fn qualified(&self) -> String {
        match self.group.as_str() {
            "" => self.plural.clone(),
            group => format!("{}.{group}", self.plural),
        }
    }

    /// Whether a definition made it, as Flux's are, and not Kubernetes itself. Lists of those repeat
    /// `apiVersion` and `kind` in every item.
    pub(crate) fn is_custom(&self) -> bool {
        self.group.contains('.') && !self.group.ends_with(".k8s.io")
    }

    /// Whether its objects have a status, which is written apart.
    pub(crate) fn has_status(&self) -> bool {
        !matches!(self.kind.as_str(), "ConfigMap" | "Event" | "Secret")
    }
}

const ALL: &[&str] = &["all"];
const SOURCE: &[&str] = &["all", "fluxcd", "fluxcd-sources"];
const APPLIER: &[&str] = &["all", "fluxcd", "fluxcd-appliers"];
const NONE: &[&str] = &[];

type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

/// Group, version, kind, plural, short names, categories.
const KNOWN: &[Row] = &[
    ("", "v1", "ConfigMap", "configmaps", &["cm"], NONE),
    ("", "v1", "Event", "events", &["ev"], NONE),
    ("", "v1", "Namespace", "namespaces", &["ns"], NONE),
    ("", "v1", "Pod", "pods", &["po"], ALL),
    ("", "v1", "ResourceQuota", "resourcequotas", &["quota"], NONE),
    ("", "v1", "Secret", "secrets", NONE, NONE),
    ("", "v1", "Service", "services", &["svc"], ALL),
    ("apps", "v1", "DaemonSet", "daemonsets", &["ds"], ALL),
    ("apps", "v1", "Deployment", "deployments", &["deploy"], ALL),
    ("apps", "v1", "ReplicaSet", "replicasets", &["rs"], ALL),
    ("apps", "v1", "StatefulSet", "statefulsets", &["sts"], ALL),
    ("batch", "v1", "CronJob", "cronjobs", &["cj"], ALL),
    ("batch", "v1", "Job", "jobs", NONE, ALL),
    ("kustomize.toolkit.fluxcd.io", "v1", "Kustomization", "kustomizations", &["ks"], APPLIER),
    ("source.toolkit.fluxcd.io", "v1", "Bucket", "buckets", NONE, SOURCE),
    ("source.toolkit.fluxcd.io", "v1", "GitRepository", "gitrepositories", &["gitrepo"], SOURCE),
    ("source.toolkit.fluxcd.io", "v1", "HelmRepository", "helmrepositories", &["helmrepo"], SOURCE),
    ("source.toolkit.fluxcd.io", "v1", "OCIRepository", "ocirepositories", &["ocirepo"], SOURCE),
];

/// The kinds that are served, in the order of group, version and plural.
#[derive(Clone, Debug)]
pub(crate) struct Catalogue(Vec<Resource>);

impl Catalogue {
    /// What a replay of `timeline` serves.
    pub(crate) fn of(timeline: &Timeline) -> Self {
        Self::with(recorded(timeline))
    }

    /// What is served where nothing was recorded.
    pub(crate) fn known() -> Self {
        Self::with(BTreeMap::new())
    }

    fn with(recorded: BTreeMap<(String, String), Found>) -> Self {
        let mut resources = Vec::new();
        for &(group, version, kind, plural, short, categories) in KNOWN {
            let place = (group.to_owned(), kind.to_owned());
            let versions = match recorded.get(&place) {
                Some(found) => found.versions.iter().cloned().collect(),
                None => vec![version.to_owned()],
            };
            resources.extend(versions.into_iter().map(|version| Resource {
                group: group.to_owned(),
                version,
                kind: kind.to_owned(),
                plural: plural.to_owned(),
                namespaced: kind != "Namespace",
                short,
                categories,
            }));
        }
        let unknown = recorded
            .into_iter()
            .filter(|((group, kind), _)| !KNOWN.iter().any(|row| (row.0, row.2) == (group, kind)));
        for ((group, kind), found) in unknown {
            resources.extend(found.versions.into_iter().map(|version| Resource {
                group: group.clone(),
                version,
                plural: plural(&kind),
                kind: kind.clone(),
                namespaced: found.namespaced,
                short: NONE,
                categories: NONE,
            }));
        }
        resources.sort_by(|a, b| (&a.group, &a.version, &a.plural).cmp(&(&b.group, &b.version, &b.plural)));
        Self(resources)
    }

    /// All of them.
    pub(crate) fn resources(&self) -> &[Resource] {
        &self.0
    }

    /// The one that a path names, with its place in the catalogue.
    pub(crate) fn named(&self, group: &str, version: &str, plural: &str) -> Option<usize> {
        self.0.iter().position(|resource| {
            (resource.group.as_str(), resource.version.as_str(), resource.plural.as_str())
                == (group, version, plural)
        })
    }

    /// The one that `object` belongs to.
    pub(crate) fn of_object(&self, object: &Value) -> Option<usize> {
        let (group, version, kind) = names(object);
        self.0.iter().position(|resource| {
            (resource.group.as_str(), resource.version.as_str(), resource.kind.as_str())
                == (group, version, kind)
        })
    }

    /// The groups with their versions; the core group is "".
    pub(crate) fn groups(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut groups: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for resource in &self.0 {
            groups.entry(&resource.group).or_default().insert(&resource.version);
        }
        groups
    }
}

#[derive(Default)]
struct Found {
    versions: BTreeSet<String>,
    namespaced: bool,
}

fn recorded(timeline: &Timeline) -> BTreeMap<(String, String), Found> {
    let mut kinds: BTreeMap<(String, String), Found> = BTreeMap::new();
    for entry in &timeline.entries {
        if let What::Change(_, object) = &entry.what {
            let (group, version, kind) = names(object);
            let found = kinds.entry((group.to_owned(), kind.to_owned())).or_default();
            found.versions.insert(version.to_owned());
            found.namespaced |= object.pointer("/metadata/namespace").is_some();
        }
    }
    kinds
}

/// Group, version and kind of an object.
fn names(object: &Value) -> (&str, &str, &str) {
    let api_version = object["apiVersion"].as_str().unwrap_or_default();
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    (group, version, object["kind"].as_str().unwrap_or_default())
}

/// What a definition would most likely call many of a kind: recordings do not say.
fn plural(kind: &str) -> String {
    let singular = kind.to_lowercase();
    match singular.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{stem}ies"),
        _ if singular.ends_with(['s', 'x']) || singular.ends_with("ch") => format!("{singular}es"),
        _ => format!("{singular}s"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Catalogue, plural};
    use crate::recording::Timeline;

    #[test]
    fn kinds_are_served_as_recorded_and_known_ones_even_when_none_was() {
        let object = |api: &str, kind: &str, metadata: serde_json::Value| json!({"t": 0, "type": "ADDED", "object": {"apiVersion": api, "kind": kind, "metadata": metadata}});
        let recorded = json!({"scenario": "s", "namespace": "n", "timeline": [
            object("source.toolkit.fluxcd.io/v1beta2", "GitRepository", json!({"name": "a", "namespace": "n"})),
            object("policy/v1", "PodDisruptionBudget", json!({"name": "a", "namespace": "n"})),
            object("example.com/v3", "Proxy", json!({"name": "a"})),
        ]});
        let catalogue = Catalogue::of(&Timeline::parse(&recorded.to_string()).unwrap());
        let served = |group: &str, version: &str, plural: &str| catalogue.named(group, version, plural);
        assert!(served("source.toolkit.fluxcd.io", "v1beta2", "gitrepositories").is_some());
        assert!(served("source.toolkit.fluxcd.io", "v1", "gitrepositories").is_none());
        assert!(served("kustomize.toolkit.fluxcd.io", "v1", "kustomizations").is_some());
        let budget = served("policy", "v1", "poddisruptionbudgets").expect("served because it was recorded");
        assert!(catalogue.resources()[budget].namespaced);
        let proxy = served("example.com", "v3", "proxies").expect("served because it was recorded");
        assert!(!catalogue.resources()[proxy].namespaced);
    }

    #[test]
    fn kinds_have_the_plural_that_definitions_give_them() {
        for (kind, many) in [
            ("GitRepository", "gitrepositories"),
            ("Gateway", "gateways"),
            ("Ingress", "ingresses"),
            ("NetworkPolicy", "networkpolicies"),
            ("Switch", "switches"),
            ("HelmRelease", "helmreleases"),
        ] {
            assert_eq!(plural(kind), many);
        }
    }
}
