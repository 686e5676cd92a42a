//! What a report tells of the objects of one configuration: which commit each kustomization has applied, attempts, or
//! failed at.
//!
//! Azure keeps no `lastAppliedRevision`. `Ready=True` with "Applied revision: …" is what proves it. Which commit an
//! attempt is about stands in condition `Reconciling` ("Running health checks for revision …"), which stays beside the
//! failure; without it the times tell.

use jiff::{SignedDuration, Timestamp};

use crate::model::azure::{DesiredKustomization, FluxConfiguration, ObjectStatus};
use crate::model::objects::Condition;
use crate::model::verdict::{ReportedFailure, commit};

/// Dates of conditions are whole seconds, rounded down.
const RESOLUTION: SignedDuration = SignedDuration::from_secs(1);

/// One kustomization that the configuration itself makes, as it is wanted and as it was reported.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReportedKustomization<'a> {
    pub(super) desired: Option<&'a DesiredKustomization>,
    pub(super) status: Option<&'a ObjectStatus>,
}

/// The kustomizations of a configuration. One that was never reported is among them; where the document does not say
/// which are wanted, they are those that were reported and that nobody applied.
pub(super) fn kustomizations(document: &FluxConfiguration) -> Vec<ReportedKustomization<'_>> {
    let of_kind = || document.statuses.iter().filter(|status| status.is_kind("Kustomization"));
    if document.kustomizations.is_empty() {
        let own = of_kind().filter(|status| !status.is_applied);
        return own.map(|status| ReportedKustomization { desired: None, status: Some(status) }).collect();
    }
    let find = |desired: &DesiredKustomization| {
        let name = document.object_name(desired);
        of_kind().find(|status| status.name == name)
    };
    let desired = document.kustomizations.iter();
    desired.map(|desired| ReportedKustomization { desired: Some(desired), status: find(desired) }).collect()
}

impl<'a> ReportedKustomization<'a> {
    fn condition(&self, kind: &str) -> Option<&'a Condition> {
        self.status?.conditions.get(kind)
    }

    /// Whether it is ready only once its workloads are.
    pub(super) fn waits(&self) -> bool {
        self.desired.is_none_or(|desired| desired.waits)
    }

    /// The commit that it says it has applied.
    pub(super) fn applied(&self) -> Option<&'a str> {
        let ready = self.condition("Ready").filter(|ready| ready.status == "True")?;
        commit_after(&ready.message, "Applied revision: ")
    }

    /// The commit that its newest attempt is about.
    pub(super) fn attempted(&self) -> Option<&'a str> {
        let reconciling = self.condition("Reconciling").filter(|reconciling| reconciling.status == "True")?;
        commit_after(&reconciling.message, " for revision ")
    }

    /// Since when that attempt has been in its present stage.
    pub(super) fn attempted_since(&self) -> Option<Timestamp> {
        self.condition("Reconciling")?.since
    }

    /// How its newest attempt failed.
    pub(super) fn failure(&self) -> Option<(ReportedFailure, &'a Condition)> {
        let stalled = self.condition("Stalled").filter(|stalled| stalled.status == "True");
        if let Some(stalled) = stalled {
            return Some((ReportedFailure::of_stalled(stalled), stalled));
        }
        let ready = self.condition("Ready")?;
        Some((ReportedFailure::of_attempt(ready)?, ready))
    }

    /// Why it does not go on, where it says so without having failed: a dependency that is not ready.
    pub(super) fn awaits(&self) -> Option<&'a str> {
        let ready = self.condition("Ready").filter(|ready| ready.status != "True")?;
        (!ready.message.is_empty()).then_some(ready.message.as_str())
    }

    /// Whether a failure is about what was fetched at `fetched`: its attempt began afterwards.
    pub(super) fn began_after(failed: &Condition, fetched: Option<Timestamp>) -> bool {
        let Some(fetched) = fetched else { return true };
        let Some(failed_at) = failed.since else { return false };
        let lasted = duration_of_check(&failed.message).unwrap_or_default();
        let begun = failed_at.saturating_sub(lasted).unwrap_or(failed_at);
        begun.saturating_add(RESOLUTION).unwrap_or(begun) >= fetched
    }
}

/// How long a health check took that failed: "health check failed after 30.02s: …", "… after 1m0.5s: …".
fn duration_of_check(message: &str) -> Option<SignedDuration> {
    let rest = message.split_once("health check failed after ")?.1;
    rest.split(": ").next()?.trim().parse().ok()
}

/// The commit after some words of a message: `… for revision dev@sha1:<commit> with a timeout of 30s`.
fn commit_after<'a>(message: &'a str, words: &str) -> Option<&'a str> {
    let rest = message.split_once(words)?.1;
    commit(rest.split_whitespace().next()?.trim_matches(['\'', '"', '.', ',']))
}

/// The condition that says that the source could not be fetched.
pub(super) fn failed_fetch(document: &FluxConfiguration) -> Option<(&ObjectStatus, &Condition)> {
    let source = document.statuses.iter().find(|status| status.is_source() && !status.is_applied)?;
    let conditions = &source.conditions;
    let failed =
        ["FetchFailed", "StorageOperationFailed"].iter().find_map(|kind| conditions.at(kind, "True"));
    let failed = failed.or_else(|| conditions.at("Stalled", "True"));
    Some((source, failed.or_else(|| conditions.at("Ready", "False"))?))
}

/// When the source fetched a commit, where its conditions or the document tell.
pub(super) fn fetched_at(document: &FluxConfiguration, commit: &str) -> Option<Timestamp> {
    let sources = document.statuses.iter().filter(|status| status.is_source() && !status.is_applied);
    let told = sources.filter_map(|source| source.conditions.get("Ready"));
    let ready = told.filter(|ready| ready.message.to_ascii_lowercase().contains(commit));
    ready.filter_map(|ready| ready.since).next().or(document.source_updated)
}

/// Objects that a kustomization applied and that Flux keeps: a Helm release or another kustomization that failed.
pub(super) fn failed_dependant(
    document: &FluxConfiguration,
) -> Option<(&ObjectStatus, ReportedFailure, &Condition)> {
    let dependants =
        document.statuses.iter().filter(|status| status.is_applied || status.is_kind("HelmRelease"));
    dependants
        .filter_map(|status| {
            let stalled = status.conditions.at("Stalled", "True");
            if let Some(stalled) = stalled {
                return Some((status, ReportedFailure::of_stalled(stalled), stalled));
            }
            let ready = status.conditions.get("Ready")?;
            let failure = match status.is_kind("HelmRelease") {
                true => ReportedFailure::of_release(ready)?,
                false if status.is_kind("Kustomization") => ReportedFailure::of_attempt(ready)?,
                false => return None,
            };
            Some((status, failure, ready))
        })
        .next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_tell_which_commit_and_how_long() {
        let commit = "0ba6f0d30760d567de0bac86c8c4eec13ce1a590";
        for (message, words) in [
            (format!("Applied revision: dev@sha1:{commit}"), "Applied revision: "),
            (format!("'Applied revision: main/{commit}'"), "Applied revision: "),
            (
                format!("Running health checks for revision dev@sha1:{commit} with a timeout of 30s"),
                " for revision ",
            ),
        ] {
            assert_eq!(commit_after(&message, words), Some(commit), "{message}");
        }
        assert_eq!(commit_after("Applied revision: v1.2", "Applied revision: "), None);
        for (message, seconds) in [
            ("health check failed after 30.02s: timeout", Some(30)),
            ("health check failed after 1m30s: timeout", Some(90)),
            ("health check failed after 5m0.5s: x", Some(300)),
            ("no", None),
        ] {
            assert_eq!(duration_of_check(message).map(|lasted| lasted.as_secs()), seconds, "{message}");
        }
    }
}
