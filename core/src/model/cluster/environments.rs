//! Which environments there are, and which of Flux's objects deliver to them.
//!
//! An environment is a namespace with everything that delivers to it. Its project and name come from the
//! labels `gitops.dev/project` and `gitops.dev/environment`, else from what follows, where namespace
//! `<environment>-<project>` agrees: the source (`<project>-<environment>` following branch `<environment>`, as Azure
//! names it), the kustomization's own name, the branch with the repository's name. Else it is the namespace alone that
//! is taken apart. A branch is no environment for its name: most repositories name theirs freely.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::collection::Collection;
use super::environment_names::{
    by_namespace, convention, convention_of_reference, convention_of_repository, expected_namespace,
};
use super::facts::find;
use super::{ClusterState, Kind, KustomizationFacts, ReleaseFacts};
use crate::model::contract::{self, ENVIRONMENT_LABEL, PROJECT_LABEL};
use crate::model::objects::{Meta, Namespace, Reference, Source, SourceKind};
use crate::model::pipeline::target_path;

/// A namespace and what delivers to it.
#[derive(Clone, Debug, Default)]
pub struct EnvironmentFacts {
    /// The namespace.
    pub namespace: String,
    /// The project.
    pub project: String,
    /// The environment's name.
    pub name: String,
    /// What delivers to it.
    pub kustomizations: Vec<Arc<KustomizationFacts>>,
    /// The Helm releases that install something there.
    pub releases: Vec<Arc<ReleaseFacts>>,
    /// Sources for it that no kustomization uses.
    pub unused_sources: Vec<Arc<Source>>,
    /// Kustomizations that the namespace or objects in it are labelled with and that are not there, each with those
    /// objects.
    pub missing_kustomizations: BTreeMap<String, Vec<Reference>>,
    /// The kustomization that made the namespace and applies nothing in it, where nothing else delivers.
    pub maker: Option<String>,
}

impl EnvironmentFacts {
    /// A namespace of which nobody knows what delivers to it.
    pub fn unknown(namespaces: &[Arc<Namespace>], namespace: &str) -> Self {
        let environment = Self { namespace: namespace.to_owned(), ..Self::default() };
        environment.named(namespaces)
    }

    /// The kustomization that deploys the application, of several that deploy to the namespace: the one whose source or
    /// own name says so by convention, else one that is made for the namespace, else the one with most workloads there.
    pub fn main(&self) -> Option<&KustomizationFacts> {
        self.kustomizations.iter().map(AsRef::as_ref).min_by_key(|kustomization| self.distance(kustomization))
    }

    /// How little a kustomization is the one that deploys the application.
    fn distance(&self, kustomization: &KustomizationFacts) -> impl Ord + use<> {
        let by_source = kustomization.source.as_ref().and_then(|source| convention(source));
        let conventional = by_source.or_else(|| convention_of_reference(kustomization));
        let is_conventional = conventional
            .is_some_and(|(project, name)| contract::namespace(&name, &project) == self.namespace);
        let is_made_for_it =
            main_namespace(kustomization, &|namespace| namespace == self.namespace) == self.namespace;
        let own = kustomization
            .delivered
            .workloads
            .iter()
            .filter(|own| own.object.meta.namespace == self.namespace);
        (!is_conventional, !is_made_for_it, std::cmp::Reverse(own.count()))
    }

    /// The folders that its kustomizations apply, each once.
    pub fn targets(&self) -> Vec<String> {
        let paths = self.kustomizations.iter().map(|kustomization| target_path(&kustomization.object.path));
        let paths: BTreeSet<String> = paths.filter(|path| !path.is_empty()).collect();
        paths.into_iter().collect()
    }

    /// Whether anything delivers to it.
    pub fn has_deliverer(&self) -> bool {
        !self.kustomizations.is_empty() || !self.releases.is_empty()
    }

    /// Whether something delivers to it, did, or could.
    pub fn is_delivered_to(&self) -> bool {
        self.has_deliverer() || !self.unused_sources.is_empty() || !self.missing_kustomizations.is_empty()
    }

    fn is_empty(&self) -> bool {
        !self.is_delivered_to() && self.maker.is_none()
    }

    /// Takes the kustomization that made the namespace itself, where that applies something in it, or nothing yet. To make
    /// a namespace is not to deliver to it.
    fn adopt_maker(
        &mut self,
        state: &ClusterState,
        maker: Option<&Arc<KustomizationFacts>>,
        place: (&str, &str),
        namespace: &str,
    ) {
        let inventory = maker.map(|maker| maker.object.inventory.as_slice()).unwrap_or_default();
        if inventory.is_empty() || inventory.iter().any(|entry| entry.namespace == namespace) {
            self.adopt(state, maker, place, &[]);
        } else if !self.is_delivered_to() {
            self.maker = Some(format!("{}/{}", place.0, place.1));
        }
    }

    /// Takes the kustomization that objects are labelled with, where nothing else delivers; notes it as
    /// missing where it was looked for and is not there.
    fn adopt(
        &mut self,
        state: &ClusterState,
        owner: Option<&Arc<KustomizationFacts>>,
        place: (&str, &str),
        objects: &[Reference],
    ) {
        match owner {
            Some(owner) if self.kustomizations.is_empty() && self.unused_sources.is_empty() => {
                self.kustomizations.push(owner.clone());
            }
            Some(_) => {}
            None if state.looked(Kind::Kustomization, place.0) => {
                let missing = self.missing_kustomizations.entry(format!("{}/{}", place.0, place.1));
                missing.or_default().extend_from_slice(objects);
            }
            None => {}
        }
    }

    fn named(mut self, namespaces: &[Arc<Namespace>]) -> Self {
        (self.project, self.name) = self.names(namespaces);
        self
    }

    fn names(&self, namespaces: &[Arc<Namespace>]) -> (String, String) {
        let namespace = find(namespaces, ("", self.namespace.as_str()), |own| ("", &own.meta.name));
        let label = |key: &str| namespace.and_then(|namespace| namespace.meta.labels.get(key)).cloned();
        if let (Some(project), Some(name)) = (label(PROJECT_LABEL), label(ENVIRONMENT_LABEL)) {
            return (project, name);
        }
        let kustomizations = || self.main().into_iter().chain(self.kustomizations.iter().map(AsRef::as_ref));
        let used = kustomizations().filter_map(|kustomization| kustomization.source.as_ref());
        let source = used.chain(&self.unused_sources).next();
        let by_source = source.and_then(|source| convention(source));
        let by_reference = kustomizations().filter_map(convention_of_reference);
        let by_branch = source.and_then(|source| convention_of_repository(source));
        let candidates = by_source.into_iter().chain(by_reference).chain(by_branch);
        let mut agreeing =
            candidates.filter(|(project, name)| contract::namespace(name, project) == self.namespace);
        agreeing.next().unwrap_or_else(|| by_namespace(&self.namespace))
    }
}

/// All environments, in order of namespace.
pub(super) fn environments(
    state: &ClusterState,
    collection: &Collection,
    kustomizations: &[Arc<KustomizationFacts>],
    releases: &[Arc<ReleaseFacts>],
) -> Vec<EnvironmentFacts> {
    let is_there =
        |namespace: &str| find(&collection.namespaces, ("", namespace), |own| ("", &own.meta.name)).is_some();
    let mut by_namespace: BTreeMap<String, EnvironmentFacts> = BTreeMap::new();
    for release in releases {
        for namespace in namespaces_of_release(release) {
            by_namespace.entry(namespace.to_owned()).or_default().releases.push(release.clone());
        }
    }
    for kustomization in kustomizations {
        for namespace in namespaces_of(kustomization, &is_there) {
            by_namespace.entry(namespace).or_default().kustomizations.push(kustomization.clone());
        }
    }
    let used: HashSet<(Option<SourceKind>, &str, &str)> =
        kustomizations.iter().map(|kustomization| place_of_source(&kustomization.object.source)).collect();
    let charts: HashSet<(Option<SourceKind>, &str, &str)> = releases
        .iter()
        .flat_map(|release| release.object.chart.iter().chain(&release.object.chart_source))
        .map(place_of_source)
        .collect();
    let is_of_chart = |source: &Source| {
        charts.contains(&(Some(source.kind), source.meta.namespace.as_str(), source.meta.name.as_str()))
    };
    // Sources of other kinds are asked for where something refers to one, and others beside it may be Helm's.
    let sources = collection.sources.iter().filter(|source| source.kind == SourceKind::GitRepository);
    for source in sources.filter(|source| !is_of_chart(source)) {
        let home = &source.meta.namespace;
        let is_used = used.contains(&(Some(source.kind), home.as_str(), source.meta.name.as_str()));
        if !is_used && state.unanswered_in(Kind::Kustomization, home).is_none() {
            let expected =
                convention(source).and_then(|names| expected_namespace(&names, Some(source), &is_there));
            let namespace = expected.unwrap_or_else(|| home.clone());
            by_namespace.entry(namespace).or_default().unused_sources.push(source.clone());
        }
    }
    let by_name: HashMap<(&str, &str), &Arc<KustomizationFacts>> =
        kustomizations.iter().rev().map(|own| (key(&own.object.meta), own)).collect();
    for ((namespace, owner), objects) in owners(collection) {
        let environment = by_namespace.entry(namespace.to_owned()).or_default();
        environment.adopt(state, by_name.get(&owner).copied(), owner, &objects);
    }
    for (namespace, owner) in makers(collection) {
        let environment = by_namespace.entry(namespace.to_owned()).or_default();
        environment.adopt_maker(state, by_name.get(&owner).copied(), owner, namespace);
    }
    // What has applied nothing may be meant for the namespace that has its name.
    for kustomization in kustomizations.iter().filter(|kustomization| has_no_place(kustomization)) {
        let namesake = by_namespace.get_mut(&kustomization.object.meta.name);
        if let Some(environment) = namesake.filter(|environment| !environment.is_delivered_to()) {
            environment.kustomizations.push(kustomization.clone());
        }
    }
    let environments = by_namespace.into_iter().filter(|(_, environment)| !environment.is_empty());
    let environments = environments.map(|(namespace, environment)| {
        EnvironmentFacts { namespace, ..environment }.named(&collection.namespaces)
    });
    environments.collect()
}

/// Kind, namespace and name of the source that is referred to.
fn place_of_source(reference: &Reference) -> (Option<SourceKind>, &str, &str) {
    (reference.source(), &reference.namespace, &reference.name)
}

fn key(meta: &Meta) -> (&str, &str) {
    (&meta.namespace, &meta.name)
}

/// Objects in namespaces that may be labelled with a kustomization: the namespace they stand for, their kind, and their
/// metadata.
fn labelled(collection: &Collection) -> impl Iterator<Item = (&str, &str, &Meta)> {
    let workloads = collection.workloads.iter();
    let releases = collection.releases.iter();
    workloads
        .map(|workload| (workload.meta.namespace.as_str(), workload.kind.name(), &workload.meta))
        .chain(releases.map(|release| (release.target_namespace.as_str(), "HelmRelease", &release.meta)))
}

/// Namespaces with the kustomization that they themselves are labelled with.
fn makers(collection: &Collection) -> impl Iterator<Item = (&str, (&str, &str))> {
    let namespaces = collection.namespaces.iter().map(|namespace| &namespace.meta);
    namespaces.filter_map(|meta| Some((meta.name.as_str(), meta.owner()?)))
}

/// Whether nothing says which namespaces a kustomization delivers to: it has applied nothing, and names none.
fn has_no_place(kustomization: &KustomizationFacts) -> bool {
    kustomization.object.inventory.is_empty() && kustomization.object.target_namespace.is_none()
}

/// Namespaces with the kustomization that objects in them are labelled with, and those objects.
fn owners(collection: &Collection) -> BTreeMap<(&str, (&str, &str)), Vec<Reference>> {
    let mut owners: BTreeMap<(&str, (&str, &str)), Vec<Reference>> = BTreeMap::new();
    for (namespace, kind, meta) in labelled(collection) {
        let Some(owner) = meta.owner() else { continue };
        let object = Reference {
            group: String::new(),
            kind: kind.to_owned(),
            namespace: meta.namespace.clone(),
            name: meta.name.clone(),
        };
        owners.entry((namespace, owner)).or_default().push(object);
    }
    owners
}

/// Namespaces whose workloads, or they themselves, say that a kustomization made them.
pub(super) fn labelled_namespaces(collection: &Collection) -> BTreeSet<String> {
    let all = owners(collection).into_keys().chain(makers(collection));
    all.map(|(namespace, _)| namespace.to_owned()).collect()
}

/// Namespaces of labelled objects, each with the namespace of the kustomization, or of the release, that made them.
pub(super) fn owner_namespaces(collection: &Collection) -> BTreeSet<(String, String)> {
    let keys = [contract::OWNER_NAMESPACE_LABEL, contract::RELEASE_NAMESPACE_LABEL];
    let namespaces = collection.namespaces.iter().map(|namespace| &namespace.meta);
    let labelled = labelled(collection).map(|(namespace, _, meta)| (namespace, meta));
    let all = labelled.chain(namespaces.map(|meta| (meta.name.as_str(), meta)));
    let owners = |meta: &Meta| keys.into_iter().filter_map(|key| meta.labels.get(key).cloned()).collect();
    all.flat_map(|(namespace, meta)| {
        let owners: Vec<String> = owners(meta);
        owners.into_iter().map(|owner| (namespace.to_owned(), owner))
    })
    .collect()
}

/// The namespaces that a kustomization delivers to: the one it is made for, and those it has workloads in.
fn namespaces_of(kustomization: &KustomizationFacts, is_there: &dyn Fn(&str) -> bool) -> BTreeSet<String> {
    let others = ["Job", "CronJob", "HelmRelease"];
    let delivers = |entry: &&Reference| entry.workload().is_some() || others.contains(&entry.kind.as_str());
    let inventory = kustomization.object.inventory.iter();
    let of_workloads = inventory.filter(delivers).map(|entry| place_of(kustomization, entry).to_owned());
    of_workloads.chain([main_namespace(kustomization, is_there)]).collect()
}

/// The namespaces that a release delivers to: the one that it installs into, and those it has workloads in.
fn namespaces_of_release(release: &ReleaseFacts) -> BTreeSet<&str> {
    let object = &release.object;
    let of_workloads = release.delivered.workloads.iter().map(|own| own.object.meta.namespace.as_str());
    let local = object.inventory.iter().flatten().filter(|_| !object.is_remote);
    let listed = local.filter(|entry| entry.workload().is_some()).map(|entry| entry.namespace.as_str());
    of_workloads.chain(listed).chain([object.target_namespace.as_str()]).collect()
}

/// The namespace that an object of an inventory is in, and of a Helm release the one that it installs into.
fn place_of<'a>(kustomization: &'a KustomizationFacts, entry: &'a Reference) -> &'a str {
    kustomization.release(entry).map_or(&entry.namespace, |release| &release.object.target_namespace)
}

/// The namespace that a kustomization is made for, given which are known to be there.
fn main_namespace(kustomization: &KustomizationFacts, is_there: &dyn Fn(&str) -> bool) -> String {
    let object = &kustomization.object;
    if let Some(target) = &object.target_namespace {
        return target.clone();
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in object.inventory.iter().filter(|entry| !entry.namespace.is_empty()) {
        *counts.entry(place_of(kustomization, entry)).or_default() += 1;
    }
    let source = kustomization.source.as_deref();
    let names = source.and_then(convention).or_else(|| convention_of_reference(kustomization));
    let expected = names.and_then(|names| match counts.is_empty() {
        true => expected_namespace(&names, source, is_there),
        false => Some(contract::namespace(&names.1, &names.0)),
    });
    match expected {
        Some(expected) if counts.is_empty() || counts.contains_key(expected.as_str()) => expected,
        _ => {
            let most =
                counts.into_iter().max_by_key(|(namespace, count)| (*count, std::cmp::Reverse(*namespace)));
            most.map_or_else(|| object.meta.namespace.clone(), |(namespace, _)| namespace.to_owned())
        }
    }
}
