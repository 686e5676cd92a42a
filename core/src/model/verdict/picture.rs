//! The whole answer: every environment of a selection with its verdict, and what could not be asked.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::environment::{self, Environment, Scene, Selection};
use super::evidence::evidence;
use super::status::{Delivery, EnvironmentStatus, Ready, Source};
use super::{Finding, Reason, Remark, Standing, controllers, health, kustomization, next};
use crate::model::cluster::{Answer, Cluster, Facts, Gap, Kind, Within};
use crate::model::objects::Kustomization;
use crate::model::upstream::Beside;

/// What a cluster says about a selection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The environments, in order of namespace.
    pub environments: Vec<EnvironmentStatus>,
    /// What was not answered.
    pub gaps: Vec<Gap>,
    /// Every namespace that something delivers to, as far as is known.
    pub followed: Vec<String>,
    /// Whether the asked namespace is there; `None` where that is not known, or all were asked about.
    pub namespace_exists: Option<bool>,
    /// Whether the server serves Flux's kinds.
    pub has_flux: bool,
    /// Whether GitHub was asked too.
    pub github: Beside,
}

/// The verdict on a selection, at a time.
pub fn picture(cluster: &Cluster, selection: &Selection, now: Timestamp) -> Picture {
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
    Picture {
        environments,
        gaps: cluster.gaps(),
        followed: environment::followed(&scene),
        namespace_exists: namespace_exists(cluster, selection),
        has_flux: served(Kind::Kustomization) || served(Kind::GitRepository),
        github: Beside::NotAsked("not asked yet".to_owned()),
    }
}

fn namespace_exists(cluster: &Cluster, selection: &Selection) -> Option<bool> {
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
        namespace: environment.namespace.clone(),
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
        [environment::FLUX_NAMESPACE, namespace].into_iter().find_map(|place| scene.cluster.gap(kind, place))
    };
    let gap = of(Kind::Kustomization).or_else(|| of(Kind::GitRepository))?;
    let place = match &gap.scope.within {
        Within::Namespace(place) => place.clone(),
        _ => environment::FLUX_NAMESPACE.to_owned(),
    };
    let environment = environment::unknown(scene, namespace);
    Some(EnvironmentStatus {
        standing: Standing::Unknown,
        reason: gap.reason(),
        cause: None,
        message: format!("what delivers here is not known: {}: {}", gap.scope.title(), gap.why),
        since: None,
        version: None,
        commit: None,
        source: None,
        github: None,
        revision: None,
        ready: ready(scene, &environment),
        remarks: terminating(scene, namespace).into_iter().collect(),
        next: next::unanswered(&gap, &place),
        kustomizations: Vec::new(),
        evidence: Vec::new(),
        environment: environment.name,
        project: environment.project,
        namespace: environment.namespace,
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
