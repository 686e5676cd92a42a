//! Which kinds a replay serves: those that the suite and `kubectl` ask for, as a real server names them, and
//! whatever else the recording holds, as `known` kinds are called where they are known, else as most would be.
//!
//! A kind that the recording holds at another version is served at that one only: nothing here converts.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::resource::{ADVISED, FLUX, OWN, Resource, Row};
use super::timeline::{Timeline, What};

/// The kinds that are served. A kind keeps its place, by which objects are kept, even when it is served no more.
#[derive(Clone, Debug, Default)]
pub(crate) struct Catalogue {
    resources: Vec<Resource>,
    retired: BTreeSet<usize>,
}

impl Catalogue {
    /// What a replay of `timeline` serves, where `known` kinds have short names and columns.
    pub(crate) fn of(timeline: &Timeline, known: &[Resource]) -> Self {
        Self::with(recorded(timeline), known)
    }

    /// What a replay serves where nothing was recorded.
    #[cfg(test)]
    pub(crate) fn known() -> Self {
        Self::with(BTreeMap::new(), &[])
    }

    /// These, in the order of group, version and plural, which is that of lists of everything.
    pub(crate) fn new(mut resources: Vec<Resource>) -> Self {
        resources.sort_by(|a, b| (&a.group, &a.version, &a.plural).cmp(&(&b.group, &b.version, &b.plural)));
        Self { resources, retired: BTreeSet::new() }
    }

    fn with(recorded: BTreeMap<(String, String), Found>, known: &[Resource]) -> Self {
        let mut resources = Vec::new();
        for row in always_served() {
            let place = (row.group.to_owned(), row.kind.to_owned());
            let versions = match recorded.get(&place) {
                Some(found) => found.versions.iter().cloned().collect(),
                None => vec![row.version.to_owned()],
            };
            let named = known_kind(known, row.group, row.kind).unwrap_or_else(|| row.resource());
            resources.extend(versions.into_iter().map(|version| Resource { version, ..named.clone() }));
        }
        let is_known =
            |group: &str, kind: &str| always_served().any(|row| (row.group, row.kind) == (group, kind));
        for ((group, kind), found) in recorded.into_iter().filter(|((group, kind), _)| !is_known(group, kind))
        {
            let named = known_kind(known, &group, &kind).unwrap_or_else(|| Resource {
                group: group.clone(),
                plural: plural(&kind),
                singular: kind.to_lowercase(),
                kind: kind.clone(),
                namespaced: found.namespaced,
                ..Resource::default()
            });
            resources.extend(found.versions.into_iter().map(|version| Resource { version, ..named.clone() }));
        }
        Self::new(resources)
    }

    /// All of them, by their places.
    pub(crate) fn resources(&self) -> &[Resource] {
        &self.resources
    }

    /// Those that are served, in the order of group, version and plural.
    pub(crate) fn served(&self) -> Vec<&Resource> {
        let places = (0..self.resources.len()).filter(|place| !self.retired.contains(place));
        let mut served: Vec<&Resource> = places.map(|place| &self.resources[place]).collect();
        served.sort_by_key(|resource| (&resource.group, &resource.version, &resource.plural));
        served
    }

    /// Serves `resource`, in the place that it had before.
    pub(crate) fn serve(&mut self, resource: Resource) {
        match self.place(&resource.group, &resource.version, &resource.plural) {
            Some(place) => {
                self.retired.remove(&place);
                self.resources[place] = resource;
            }
            None => self.resources.push(resource),
        }
    }

    /// Serves what is at `place` no more.
    pub(crate) fn retire(&mut self, place: usize) {
        self.retired.insert(place);
    }

    fn place(&self, group: &str, version: &str, plural: &str) -> Option<usize> {
        self.resources.iter().position(|resource| {
            (resource.group.as_str(), resource.version.as_str(), resource.plural.as_str())
                == (group, version, plural)
        })
    }

    /// The one that a path names, with its place in the catalogue.
    pub(crate) fn named(&self, group: &str, version: &str, plural: &str) -> Option<usize> {
        self.place(group, version, plural).filter(|place| !self.retired.contains(place))
    }

    /// The one that `object` belongs to.
    pub(crate) fn of_object(&self, object: &Value) -> Option<usize> {
        let (group, version, kind) = names(object);
        let is_of = |resource: &Resource| {
            (resource.group.as_str(), resource.version.as_str(), resource.kind.as_str())
                == (group, version, kind)
        };
        (0..self.resources.len())
            .find(|place| !self.retired.contains(place) && is_of(&self.resources[*place]))
    }

    /// Whether anything of `group` is served.
    pub(crate) fn has_group(&self, group: &str) -> bool {
        self.has(|resource| resource.group == group)
    }

    /// Whether anything of `group` is served at `version`.
    pub(crate) fn has_version(&self, group: &str, version: &str) -> bool {
        self.has(|resource| resource.group == group && resource.version == version)
    }

    fn has(&self, is_sought: impl Fn(&Resource) -> bool) -> bool {
        let mut resources = self.resources.iter().enumerate();
        resources.any(|(place, resource)| !self.retired.contains(&place) && is_sought(resource))
    }

    /// The groups with their versions; the core group is "".
    pub(crate) fn groups(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut groups: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for resource in self.served() {
            groups.entry(&resource.group).or_default().insert(&resource.version);
        }
        groups
    }
}

/// What is served even where none was recorded.
fn always_served() -> impl Iterator<Item = &'static Row> {
    OWN.iter().chain(FLUX).chain(ADVISED)
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

fn known_kind(known: &[Resource], group: &str, kind: &str) -> Option<Resource> {
    known.iter().find(|resource| resource.group == group && resource.kind == kind).cloned()
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
        let catalogue = Catalogue::of(&Timeline::parse(&recorded.to_string()).unwrap(), &[]);
        let served = |group: &str, version: &str, plural: &str| catalogue.named(group, version, plural);
        assert!(served("source.toolkit.fluxcd.io", "v1beta2", "gitrepositories").is_some());
        assert!(served("source.toolkit.fluxcd.io", "v1", "gitrepositories").is_none());
        assert!(served("kustomize.toolkit.fluxcd.io", "v1", "kustomizations").is_some());
        for (group, plural) in [
            ("", "endpoints"),
            ("", "persistentvolumeclaims"),
            ("", "serviceaccounts"),
            ("admissionregistration.k8s.io", "mutatingwebhookconfigurations"),
            ("admissionregistration.k8s.io", "validatingwebhookconfigurations"),
            ("discovery.k8s.io", "endpointslices"),
            ("networking.k8s.io", "ingresses"),
            ("networking.k8s.io", "networkpolicies"),
            ("storage.k8s.io", "volumeattachments"),
        ] {
            assert!(served(group, "v1", plural).is_some(), "advice names {plural}");
        }
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
