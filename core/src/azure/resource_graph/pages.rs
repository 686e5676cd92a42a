//! Asks a query, page by page.

use std::time::Duration;

use http::Method;
use serde_json::Value;

use super::query::GraphQuery;
use super::quota::LearnedQuota;
use crate::azure::client::Azure;
use crate::azure::error::AzureError;
use crate::azure::request::{ArmRequest, versioned};
use crate::azure::response::ArmResponse;

const PATH: &str = "/providers/Microsoft.ResourceGraph/resources";
const API_VERSION: &str = "2021-03-01";
/// A query with more pages than this has no end: there would be more resources than a tenant may have.
const MOST_PAGES: usize = 1000;

/// What a query finds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GraphRows {
    /// The rows, as far as they can be read: objects.
    pub rows: Vec<Value>,
    /// How many there are, as Azure counts them.
    pub total: u64,
    /// Whether there are more than Azure gives: the rows have no order that pages could follow.
    pub is_truncated: bool,
}

impl Azure {
    /// Asks a query, all pages of it. The quota is waited for before it is exceeded, or it is an error at once where
    /// nothing is waited for.
    ///
    /// # Errors
    /// Azure cannot be asked, refuses, or contradicts itself.
    pub async fn resource_graph(&self, query: &GraphQuery) -> Result<GraphRows, AzureError> {
        let mut rows = Vec::new();
        let found = self.resource_graph_pages(query, |page| rows.extend(page)).await?;
        Ok(GraphRows { rows, ..found })
    }

    /// Asks a query, and hands each page on as it comes: of very many rows no more than a page's are kept. The rows of what
    /// is answered are none.
    ///
    /// # Errors
    /// As [`Azure::resource_graph`].
    pub async fn resource_graph_pages(
        &self,
        query: &GraphQuery,
        mut take: impl FnMut(Vec<Value>),
    ) -> Result<GraphRows, AzureError> {
        let mut found = GraphRows::default();
        let mut tokens: Vec<String> = Vec::new();
        let mut taken = 0_usize;
        loop {
            let response = self.page(query, tokens.last().map(String::as_str)).await?;
            let mut page = response.json()?;
            let rows = page.get_mut("data").map(Value::take);
            let Some(Value::Array(rows)) = rows else { return Err(response.malformed()) };
            let is_empty = rows.is_empty();
            found.total = page["totalRecords"].as_u64().unwrap_or_default();
            let rows: Vec<Value> = rows.into_iter().filter(Value::is_object).collect();
            taken += rows.len();
            take(rows);
            if query.is_satisfied_by(taken) {
                return Ok(found);
            }
            let token = page["$skipToken"].as_str().filter(|token| !token.is_empty());
            found.is_truncated = is_true(&page["resultTruncated"]) && token.is_none();
            match token {
                None => return Ok(found),
                // A page without rows, or one that was there before, would be followed for ever.
                Some(token) if is_empty || tokens.iter().any(|known| known == token) => {
                    return Err(response.malformed());
                }
                Some(_) if tokens.len() >= MOST_PAGES => return Err(response.malformed()),
                Some(token) => tokens.push(token.to_owned()),
            }
        }
    }

    async fn page(&self, query: &GraphQuery, skip_token: Option<&str>) -> Result<ArmResponse, AzureError> {
        let mut quota = self.graph_quota.hold().await;
        self.wait_for_quota(&mut quota).await?;
        // It only asks, however often it is sent.
        let request = ArmRequest::new(Method::POST, versioned(PATH, API_VERSION));
        let request = request.with_json(&query.body(skip_token)).only_asks();
        let response = self.connection.send_any(request).await?;
        quota.observe(&response.headers, self.now());
        if response.status.is_success() { Ok(response) } else { Err(self.connection.refusal(&response)) }
    }

    async fn wait_for_quota(&self, quota: &mut LearnedQuota) -> Result<(), AzureError> {
        let now = self.now();
        let Some(until) = quota.spent_until(now) else { return Ok(()) };
        if !self.waits_for_limits {
            return Err(AzureError::Throttled { request: format!("POST {PATH}"), until: Some(until) });
        }
        let pause = Duration::try_from(until.duration_since(now)).unwrap_or_default();
        tracing::debug!("POST {PATH}: the quota is used up; asking in {pause:.1?}");
        self.connection.clock().sleep(pause).await;
        quota.has_reset();
        Ok(())
    }
}

/// Azure writes this truth value as a text.
fn is_true(value: &Value) -> bool {
    value.as_bool().unwrap_or_else(|| value.as_str().is_some_and(|text| text.eq_ignore_ascii_case("true")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::is_true;

    #[test]
    fn a_truth_value_may_be_a_text() {
        for (value, expected) in [
            (json!("true"), true),
            (json!("True"), true),
            (json!(true), true),
            (json!("false"), false),
            (json!(null), false),
        ] {
            assert_eq!(is_true(&value), expected, "{value}");
        }
    }
}
