//! The decision: whether an environment's cluster complies with one Flux configuration, given what the cluster says,
//! what Resource Manager says, and what Resource Graph says where that was asked.
//!
//! Resource Manager counts before Resource Graph, whose rows come later. Nothing is made up: where Azure did not say, the
//! state is not known, and whatever speaks against a state stands beside it.

use jiff::{SignedDuration, Timestamp};

use super::clusters::cluster_doubts;
use super::configuration::configuration_doubts;
use super::doubt::Doubt;
use super::{AppliedConfiguration, Compliance};
use crate::model::azure::{ArcCluster, ConnectedCluster, FluxConfiguration};
use crate::model::verdict::{NextCommand, Remark, Standing};

/// Everything that is known of one configuration in one environment.
#[derive(Clone, Copy, Debug)]
pub struct ComplianceCase<'a> {
    /// The cluster in Azure, as its agents' ConfigMap names it.
    pub cluster: &'a ArcCluster,
    /// The configuration, as the cluster has it.
    pub configuration: &'a AppliedConfiguration,
    /// Where the environment stands by the cluster's own word.
    pub standing: Standing,
    /// Since when it stands there, where that is known.
    pub since: Option<Timestamp>,
    /// The configuration in Resource Manager: none where it is not there, an error where that is not known.
    pub document: Result<Option<&'a FluxConfiguration>, &'a str>,
    /// The connected cluster in Resource Manager, likewise. Clusters that are not connected through Arc have none.
    pub connected: Result<Option<&'a ConnectedCluster>, &'a str>,
    /// The row of Resource Graph, where that was asked and has one.
    pub row: Option<&'a FluxConfiguration>,
    /// The time at Azure.
    pub now: Timestamp,
    /// That minus the time by which the cluster was judged.
    pub clock_offset: SignedDuration,
}

/// What is shown of one configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComplianceFinding {
    /// The state, and what speaks against it.
    pub compliance: Compliance,
    /// What is worth knowing besides.
    pub remarks: Vec<Remark>,
    /// What to type next.
    pub next: Vec<NextCommand>,
}

impl ComplianceCase<'_> {
    /// What is shown.
    pub fn decide(&self) -> ComplianceFinding {
        let mut doubts = self.doubts();
        // The first that speaks against the state is told with it.
        let weighty = doubts.iter().position(|doubt| doubt.is_weighty);
        let told = weighty.map(|place| (doubts[place].reason, doubts[place].message.clone()));
        let mut next: Vec<NextCommand> = Vec::new();
        for command in doubts.iter_mut().filter_map(|doubt| doubt.next.take()) {
            if !next.contains(&command) {
                next.push(command);
            }
        }
        let remarks = doubts.into_iter().filter(|doubt| doubt.is_remark);
        ComplianceFinding {
            compliance: self.compliance(told),
            remarks: remarks.map(|doubt| Remark::new(doubt.reason, doubt.message)).collect(),
            next,
        }
    }

    fn doubts(&self) -> Vec<Doubt> {
        let mut doubts = configuration_doubts(self);
        doubts.extend(cluster_doubts(self));
        doubts
    }

    fn compliance(&self, told: Option<(crate::model::verdict::Reason, String)>) -> Compliance {
        let document = self.document.ok().flatten();
        let (reason, why) = told.unzip();
        Compliance {
            state: document.map(|document| document.compliance.clone()),
            as_of: document.and_then(|document| document.status_updated),
            configuration: self.configuration.name.clone(),
            resource_id: self.cluster.flux_configuration_id(&self.configuration.name),
            revision: document.and_then(|document| Some(document.revision.as_ref()?.commit.clone())),
            provisioning: document.and_then(|document| document.provisioning.clone()),
            connectivity: self.connected.ok().flatten().and_then(|connected| connected.connectivity.clone()),
            reason,
            why,
            cluster: self.cluster.clone(),
            clock_offset: self.clock_offset,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::scene::{APPLIED, at, scene};
    use super::*;
    use crate::model::verdict::Reason;

    #[test]
    fn what_everybody_agrees_on_has_a_state_and_an_age_and_nothing_else() {
        let finding = scene().case().decide();
        let compliance = &finding.compliance;
        assert_eq!((finding.remarks.len(), finding.next.len()), (0, 0));
        assert_eq!((compliance.reason, compliance.why.as_deref()), (None, None));
        assert_eq!(
            compliance.describe(at(1000)),
            "Compliant, as reported 40 s ago (hello-dev on edge-1 in rg-edge)"
        );
        assert_eq!(compliance.revision.as_deref(), Some(APPLIED));
        assert!(
            compliance.resource_id.ends_with(
                "/connectedClusters/edge-1/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/hello-dev"
            ),
            "{}",
            compliance.resource_id
        );
        let later = SignedDuration::from_secs(3600);
        let by_azure = Compliance { clock_offset: later, ..compliance.clone() };
        let described = by_azure.describe(at(1000).saturating_sub(later).expect("a time"));
        assert!(described.starts_with("Compliant, as reported 40 s ago"), "by Azure's clock: {described}");
    }

    #[test]
    fn what_azure_did_not_answer_has_no_state() {
        let scene = scene();
        let silent = ComplianceCase { document: Err("Azure failed with 502"), ..scene.case() };
        let finding = silent.decide();
        assert_eq!((finding.compliance.state, finding.compliance.as_of), (None, None));
        assert_eq!(finding.compliance.reason, Some(Reason::NoAnswer));
        assert_eq!(finding.compliance.why.as_deref(), Some("Azure failed with 502"));
        assert!(finding.remarks.is_empty(), "the row of what was not checked says it: {:?}", finding.remarks);
    }
}
