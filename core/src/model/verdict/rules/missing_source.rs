//! The source that the kustomization names is not there.

use super::super::kustomization_case::KustomizationCase;
use super::super::timing::CREATION_GRACE_SECONDS;
use super::super::{Finding, Outlook, Reason, SinceFrom, Standing, next_commands};
use crate::model::cluster::Kind;

pub(super) fn decide(case: &KustomizationCase<'_>) -> Option<Finding> {
    if case.source.is_some() {
        return None;
    }
    let standing = if case.object.applied.is_some() { Standing::Failed } else { Standing::NotDeployed };
    let title = case.object.source.title();
    let kind = case.object.source.source().map(Kind::of_source);
    let is_unserved = kind.is_some_and(|kind| !case.observation.state.is_served(kind));
    let headline = match is_unserved {
        true => format!("{title} is not there: the server has no kind {}", case.object.source.kind),
        false => format!("{title} is not there"),
    };
    let message = format!("{headline}{}", case.what_is_applied());
    let waiting =
        case.object.conditions.at("Ready", "False").filter(|ready| ready.reason == "ArtifactFailed");
    // Of one that was never tried the source has been missing from the beginning, as far as anybody knows.
    let since = if case.object.attempted.is_none() {
        SinceFrom::Creation.at(case.object.meta.created)
    } else {
        SinceFrom::Condition.at(waiting.and_then(|waiting| waiting.since))
    };
    let mut finding = Finding::new(standing, Reason::SourceMissing, message).under(headline).since(since);
    // Both may be being made.
    finding.outlook = Outlook::within(case.object.meta.created, CREATION_GRACE_SECONDS, case.observation.now);
    let (arc, meta) = (&case.observation.facts.arc, &case.object.meta);
    finding.next = match kind.filter(|_| !is_unserved) {
        Some(kind) => next_commands::recreate(arc, Some(meta), kind.row().plural),
        None => next_commands::attempt(case.object),
    };
    Some(finding)
}
