//! Which kinds a replay serves: those that the suite and `kubectl` ask for, as a real server names them, and
//! whatever else the recording holds, as `known` kinds are called where they are known, else as most would be.
//!
//! A kind that the recording holds at another version is served at that one only: nothing here converts.

use std::collections::{BTreeMap, BTreeSet};

use super::timeline::{Timeline, TimelineContent};
use crate::kubernetes::{ADVISED, Catalogue, FLUX, OWN, Resource, ResourceRow, names};

/// What a replay of `timeline` serves, where `known` kinds have short names and columns.
pub(crate) fn catalogue(timeline: &Timeline, known: &[Resource]) -> Catalogue {
    with(recorded(timeline), known)
}

fn with(recorded: BTreeMap<(String, String), RecordedKind>, known: &[Resource]) -> Catalogue {
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
    for ((group, kind), found) in recorded.into_iter().filter(|((group, kind), _)| !is_known(group, kind)) {
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
    Catalogue::new(resources)
}

/// What is served even where none was recorded.
fn always_served() -> impl Iterator<Item = &'static ResourceRow> {
    OWN.iter().chain(FLUX).chain(ADVISED)
}

#[derive(Default)]
struct RecordedKind {
    versions: BTreeSet<String>,
    namespaced: bool,
}

fn recorded(timeline: &Timeline) -> BTreeMap<(String, String), RecordedKind> {
    let mut kinds: BTreeMap<(String, String), RecordedKind> = BTreeMap::new();
    for entry in &timeline.entries {
        if let TimelineContent::Change(_, object) = &entry.what {
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

    use super::{catalogue, plural};
    use crate::recording::Timeline;

    #[test]
    fn kinds_are_served_as_recorded_and_known_ones_even_when_none_was() {
        let object = |api: &str, kind: &str, metadata: serde_json::Value| json!({"t": 0, "type": "ADDED", "object": {"apiVersion": api, "kind": kind, "metadata": metadata}});
        let recorded = json!({"scenario": "s", "namespace": "n", "timeline": [
            object("source.toolkit.fluxcd.io/v1beta2", "GitRepository", json!({"name": "a", "namespace": "n"})),
            object("policy/v1", "PodDisruptionBudget", json!({"name": "a", "namespace": "n"})),
            object("example.com/v3", "Proxy", json!({"name": "a"})),
        ]});
        let catalogue = catalogue(&Timeline::parse(&recorded.to_string()).unwrap(), &[]);
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
