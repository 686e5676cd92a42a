//! The release, or what its chart is taken from, is suspended. Only a person ends that, and it hides nothing: what had
//! failed before has still failed.

use super::super::release_case::ReleaseCase;
use super::super::{Finding, Reason, Remark, SinceFrom, Standing, next_commands};

pub(super) fn decide(case: &ReleaseCase<'_>) -> Option<Finding> {
    let sources = [&case.facts.chart, &case.facts.chart_source].into_iter().flatten();
    let source = sources.map(AsRef::as_ref).find(|source| source.suspended);
    let (kind, reason, meta) = if case.object.suspended {
        ("HelmRelease", Reason::ReleaseSuspended, &case.object.meta)
    } else {
        (source?.kind.name(), Reason::SourceSuspended, &source?.meta)
    };
    let written = meta.written("suspend");
    let by = written.map(|(manager, time)| format!(" since {time:.0} (by {manager})")).unwrap_or_default();
    let waiting = case.waiting_chart().map(|chart| {
        let chart = case.chart_at(chart);
        format!("; {chart} is fetched and not applied")
    });
    let message =
        format!("{kind} {} is suspended{by}{}{}", meta.key(), case.what_runs(), waiting.unwrap_or_default());
    let since = SinceFrom::ManagedFields.at(written.map(|(_, time)| time));
    let mut finding = Finding::new(Standing::Suspended, reason, message).since(since);
    finding.next = next_commands::resume(&case.observation.facts.arc, &kind.to_lowercase(), meta);
    Some(finding)
}

/// Adds what would be said of the release if it were not suspended, where that is a failure.
pub(super) fn add_hidden(finding: &mut Finding, hidden: &Finding) {
    if hidden.standing != Standing::Failed {
        return;
    }
    finding.message += &format!("; it had failed before ({})", hidden.reason);
    let Finding { reason, cause, message, .. } = hidden;
    finding.remarks.push(Remark { reason: *reason, cause: *cause, message: message.clone(), url: None });
}
