//! The source is of a kind that Flux does not have, or may not be read: then nothing can be said.

use super::super::kustomization_case::KustomizationCase;
use super::super::{Finding, Outlook, Reason, SinceFrom, Standing, next_commands};
use crate::model::cluster::Kind;

pub(super) fn decide(case: &KustomizationCase<'_>) -> Option<Finding> {
    let reference = &case.object.source;
    let Some(kind) = reference.source().map(Kind::of_source) else {
        return Some(unknown_kind(case));
    };
    if case.source.is_some() {
        return None;
    }
    let title = reference.title();
    let Some(unanswered) = case.observation.state.unanswered_in(kind, &reference.namespace) else {
        return (!case.observation.state.was_asked(kind, &reference.namespace)).then(|| not_asked(&title));
    };
    let message = format!("{title} is not known: {unanswered}");
    let reason = Reason::of_unanswered(&unanswered.why);
    let mut finding = Finding::new(Standing::Unknown, reason, message).under(unanswered.to_string());
    if reason == Reason::NoAnswer {
        finding.outlook = Outlook::MayMend { until: None };
    }
    finding.next = next_commands::unanswered(&unanswered, &reference.namespace);
    Some(finding)
}

fn unknown_kind(case: &KustomizationCase<'_>) -> Finding {
    let reference = &case.object.source;
    let message = format!("{} is a source of a kind that is not followed", reference.title());
    let named = case.object.meta.written("sourceRef").map(|(_, time)| time);
    let since = SinceFrom::ManagedFields.at(named).or(SinceFrom::Creation.at(case.object.meta.created));
    let mut finding = Finding::new(Standing::Unknown, Reason::SourceKindNotFollowed, message).since(since);
    finding.next = next_commands::attempt(case.object);
    finding
}

/// What refers to it was known too late to ask for it.
fn not_asked(title: &str) -> Finding {
    let mut finding =
        Finding::new(Standing::Unknown, Reason::NoAnswer, format!("{title} was not asked for yet"));
    finding.outlook = Outlook::MayMend { until: None };
    finding
}
