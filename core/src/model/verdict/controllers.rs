//! Are Flux's controllers at work? A stopped controller leaves the last `Ready=True` standing for ever.
//!
//! Three signs: a controller's Deployment without an available replica, which counts at once; a ready (or
//! untouched) object that has not taken up what is new for a minute; an attempt that outlasts its timeout by
//! a minute. A running attempt, a waiting dependency, a missing path and a failed fetch are none of these.

use jiff::Timestamp;

use super::environment::Scene;
use super::{Finding, Reason, Standing, next};
use crate::model::contract::FLUX_NAMESPACE;
use crate::model::objects::{Conditions, GitRepository, Kustomization, Meta, WorkloadKind};

const PATIENCE_SECONDS: i64 = 60;
const SOURCE_CONTROLLER: &str = "source-controller";
const KUSTOMIZE_CONTROLLER: &str = "kustomize-controller";

/// The controller that does not run, with the sign of it.
pub(super) struct Dead {
    pub controller: &'static str,
    pub sign: String,
    /// Whether nobody wants it to run.
    pub is_scaled_down: bool,
}

impl Dead {
    fn of(controller: &'static str, sign: String) -> Self {
        Self { controller, sign, is_scaled_down: false }
    }

    /// The verdict.
    pub(super) fn finding(&self, applied: Option<&str>) -> Finding {
        let applied = applied.map(|applied| format!("; {} was applied last", super::short(applied)));
        let applied = applied.unwrap_or_default();
        let message = format!("{} does not run: {}{applied}", self.controller, self.sign);
        let mut finding = Finding::new(Standing::Unknown, Reason::ControllerNotRunning, message);
        finding.next = next::controller(self.controller, self.is_scaled_down);
        finding
    }
}

/// Which of the two controllers behind a kustomization does not run.
pub(super) fn dead(scene: &Scene<'_>, one: &Kustomization, source: Option<&GitRepository>) -> Option<Dead> {
    if let Some(dead) = stopped(scene) {
        return Some(dead);
    }
    let of_source = source.filter(|source| source.conditions.at("FetchFailed", "True").is_none());
    if let Some(sign) = of_source.and_then(|source| source_sign(scene.now, source)) {
        return Some(Dead::of(SOURCE_CONTROLLER, sign));
    }
    let sign = kustomization_sign(scene.now, one, source)?;
    Some(Dead::of(KUSTOMIZE_CONTROLLER, sign))
}

/// A controller whose Deployment is there and has no available replica.
pub(super) fn stopped(scene: &Scene<'_>) -> Option<Dead> {
    [KUSTOMIZE_CONTROLLER, SOURCE_CONTROLLER].into_iter().find_map(|controller| {
        let deployment = scene.facts.workloads.iter().find(|workload| {
            workload.kind == WorkloadKind::Deployment
                && workload.meta.name == controller
                && workload.meta.namespace == FLUX_NAMESPACE
        })?;
        let sign = "its Deployment has no available replica".to_owned();
        let is_scaled_down = deployment.desired == 0;
        (deployment.available == 0).then_some(Dead { controller, sign, is_scaled_down })
    })
}

fn source_sign(now: Timestamp, source: &GitRepository) -> Option<String> {
    let generation_age = unseen_generation(&source.meta, source.observed_generation, &source.conditions);
    if is_quiet(now, &source.conditions, &source.meta) && is_old(now, generation_age) {
        return Some(format!("the change of GitRepository {} is not taken up", source.meta.key()));
    }
    overdue(now, &source.conditions, source.timeout)
        .then(|| format!("the fetch of GitRepository {} outlasts its timeout", source.meta.key()))
}

fn kustomization_sign(now: Timestamp, one: &Kustomization, source: Option<&GitRepository>) -> Option<String> {
    let key = one.meta.key();
    if is_quiet(now, &one.conditions, &one.meta) {
        let waiting = source.filter(|source| source.artifact.is_some() && source.artifact != one.attempted);
        if let Some(source) = waiting.filter(|source| is_old(now, source.stored)) {
            let revision = super::short(source.artifact.as_deref().unwrap_or_default());
            return Some(format!(
                "Kustomization {key} does not take up {revision}, fetched over a minute ago"
            ));
        }
        let generation_age = unseen_generation(&one.meta, one.observed_generation, &one.conditions);
        if is_old(now, generation_age) {
            return Some(format!("the change of Kustomization {key} is not taken up"));
        }
    }
    overdue(now, &one.conditions, one.timeout)
        .then(|| format!("the attempt of Kustomization {key} outlasts its timeout"))
}

/// `Ready` has been `True`, or absent, for over a minute.
fn is_quiet(now: Timestamp, conditions: &Conditions, meta: &Meta) -> bool {
    match conditions.get("Ready") {
        None => is_old(now, meta.created),
        Some(ready) => ready.status == "True" && is_old(now, ready.since),
    }
}

/// When the generation came that no status and no condition speaks of yet. Its age is known only where the
/// server keeps who wrote what.
fn unseen_generation(meta: &Meta, observed: i64, conditions: &Conditions) -> Option<Timestamp> {
    let is_unseen = meta.generation > observed && meta.generation > conditions.observed_generation();
    is_unseen.then(|| meta.specified()).flatten()
}

fn overdue(now: Timestamp, conditions: &Conditions, timeout: i64) -> bool {
    let since = conditions.at("Ready", "Unknown").and_then(|ready| ready.since);
    since.is_some_and(|since| now.as_second() - since.as_second() > timeout + PATIENCE_SECONDS)
}

fn is_old(now: Timestamp, since: Option<Timestamp>) -> bool {
    since.is_some_and(|since| now.as_second() - since.as_second() > PATIENCE_SECONDS)
}
