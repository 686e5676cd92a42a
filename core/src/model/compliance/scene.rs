//! What tests of compliance are made of: a configuration in the cluster and in Azure, with something changed.

use jiff::{SignedDuration, Timestamp};

use super::{AppliedConfiguration, AppliedObject, ComplianceCase};
use crate::model::azure::{
    ArcCluster, ClusterKind, ComplianceState, ConnectedCluster, Connectivity, FluxConfiguration,
    ObjectStatus, ProvisioningState, SyncedRevision,
};
use crate::model::contract::FLUX_NAMESPACE;
use crate::model::objects::Conditions;
use crate::model::verdict::{Reason, Standing};

pub(super) const APPLIED: &str = "d61d3702f941f7a0787e29e428e569152f66e7bf";
pub(super) const OLDER: &str = "0a0a0a02f941f7a0787e29e428e569152f66e7bf";

/// A second of the scene; now is 1000.
pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).expect("a time")
}

/// A healthy environment that Azure was told of 40 seconds ago, and that is deployed for 100 seconds.
pub(super) struct Scene {
    pub(super) cluster: ArcCluster,
    pub(super) applied: AppliedConfiguration,
    pub(super) standing: Standing,
    pub(super) document: FluxConfiguration,
    pub(super) connected: ConnectedCluster,
}

pub(super) fn scene() -> Scene {
    let cluster = ArcCluster::new("s", "rg-edge", ClusterKind::Connected, "edge-1").expect("a cluster");
    let object = |kind: &'static str, name: &str| AppliedObject {
        kind,
        namespace: FLUX_NAMESPACE.to_owned(),
        name: name.to_owned(),
    };
    Scene {
        applied: AppliedConfiguration {
            name: "hello-dev".to_owned(),
            objects: vec![
                object("Kustomization", "hello-dev-hello-dev"),
                object("GitRepository", "hello-dev"),
            ],
            commits: vec![APPLIED.to_owned()],
            applied: Some(APPLIED.to_owned()),
        },
        standing: Standing::Deployed,
        document: FluxConfiguration {
            cluster: cluster.clone(),
            name: "hello-dev".to_owned(),
            namespace: FLUX_NAMESPACE.to_owned(),
            url: "https://github.com/contoso/hello-gitops".to_owned(),
            branch: Some("dev".to_owned()),
            source_interval: None,
            kustomizations: Vec::new(),
            is_suspended: false,
            compliance: ComplianceState::Compliant,
            provisioning: Some(ProvisioningState::Succeeded),
            revision: SyncedRevision::read(&format!("dev@sha1:{APPLIED}")),
            source_updated: None,
            status_updated: Some(at(960)),
            error: None,
            statuses: Vec::new(),
        },
        connected: ConnectedCluster {
            cluster: cluster.clone(),
            connectivity: Some(Connectivity::Connected),
            provisioning: Some(ProvisioningState::Succeeded),
            last_connected: Some(at(700)),
            certificate_expires: Some(at(90 * 86_400)),
            agent_version: None,
        },
        cluster,
    }
}

impl Scene {
    pub(super) fn case(&self) -> ComplianceCase<'_> {
        ComplianceCase {
            cluster: &self.cluster,
            configuration: &self.applied,
            standing: self.standing,
            since: Some(at(900)),
            document: Ok(Some(&self.document)),
            connected: Ok(Some(&self.connected)),
            row: None,
            now: at(1000),
            clock_offset: SignedDuration::ZERO,
        }
    }

    pub(super) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

/// What Azure was told of one object.
pub(super) fn status(
    kind: &str,
    name: &str,
    compliance: ComplianceState,
    message: Option<&str>,
) -> ObjectStatus {
    ObjectStatus {
        kind: kind.to_owned(),
        namespace: FLUX_NAMESPACE.to_owned(),
        name: name.to_owned(),
        compliance,
        message: message.map(str::to_owned),
        conditions: Conditions::default(),
        is_applied: false,
    }
}

/// The word and sentence that stand with the state, then the remarks.
pub(super) fn told(scene: &Scene) -> (Option<Reason>, String, Vec<Reason>) {
    let finding = scene.case().decide();
    let remarks = finding.remarks.iter().map(|remark| remark.reason).collect();
    (finding.compliance.reason, finding.compliance.why.unwrap_or_default(), remarks)
}

pub(super) fn assert_told(scene: &Scene, reason: Reason, why: &str) {
    assert_eq!(told(scene), (Some(reason), why.to_owned(), vec![reason]));
}
