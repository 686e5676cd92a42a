//! The source cannot be fetched. What was applied keeps running, so that this is a remark while it may mend itself.

use super::super::kustomization_case::KustomizationCase;
use super::super::timing::FETCH_GRACE_SECONDS;
use super::super::{Finding, Outlook, Reason, Standing, next_commands};

pub(super) fn decide(case: &KustomizationCase<'_>) -> Option<Finding> {
    let fetch = case.fetch.as_ref()?;
    let source = case.source?;
    let standing = match &case.object.applied {
        None => Standing::NotDeployed,
        Some(_) if fetch.is_failure(case.observation.now) => Standing::Failed,
        Some(_) => return None,
    };
    let message = fetch.message(case.observation.now) + &case.still_applied("; new commits are blocked");
    let mut finding = Finding::new(standing, fetch.reason, message).under(&fetch.sentence).since(fetch.since);
    finding.outlook = match fetch.reason {
        _ if fetch.is_final => Outlook::Final,
        // Somebody else's server or network: when that comes back nobody here can say.
        Reason::HostNotResolved | Reason::ConnectionRefused | Reason::FetchTimeout => {
            Outlook::MayMend { until: None }
        }
        _ => Outlook::within(fetch.failing_since, FETCH_GRACE_SECONDS, case.observation.now),
    };
    finding.next = next_commands::fetch(&case.observation.facts.arc, source, fetch.reason);
    Some(finding)
}
