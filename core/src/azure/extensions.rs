//! Extensions of a cluster, and the one that Flux configurations need: `microsoft.flux`, which installs Flux.

use http::Method;
use serde_json::{Value, json};

use super::client::Azure;
use super::error::AzureError;
use super::operation::{AwaitedChange, AwaitedState};
use super::providers::KUBERNETES_CONFIGURATION;
use super::request::{ArmRequest, versioned};
use crate::model::argument::valid_subject;
use crate::model::azure::{ArcCluster, ProvisioningState};
use crate::model::harmless;

const API_VERSION: &str = "2025-03-01";
const OLD_CONFIGURATIONS_API_VERSION: &str = "2023-05-01";
/// The type of the extension that installs Flux. Its name is whoever's made it.
const FLUX_TYPE: &str = "microsoft.flux";
/// The name that it gets where it is made here.
const FLUX_NAME: &str = "flux";

/// An extension of a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// The last word of its resource id, which whoever made it chose.
    pub name: String,
    /// Its type: `microsoft.flux`.
    pub extension_type: String,
    /// What became of the last change.
    pub provisioning: Option<ProvisioningState>,
    /// The version that is installed, or wanted.
    pub version: Option<String>,
}

impl Extension {
    /// Reads a document; `None` where it has no name.
    fn read(document: &Value) -> Option<Self> {
        let properties = &document["properties"];
        let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(harmless);
        Some(Self {
            name: text(&document["name"])?,
            extension_type: text(&properties["extensionType"]).unwrap_or_default(),
            provisioning: text(&properties["provisioningState"]).map(|word| ProvisioningState::read(&word)),
            version: text(&properties["currentVersion"]).or_else(|| text(&properties["version"])),
        })
    }

    /// Whether it is the one that installs Flux.
    pub fn is_flux(&self) -> bool {
        self.extension_type.eq_ignore_ascii_case(FLUX_TYPE)
    }
}

fn extensions_path(cluster: &ArcCluster) -> String {
    format!("{}/providers/{KUBERNETES_CONFIGURATION}/extensions", cluster.id())
}

impl Azure {
    /// All extensions of a cluster.
    ///
    /// # Errors
    /// Azure cannot be asked, or refuses.
    pub async fn extensions(&self, cluster: &ArcCluster) -> Result<Vec<Extension>, AzureError> {
        let documents = self.list(&versioned(&extensions_path(cluster), API_VERSION)).await?;
        Ok(documents.iter().filter_map(Extension::read).collect())
    }

    /// Sees to it that Flux is installed on a cluster: takes the extension that is there, waits for one that is on its
    /// way, and makes one where there is none or where it failed.
    ///
    /// # Errors
    /// Azure cannot be asked, or refuses; or the installation fails or takes too long.
    pub async fn ensure_flux_extension(&self, cluster: &ArcCluster) -> Result<Extension, AzureError> {
        let found = self.extensions(cluster).await?.into_iter().find(Extension::is_flux);
        let name = found.as_ref().map_or(FLUX_NAME, |extension| &extension.name);
        let target = versioned(&format!("{}/{name}", extensions_path(cluster)), API_VERSION);
        let change = AwaitedChange {
            operation: format!("installing extension {FLUX_TYPE} on {cluster}"),
            resource: target.clone(),
            until: AwaitedState::Settled,
            show_command: format!(
                "az k8s-extension show {} -n {}",
                cluster.az_flags(),
                valid_subject(name, "'<extension>'")
            ),
        };
        match found.as_ref().map(|extension| &extension.provisioning) {
            Some(None | Some(ProvisioningState::Succeeded)) => {}
            Some(Some(ProvisioningState::Failed | ProvisioningState::Canceled)) | None => {
                tracing::info!("{}", change.operation);
                self.install_flux(&target, &change).await?;
            }
            Some(Some(state)) => {
                tracing::info!("{}: {state}", change.operation);
                self.settle(&change).await?;
            }
        }
        let malformed =
            || AzureError::Malformed { request: format!("GET {}/{name}", extensions_path(cluster)) };
        Extension::read(&self.read(&target).await?).ok_or_else(malformed)
    }

    async fn install_flux(&self, target: &str, change: &AwaitedChange) -> Result<(), AzureError> {
        let body = json!({
            "identity": { "type": "SystemAssigned" },
            "properties": { "extensionType": FLUX_TYPE, "autoUpgradeMinorVersion": true },
        });
        match self.connection.send(ArmRequest::new(Method::PUT, target).with_json(&body)).await {
            Ok(begun) => self.follow(begun, change).await,
            // The first of two requests, whose answer was lost, is still at it.
            Err(error @ AzureError::Conflict { .. }) => match self.settle(change).await {
                Err(absent) if absent.is_absent() => Err(error),
                settled => settled,
            },
            Err(error) => Err(error),
        }
    }

    /// What a cluster needs before it can have a Flux configuration: the provider, no configuration of Flux v1, which
    /// the new Flux does not go with, and the extension.
    pub(super) async fn prepare_for_flux(&self, cluster: &ArcCluster) -> Result<(), AzureError> {
        self.require_provider(cluster.subscription(), KUBERNETES_CONFIGURATION).await?;
        if let Some(configuration) = self.old_configuration(cluster).await? {
            return Err(AzureError::FluxV1 { configuration, cluster: cluster.clone() });
        }
        self.ensure_flux_extension(cluster).await.map(drop)
    }

    /// The name of the first configuration of Flux v1 on a cluster, which the new Flux does not go with.
    ///
    /// # Errors
    /// Azure cannot be asked, or refuses.
    pub async fn old_configuration(&self, cluster: &ArcCluster) -> Result<Option<String>, AzureError> {
        let path =
            format!("{}/providers/{KUBERNETES_CONFIGURATION}/sourceControlConfigurations", cluster.id());
        let old = self.list(&versioned(&path, OLD_CONFIGURATIONS_API_VERSION)).await?;
        Ok(old.first().map(|old| old["name"].as_str().map(harmless).unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::operation_state::{OperationState, state_of};
    use super::*;

    #[test]
    fn the_type_tells_the_extension_and_not_its_name() {
        for (name, kind, is_flux) in [
            ("flux", "microsoft.flux", true),
            ("gitops", "Microsoft.Flux", true),
            ("flux", "microsoft.dapr", false),
        ] {
            let document =
                json!({"name": name, "properties": {"extensionType": kind, "provisioningState": "creating"}});
            let extension = Extension::read(&document).expect("an extension");
            assert_eq!(
                (extension.is_flux(), extension.provisioning),
                (is_flux, Some(ProvisioningState::Creating))
            );
            assert_eq!(state_of(&document), OperationState::Running("Creating".to_owned()));
        }
        assert_eq!(Extension::read(&json!({"properties": {}})), None);
    }
}
