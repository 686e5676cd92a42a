//! Where a Flux configuration stands by Resource Graph alone.
//!
//! Failed before Suspended before Unknown, as everywhere: a cluster that Azure does not hear of any more is not known,
//! unless what was heard last is that something is wrong. The order is that of the query which lists what is not well.

use super::{AppliedProof, BranchKnowledge, FleetReport};
use crate::model::azure::{ComplianceState, Connectivity, ProvisioningState};
use crate::model::verdict::{Reason, Standing, short};

/// Where a configuration stands, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FleetFinding {
    /// Where it stands.
    pub standing: Standing,
    /// Why, as a word.
    pub reason: Reason,
    /// Why, as a sentence without a full stop.
    pub message: String,
}

impl FleetReport {
    /// Where it stands, with what is known of its branch.
    pub fn finding(&self, branch: BranchKnowledge<'_>) -> FleetFinding {
        let found = |standing, reason, message: String| FleetFinding { standing, reason, message };
        if self.is_suspended || self.compliance == ComplianceState::Suspended {
            let message = "delivery was stopped in Azure".to_owned();
            return found(Standing::Suspended, Reason::ConfigurationSuspended, message);
        }
        if let Some(state @ (ProvisioningState::Failed | ProvisioningState::Canceled)) = &self.provisioning {
            let message = format!("the last change of the configuration in Azure is {state}");
            return found(Standing::Failed, Reason::ProvisioningFailed, message);
        }
        let missing = self.missing_path(branch);
        if self.compliance == ComplianceState::NonCompliant && missing.is_none() {
            let message = "Azure was told that something is not as wanted".to_owned();
            return found(Standing::Failed, Reason::NonCompliant, message);
        }
        match missing {
            Some(missing) if missing.standing == Standing::Failed => missing,
            missing => self.silence().or(missing).unwrap_or_else(|| self.progress(branch.head)),
        }
    }

    /// That the branch has no such folder: before anything was merged, or because it was removed.
    fn missing_path(&self, branch: BranchKnowledge<'_>) -> Option<FleetFinding> {
        if !self.is_path_missing || self.compliance != ComplianceState::NonCompliant {
            return None;
        }
        let at = self.commit.as_deref().map(|commit| format!(" at {}", short(commit))).unwrap_or_default();
        let sentence = format!("the repository has no such folder{at}");
        let (standing, message) = match branch.is_tracked {
            true => (Standing::Failed, format!("{sentence}; new commits are blocked")),
            false => (
                Standing::NotDeployed,
                format!("{sentence}: nothing was merged yet, or the path is misspelt"),
            ),
        };
        Some(FleetFinding { standing, reason: Reason::PathMissing, message })
    }

    /// That nobody hears of the cluster any more.
    fn silence(&self) -> Option<FleetFinding> {
        let before = "what Azure says of it is from before";
        let (reason, message) = match self.connectivity.as_ref()? {
            Connectivity::Connected => return None,
            Connectivity::Expired => (
                Reason::CertificateExpired,
                format!("the certificate of the cluster's agents expired: {before}"),
            ),
            Connectivity::Connecting => {
                (Reason::ClusterOffline, "the cluster's agents have not connected with Azure yet".to_owned())
            }
            state => (Reason::ClusterOffline, format!("the cluster is {state}: {before}")),
        };
        Some(FleetFinding { standing: Standing::Unknown, reason, message })
    }

    fn progress(&self, head: Option<&str>) -> FleetFinding {
        let found = |standing, reason, message: String| FleetFinding { standing, reason, message };
        let is_pending = self.compliance == ComplianceState::Pending;
        let (Some(commit), ComplianceState::Compliant | ComplianceState::Pending) =
            (&self.commit, &self.compliance)
        else {
            let message = match &self.compliance {
                ComplianceState::Other(word) => format!("Azure says {word}, which is no known state"),
                ComplianceState::Pending => {
                    return found(
                        Standing::NotDeployed,
                        Reason::SourceNotReady,
                        "nothing was fetched yet".to_owned(),
                    );
                }
                ComplianceState::Compliant => "Azure does not say which commit it is compliant at".to_owned(),
                _ => "the cluster's agent has reported nothing yet".to_owned(),
            };
            return found(Standing::Unknown, Reason::ComplianceUnknown, message);
        };
        let fetched = short(commit);
        if let Some(head) = head.filter(|head| !head.eq_ignore_ascii_case(commit)) {
            let message = format!("{fetched} is fetched; the branch is at {}", short(head));
            return found(Standing::Syncing, Reason::MergedNotFetched, message);
        }
        match self.proof {
            _ if is_pending => found(
                Standing::Reconciling,
                Reason::Progressing,
                format!("{fetched} is fetched and being applied"),
            ),
            AppliedProof::Applied if self.leaves_readiness_unknown => {
                let message = format!(
                    "{fetched} is applied; whether its workloads are ready is not awaited (wait: false)"
                );
                found(Standing::Unknown, Reason::ReadinessUnknown, message)
            }
            AppliedProof::Applied => {
                found(Standing::Deployed, Reason::Applied, format!("{fetched} is applied"))
            }
            AppliedProof::NotApplied => {
                let message = format!("{fetched} is fetched, and the revision before is still applied");
                found(Standing::Reconciling, Reason::Progressing, message)
            }
            AppliedProof::NotTold => {
                let message = format!("{fetched} is fetched; nothing tells whether it is applied");
                found(Standing::Unknown, Reason::ComplianceUnknown, message)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const HEAD: &str = "d61d3702f941f7a0787e29e428e569152f66e7bf";
    const OLDER: &str = "0a0a0a02f941f7a0787e29e428e569152f66e7bf";

    fn finding(columns: serde_json::Value, branch: BranchKnowledge<'_>) -> FleetFinding {
        let mut row = json!({
            "url": "https://github.com/contoso/hello-gitops", "branch": "dev", "state": "Compliant", "suspended": "false",
            "provisioning": "Succeeded", "connectivity": "Connected", "revision": format!("dev@sha1:{HEAD}"), "applied": "yes",
        });
        for (name, value) in columns.as_object().expect("columns") {
            row[name] = value.clone();
        }
        FleetReport::read(&row).finding(branch)
    }

    fn standing(columns: serde_json::Value, head: Option<&str>) -> (Standing, Reason) {
        let FleetFinding { standing, reason, .. } =
            finding(columns, BranchKnowledge { head, is_tracked: false });
        (standing, reason)
    }

    #[test]
    fn every_report_has_one_standing() {
        use Standing::{Deployed, Failed, NotDeployed, Reconciling, Suspended, Syncing, Unknown};
        let older = format!("dev/{OLDER}");
        for (columns, expected) in [
            (json!({}), (Deployed, Reason::Applied)),
            (json!({"suspended": "true"}), (Suspended, Reason::ConfigurationSuspended)),
            (json!({"state": "Suspended"}), (Suspended, Reason::ConfigurationSuspended)),
            (json!({"state": "Non-Compliant"}), (Failed, Reason::NonCompliant)),
            (json!({"state": "non-compliant", "connectivity": "Offline"}), (Failed, Reason::NonCompliant)),
            (json!({"provisioning": "Failed"}), (Failed, Reason::ProvisioningFailed)),
            (json!({"provisioning": "Canceled"}), (Failed, Reason::ProvisioningFailed)),
            (json!({"provisioning": "Updating"}), (Deployed, Reason::Applied)),
            (json!({"connectivity": "Offline"}), (Unknown, Reason::ClusterOffline)),
            (json!({"connectivity": "Expired"}), (Unknown, Reason::CertificateExpired)),
            (json!({"connectivity": "AgentNotInstalled"}), (Unknown, Reason::ClusterOffline)),
            (json!({"connectivity": ""}), (Deployed, Reason::Applied)),
            (json!({"connectivity": null}), (Deployed, Reason::Applied)),
            (json!({"state": "Unknown"}), (Unknown, Reason::ComplianceUnknown)),
            (json!({"state": null}), (Unknown, Reason::ComplianceUnknown)),
            (json!({"state": "Degraded"}), (Unknown, Reason::ComplianceUnknown)),
            (json!({"revision": ""}), (Unknown, Reason::ComplianceUnknown)),
            (json!({"revision": "", "state": "Pending"}), (NotDeployed, Reason::SourceNotReady)),
            (json!({"state": "Pending"}), (Reconciling, Reason::Progressing)),
            (json!({"state": "Pending", "revision": older}), (Syncing, Reason::MergedNotFetched)),
            (json!({"revision": older}), (Syncing, Reason::MergedNotFetched)),
            (json!({"applied": "no"}), (Reconciling, Reason::Progressing)),
            (json!({"applied": ""}), (Unknown, Reason::ComplianceUnknown)),
            (json!({"waits": "no"}), (Unknown, Reason::ReadinessUnknown)),
            (json!({"waits": "no", "applied": "no"}), (Reconciling, Reason::Progressing)),
            (json!({"waits": "no", "revision": older}), (Syncing, Reason::MergedNotFetched)),
            (json!({"state": "Non-Compliant", "missing": "yes"}), (NotDeployed, Reason::PathMissing)),
            (
                json!({"state": "Non-Compliant", "missing": "yes", "connectivity": "Offline"}),
                (Unknown, Reason::ClusterOffline),
            ),
            (json!({"missing": "yes"}), (Deployed, Reason::Applied)),
        ] {
            assert_eq!(standing(columns.clone(), Some(HEAD)), expected, "{columns}");
        }
    }

    #[test]
    fn a_folder_that_was_there_before_is_missed() {
        let missing = json!({"state": "Non-Compliant", "missing": "yes"});
        for (is_tracked, standing, words) in [
            (false, Standing::NotDeployed, "at d61d370: nothing was merged yet, or the path is misspelt"),
            (true, Standing::Failed, "at d61d370; new commits are blocked"),
        ] {
            let found = finding(missing.clone(), BranchKnowledge { head: Some(HEAD), is_tracked });
            assert_eq!((found.standing, found.reason), (standing, Reason::PathMissing));
            assert_eq!(found.message, format!("the repository has no such folder {words}"));
        }
    }

    #[test]
    fn what_is_fetched_is_not_applied() {
        let applied = |columns: serde_json::Value| {
            let mut row =
                json!({"state": "Compliant", "revision": format!("dev@sha1:{HEAD}"), "applied": "yes"});
            for (name, value) in columns.as_object().expect("columns") {
                row[name] = value.clone();
            }
            FleetReport::read(&row).applied().map(str::to_owned)
        };
        for (columns, is_applied) in [
            (json!({}), true),
            (json!({"state": "Suspended"}), true),
            (json!({"applied": "no"}), false),
            (json!({"applied": ""}), false),
            (json!({"state": "Pending"}), false),
            (json!({"state": "Non-Compliant"}), false),
            (json!({"revision": ""}), false),
        ] {
            assert_eq!(applied(columns.clone()).as_deref(), is_applied.then_some(HEAD), "{columns}");
        }
    }

    #[test]
    fn without_the_head_nothing_is_behind_it() {
        let older = json!({"revision": format!("dev@sha1:{OLDER}")});
        assert_eq!(standing(older, None), (Standing::Deployed, Reason::Applied));
    }
}
