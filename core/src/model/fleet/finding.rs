//! Where a Flux configuration stands by Resource Graph alone.
//!
//! Failed before Suspended before Unknown, as everywhere: a cluster that Azure does not hear of any more is not known,
//! unless what was heard last is that something is wrong. The order is that of the query which lists what is not well.

use super::{AppliedProof, FleetReport};
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
    /// Where it stands; `head` is the newest commit of the branch, where that is known.
    pub fn finding(&self, head: Option<&str>) -> FleetFinding {
        let found = |standing, reason, message: String| FleetFinding { standing, reason, message };
        if self.is_suspended || self.compliance == ComplianceState::Suspended {
            let message = "delivery was stopped in Azure".to_owned();
            return found(Standing::Suspended, Reason::ConfigurationSuspended, message);
        }
        if let Some(state @ (ProvisioningState::Failed | ProvisioningState::Canceled)) = &self.provisioning {
            let message = format!("the last change of the configuration in Azure is {state}");
            return found(Standing::Failed, Reason::ProvisioningFailed, message);
        }
        if self.compliance == ComplianceState::NonCompliant {
            let message = "Azure was told that something is not as wanted".to_owned();
            return found(Standing::Failed, Reason::NonCompliant, message);
        }
        self.silence().unwrap_or_else(|| self.progress(head))
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
            AppliedProof::Applied => {
                found(Standing::Deployed, Reason::Applied, format!("{fetched} is applied"))
            }
            AppliedProof::NotApplied => {
                let message = format!("{fetched} is fetched; what is reported is the revision before");
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

    fn standing(columns: serde_json::Value, head: Option<&str>) -> (Standing, Reason) {
        let mut row = json!({
            "url": "https://github.com/contoso/hello-gitops", "branch": "dev", "state": "Compliant", "suspended": "false",
            "provisioning": "Succeeded", "connectivity": "Connected", "revision": format!("dev@sha1:{HEAD}"), "applied": "yes",
        });
        for (name, value) in columns.as_object().expect("columns") {
            row[name] = value.clone();
        }
        let finding = FleetReport::read(&row).finding(head);
        (finding.standing, finding.reason)
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
        ] {
            assert_eq!(standing(columns.clone(), Some(HEAD)), expected, "{columns}");
        }
    }

    #[test]
    fn without_the_head_nothing_is_behind_it() {
        let older = json!({"revision": format!("dev@sha1:{OLDER}")});
        assert_eq!(standing(older, None), (Standing::Deployed, Reason::Applied));
    }
}
