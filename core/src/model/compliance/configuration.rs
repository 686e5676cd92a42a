//! What speaks against the compliance of one configuration: it is not there, nothing was reported, the report is old, or
//! others say otherwise.

use jiff::Timestamp;

use super::ComplianceCase;
use super::doubt::Doubt;
use super::next_command::{list_configurations, resume_configuration, show_cluster, show_configuration};
use crate::model::azure::{ClusterKind, ComplianceState, FluxConfiguration, ObjectStatus, ProvisioningState};
use crate::model::verdict::timing::GRAPH_LAG_SECONDS;
use crate::model::verdict::{CLOCK_TOLERANCE_SECONDS, Reason, Standing, ago_in_words, short};

/// The doubts about a configuration, the weightiest first.
pub(super) fn configuration_doubts(case: &ComplianceCase<'_>) -> Vec<Doubt> {
    let document = match case.document {
        // What was not answered has a row of its own.
        Err(why) => return vec![Doubt::new(Reason::NoAnswer, why).without_remark()],
        Ok(None) => return vec![absence(case)],
        Ok(Some(document)) => ConfigurationCase { case, document },
    };
    let lag = document.revision_lag().or_else(|| document.contradiction());
    let failure = document.non_compliance().filter(|_| lag.is_none());
    [document.provisioning(), document.silence(), document.suspension(), lag, failure, document.graph()]
        .into_iter()
        .flatten()
        .collect()
}

/// What the cluster has of a configuration that Azure has not.
fn absence(case: &ComplianceCase<'_>) -> Doubt {
    let (cluster, name) = (case.cluster, &case.configuration.name);
    if case.connected == Ok(None) && cluster.kind() == ClusterKind::Connected {
        let message = format!("Azure has no cluster {cluster}, or hides it from whoever asks");
        return Doubt::new(Reason::ConfigurationMissing, message).next(show_cluster(cluster));
    }
    let message =
        format!("Azure has no Flux configuration {name} of {cluster}, and objects that it made are here");
    Doubt::new(Reason::ConfigurationMissing, message).next(list_configurations(cluster))
}

/// A configuration that Azure has.
pub(super) struct ConfigurationCase<'a> {
    pub(super) case: &'a ComplianceCase<'a>,
    pub(super) document: &'a FluxConfiguration,
}

impl ConfigurationCase<'_> {
    pub(super) fn show(&self, reason: Reason, message: String) -> Doubt {
        let case = self.case;
        Doubt::new(reason, message).next(show_configuration(case.cluster, &case.configuration.name))
    }

    /// `Compliant 40 s ago`; a report without a date has no age.
    pub(super) fn reported(&self, state: &str, document: &FluxConfiguration) -> String {
        let ago = document.status_updated.map(|time| format!(" {}", ago_in_words(time, self.case.now)));
        format!("{state}{}", ago.unwrap_or_default())
    }

    /// A change that is under way, or failed: the state is that of what was wanted before.
    fn provisioning(&self) -> Option<Doubt> {
        let name = &self.document.name;
        let provisioning = self.document.provisioning.as_ref()?;
        let under_way = |what: String| Some(self.show(Reason::ConfigurationChanging, what));
        match provisioning {
            ProvisioningState::Succeeded => None,
            ProvisioningState::Failed | ProvisioningState::Canceled => {
                let error = self.document.error.as_ref();
                let error = error.map(|error| format!(": {error}")).unwrap_or_default();
                let message = format!("the last change of {name} in Azure is {provisioning}{error}");
                Some(self.show(Reason::ProvisioningFailed, message))
            }
            ProvisioningState::Deleting => under_way(format!("{name} is being deleted in Azure")),
            other => under_way(format!("a change of {name} is under way in Azure ({other})")),
        }
    }

    /// Nothing was reported yet, or nobody can tell when.
    fn silence(&self) -> Option<Doubt> {
        let (name, state) = (&self.document.name, &self.document.compliance);
        let message = match (state, self.document.status_updated) {
            (ComplianceState::Unknown | ComplianceState::Pending, None) => {
                format!("the cluster's agent has not reported on {name} yet")
            }
            (state, Some(reported)) if self.is_ahead(reported) => {
                format!(
                    "the report that {name} is {state} is dated {}",
                    ago_in_words(reported, self.case.now)
                )
            }
            (ComplianceState::Unknown, Some(_)) => format!("the cluster's agent does not know how {name} is"),
            (ComplianceState::Compliant | ComplianceState::NonCompliant, None) => {
                format!("Azure does not say when {name} was reported {state}")
            }
            _ => return None,
        };
        Some(self.show(Reason::ComplianceUnknown, message))
    }

    /// Whether a report is dated at a time that has not come yet: how old it is nobody can tell.
    fn is_ahead(&self, reported: Timestamp) -> bool {
        reported.duration_since(self.case.now).as_secs() > CLOCK_TOLERANCE_SECONDS
    }

    /// Delivery was stopped in Azure, and the cluster has not heard of it.
    fn suspension(&self) -> Option<Doubt> {
        if !self.document.is_suspended || self.case.standing == Standing::Suspended {
            return None;
        }
        let message =
            format!("{} is suspended in Azure, and the cluster has not heard of it", self.document.name);
        let resume = resume_configuration(self.case.cluster, &self.document.name);
        Some(Doubt::new(Reason::ConfigurationSuspended, message).next(resume))
    }

    /// Azure says that something is wrong, which the cluster's own verdict does not tell already.
    fn non_compliance(&self) -> Option<Doubt> {
        // A folder that nothing was merged to yet is no fault of the cluster, which says so itself.
        let is_told = matches!(
            self.case.standing,
            Standing::Failed
                | Standing::NotDeployed
                | Standing::AwaitingApproval
                | Standing::Rendering
                | Standing::Building
        );
        if self.document.compliance != ComplianceState::NonCompliant || is_told {
            return None;
        }
        let mut statuses = self.document.statuses.iter();
        let failed = statuses.find(|status| status.compliance == ComplianceState::NonCompliant);
        let detail = failed.map(title).or_else(|| self.document.error.clone());
        let detail = detail.map(|detail| format!(": {detail}")).unwrap_or_default();
        let reported = self.reported(&self.document.compliance.to_string(), self.document);
        let message = format!("Azure was told {reported}{detail}");
        Some(self.show(Reason::NonCompliant, message).without_weight())
    }

    /// Resource Graph says otherwise. It comes after Resource Manager, which counts.
    fn graph(&self) -> Option<Doubt> {
        let row = self.case.row.filter(|row| self.is_comparable(row))?;
        let commit = |document: &FluxConfiguration| Some(document.revision.as_ref()?.commit.clone());
        let is_same_revision = commit(row) == commit(self.document);
        if row.compliance == self.document.compliance && is_same_revision {
            return None;
        }
        let of = |document: &FluxConfiguration| {
            let revision = document.revision.as_ref();
            let revision = revision.map(|revision| format!(" at {}", short(&revision.commit)));
            let revision = revision.filter(|_| !is_same_revision).unwrap_or_default();
            self.reported(&format!("{}{revision}", document.compliance), document)
        };
        let message =
            format!("Resource Graph says {}; Resource Manager counts: {}", of(row), of(self.document));
        Some(Doubt::new(Reason::GraphDisagrees, message).without_weight())
    }

    /// Whether a row ought to say what the document says: it is of the same report, or older than reports and the usual
    /// lag of Resource Graph explain.
    fn is_comparable(&self, row: &FluxConfiguration) -> bool {
        let (row, document) = (row.status_updated, self.document.status_updated);
        let is_outdated =
            row.is_none_or(|reported| self.case.now.duration_since(reported).as_secs() > GRAPH_LAG_SECONDS);
        row == document || is_outdated
    }
}

/// `Kustomization flux-system/hello-dev-hello-dev: path not found`
pub(super) fn title(status: &ObjectStatus) -> String {
    let namespace =
        if status.namespace.is_empty() { String::new() } else { format!("{}/", status.namespace) };
    let message = status.message.as_ref().map(|message| format!(": {message}")).unwrap_or_default();
    format!("{} {namespace}{}{message}", status.kind, status.name)
}

#[cfg(test)]
mod tests {
    use super::super::scene::{APPLIED, OLDER, assert_told, at, scene, told};
    use super::*;
    use crate::model::azure::{ArcCluster, SyncedRevision};
    use crate::model::compliance::AzureAnswers;

    #[test]
    fn what_azure_does_not_have_is_told_with_where_to_look() {
        let scene = scene();
        for (connected, why, command) in [
            (
                Ok(Some(&scene.connected)),
                "Azure has no Flux configuration hello-dev of edge-1 in rg-edge, and objects that it made are here",
                "az k8s-configuration flux list -g rg-edge -c edge-1 -t connectedClusters --subscription s -o table",
            ),
            (
                Ok(None),
                "Azure has no cluster edge-1 in rg-edge, or hides it from whoever asks",
                "az connectedk8s show -g rg-edge -n edge-1 --subscription s",
            ),
        ] {
            let finding = ComplianceCase { document: Ok(None), connected, ..scene.case() }.decide();
            assert_eq!(finding.compliance.state, None);
            assert_eq!(finding.compliance.reason, Some(Reason::ConfigurationMissing));
            assert_eq!(finding.compliance.why.as_deref(), Some(why));
            let commands: Vec<&str> = finding.next.iter().map(|next| next.command.as_str()).collect();
            assert_eq!(commands, [command]);
        }
    }

    /// Azure's own clusters have agents of Azure's and no resource that says whether those connect.
    #[test]
    fn a_managed_cluster_is_not_missed_among_those_that_are_connected() {
        let scene = scene();
        let managed = ArcCluster::new("s", "rg-edge", ClusterKind::Managed, "aks-1").expect("a cluster");
        let answers = AzureAnswers::default();
        let connected = answers.cluster(&managed);
        assert_eq!(connected, Ok(None));
        assert!(answers.cluster(&scene.cluster).is_err(), "it was not asked");
        let case = ComplianceCase { cluster: &managed, connected, ..scene.case() };
        assert_eq!((case.decide().compliance.reason, case.decide().compliance.connectivity), (None, None));
        let absent = ComplianceCase { document: Ok(None), ..case }.decide();
        let why = "Azure has no Flux configuration hello-dev of aks-1 in rg-edge, and objects that it made are here";
        assert_eq!(absent.compliance.why.as_deref(), Some(why));
        let commands: Vec<&str> = absent.next.iter().map(|next| next.command.as_str()).collect();
        assert_eq!(
            commands,
            [
                "az k8s-configuration flux list -g rg-edge -c aks-1 -t managedClusters --subscription s -o table"
            ]
        );
    }

    #[test]
    fn a_state_that_nobody_reported_is_neither_success_nor_failure() {
        let with = |compliance, reported: Option<i64>| {
            scene().with(|scene| {
                scene.document.compliance = compliance;
                scene.document.status_updated = reported.map(at);
            })
        };
        let unreported = "the cluster's agent has not reported on hello-dev yet";
        for (scene, why) in [
            (with(ComplianceState::Unknown, None), unreported),
            (with(ComplianceState::Pending, None), unreported),
            (with(ComplianceState::Unknown, Some(960)), "the cluster's agent does not know how hello-dev is"),
            (
                with(ComplianceState::Compliant, None),
                "Azure does not say when hello-dev was reported Compliant",
            ),
            (
                with(ComplianceState::Compliant, Some(1600)),
                "the report that hello-dev is Compliant is dated at a time 10 min ahead",
            ),
        ] {
            assert_told(&scene, Reason::ComplianceUnknown, why);
        }
        for state in [ComplianceState::Pending, ComplianceState::Other("Degraded".to_owned())] {
            assert_eq!(told(&with(state.clone(), Some(960))), (None, String::new(), Vec::new()), "{state}");
        }
    }

    #[test]
    fn a_change_that_is_under_way_or_failed_is_told() {
        let of = |provisioning| {
            scene().with(|scene| {
                scene.document.provisioning = Some(provisioning);
                scene.document.error = Some("quota exceeded".to_owned());
            })
        };
        for (provisioning, reason, why) in [
            (
                ProvisioningState::Failed,
                Reason::ProvisioningFailed,
                "the last change of hello-dev in Azure is Failed: quota exceeded",
            ),
            (
                ProvisioningState::Canceled,
                Reason::ProvisioningFailed,
                "the last change of hello-dev in Azure is Canceled: quota exceeded",
            ),
            (
                ProvisioningState::Creating,
                Reason::ConfigurationChanging,
                "a change of hello-dev is under way in Azure (Creating)",
            ),
            (
                ProvisioningState::Deleting,
                Reason::ConfigurationChanging,
                "hello-dev is being deleted in Azure",
            ),
        ] {
            assert_told(&of(provisioning), reason, why);
        }
    }

    #[test]
    fn a_suspension_is_told_until_the_cluster_has_heard_of_it() {
        let suspended = scene().with(|scene| scene.document.is_suspended = true);
        let why = "hello-dev is suspended in Azure, and the cluster has not heard of it";
        assert_told(&suspended, Reason::ConfigurationSuspended, why);
        let next = suspended.case().decide().next;
        assert_eq!(
            next[0].command,
            "az k8s-configuration flux update -g rg-edge -c edge-1 -t connectedClusters --subscription s -n hello-dev --suspend false"
        );
        let heard = suspended.with(|scene| {
            scene.standing = Standing::Suspended;
            scene.document.compliance = ComplianceState::Suspended;
        });
        assert_eq!(told(&heard), (None, String::new(), Vec::new()));
    }

    #[test]
    fn resource_graph_is_told_of_where_it_had_time_to_hear() {
        let row = |document: &FluxConfiguration, compliance, revision: &str, reported| {
            let mut row = document.clone();
            row.compliance = compliance;
            row.revision = SyncedRevision::read(revision);
            row.status_updated = Some(at(reported));
            row
        };
        for (reported, compliance, revision, of_row, message) in [
            (960, ComplianceState::Compliant, APPLIED, 960, None),
            // It lags behind, as it always does.
            (960, ComplianceState::Pending, APPLIED, 700, None),
            (
                960,
                ComplianceState::Pending,
                APPLIED,
                960,
                Some("Resource Graph says Pending 40 s ago; Resource Manager counts: Compliant 40 s ago"),
            ),
            (
                300,
                ComplianceState::Compliant,
                OLDER,
                100,
                Some(
                    "Resource Graph says Compliant at 0a0a0a0 15 min ago; Resource Manager counts: Compliant at d61d370 11 min ago",
                ),
            ),
        ] {
            let scene = scene().with(|scene| scene.document.status_updated = Some(at(reported)));
            let row = row(&scene.document, compliance, revision, of_row);
            let finding = ComplianceCase { row: Some(&row), ..scene.case() }.decide();
            assert_eq!(finding.compliance.state, Some(ComplianceState::Compliant));
            assert_eq!(finding.compliance.reason, None);
            let remark = finding.remarks.first();
            assert_eq!(remark.map(|remark| remark.message.as_str()), message);
            assert_eq!(remark.map(|remark| remark.reason), message.map(|_| Reason::GraphDisagrees));
        }
    }
}
