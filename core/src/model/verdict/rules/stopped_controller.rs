//! Are Flux's controllers at work? A stopped controller leaves the last `Ready=True` standing for ever, so this
//! takes the place of what a rule says from what the controller wrote.
//!
//! Three signs: a controller's Deployment without an available replica, which counts at once; a ready (or
//! untouched) object that has not taken up what is new for a minute; an attempt that outlasts its timeout by
//! a minute. A running attempt, a waiting dependency, a missing path and a failed fetch are none of these.

use jiff::Timestamp;

use super::super::kustomization_case::KustomizationCase;
use super::super::observation::Observation;
use super::super::timing::CONTROLLER_PATIENCE_SECONDS;
use super::super::{Finding, NextCommand, Outlook, Reason, Since, SinceFrom, Standing, next_commands, short};
use crate::model::contract::FLUX_NAMESPACE;
use crate::model::objects::{Conditions, Meta, Source, WorkloadKind};

const SOURCE_CONTROLLER: &str = "source-controller";
const KUSTOMIZE_CONTROLLER: &str = "kustomize-controller";

/// A controller that does not run, with the sign of it.
pub(in crate::model::verdict) struct StoppedController {
    name: &'static str,
    sign: String,
    /// Whether nobody wants it to run.
    is_scaled_down: bool,
    /// Since when its Deployment has been without an available replica, where that is the sign.
    unavailable_since: Option<Timestamp>,
    /// Since when the sign has been there.
    since: Option<Since>,
}

impl StoppedController {
    fn of(name: &'static str, (sign, since): (String, Option<Since>)) -> Self {
        Self { name, sign, is_scaled_down: false, unavailable_since: None, since }
    }

    /// The verdict.
    pub(super) fn finding(&self, case: Option<&KustomizationCase<'_>>, now: Timestamp) -> Finding {
        let headline = self.headline();
        let message = format!("{headline}{}", case.map(revisions).unwrap_or_default());
        let mut finding = Finding::new(Standing::Unknown, Reason::ControllerNotRunning, message)
            .under(headline)
            .since(self.since);
        // Its pod may be being replaced.
        finding.outlook = match self.is_scaled_down {
            true => Outlook::Final,
            false => Outlook::within(self.unavailable_since, CONTROLLER_PATIENCE_SECONDS, now),
        };
        finding.next = self.next();
        finding
    }

    /// Which does not run, and by what sign.
    pub(in crate::model::verdict) fn headline(&self) -> String {
        format!("{} does not run: {}", self.name, self.sign)
    }

    /// What to type.
    pub(super) fn next(&self) -> Vec<NextCommand> {
        next_commands::controller(self.name, self.is_scaled_down)
    }
}

/// The end of a sentence: what was applied last, and what waits.
fn revisions(case: &KustomizationCase<'_>) -> String {
    let applied = case.object.applied.as_deref();
    let waiting = case.artifact().filter(|artifact| Some(*artifact) != applied);
    let applied = applied.map(|applied| format!("; last applied: {}", short(applied)));
    let waiting = waiting.map(|waiting| format!("; {} is fetched and waits", short(waiting)));
    applied.into_iter().chain(waiting).collect()
}

/// Which of the two controllers behind a kustomization does not run, by any sign.
pub(super) fn any_sign(case: &KustomizationCase<'_>) -> Option<StoppedController> {
    if let Some(stopped) = scaled_down(&case.observation) {
        return Some(stopped);
    }
    let fetched = case.source.filter(|source| source.conditions.at("FetchFailed", "True").is_none());
    if let Some(sign) = fetched.and_then(|source| sign_of_source(&case.observation, source)) {
        return Some(StoppedController::of(SOURCE_CONTROLLER, sign));
    }
    let sign = sign_of_kustomization(case)?;
    Some(StoppedController::of(KUSTOMIZE_CONTROLLER, sign))
}

/// A controller whose Deployment is there and has no available replica.
pub(in crate::model::verdict) fn scaled_down(observation: &Observation<'_>) -> Option<StoppedController> {
    let workloads = observation.facts.workloads_in(FLUX_NAMESPACE);
    [KUSTOMIZE_CONTROLLER, SOURCE_CONTROLLER].into_iter().find_map(|name| {
        let deployment = workloads
            .iter()
            .map(|workload| &workload.object)
            .find(|workload| workload.kind == WorkloadKind::Deployment && workload.meta.name == name)?;
        let unavailable = deployment.conditions.at("Available", "False");
        let unavailable_since = unavailable.and_then(|condition| condition.since);
        let scaled = deployment.meta.scaled().filter(|_| deployment.desired == 0);
        (deployment.available == 0).then(|| StoppedController {
            name,
            sign: match deployment.desired {
                0 => "its Deployment is scaled to 0 replicas".to_owned(),
                _ => "its Deployment has no available replica".to_owned(),
            },
            is_scaled_down: deployment.desired == 0,
            unavailable_since,
            // A Deployment that wants no replica counts as available.
            since: SinceFrom::Condition.at(unavailable_since).or(SinceFrom::ManagedFields.at(scaled)),
        })
    })
}

/// What shows that a controller does not run, and since when that has been so.
type Sign = (String, Option<Since>);

fn sign_of_source(observation: &Observation<'_>, source: &Source) -> Option<Sign> {
    let generation_age = unseen_generation(&source.meta, source.observed_generation, &source.conditions);
    if is_quiet(observation, &source.conditions, &source.meta) && is_old(observation, generation_age) {
        let sign = format!("the change of {} is not taken up", source.title());
        return Some((sign, SinceFrom::ManagedFields.at(generation_age)));
    }
    let overdue = overdue(observation, &source.conditions, source.timeout)?;
    Some((format!("the fetch of {} outlasts its timeout", source.title()), Some(overdue)))
}

fn sign_of_kustomization(case: &KustomizationCase<'_>) -> Option<Sign> {
    let (observation, object) = (&case.observation, case.object);
    let key = object.meta.key();
    if is_quiet(observation, &object.conditions, &object.meta) {
        let waiting =
            case.source.filter(|source| source.artifact.is_some() && source.artifact != object.attempted);
        if let Some(source) = waiting.filter(|source| is_old(observation, source.stored)) {
            let revision = short(source.artifact.as_deref().unwrap_or_default());
            let sign = format!("Kustomization {key} does not take up {revision}, fetched over a minute ago");
            return Some((sign, SinceFrom::Artifact.at(source.stored)));
        }
        let generation_age = unseen_generation(&object.meta, object.observed_generation, &object.conditions);
        if is_old(observation, generation_age) {
            let sign = format!("the change of Kustomization {key} is not taken up");
            return Some((sign, SinceFrom::ManagedFields.at(generation_age)));
        }
    }
    let overdue = overdue(observation, &object.conditions, object.timeout)?;
    Some((format!("the attempt of Kustomization {key} outlasts its timeout"), Some(overdue)))
}

/// `Ready` has been `True`, or absent, for over a minute.
fn is_quiet(observation: &Observation<'_>, conditions: &Conditions, meta: &Meta) -> bool {
    match conditions.get("Ready") {
        None => is_old(observation, meta.created),
        Some(ready) => ready.status == "True" && is_old(observation, ready.since),
    }
}

/// When the generation came that no status and no condition speaks of yet. Its age is known only where the
/// server keeps who wrote what.
fn unseen_generation(meta: &Meta, observed: i64, conditions: &Conditions) -> Option<Timestamp> {
    let is_unseen = meta.generation > observed && meta.generation > conditions.observed_generation();
    is_unseen.then(|| meta.specified()).flatten()
}

/// Since when an attempt has been under way that outlasts its timeout.
fn overdue(observation: &Observation<'_>, conditions: &Conditions, timeout: i64) -> Option<Since> {
    let since = conditions.at("Ready", "Unknown").and_then(|ready| ready.since);
    let is_overdue = observation.is_older(since, timeout + CONTROLLER_PATIENCE_SECONDS);
    SinceFrom::Condition.at(since).filter(|_| is_overdue)
}

fn is_old(observation: &Observation<'_>, since: Option<Timestamp>) -> bool {
    observation.is_older(since, CONTROLLER_PATIENCE_SECONDS)
}
