//! The whole answer: every environment of a selection with its verdict, and what could not be asked.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::environment_verdict::{environment_status, unreadable_status};
use super::judged::Judged;
use super::observation::Observation;
use super::status::EnvironmentStatus;
use super::{LostContact, Remark};
use crate::model::cluster::{ClusterState, Kind, Scope, ScopeOutcome, Selection};
use crate::model::contract::FLUX_NAMESPACE;
use crate::model::pipeline::{ClusterRef, EnvironmentId, PipelineView};
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
    /// Their pipelines.
    pub pipelines: Vec<PipelineView>,
    /// What is worth knowing of the clusters themselves.
    pub remarks: Vec<Remark>,
    /// The watched clusters that give no answers any more; what they said last is in the picture.
    pub lost_contacts: Vec<LostContact>,
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
    /// What is known before any cluster said something.
    pub fn empty(now: Timestamp) -> Self {
        let others = [World::Github, World::Azure];
        Self {
            observed_at: now,
            clusters: Vec::new(),
            environments: Vec::new(),
            pipelines: Vec::new(),
            remarks: Vec::new(),
            lost_contacts: Vec::new(),
            unanswered: others.map(|world| Unanswered::unneeded(world, NOT_ASKED_YET)).to_vec(),
            followed: Vec::new(),
            namespace_exists: None,
            has_flux: false,
        }
    }

    /// Adds what another cluster says. Environments are told apart by cluster and namespace, so that two
    /// namespaces of one name stay two; what both lack (a world that was not asked) is listed once.
    pub fn merge(&mut self, other: Picture) {
        self.observed_at = self.observed_at.max(other.observed_at);
        self.clusters.extend(other.clusters);
        self.pipelines.extend(other.pipelines);
        self.remarks.extend(other.remarks);
        self.lost_contacts.extend(other.lost_contacts);
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

    /// Since when a cluster has not been heard, where contact with it was lost.
    pub fn lost_contact(&self, cluster: &ClusterRef) -> Option<&LostContact> {
        self.lost_contacts.iter().find(|lost| lost.cluster == *cluster)
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
pub fn picture(state: &ClusterState, selection: &Selection, now: Timestamp) -> Picture {
    let judged = Judged::none(state.facts());
    let observation = Observation::new(state, now, &judged);
    let facts = observation.facts;
    let selected = facts.selected(selection).into_iter();
    let mut environments: Vec<EnvironmentStatus> =
        selected.filter_map(|environment| environment_status(observation, environment)).collect();
    let unreadable: BTreeSet<&str> = match selection {
        Selection::All if environments.is_empty() => {
            facts.labelled_namespaces.iter().map(String::as_str).collect()
        }
        Selection::All | Selection::Project(_) => BTreeSet::new(),
        // Of Flux's own namespace the environments are others.
        _ if selection.namespaces() == [FLUX_NAMESPACE] && !environments.is_empty() => BTreeSet::new(),
        _ => selection.namespaces().into_iter().collect(),
    };
    let known: BTreeSet<&str> =
        environments.iter().map(|environment| environment.id.namespace.as_str()).collect();
    let unreadable: Vec<EnvironmentStatus> = unreadable
        .into_iter()
        .filter(|namespace| !known.contains(namespace) && namespace_exists(state, namespace) != Some(false))
        .filter_map(|namespace| unreadable_status(observation, namespace))
        .collect();
    environments.extend(unreadable);
    environments.sort_by(|a, b| a.id.cmp(&b.id));
    let namespace_exists = selection.namespace().and_then(|namespace| namespace_exists(state, namespace));
    let mut unanswered = state.unanswered();
    unanswered.extend([World::Github, World::Azure].map(|world| Unanswered::unneeded(world, NOT_ASKED_YET)));
    let followed = facts.environments.iter().filter(|environment| environment.is_delivered_to());
    let followed = followed.map(|environment| state.environment_id(&environment.namespace));
    Picture {
        observed_at: now,
        clusters: vec![state.cluster().clone()],
        environments,
        pipelines: Vec::new(),
        remarks: Vec::new(),
        lost_contacts: Vec::new(),
        unanswered,
        followed: followed.collect(),
        namespace_exists,
        has_flux: [Kind::Kustomization, Kind::HelmRelease, Kind::GitRepository]
            .into_iter()
            .any(|kind| state.is_served(kind)),
    }
}

/// Whether a namespace that was asked about by name is there.
fn namespace_exists(state: &ClusterState, namespace: &str) -> Option<bool> {
    match state.outcome(&Scope::object(Kind::Namespace, "", namespace))? {
        ScopeOutcome::Objects => Some(true),
        ScopeOutcome::Absent => Some(false),
        ScopeOutcome::Unanswered(_) => None,
    }
}
