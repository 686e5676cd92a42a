//! What a controller of Flux is at work on. It tries a few objects at a time, and the others wait their turn behind
//! them: that is no standstill, and what it does must not be cut off by a restart.

use jiff::{SignedDuration, Timestamp};

use super::controllers::{HELM, KUSTOMIZE};
use super::observation::Observation;
use super::release_case::{longest_action, running_action};
use super::timing::CONTROLLER_PATIENCE_SECONDS;
use crate::model::objects::{Condition, Conditions};

/// Something that a controller does, within its limit.
pub(super) struct Work {
    /// What it is about.
    title: String,
    /// When it must have ended at the latest.
    pub(super) end: Timestamp,
}

impl Work {
    /// The end of a sentence about what waits its turn behind it.
    pub(super) fn ahead(&self) -> String {
        format!("; it waits its turn behind {}, which ends by {:.0}", self.title, self.end)
    }

    fn of(
        observation: &Observation<'_>,
        running: Option<&Condition>,
        limit: i64,
        title: impl FnOnce() -> String,
    ) -> Option<Self> {
        let end = running?.since?.checked_add(SignedDuration::from_secs(limit)).ok()?;
        (end > observation.now).then(|| Self { title: title(), end })
    }
}

/// What a controller is at work on, within its limit, that ends last.
pub(super) fn longest(observation: &Observation<'_>, name: &str) -> Option<Work> {
    let facts = observation.facts;
    let last = |works: &mut dyn Iterator<Item = Work>| works.max_by_key(|work| work.end);
    match name {
        KUSTOMIZE => last(&mut facts.kustomizations.iter().filter_map(|own| {
            let limit = own.object.timeout + CONTROLLER_PATIENCE_SECONDS;
            let title = || format!("Kustomization {}", own.object.meta.key());
            Work::of(observation, trying(&own.object.conditions), limit, title)
        })),
        HELM => last(&mut facts.releases.iter().filter_map(|own| {
            let (running, limit) = (running_action(&own.object), longest_action(&own.object));
            Work::of(observation, running, limit, || own.object.title())
        })),
        _ => last(&mut facts.kustomizations.iter().filter_map(|own| own.source.as_ref()).filter_map(|own| {
            let limit = own.timeout + CONTROLLER_PATIENCE_SECONDS;
            Work::of(observation, trying(&own.conditions), limit, || own.title())
        })),
    }
}

/// Whether a controller has written something lately.
pub(super) fn was_seen(observation: &Observation<'_>, name: &str) -> bool {
    let facts = observation.facts;
    let is_new =
        |time: Option<Timestamp>| time.is_some() && !observation.is_older(time, CONTROLLER_PATIENCE_SECONDS);
    match name {
        KUSTOMIZE => facts.kustomizations.iter().any(|own| {
            let last = own.object.history.iter().filter_map(|entry| entry.last).max();
            is_new(last.max(own.object.conditions.last_transition()))
        }),
        HELM => facts.releases.iter().any(|own| is_new(own.object.conditions.last_transition())),
        _ => {
            let mut sources = facts.kustomizations.iter().filter_map(|own| own.source.as_ref());
            sources.any(|source| is_new(source.conditions.last_transition().max(source.stored)))
        }
    }
}

/// The condition that says that an attempt, or a fetch, goes on.
fn trying(conditions: &Conditions) -> Option<&Condition> {
    conditions.at("Ready", "Unknown")
}
