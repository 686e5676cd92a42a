//! Questions to Resource Graph.

use serde_json::{Value, json};

use super::super::super::client::Answer;
use super::super::scene::Scene;

pub(super) const TARGET: &str = "/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01";
pub(super) const FLUX: &str = "kubernetesconfigurationresources \
                               | where type == 'microsoft.kubernetesconfiguration/fluxconfigurations'";
/// The repository of synthetic configurations.
pub(super) const FLEET: &str = "https://github.com/contoso/fleet";

impl Scene {
    /// Asks with options.
    pub(super) async fn query_with(&self, query: &str, options: Value) -> Answer {
        self.ask("POST", TARGET, &json!({"query": query, "options": options})).await
    }

    /// What a query finds.
    pub(super) async fn found(&self, query: &str) -> Value {
        let answer = self.query_with(query, Value::Null).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.text);
        let told = answer.json();
        assert_eq!(told["totalRecords"], told["data"].as_array().unwrap().len(), "{told}");
        told["data"].clone()
    }

    /// The codes with which a query is refused.
    pub(super) async fn query_refused(&self, body: &Value) -> (u16, Vec<String>) {
        let answer = self.ask("POST", TARGET, body).await;
        refusal(&answer)
    }
}

/// The status, and the codes of the details.
pub(super) fn refusal(answer: &Answer) -> (u16, Vec<String>) {
    let told = answer.json();
    let details = told["error"]["details"].as_array().unwrap_or_else(|| panic!("{}", answer.text));
    (answer.status, details.iter().map(|detail| detail["code"].as_str().unwrap().to_owned()).collect())
}
