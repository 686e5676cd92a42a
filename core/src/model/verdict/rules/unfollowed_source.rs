//! The source is of a kind that is not followed, or may not be read: then nothing can be said.

use super::super::kustomization_case::KustomizationCase;
use super::super::{Finding, Outlook, Reason, SinceFrom, Standing, next_commands};
use crate::model::cluster::{Kind, Scope};
use crate::model::objects::SourceKind;

pub(super) fn decide(case: &KustomizationCase<'_>) -> Option<Finding> {
    let reference = &case.object.source;
    let is_looked_for = |kind: &SourceKind| {
        let kind = Kind::of_source(*kind);
        case.observation.state.outcome(&Scope::cluster(kind)).is_some()
            || case.observation.state.outcome(&Scope::namespace(kind, &reference.namespace)).is_some()
            || kind == Kind::GitRepository
    };
    let Some(kind) = reference.source().filter(is_looked_for) else {
        let message =
            format!("{} {} is a source of a kind that is not followed yet", reference.kind, reference.key());
        let named = case.object.meta.written("sourceRef").map(|(_, time)| time);
        let since = SinceFrom::ManagedFields.at(named).or(SinceFrom::Creation.at(case.object.meta.created));
        let mut finding =
            Finding::new(Standing::Unknown, Reason::SourceKindNotFollowed, message).since(since);
        finding.next = next_commands::attempt(case.object);
        return Some(finding);
    };
    let unanswered = case.observation.state.unanswered_in(Kind::of_source(kind), &reference.namespace);
    let unanswered = unanswered.filter(|_| case.source.is_none())?;
    let message = format!("{} is not known: {unanswered}", reference.title());
    let reason = Reason::of_unanswered(&unanswered.why);
    let mut finding = Finding::new(Standing::Unknown, reason, message).under(unanswered.to_string());
    if reason == Reason::NoAnswer {
        finding.outlook = Outlook::MayMend { until: None };
    }
    finding.next = next_commands::unanswered(&unanswered, &reference.namespace);
    Some(finding)
}
