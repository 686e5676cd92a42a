//! Where a configuration stands that no asked cluster tells of, in the words of a page. What is applied counts, never what
//! is fetched; each sentence names the commit that it speaks of.

use jiff::Timestamp;

use super::Follower;
use crate::model::azure::{ComplianceState, Connectivity};
use crate::model::fleet::{BranchKnowledge, FleetFinding};
use crate::model::post_deployment::{
    ConfigurationState, ConfigurationVerdict, ReportedConfiguration, WantedCommit,
};
use crate::model::verdict::{Reason, Standing, short};

impl Follower {
    /// Where it stands, with the commit that is applied there as far as that is told.
    pub fn finding(&self, branch: BranchKnowledge<'_>, now: Timestamp) -> (FleetFinding, Option<String>) {
        if self.document.statuses.iter().all(|status| status.conditions.is_empty()) {
            return (self.report.finding(branch), self.report.applied().map(str::to_owned));
        }
        let stop = self.stop();
        if self.report.is_path_missing && stop.is_none() {
            return (self.report.finding(branch), None);
        }
        let wanted = branch.head.map_or_else(WantedCommit::newest, WantedCommit::of);
        let Self { document, connected, .. } = self;
        let case = ReportedConfiguration { document, connected: connected.as_ref(), wanted: &wanted, now };
        let verdict = case.decide();
        let (standing, reason) = standing(&verdict);
        let applied = verdict.applied.clone();
        // What is applied stays so while delivery is stopped or the cluster silent, and nobody knows whether it still runs.
        let is_told = matches!(standing, Standing::Failed | Standing::Suspended);
        let finding = match (stop, is_told) {
            (Some(stop), false) => stop,
            _ => FleetFinding { standing, reason, message: sentence(verdict, branch.head) },
        };
        (finding, applied)
    }

    /// That delivery is stopped, or that nobody hears of the cluster.
    fn stop(&self) -> Option<FleetFinding> {
        let is_stopped = self.document.is_suspended
            || self.document.compliance == ComplianceState::Suspended
            || !matches!(self.report.connectivity, None | Some(Connectivity::Connected));
        is_stopped
            .then(|| self.report.finding(BranchKnowledge::default()))
            .filter(|finding| matches!(finding.standing, Standing::Suspended | Standing::Unknown))
    }
}

/// The word for where an environment stands whose only configuration stands so.
fn standing(verdict: &ConfigurationVerdict) -> (Standing, Reason) {
    match verdict.state {
        ConfigurationState::Failed => {
            let reason = verdict.failure.as_ref().map(|failure| failure.reported.reason);
            (Standing::Failed, reason.unwrap_or(Reason::NonCompliant))
        }
        ConfigurationState::Missing => (Standing::Unknown, Reason::ConfigurationMissing),
        ConfigurationState::ProvisioningFailed => (Standing::Failed, Reason::ProvisioningFailed),
        ConfigurationState::CertificateExpired => (Standing::Unknown, Reason::CertificateExpired),
        ConfigurationState::Offline => (Standing::Unknown, Reason::ClusterOffline),
        ConfigurationState::Suspended => (Standing::Suspended, Reason::ConfigurationSuspended),
        ConfigurationState::Unknown => (Standing::Unknown, Reason::ComplianceUnknown),
        ConfigurationState::Outdated => (Standing::Unknown, Reason::ComplianceLags),
        ConfigurationState::Pending if verdict.fetched.is_none() => {
            (Standing::NotDeployed, Reason::SourceNotReady)
        }
        ConfigurationState::Pending | ConfigurationState::OtherApplied => {
            (Standing::Syncing, Reason::MergedNotFetched)
        }
        ConfigurationState::WaitingBehind => (Standing::Syncing, Reason::WaitingBehind),
        ConfigurationState::Fetched | ConfigurationState::Reconciling => {
            (Standing::Reconciling, Reason::Progressing)
        }
        ConfigurationState::ReadinessUnknown => (Standing::Unknown, Reason::ReadinessUnknown),
        ConfigurationState::Applied => (Standing::Deployed, Reason::Applied),
    }
}

/// The verdict's sentence, which is about a commit that its reader waits for, for somebody who waits for none.
fn sentence(verdict: ConfigurationVerdict, head: Option<&str>) -> String {
    let ConfigurationVerdict { state, applied, fetched, message, .. } = verdict;
    let Some(fetched) = fetched.as_deref().map(short) else { return message };
    let applied = applied.as_deref().map(short);
    match (state, applied, head.map(short)) {
        (ConfigurationState::Applied, Some(applied), _) => {
            format!("{applied} is applied, and what it applied is ready")
        }
        (ConfigurationState::ReadinessUnknown, Some(applied), _) => {
            let rest = message.strip_prefix("applied; ").unwrap_or(&message);
            format!("{applied} is applied; {rest}")
        }
        (ConfigurationState::Fetched, Some(applied), _) => {
            format!("{fetched} is fetched and not applied yet: still applied is {applied}")
        }
        (ConfigurationState::Fetched, None, _) => {
            format!("{fetched} is fetched, and nothing tells that it is applied")
        }
        (ConfigurationState::OtherApplied, Some(applied), Some(head)) => {
            format!("still applied is {applied}; the branch is at {head}, which is not fetched yet")
        }
        (ConfigurationState::Pending, _, Some(head)) => {
            format!("{fetched} is fetched; the branch is at {head}")
        }
        (ConfigurationState::WaitingBehind, ..) => {
            let rest = message.strip_prefix("it ").unwrap_or(&message);
            format!("{fetched} is fetched and {rest}")
        }
        _ => message,
    }
}
