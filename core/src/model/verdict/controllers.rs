//! Flux's controllers, as their Deployments and pods in Flux's namespace say: which of them does not run, and why.
//!
//! A controller is known by its name or its labels. Where Flux is kept elsewhere nothing is known of it, so that a
//! Deployment counts as absent only beside others of Flux, or in a namespace that is being deleted. A controller that
//! ends badly again and again does not run, although its Deployment is available for the moment between two ends.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::controller_crash::crash;
use super::controller_work;
use super::judged::Judged;
use super::observation::Observation;
use super::terminating_namespace::is_terminating;
use super::timing::CONTROLLER_PATIENCE_SECONDS;
use super::{
    Cause, Finding, NextCommand, Outlook, Reason, Since, SinceFrom, Standing, health, next_commands,
};
use crate::model::cluster::{ClusterState, Kind, Scope, ScopeOutcome, WorkloadFacts};
use crate::model::contract::FLUX_NAMESPACE;
use crate::model::objects::{Meta, Namespace, Workload, WorkloadKind};

/// Fetches sources.
pub(super) const SOURCE: &str = "source-controller";
/// Applies kustomizations.
pub(super) const KUSTOMIZE: &str = "kustomize-controller";
/// Installs Helm releases.
pub(super) const HELM: &str = "helm-controller";

/// A controller that does not run, with the sign of it.
pub(super) struct StoppedController {
    /// Its name.
    pub(super) name: &'static str,
    /// What shows that it does not run.
    sign: String,
    /// Whether it runs all the same, and only what it should have done is not done.
    is_running: bool,
    /// Why it does not run, where its Deployment or pods say so.
    cause: Option<Cause>,
    /// Whether waiting can change it.
    outlook: Outlook,
    /// Since when the sign has been there.
    since: Option<Since>,
    /// What to type.
    next: Vec<NextCommand>,
}

impl StoppedController {
    /// One of which objects alone tell that it does not do what it should. Where its Deployment is available, or it
    /// does something else, it runs: nobody knows then what holds it up, and what it does is not to be cut off.
    pub(super) fn by_objects(
        observation: &Observation<'_>,
        name: &'static str,
        sign: String,
        since: Option<Since>,
    ) -> Self {
        let is_busy = controller_work::longest(observation, name).is_some();
        let is_running =
            is_busy || is_available(observation, name) || controller_work::was_seen(observation, name);
        let next = match is_running {
            true => next_commands::silent_controller(name, is_busy),
            false => next_commands::controller(name, false),
        };
        Self { name, sign, is_running, cause: None, outlook: Outlook::Final, since, next }
    }

    /// Whether it runs all the same.
    pub(super) fn is_running(&self) -> bool {
        self.is_running
    }

    /// The verdict, with the end of its sentence.
    pub(super) fn finding(&self, rest: &str) -> Finding {
        let headline = self.headline();
        let message = format!("{headline}{rest}");
        let reason = match self.is_running {
            true => Reason::DeadlineExceeded,
            false => Reason::ControllerNotRunning,
        };
        let mut finding = Finding::new(Standing::Unknown, reason, message)
            .under(headline)
            .because(self.cause)
            .since(self.since);
        finding.outlook = self.outlook;
        finding.next.clone_from(&self.next);
        finding
    }

    /// Which does not run, and by what sign.
    pub(super) fn headline(&self) -> String {
        match self.is_running {
            true => format!("{}, although {} runs", self.sign, self.name),
            false => format!("{} does not run: {}", self.name, self.sign),
        }
    }

    /// What to type.
    pub(super) fn next(&self) -> Vec<NextCommand> {
        self.next.clone()
    }
}

/// The first of these controllers that does not run, by its Deployment and pods; else the first that is absent.
pub(super) fn stopped(observation: &Observation<'_>, names: &[&'static str]) -> Option<StoppedController> {
    let stopped = names.iter().find_map(|name| present_and_stopped(observation, name));
    stopped.or_else(|| names.iter().find_map(|name| absent(observation, name)))
}

/// A controller that has a Deployment and does not run. Where it has several, one that runs may do the work of all.
fn present_and_stopped(observation: &Observation<'_>, name: &'static str) -> Option<StoppedController> {
    let found = deployments(observation, name);
    let stopped = found.iter().map(|facts| stopped_deployment(observation, name, facts));
    stopped.collect::<Option<Vec<_>>>()?.into_iter().next()
}

/// A controller without a Deployment, where no life of its objects says that it runs elsewhere.
pub(super) fn lifeless(
    observation: &Observation<'_>,
    name: &'static str,
    sign: String,
    since: Option<Since>,
) -> StoppedController {
    let is_known = observation.state.looked(Kind::Deployment, FLUX_NAMESPACE);
    let mut stopped = StoppedController::by_objects(observation, name, sign, since);
    if is_known && has_none(observation) && !stopped.is_running {
        stopped.sign += &format!("; namespace {FLUX_NAMESPACE} has no Deployment of Flux");
        stopped.next = next_commands::installation(&observation.facts.arc);
    }
    stopped
}

/// Whether Flux's namespace holds none of its Deployments, as far as is known.
pub(super) fn has_none(observation: &Observation<'_>) -> bool {
    let mut names = [SOURCE, KUSTOMIZE, HELM].into_iter();
    names.all(|name| {
        !observation.facts.workloads_in(FLUX_NAMESPACE).iter().any(|own| is_like(name, &own.object))
    })
}

/// What must be asked to know why a controller does not run: its pods, where its Deployment is not available or was so
/// for a while since it was rolled out; Flux's namespace, where a controller has no Deployment.
pub(super) fn wanted(state: &ClusterState) -> BTreeSet<Scope> {
    let judged = Judged::none(state.facts());
    let observation = Observation::new(state, Timestamp::UNIX_EPOCH, &judged);
    let names = [SOURCE, KUSTOMIZE, HELM];
    let deployments = |name: &&str| deployments(&observation, name);
    let is_suspect = |facts: &&WorkloadFacts| facts.object.available == 0 || was_unavailable(&facts.object);
    let is_absent =
        |name: &&str| state.looked(Kind::Deployment, FLUX_NAMESPACE) && deployments(name).is_empty();
    let pods = Scope::namespace(Kind::Pod, FLUX_NAMESPACE);
    let namespace = Scope::object(Kind::Namespace, "", FLUX_NAMESPACE);
    let pods = names.iter().flat_map(deployments).any(|facts| is_suspect(&facts)).then_some(pods);
    let namespace = [SOURCE, KUSTOMIZE].iter().any(is_absent).then_some(namespace);
    // Who asks about the whole cluster has asked for all of them.
    let is_new = |scope: &Scope| state.outcome(&Scope::cluster(scope.kind)) != Some(&ScopeOutcome::Objects);
    pods.into_iter().chain(namespace).filter(is_new).collect()
}

/// The Deployments of a controller.
fn deployments<'a>(observation: &Observation<'a>, name: &str) -> Vec<&'a WorkloadFacts> {
    let workloads = observation.facts.workloads_in(FLUX_NAMESPACE).iter();
    workloads.map(AsRef::as_ref).filter(|facts| is_of(name, &facts.object)).collect()
}

/// Whether a Deployment of a controller, or of one shard of it, is available.
fn is_available(observation: &Observation<'_>, name: &str) -> bool {
    let workloads = observation.facts.workloads_in(FLUX_NAMESPACE).iter();
    workloads.map(|own| &own.object).any(|own| is_like(name, own) && own.available > 0)
}

fn is_of(name: &str, workload: &Workload) -> bool {
    let Meta { name: own, labels, .. } = &workload.meta;
    let is_labelled = |label: &str| labels.get(label).is_some_and(|value| value == name);
    workload.kind == WorkloadKind::Deployment
        && (own == name || is_labelled("app.kubernetes.io/component") || is_labelled("app"))
}

/// Whether a workload may be a controller under another name, such as one shard of it.
fn is_like(name: &str, workload: &Workload) -> bool {
    is_of(name, workload) || workload.meta.name.contains(name)
}

/// Whether a Deployment was without an available replica at some time after its last roll-out.
fn was_unavailable(deployment: &Workload) -> bool {
    let available = deployment.conditions.at("Available", "True").and_then(|available| available.since);
    let has_rolled_out = deployment
        .conditions
        .get("Progressing")
        .is_some_and(|progressing| progressing.reason == "NewReplicaSetAvailable");
    let since = |time: Option<Timestamp>| time.map(|time| time.as_second());
    let progressed = since(deployment.progressed).map(|progressed| progressed + 1);
    has_rolled_out && since(available) > progressed && progressed.is_some()
}

/// Flux's namespace, where it is being deleted.
fn terminating_namespace<'a>(observation: &Observation<'a>) -> Option<&'a Namespace> {
    let namespace = observation.facts.namespace(FLUX_NAMESPACE)?;
    is_terminating(namespace).then_some(namespace.as_ref())
}

/// A controller that has no Deployment.
fn absent(observation: &Observation<'_>, name: &'static str) -> Option<StoppedController> {
    let workloads = observation.facts.workloads_in(FLUX_NAMESPACE);
    let is_looked_for = observation.state.looked(Kind::Deployment, FLUX_NAMESPACE);
    if !is_looked_for || workloads.iter().any(|own| is_like(name, &own.object)) {
        return None;
    }
    let stopped = |sign: String, cause, since, next| {
        let cause = Some(cause);
        Some(StoppedController { name, sign, is_running: false, cause, outlook: Outlook::Final, since, next })
    };
    if let Some(namespace) = terminating_namespace(observation) {
        let deleted = namespace.meta.deleted;
        let since = deleted.map(|deleted| format!(" since {deleted:.0}")).unwrap_or_default();
        let sign = format!("it has no Deployment, and namespace {FLUX_NAMESPACE} is being deleted{since}");
        let since = SinceFrom::Deletion.at(deleted);
        return stopped(
            sign,
            Cause::NamespaceTerminating,
            since,
            next_commands::terminating_installation(&observation.facts.arc),
        );
    }
    if has_none(observation) {
        return None;
    }
    let sign = format!("it has no Deployment in namespace {FLUX_NAMESPACE}, where others of Flux are");
    stopped(sign, Cause::ControllerMissing, None, next_commands::installation(&observation.facts.arc))
}

/// A controller whose Deployment has no available replica, or whose pods all end badly again and again.
fn stopped_deployment(
    observation: &Observation<'_>,
    name: &'static str,
    facts: &WorkloadFacts,
) -> Option<StoppedController> {
    let deployment = &facts.object;
    let unavailable_since =
        deployment.conditions.at("Available", "False").and_then(|condition| condition.since);
    if let Some(crash) = crash(observation, facts) {
        let cause = if crash.is_out_of_memory() { Cause::OutOfMemory } else { Cause::CrashLoop };
        let next = next_commands::crashing_controller(&observation.facts.arc, name, crash.container, cause);
        let sign = crash.sentence();
        return Some(StoppedController {
            name,
            sign,
            is_running: false,
            cause: Some(cause),
            outlook: Outlook::Final,
            since: SinceFrom::Condition.at(unavailable_since),
            next,
        });
    }
    if deployment.available > 0 {
        return None;
    }
    let scaled = deployment.meta.scaled().filter(|_| deployment.desired == 0);
    // A Deployment that wants no replica counts as available.
    let since = SinceFrom::Condition.at(unavailable_since).or(SinceFrom::ManagedFields.at(scaled));
    if deployment.desired == 0 {
        let (sign, next) =
            ("its Deployment is scaled to 0 replicas".to_owned(), next_commands::controller(name, true));
        return Some(StoppedController {
            name,
            sign,
            is_running: false,
            cause: None,
            outlook: Outlook::Final,
            since,
            next,
        });
    }
    let trouble = health::troubles_of_workloads(*observation, [facts]).into_iter().next();
    let trouble =
        trouble.filter(|trouble| !matches!(trouble.cause, Cause::NotReady | Cause::ProgressDeadline));
    let sign = "its Deployment has no available replica".to_owned();
    // Its pod may be being replaced.
    let outlook = Outlook::within(unavailable_since, CONTROLLER_PATIENCE_SECONDS, observation.now);
    Some(match trouble {
        Some(trouble) => {
            let sign = format!("{sign}; {}", trouble.sentence);
            let next = next_commands::workload(&trouble);
            StoppedController {
                name,
                sign,
                is_running: false,
                cause: Some(trouble.cause),
                outlook,
                since,
                next,
            }
        }
        None => StoppedController {
            name,
            sign,
            is_running: false,
            cause: None,
            outlook,
            since,
            next: next_commands::controller(name, false),
        },
    })
}
