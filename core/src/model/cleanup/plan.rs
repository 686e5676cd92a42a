//! From an inventory to a plan: configurations first, so that Flux can still fetch while it prunes; then namespaces; the
//! repositories last, the source repository the very last, because it alone says which environments there were.

use std::collections::BTreeMap;

use super::configuration_steps::configuration_steps;
use super::inventory::CleanupInventory;
use super::namespace_steps::namespace_steps;
use super::options::CleanupOptions;
use super::remaining::remaining_steps;
use super::repository_steps::repository_steps;
use crate::model::argument::valid_subject;
use crate::model::azure::ArcCluster;
use crate::model::github::RepositoryName;
use crate::model::plan::{Action, Plan, PlanStep};

/// A plan, and what each of its steps that change something is about, by the step's name.
#[derive(Clone, Debug)]
pub struct CleanupPlan {
    /// The plan.
    pub plan: Plan,
    /// What is deleted.
    pub targets: BTreeMap<String, CleanupTarget>,
}

/// What a step deletes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CleanupTarget {
    /// A Flux configuration of Azure's.
    Configuration(ConfigurationTarget),
    /// Objects of Flux in a cluster, of which Azure knows nothing any more.
    FluxObjects(FluxObjectsTarget),
    /// A namespace.
    Namespace(NamespaceTarget),
    /// A repository, by the name that it has today.
    Repository(RepositoryName),
}

/// A Flux configuration that is to be deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigurationTarget {
    /// Its cluster.
    pub cluster: ArcCluster,
    /// Its name.
    pub name: String,
    /// Whether Azure forgets it without waiting for the cluster.
    pub is_forced: bool,
    /// Whether what runs stays: then no kustomization in the cluster may prune any more when it is deleted, whatever Azure
    /// says, because the cluster may not have heard of it.
    pub keeps_applied: bool,
    /// The kustomizations of it that Azure is to stop from pruning for that.
    pub stops_pruning: Vec<String>,
    /// The kustomizations in the cluster that are gone afterwards.
    pub kustomizations: Vec<ObjectName>,
    /// The sources in the cluster that are gone afterwards.
    pub sources: Vec<ObjectName>,
}

/// Objects of Flux that are to be deleted in the cluster itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FluxObjectsTarget {
    /// Their cluster.
    pub cluster: ArcCluster,
    /// Kustomizations, which go first: they prune what they applied with their source still there.
    pub kustomizations: Vec<ObjectName>,
    /// Sources.
    pub sources: Vec<ObjectName>,
    /// Secrets that Azure's agents made for those sources: they hold keys of the repository.
    pub secrets: Vec<ObjectName>,
    /// Whether kustomizations must stop pruning first.
    pub stops_pruning: bool,
}

/// A namespace that is to be deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamespaceTarget {
    /// Its cluster.
    pub cluster: ArcCluster,
    /// Its name.
    pub name: String,
    /// Its identity: a namespace that takes its name meanwhile is another.
    pub uid: String,
}

/// An object in a namespace.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectName {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

impl ConfigurationTarget {
    /// The command that shows it, for whoever looks by hand.
    pub fn show_command(&self) -> String {
        let name = valid_subject(&self.name, "'<configuration>'");
        format!("az k8s-configuration flux show {} -n {name}", self.cluster.az_flags())
    }
}

/// Decides what is deleted, and what is not and why.
pub fn cleanup_plan(inventory: &CleanupInventory, options: &CleanupOptions) -> CleanupPlan {
    let mut steps = Steps::default();
    configuration_steps(inventory, options, &mut steps);
    namespace_steps(inventory, options, &mut steps);
    repository_steps(inventory, options, &mut steps);
    remaining_steps(inventory, &mut steps);
    let goal = format!("clean up {}", inventory.project.source);
    CleanupPlan { plan: Plan { goal, steps: steps.all }, targets: steps.targets }
}

/// The steps so far.
#[derive(Debug, Default)]
pub(super) struct Steps {
    all: Vec<PlanStep>,
    targets: BTreeMap<String, CleanupTarget>,
    /// What must be done before the repositories may go.
    pub(super) before_repositories: Vec<String>,
    /// Configurations that stay and follow the repositories: by name of step, or in words.
    pub(super) staying_followers: Vec<String>,
    /// The steps of configurations by their cluster and environment.
    pub(super) configurations: Vec<(ArcCluster, Option<String>, String)>,
}

impl Steps {
    /// A step that deletes something.
    pub(super) fn delete(
        &mut self,
        name: String,
        (exists, change): (String, String),
        after: Vec<String>,
        target: CleanupTarget,
    ) {
        self.targets.insert(name.clone(), target);
        self.all.push(PlanStep {
            name,
            action: Action::Delete,
            exists,
            change,
            difference: None,
            remedy: None,
            after,
        });
    }

    /// What is refused as things stand.
    pub(super) fn block(&mut self, name: String, why: String, remedy: Option<String>) {
        let (exists, change, after) = (why, String::new(), Vec::new());
        self.all.push(PlanStep {
            name,
            action: Action::Blocked,
            exists,
            change,
            difference: None,
            remedy,
            after,
        });
    }

    /// What is left alone.
    pub(super) fn keep(&mut self, name: String, exists: String) {
        let (change, after) = (String::new(), Vec::new());
        self.all.push(PlanStep {
            name,
            action: Action::Keep,
            exists,
            change,
            difference: None,
            remedy: None,
            after,
        });
    }
}
