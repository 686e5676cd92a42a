//! Whether Azure and a cluster let environments be delivered: the sign-in, the providers, the cluster's connection, Flux,
//! and what the person may do in the cluster.

use super::{SetupCluster, SetupRequest};
use crate::model::argument::valid_subject;
use crate::model::azure::{ConnectedCluster, Connectivity, ProvisioningState};
use crate::model::{Check, Unread};
use crate::model::{Exit, harmless};

/// What Azure and the cluster said of one cluster.
#[derive(Clone, Debug)]
pub struct AzureFacts {
    /// Whether each resource provider that is needed is registered, by its namespace.
    pub providers: Vec<(String, Result<(), Unread>)>,
    /// What Azure knows of the cluster.
    pub connected: Result<Option<ConnectedCluster>, Unread>,
    /// The state of the extension that installs Flux; `None` where there is none.
    pub extension: Result<Option<Option<ProvisioningState>>, Unread>,
    /// The first configuration of Flux v1.
    pub old_configuration: Result<Option<String>, Unread>,
    /// What the person may not do in the cluster, of what is needed: `create namespaces`.
    pub denied: Result<Vec<String>, Unread>,
}

/// The checks of one cluster.
pub fn azure_checks(request: &SetupRequest, cluster: &SetupCluster, facts: &AzureFacts) -> Vec<Check> {
    let mut checks = Vec::new();
    for (provider, registered) in &facts.providers {
        let name = format!("provider {provider}");
        checks.push(match registered {
            Ok(()) => Check::passed(name, "registered"),
            Err(unread) => unread.failed(name),
        });
    }
    checks.push(connection(cluster, facts));
    if !request.skips_flux {
        checks.push(extension(cluster, facts));
        checks.push(old_configuration(cluster, facts));
    }
    checks.push(rights(cluster, facts));
    checks
}

fn connection(cluster: &SetupCluster, facts: &AzureFacts) -> Check {
    let name = format!("cluster {}", cluster.arc.name());
    let group = valid_subject(cluster.arc.resource_group(), "'<resource-group>'");
    let show =
        format!("az connectedk8s show -n {} -g {group}", valid_subject(cluster.arc.name(), "'<cluster>'"));
    let connected = match &facts.connected {
        Ok(Some(connected)) => connected,
        Ok(None) => {
            let evidence = format!("Azure knows no such cluster in resource group {group}");
            return Check::failed(name, evidence, show).with_exit(Exit::NotFound);
        }
        Err(unread) => return unread.failed(name),
    };
    let last = connected.last_connected.map(|last| format!(", last heard of {last:.0}")).unwrap_or_default();
    match &connected.connectivity {
        Some(Connectivity::Connected) => Check::passed(name, format!("connected{last}")),
        None => Check::passed(name, format!("there{last}")),
        Some(Connectivity::Connecting) => Check::warning(name, "it is being connected", show),
        Some(other) => Check::failed(name, format!("{other}{last}: nothing would be delivered to it"), show),
    }
}

fn extension(cluster: &SetupCluster, facts: &AzureFacts) -> Check {
    let name = format!("Flux on {}", cluster.arc.name());
    match &facts.extension {
        Ok(None) => Check::passed(name, "not there; it will be installed"),
        Ok(Some(None | Some(ProvisioningState::Succeeded))) => Check::passed(name, "installed"),
        Ok(Some(Some(state @ (ProvisioningState::Failed | ProvisioningState::Canceled)))) => {
            let fix = format!("az k8s-extension list {}", cluster.arc.az_flags());
            Check::warning(name, format!("its installation ended as {state}; it is installed again"), fix)
        }
        Ok(Some(Some(state))) => Check::passed(name, format!("{state}; it is waited for")),
        Err(unread) => unread.failed(name),
    }
}

fn old_configuration(cluster: &SetupCluster, facts: &AzureFacts) -> Check {
    let name = format!("Flux v1 on {}", cluster.arc.name());
    match &facts.old_configuration {
        Ok(None) => Check::passed(name, "none"),
        Ok(Some(configuration)) => {
            let configuration = harmless(configuration);
            let subject = valid_subject(&configuration, "'<configuration>'");
            let fix = format!("az k8s-configuration delete {} -n {subject}", cluster.arc.az_flags());
            Check::failed(name, format!("configuration {configuration} of Flux v1 is there"), fix)
        }
        Err(unread) => unread.failed(name),
    }
}

fn rights(cluster: &SetupCluster, facts: &AzureFacts) -> Check {
    let name = format!("rights in {}", cluster.arc.name());
    match &facts.denied {
        Ok(denied) if denied.is_empty() => Check::passed(name, "namespaces and secrets may be made"),
        Ok(denied) => {
            let fix = format!("kubectl auth can-i {}", denied[0]);
            Check::failed(name, format!("you may not {}", denied.join(", nor ")), fix).with_exit(Exit::Denied)
        }
        Err(unread) => unread.not_checked(name),
    }
}
