//! The subscriptions that a credential sees.

use super::client::Azure;
use super::error::AzureError;
use super::request::versioned;

const API_VERSION: &str = "2022-12-01";

impl Azure {
    /// The ids of all subscriptions in which the credential may see anything, in order.
    ///
    /// # Errors
    /// Azure cannot be asked, or refuses.
    pub async fn subscriptions(&self) -> Result<Vec<String>, AzureError> {
        let list = self.list(&versioned("/subscriptions", API_VERSION)).await?;
        let id =
            |subscription: &serde_json::Value| subscription["subscriptionId"].as_str().map(str::to_owned);
        let mut ids: Vec<String> = list.iter().filter_map(id).filter(|id| !id.is_empty()).collect();
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }
}
