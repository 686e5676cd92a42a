//! Thousands of clusters in few queries: Azure sums up, GitHub tells what is newest, and Azure lists what is not well.
//!
//! The number of queries does not depend on how many clusters there are, unless all that is not well is wanted.

use std::time::Duration;

use futures::future::join;
use serde_json::Value;

use super::context::Context;
use super::fleet_error::FleetError;
use super::fleet_knowledge::knowledge;
use crate::azure::{Azure, AzureError, FleetFilter, FleetHead, GraphQuery, GraphRows, GraphScope};
use crate::model::fleet::{FleetConfiguration, FleetKnowledge, FleetScope, FleetStatus, FleetTotals};
use crate::model::github::RepositoryName;
use crate::model::{ProgressEvent, Unanswered, Why, World, is_same_repository};

/// How long one answer may take: Resource Graph sums up over everything that a credential sees.
const ANSWER_LIMIT: Duration = Duration::from_secs(30);

/// Which fleet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FleetSelection {
    /// The gitops repository; none: every repository.
    pub repository: Option<RepositoryName>,
    /// The environment; none: every environment.
    pub environment: Option<String>,
    /// How many of those that are not well are listed; none: all of them.
    pub limit: Option<usize>,
}

/// Counts a fleet, and lists what is not well.
///
/// # Errors
/// Azure cannot be asked, or nothing follows the repository.
pub async fn fleet(context: &Context, selection: &FleetSelection) -> Result<FleetStatus, FleetError> {
    let azure = context.azure().patiently(ANSWER_LIMIT).client(None)?;
    context.tell(ProgressEvent::Waiting("Azure Resource Graph".to_owned()));
    let address =
        selection.repository.as_ref().map(|name| format!("https://{}/{name}", context.github().host()));
    let filter = address.as_deref().map(FleetFilter::of_repository).unwrap_or_default();
    let mut filter = FleetFilter { branch: selection.environment.clone(), ..filter };
    let found = azure.resource_graph(&GraphQuery::fleet_summary(&filter, GraphScope::Everything)).await?;
    let summary = of_repository(found.rows, address.as_deref());
    if summary.is_empty() {
        let credential = azure.credential_name().to_owned();
        return Err(FleetError::NothingFollows { credential, what: title(selection) });
    }
    if selection.repository.is_some() {
        filter = FleetFilter { words: Vec::new(), urls: urls(&summary), ..filter };
    }
    let totals = GraphQuery::fleet_totals(&filter, GraphScope::Everything);
    let ((knowledge, mut unanswered), totals) =
        join(knowledge(context.github(), &summary), azure.resource_graph(&totals)).await;
    let totals = totals.map(|totals| FleetTotals::read(&totals.rows)).unwrap_or_else(|error| {
        unanswered.push(of_azure("how many clusters there are", &error));
        FleetTotals::default()
    });
    let scope = FleetScope {
        repository: selection.repository.as_ref().map(RepositoryName::to_string),
        environment: selection.environment.clone(),
        credential: azure.credential_name().to_owned(),
    };
    let mut status = FleetStatus::new(scope, &summary, totals, &knowledge, azure.now());
    if status.not_well() > 0 || status.uncounted > 0 {
        let heads = heads(&knowledge, &summary);
        match not_well(&azure, &filter, &heads, &knowledge, selection.limit).await {
            Ok((configurations, total)) => status = status.listing(configurations, total),
            Err(error) => {
                let total = status.not_well();
                status = status.listing(Vec::new(), total);
                unanswered.push(of_azure("which configurations are not well", &error));
            }
        }
    }
    unanswered.insert(0, Unanswered::unneeded(World::Cluster, "fleets are looked at through Azure"));
    Ok(status.with_unanswered(unanswered))
}

/// The rows that are of the repository, however its address is spelt.
fn of_repository(rows: Vec<Value>, address: Option<&str>) -> Vec<Value> {
    let Some(address) = address else { return rows };
    let is_it = |row: &Value| row["url"].as_str().is_some_and(|url| is_same_repository(url, address));
    rows.into_iter().filter(is_it).collect()
}

/// The spellings of addresses in a summary.
fn urls(summary: &[Value]) -> Vec<String> {
    let mut urls: Vec<String> =
        summary.iter().filter_map(|row| row["url"].as_str().map(str::to_owned)).collect();
    urls.sort();
    urls.dedup();
    urls
}

/// The newest commits that are known, with all spellings of their repositories.
fn heads(knowledge: &FleetKnowledge, summary: &[Value]) -> Vec<FleetHead> {
    let spellings = urls(summary);
    let head = |((repository, branch), commit): (&(RepositoryName, String), &String)| FleetHead {
        urls: spellings
            .iter()
            .filter(|url| knowledge.repository(url).as_ref() == Some(repository))
            .cloned()
            .collect(),
        branch: branch.clone(),
        commit: commit.clone(),
    };
    knowledge.heads.iter().map(head).collect()
}

/// What is not well, and how many there are of that. Each page becomes rows of a known size before the next is asked for.
async fn not_well(
    azure: &Azure,
    filter: &FleetFilter,
    heads: &[FleetHead],
    knowledge: &FleetKnowledge,
    limit: Option<usize>,
) -> Result<(Vec<FleetConfiguration>, u64), AzureError> {
    let query = GraphQuery::fleet_not_well(filter, heads, GraphScope::Everything);
    let query = match limit {
        Some(limit) => query.at_most(limit),
        None => query,
    };
    let mut configurations = Vec::new();
    let take = |page: Vec<Value>| {
        configurations.extend(page.iter().filter_map(|row| FleetConfiguration::read(row, knowledge)));
    };
    let GraphRows { total, .. } = azure.resource_graph_pages(&query, take).await?;
    configurations.truncate(limit.unwrap_or(usize::MAX));
    Ok((configurations, total))
}

fn of_azure(what: &str, error: &AzureError) -> Unanswered {
    Unanswered::of_azure(what, Why::NoAnswer(error.brief()))
}

/// `dev of contoso/hello-gitops`
fn title(selection: &FleetSelection) -> String {
    let repository = selection.repository.as_ref().map(RepositoryName::to_string);
    let repository = repository.unwrap_or_else(|| "a git repository".to_owned());
    match &selection.environment {
        Some(environment) => format!("{environment} of {repository}"),
        None => repository,
    }
}
