//! Other releases must be ready first. That passes by itself while they move; a release that failed, that is not there
//! or that waits for this one in a circle never becomes ready.

use std::collections::BTreeSet;

use super::super::dependencies;
use super::super::release_case::ReleaseCase;
use super::super::timing::CONTROLLER_PATIENCE_SECONDS;
use super::super::{Cause, Finding, Outlook, Reason, SinceFrom, Standing, next_commands};
use crate::model::cluster::Kind;
use crate::model::objects::{Condition, Reference};

/// What is waited for, and whether that comes by itself.
struct Awaited<'a> {
    sentence: String,
    cause: Option<Cause>,
    /// What keeps it from coming.
    dead: Option<&'a Reference>,
}

pub(super) fn decide(case: &ReleaseCase<'_>) -> Option<Finding> {
    let waiting = case.ready_for("False", &["DependencyNotReady"])?;
    let awaited = awaited(case);
    let was_deployed = case.object.was_deployed();
    let is_dead = awaited.dead.is_some() || awaited.cause.is_some();
    if case.is_in_sync() && !is_dead {
        return None;
    }
    let is_ready_now = case.unready_dependencies().is_empty();
    // Flux looks again every half minute.
    let is_overdue =
        is_ready_now && case.observation.is_older(waiting.since, 2 * CONTROLLER_PATIENCE_SECONDS);
    let (standing, reason) = match (is_overdue, was_deployed, is_dead) {
        (true, ..) => (Standing::Unknown, Reason::DeadlineExceeded),
        (_, false, _) => (Standing::NotDeployed, Reason::DependencyNotReady),
        (_, true, true) => (Standing::Failed, Reason::DependencyNotReady),
        (_, true, false) => (Standing::Syncing, Reason::DependencyNotReady),
    };
    let message = awaited.sentence.clone() + &if was_deployed { case.what_runs() } else { String::new() };
    let mut finding = Finding::new(standing, reason, message)
        .because(awaited.cause)
        .under(awaited.sentence)
        .since(SinceFrom::Condition.at(waiting.since));
    if is_dead {
        finding.outlook = Outlook::Final;
    }
    let first = awaited.dead.or_else(|| case.unready_dependencies().first().map(|(first, _)| *first));
    let known = first.and_then(|first| case.observation.facts.release(&first.namespace, &first.name));
    finding.next = match known.filter(|known| known.object.suspended) {
        Some(known) => next_commands::resume(&case.observation.facts.arc, "helmrelease", &known.object.meta),
        None => next_commands::helm::dependency(case.object, first),
    };
    Some(finding)
}

/// That a release which is well waits for others before Flux looks at it again.
pub(super) fn remark(case: &ReleaseCase<'_>) -> Option<super::super::Remark> {
    case.ready_for("False", &["DependencyNotReady"])?;
    let message = format!("its next reconciliation {}", awaited(case).sentence);
    Some(super::super::Remark::new(Reason::DependencyNotReady, message))
}

fn awaited<'a>(case: &ReleaseCase<'a>) -> Awaited<'a> {
    if let Some(circle) = circle(case) {
        let is_member = circle.contains(&case.object.meta.key());
        let what = if is_member { "itself" } else { "releases that wait for each other" };
        let sentence = format!("waits for {what} in a circle: {}", circle.join(" → "));
        return Awaited { sentence, cause: Some(Cause::DependencyCycle), dead: None };
    }
    let unready = case.unready_dependencies();
    if unready.is_empty() {
        let sentence = "waits for Flux to look again at what it depends on, which is ready now".to_owned();
        return Awaited { sentence, cause: None, dead: None };
    }
    let named = unready.iter().map(|(dependency, ready)| described(case, dependency, *ready));
    let sentence = format!("waits for {}", named.collect::<Vec<_>>().join(", "));
    let dead = unready.iter().map(|(dependency, _)| *dependency).find(|dependency| is_dead(case, dependency));
    Awaited { sentence, cause: None, dead }
}

fn described(case: &ReleaseCase<'_>, dependency: &Reference, ready: Option<&Condition>) -> String {
    let title = format!("HelmRelease {}", dependency.key());
    let known = case.observation.facts.release(&dependency.namespace, &dependency.name);
    match ready {
        _ if known.is_some_and(|known| known.object.suspended) => format!("{title}, which is suspended"),
        Some(_) if known.is_some_and(|known| known.object.conditions.at("Stalled", "True").is_some()) => {
            format!("{title}, on which Flux gave up")
        }
        Some(ready) if ready.status == "True" => format!("{title}, whose change Flux has not taken up"),
        Some(ready) => format!("{title} ({})", ready.reason),
        None if is_missing(case, dependency) => format!("{title}, which is not there"),
        None => title,
    }
}

fn is_missing(case: &ReleaseCase<'_>, dependency: &Reference) -> bool {
    let is_known = case.observation.facts.release(&dependency.namespace, &dependency.name).is_some();
    !is_known && case.observation.state.looked(Kind::HelmRelease, &dependency.namespace)
}

/// Whether a dependency does not become ready without a person: it gave up, is suspended, is not there, is not ready for
/// longer than an action of Helm may take, or waits for such a one itself. Each release on the way is looked at once.
fn is_dead(case: &ReleaseCase<'_>, dependency: &Reference) -> bool {
    let mut seen = BTreeSet::new();
    let mut rest = vec![dependency];
    while let Some(next) = rest.pop() {
        if !seen.insert((next.namespace.as_str(), next.name.as_str())) {
            continue;
        }
        let Some(known) = case.observation.facts.release(&next.namespace, &next.name) else {
            if is_missing(case, next) {
                return true;
            }
            continue;
        };
        let object = &known.object;
        let unready = object.conditions.get("Ready").filter(|ready| ready.status != "True");
        let waits =
            unready.is_some_and(|ready| ready.status == "False" && ready.reason == "DependencyNotReady");
        let longest = object.last_action().1.timeout.max(object.timeout) + CONTROLLER_PATIENCE_SECONDS;
        let is_overdue =
            !waits && unready.is_some_and(|ready| case.observation.is_older(ready.since, longest));
        if object.suspended || object.conditions.at("Stalled", "True").is_some() || is_overdue {
            return true;
        }
        if waits {
            rest.extend(&object.depends_on);
        }
    }
    false
}

/// The releases that wait for each other, along what each depends on; this one is mostly one of them.
fn circle(case: &ReleaseCase<'_>) -> Option<Vec<String>> {
    let facts = case.observation.facts;
    let meta = &case.object.meta;
    let start = (meta.namespace.as_str(), meta.name.as_str());
    let circle = dependencies::circle(&start, |(namespace, name)| {
        let dependencies = facts.release(namespace, name).map(|release| release.object.depends_on.as_slice());
        let places = dependencies.unwrap_or_default().iter();
        places.map(|dependency| (dependency.namespace.as_str(), dependency.name.as_str())).collect()
    })?;
    Some(circle.into_iter().map(|(namespace, name)| format!("{namespace}/{name}")).collect())
}
