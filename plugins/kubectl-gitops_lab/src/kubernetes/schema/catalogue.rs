//! The kinds that a server serves, by their places. A kind that is gone keeps its place.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::resource::Resource;

/// The kinds that are served. A kind keeps its place, by which objects are kept, even when it is served no more.
#[derive(Clone, Debug, Default)]
pub(crate) struct Catalogue {
    resources: Vec<Resource>,
    retired: BTreeSet<usize>,
}

impl Catalogue {
    /// These, in the order of group, version and plural, which is that of lists of everything.
    pub(crate) fn new(mut resources: Vec<Resource>) -> Self {
        resources.sort_by(|a, b| (&a.group, &a.version, &a.plural).cmp(&(&b.group, &b.version, &b.plural)));
        Self { resources, retired: BTreeSet::new() }
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

/// Group, version and kind of an object.
pub(crate) fn names(object: &Value) -> (&str, &str, &str) {
    let api_version = object["apiVersion"].as_str().unwrap_or_default();
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    (group, version, object["kind"].as_str().unwrap_or_default())
}
