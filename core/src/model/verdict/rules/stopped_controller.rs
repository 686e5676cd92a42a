//! Are Flux's controllers at work? A stopped controller leaves the last `Ready=True` standing for ever, so this
//! takes the place of what a rule says from what the controller wrote.
//!
//! Where its Deployment is available, or it does something else, it runs: then a person is to find out what holds it up.
//! While it is at work on another object, what it has not begun waits its turn.
//!
//! Four signs: a controller's Deployment without an available replica, or without one that lasts, or that is absent,
//! which counts at once; a ready (or untouched) object that has not taken up what is new for a minute; an attempt that
//! outlasts its timeout by a minute; and a last reconciliation that is older than an interval and what an attempt may
//! take. A running attempt, a waiting dependency, a missing path and a failed
//! fetch are none of these.

use jiff::Timestamp;

use super::super::controller_work::{self, Work};
use super::super::controllers::{self, KUSTOMIZE, SOURCE, StoppedController};
use super::super::kustomization_case::KustomizationCase;
use super::super::observation::Observation;
use super::super::timing::CONTROLLER_PATIENCE_SECONDS;
use super::super::{Finding, Outlook, Reason, Since, SinceFrom, Standing, health, next_commands, short};
use crate::model::cluster::Kind;
use crate::model::contract::FLUX_NAMESPACE;
use crate::model::objects::{Conditions, Meta, Source, SourceKind};

/// The verdict on a kustomization whose controller does not run.
pub(super) fn finding(stopped: &StoppedController, case: &KustomizationCase<'_>) -> Finding {
    failed_workload(stopped, case).unwrap_or_else(|| stopped.finding(&revisions(case)))
}

/// What an attempt that outlasts its timeout has applied has failed where its pods say why.
fn failed_workload(stopped: &StoppedController, case: &KustomizationCase<'_>) -> Option<Finding> {
    case.object.conditions.at("Ready", "Unknown").filter(|_| stopped.is_running())?;
    let troubles = health::troubles(case.observation, case.facts);
    let trouble = troubles.into_iter().find(|trouble| trouble.is_final)?;
    let message = format!("{}: {}", stopped.headline(), trouble.sentence);
    let mut finding =
        Finding::new(Standing::Failed, Reason::WorkloadNotReady, message).because(Some(trouble.cause));
    finding.next = [next_commands::workload(&trouble), stopped.next()].concat();
    finding.told_workload = Some(trouble.title);
    Some(finding)
}

/// The verdict on what waits its turn behind other objects of its controller, with the end of the last of them.
pub(super) fn with_turn(case: &KustomizationCase<'_>, mut finding: Finding) -> Finding {
    let moves = matches!(finding.standing, Standing::Reconciling | Standing::Syncing);
    if let Some(work) = turn(case).filter(|_| moves) {
        finding.message += &work.ahead();
        finding.outlook = Outlook::MayMend { until: Some(work.end) };
    }
    finding
}

/// What a controller is at work on, where a kustomization or its source has not been taken up for a minute.
fn turn(case: &KustomizationCase<'_>) -> Option<Work> {
    let of_source = || untaken_source(&case.observation, case.source?).map(|_| SOURCE);
    let name = of_source().or_else(|| untaken_kustomization(case).map(|_| KUSTOMIZE))?;
    controller_work::longest(&case.observation, name)
}

/// Whether a controller is at work on other objects, or was a moment ago.
fn is_at_work(observation: &Observation<'_>, name: &str) -> bool {
    controller_work::longest(observation, name).is_some() || controller_work::was_seen(observation, name)
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
    if let Some(stopped) = by_deployment(&case.observation) {
        return Some(stopped);
    }
    // External artifacts are another controller's.
    let own = case.source.filter(|source| source.kind != SourceKind::ExternalArtifact);
    let fetched = own.filter(|source| source.conditions.at("FetchFailed", "True").is_none());
    let of_source = || {
        let (sign, since) = sign_of_source(&case.observation, fetched?)?;
        Some((SOURCE, sign, since))
    };
    let of_kustomization = || {
        let (sign, since) = sign_of_kustomization(case).or_else(|| last_reconciled_too_long_ago(case))?;
        Some((KUSTOMIZE, sign, since))
    };
    let (name, sign, since) = of_source().or_else(of_kustomization)?;
    Some(controllers::lifeless(&case.observation, name, sign, since))
}

/// Which of the two controllers behind a kustomization does not run, by their Deployments and pods.
pub(in crate::model::verdict) fn by_deployment(observation: &Observation<'_>) -> Option<StoppedController> {
    controllers::stopped(observation, &[KUSTOMIZE, SOURCE])
}

/// What shows that a controller does not run, and since when that has been so.
type Sign = (String, Option<Since>);

/// That a change of a source has not been taken up for a minute.
fn untaken_source(observation: &Observation<'_>, source: &Source) -> Option<Sign> {
    let generation_age = unseen_generation(&source.meta, source.observed_generation, &source.conditions);
    let is_untaken =
        is_quiet(observation, &source.conditions, &source.meta) && is_old(observation, generation_age);
    let sign = || format!("the change of {} is not taken up", source.title());
    is_untaken.then(|| (sign(), SinceFrom::ManagedFields.at(generation_age)))
}

fn sign_of_source(observation: &Observation<'_>, source: &Source) -> Option<Sign> {
    if let Some(untaken) = untaken_source(observation, source) {
        return (!is_at_work(observation, SOURCE)).then_some(untaken);
    }
    let overdue = overdue(observation, &source.conditions, source.timeout)?;
    Some((format!("the fetch of {} outlasts its timeout", source.title()), Some(overdue)))
}

/// That a fetched revision, or a change, of a quiet kustomization has not been taken up for a minute.
fn untaken_kustomization(case: &KustomizationCase<'_>) -> Option<Sign> {
    let (observation, object) = (&case.observation, case.object);
    if !is_quiet(observation, &object.conditions, &object.meta) {
        return None;
    }
    let key = object.meta.key();
    let waiting =
        case.source.filter(|source| source.artifact.is_some() && source.artifact != object.attempted);
    if let Some(source) = waiting.filter(|source| is_old(observation, source.stored)) {
        let revision = short(source.artifact.as_deref().unwrap_or_default());
        let sign = format!("Kustomization {key} does not take up {revision}, fetched over a minute ago");
        return Some((sign, SinceFrom::Artifact.at(source.stored)));
    }
    let generation_age = unseen_generation(&object.meta, object.observed_generation, &object.conditions);
    let sign = || format!("the change of Kustomization {key} is not taken up");
    is_old(observation, generation_age).then(|| (sign(), SinceFrom::ManagedFields.at(generation_age)))
}

fn sign_of_kustomization(case: &KustomizationCase<'_>) -> Option<Sign> {
    let (observation, object) = (&case.observation, case.object);
    let key = object.meta.key();
    if let Some(untaken) = untaken_kustomization(case) {
        return (!is_at_work(observation, KUSTOMIZE)).then_some(untaken);
    }
    let overdue = overdue(observation, &object.conditions, object.timeout)?;
    Some((format!("the attempt of Kustomization {key} outlasts its timeout"), Some(overdue)))
}

/// That a ready kustomization was last reconciled too long ago, where it is known what of Flux there is.
fn last_reconciled_too_long_ago(case: &KustomizationCase<'_>) -> Option<Sign> {
    let (observation, object) = (&case.observation, case.object);
    object.conditions.at("Ready", "True").filter(|_| object.interval > 0)?;
    let is_known = observation.state.looked(Kind::Deployment, FLUX_NAMESPACE);
    let last = object.history.iter().filter_map(|entry| entry.last).max()?;
    let longest = object.interval + object.interval / 10 + 2 * object.timeout + CONTROLLER_PATIENCE_SECONDS;
    let is_lifeless = is_known
        && observation.is_older(Some(last), longest)
        && controller_work::longest(observation, KUSTOMIZE).is_none();
    let sign = format!("Kustomization {} was last reconciled at {last:.0}", object.meta.key());
    is_lifeless.then(|| (sign, SinceFrom::History.at(Some(last))))
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
