//! Resource providers: whether a subscription may have resources of a namespace at all.

use super::client::Azure;
use super::error::AzureError;
use super::request::versioned;
use crate::model::harmless;

const API_VERSION: &str = "2021-04-01";

/// The namespace of Flux configurations and of extensions.
pub(super) const KUBERNETES_CONFIGURATION: &str = "Microsoft.KubernetesConfiguration";

impl Azure {
    /// Requires that a namespace is registered in a subscription.
    ///
    /// # Errors
    /// It is not; or Azure cannot be asked, or refuses.
    pub async fn require_provider(&self, subscription: &str, provider: &str) -> Result<(), AzureError> {
        let target = versioned(&format!("/subscriptions/{subscription}/providers/{provider}"), API_VERSION);
        let document = self.read(&target).await?;
        let state = document["registrationState"].as_str().unwrap_or("not told");
        // One that is registering takes requests already in some regions, and refuses them itself in the others.
        if ["Registered", "Registering"].iter().any(|good| good.eq_ignore_ascii_case(state)) {
            return Ok(());
        }
        Err(AzureError::Unregistered {
            provider: provider.to_owned(),
            subscription: subscription.to_owned(),
            state: harmless(state),
        })
    }
}
