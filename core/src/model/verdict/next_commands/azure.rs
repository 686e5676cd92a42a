//! Flux configurations of Azure: changes to what they made go through Azure.

use std::collections::BTreeMap;

use super::NextCommand;
use crate::model::argument::{valid_name, valid_subject};
use crate::model::contract::{AZURE_CONFIGURATION_LABEL, AZURE_MANAGED_LABEL};
use crate::model::objects::{Meta, Source, SourceKind};

/// Whether Azure made an object: then changes in the cluster are undone by its agent.
pub(in crate::model::verdict) fn is_azure(meta: &Meta) -> bool {
    meta.labels.get(AZURE_MANAGED_LABEL).is_some_and(|value| value == "true")
}

/// The Flux configuration of Azure that an object belongs to.
pub(super) fn configuration(meta: &Meta) -> &str {
    meta.labels.get(AZURE_CONFIGURATION_LABEL).unwrap_or(&meta.name)
}

/// Where the configuration is, as flags of `az k8s-configuration flux`.
pub(super) fn configuration_flags(arc: &BTreeMap<String, String>, meta: &Meta) -> String {
    let name = valid_name(configuration(meta), "'<configuration>'");
    format!("{} -n {name}", cluster_flags(arc))
}

/// Which cluster it is, as flags of `az k8s-configuration` and `az k8s-extension`.
pub(super) fn cluster_flags(arc: &BTreeMap<String, String>) -> String {
    let known =
        |key: &str, placeholder: &str| valid_subject(arc.get(key).map_or("", String::as_str), placeholder);
    let kind = match arc.get("CLUSTER_TYPE").map(|kind| kind.to_lowercase()) {
        Some(kind) if kind.contains("managed") => "managedClusters",
        _ => "connectedClusters",
    };
    let flags = format!(
        "-g {} -c {} -t {kind}",
        known("AZURE_RESOURCE_GROUP", "'<resource-group>'"),
        known("AZURE_RESOURCE_NAME", "'<cluster>'")
    );
    // Another subscription may be the default of whoever types it.
    match known("AZURE_SUBSCRIPTION_ID", "") {
        subscription if subscription.is_empty() => flags,
        subscription => format!("{flags} --subscription {subscription}"),
    }
}

/// Change the source of a configuration. Sources other than git repositories are named by kind.
pub(super) fn update_source(
    arc: &BTreeMap<String, String>,
    source: &Source,
    change: &str,
    why: &str,
) -> NextCommand {
    let kind = match source.kind {
        SourceKind::OciRepository => "--kind oci ",
        SourceKind::Bucket if source.provider == "azure" => "--kind azblob ",
        SourceKind::Bucket => "--kind bucket ",
        _ => "",
    };
    let flags = configuration_flags(arc, &source.meta);
    NextCommand::new(format!("az k8s-configuration flux update {flags} {kind}{change}"), why).changing_azure()
}
