//! The whole answer: every environment of a selection with its verdict, and what could not be asked.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::environment::{self, Environment, Scene, Selection};
use super::evidence::evidence;
use super::status::{Delivery, EnvironmentStatus, Ready, Source};
use super::{Finding, Reason, Remark, Standing, controllers, health, kustomization, next};
use crate::model::cluster::{Answer, ClusterState, Facts, Kind};
use crate::model::contract::FLUX_NAMESPACE;
use crate::model::objects::Kustomization;
use crate::model::pipeline::{ClusterRef, EnvironmentId};
use crate::model::{NOT_ASKED_YET, Unanswered, World};

/// What clusters, and the other worlds beside them, say about a selection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// When this was so, by the clock of the clusters.
    pub observed_at: Timestamp,
    /// The clusters that were asked.
    pub clusters: Vec<ClusterRef>,
    /// The environments, in order of cluster and namespace.
    pub environments: Vec<EnvironmentStatus>,
    /// What was not answered, in order of worlds and clusters.
    pub unanswered: Vec<Unanswered>,
    /// Every namespace that something delivers to, as far as is known.
    pub followed: Vec<EnvironmentId>,
    /// Whether the asked namespace is there; `None` where that is not known, or all were asked about.
    pub namespace_exists: Option<bool>,
    /// Whether a server serves Flux's kinds.
    pub has_flux: bool,
}

impl Picture {
    /// Adds what another cluster says. Environments are told apart by cluster and namespace, so that two
    /// namespaces of one name stay two; what both lack (a world that was not asked) is listed once.
    pub fn merge(&mut self, other: Picture) {
        self.observed_at = self.observed_at.max(other.observed_at);
        self.clusters.extend(other.clusters);
        self.environments.extend(other.environments);
        self.environments.sort_by(|a, b| a.id.cmp(&b.id));
        for unanswered in other.unanswered {
            if !self.unanswered.contains(&unanswered) {
                self.unanswered.push(unanswered);
            }
        }
        self.unanswered.sort_by(|a, b| (a.world, &a.cluster).cmp(&(b.world, &b.cluster)));
        self.followed.extend(other.followed);
        self.followed.sort();
        self.namespace_exists = match (self.namespace_exists, other.namespace_exists) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        };
        self.has_flux |= other.has_flux;
    }

    /// What a world did not answer.
    pub fn unanswered_by(&self, world: World) -> impl Iterator<Item = &Unanswered> {
        self.unanswered.iter().filter(move |unanswered| unanswered.world == world)
    }

    /// Takes what a world did not answer in place of what was listed for it.
    pub fn replace_unanswered(&mut self, world: World, unanswered: impl IntoIterator<Item = Unanswered>) {
        self.unanswered.retain(|listed| listed.world != world);
        self.unanswered.extend(unanswered);
        self.unanswered.sort_by_key(|unanswered| unanswered.world);
    }
}

/// The verdict on a selection, at a time.
pub fn picture(cluster: &ClusterState, selection: &Selection, now: Timestamp) -> Picture {
    let facts = Facts::read(cluster);
    let scene = Scene { cluster, facts: &facts, now };
    let mut environments: Vec<EnvironmentStatus> =
        environment::environments(&scene, selection).iter().filter_map(|one| status(&scene, one)).collect();
    if environments.is_empty() && namespace_exists(cluster, selection) != Some(false) {
        let asked = match selection {
            Selection::Namespace(namespace) => BTreeSet::from([namespace.clone()]),
            Selection::All => environment::owned(&scene),
        };
        environments.extend(asked.iter().filter_map(|namespace| unreadable(&scene, namespace)));
    }
    let served =
        |kind| cluster.answers().any(|(scope, answer)| scope.kind == kind && *answer != Answer::Absent);
    let mut unanswered = cluster.unanswered();
    unanswered.extend([World::Github, World::Azure].map(|world| Unanswered::not_asked(world, NOT_ASKED_YET)));
    let followed = environment::followed(&scene);
    Picture {
        observed_at: now,
        clusters: vec![cluster.cluster().clone()],
        environments,
        unanswered,
        followed: followed.iter().map(|namespace| cluster.environment_id(namespace)).collect(),
        namespace_exists: namespace_exists(cluster, selection),
        has_flux: served(Kind::Kustomization) || served(Kind::GitRepository),
    }
}

fn namespace_exists(cluster: &ClusterState, selection: &Selection) -> Option<bool> {
    let Selection::Namespace(namespace) = selection else {
        return None;
    };
    let scope = crate::model::cluster::Scope::object(Kind::Namespace, "", namespace);
    match cluster.get(&scope)? {
        Answer::Objects(_) => Some(true),
        Answer::Absent => Some(false),
        _ => None,
    }
}

/// One of an environment's findings; without a kustomization: that one is missing.
struct Part<'a> {
    key: String,
    one: Option<&'a Kustomization>,
    finding: Finding,
}

fn parts<'a>(scene: &Scene<'_>, environment: &Environment<'a>) -> Vec<Part<'a>> {
    let judged = environment.kustomizations.iter().map(|one| {
        let finding = kustomization::finding(scene, one);
        Part { key: one.meta.key(), one: Some(*one), finding }
    });
    let missing = missing(scene, environment).map(|(key, finding)| Part { key, one: None, finding });
    let mut parts: Vec<Part<'_>> = judged.chain(missing).collect();
    parts.sort_by_key(|part| (part.finding.standing, part.key.clone()));
    parts
}

fn status(scene: &Scene<'_>, environment: &Environment<'_>) -> Option<EnvironmentStatus> {
    let parts = parts(scene, environment);
    let first = parts.first()?;
    let worst = first.finding.clone();
    let many = parts.len() > 1;
    let message = if many { format!("{}: {}", first.key, worst.message) } else { worst.message };
    let moves = matches!(worst.standing, Standing::Reconciling | Standing::Syncing | Standing::NotDeployed);
    let mut next = worst.next;
    if next.is_empty() && moves {
        next = next::follow(&environment.namespace);
    }
    let mut remarks = worst.remarks;
    for Part { key, finding, .. } in parts.iter().skip(1) {
        if finding.standing != Standing::Deployed {
            let told = format!("{key} is {}: {}", finding.standing, finding.message);
            remarks.push(Remark { reason: finding.reason, cause: finding.cause, message: told });
        }
        remarks.extend(finding.remarks.iter().cloned());
    }
    remarks.extend(terminating(scene, &environment.namespace));
    remarks.sort();
    remarks.dedup();
    Some(EnvironmentStatus {
        environment: environment.name.clone(),
        project: environment.project.clone(),
        id: scene.cluster.environment_id(&environment.namespace),
        standing: worst.standing,
        reason: worst.reason,
        cause: worst.cause,
        message,
        since: worst.since,
        version: None,
        commit: None,
        source: source(scene, environment, &parts),
        github: None,
        revision: parts.iter().find_map(|part| part.one).and_then(|one| one.applied.clone()),
        ready: ready(scene, environment),
        remarks,
        next,
        kustomizations: parts.iter().filter_map(|part| Some(delivery(part.one?, &part.finding))).collect(),
        evidence: evidence(scene, environment),
    })
}

/// What the worst kustomization follows, else what nothing uses yet.
fn source(scene: &Scene<'_>, environment: &Environment<'_>, parts: &[Part<'_>]) -> Option<Source> {
    let used = parts.iter().find_map(|part| part.one).and_then(|one| scene.facts.source(one));
    let source = used.or(environment.orphans.first().copied())?;
    Some(Source { url: source.url.clone(), branch: source.branch.clone(), revision: source.artifact.clone() })
}

fn delivery(one: &Kustomization, finding: &Finding) -> Delivery {
    Delivery {
        namespace: one.meta.namespace.clone(),
        name: one.meta.name.clone(),
        standing: finding.standing,
        reason: finding.reason,
        revision: one.applied.clone(),
    }
}

/// A source, or labelled objects, without a kustomization. A source that nobody uses beside kustomizations
/// that deliver is nobody's loss.
fn missing(scene: &Scene<'_>, environment: &Environment<'_>) -> Option<(String, Finding)> {
    let source = environment.orphans.first().filter(|_| environment.kustomizations.is_empty());
    let lost: Vec<&str> = environment.lost.iter().map(String::as_str).collect();
    let (key, message) = match (lost.first(), source) {
        (Some(first), _) => {
            let lost = lost.join(", ");
            let message = format!("objects are labelled as made by Kustomization {lost}, which is not there");
            ((*first).to_owned(), message)
        }
        (None, Some(source)) => {
            let key = source.meta.key();
            let message = format!("GitRepository {key} is there, but no Kustomization applies it");
            (key, message)
        }
        (None, None) => return None,
    };
    if let Some(dead) = controllers::stopped(scene) {
        return Some((key, dead.finding(None)));
    }
    let mut finding = Finding::new(Standing::NotDeployed, Reason::KustomizationMissing, message);
    finding.next = next::recreate(&scene.facts.arc, source.map(|source| &source.meta), "kustomizations");
    Some((key, finding))
}

/// A namespace whose followers are not known: its workloads are shown, its standing is not.
fn unreadable(scene: &Scene<'_>, namespace: &str) -> Option<EnvironmentStatus> {
    let of = |kind| {
        let places = [FLUX_NAMESPACE, namespace];
        places.into_iter().find_map(|place| scene.cluster.unanswered_in(kind, place))
    };
    let unanswered = of(Kind::Kustomization).or_else(|| of(Kind::GitRepository))?;
    let place = unanswered.what.as_ref().and_then(|question| question.namespace.as_deref());
    let place = place.unwrap_or(FLUX_NAMESPACE);
    let environment = environment::unknown(scene, namespace);
    Some(EnvironmentStatus {
        standing: Standing::Unknown,
        reason: Reason::of_unanswered(&unanswered.why),
        cause: None,
        message: format!("what delivers here is not known: {unanswered}"),
        since: None,
        version: None,
        commit: None,
        source: None,
        github: None,
        revision: None,
        ready: ready(scene, &environment),
        remarks: terminating(scene, namespace).into_iter().collect(),
        next: next::unanswered(&unanswered, place),
        kustomizations: Vec::new(),
        evidence: Vec::new(),
        environment: environment.name,
        project: environment.project,
        id: scene.cluster.environment_id(namespace),
    })
}

fn terminating(scene: &Scene<'_>, namespace: &str) -> Option<Remark> {
    let one = scene.facts.namespaces.iter().find(|one| one.meta.name == namespace)?;
    let is_going = one.phase == "Terminating" || one.meta.deleted.is_some();
    is_going.then(|| {
        let held = one
            .conditions
            .at("NamespaceContentRemaining", "True")
            .or(one.conditions.at("NamespaceFinalizersRemaining", "True"));
        let message = format!("namespace {namespace} is being deleted");
        let message = held.map_or(message.clone(), |held| super::fetch::told(message, &held.message));
        Remark::new(Reason::NamespaceTerminating, message)
    })
}

/// Pods of everything applied; of everything in the namespace where that is not known.
fn ready(scene: &Scene<'_>, environment: &Environment<'_>) -> Ready {
    let mut workloads: Vec<_> =
        environment.kustomizations.iter().flat_map(|one| health::workloads(scene, one)).collect();
    if environment.kustomizations.is_empty() {
        workloads =
            scene.facts.workloads.iter().filter(|one| one.meta.namespace == environment.namespace).collect();
    }
    workloads.sort_by_key(|one| one.title());
    workloads.dedup();
    workloads.iter().fold(Ready::default(), |sum, one| Ready {
        ready: sum.ready + one.ready,
        desired: sum.desired + one.desired,
    })
}
