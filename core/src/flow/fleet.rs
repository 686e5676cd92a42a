//! Thousands of clusters in few queries: Azure sums up, GitHub tells what is newest, and Azure lists what is not well.
//!
//! The number of queries does not depend on how many clusters there are, unless all that is not well is wanted. Everything
//! but that list must be there by one deadline: a service that stops answering ends the command then, whatever was asked.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::future::join;
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

use super::context::Context;
use super::fleet_error::FleetError;
use super::fleet_knowledge::knowledge;
use crate::azure::{Azure, AzureError, FleetFilter, FleetHead, GraphQuery, GraphRows, GraphScope};
use crate::model::contract::GITOPS_SUFFIX;
use crate::model::fleet::{FleetConfiguration, FleetKnowledge, FleetScope, FleetStatus, FleetTotals};
use crate::model::github::RepositoryName;
use crate::model::{ProgressEvent, Unanswered, Why, World, harmless, is_same_repository, shell_word};

/// The limit of somebody who wants none: a day.
const NO_LIMIT: Duration = Duration::from_secs(86_400);
/// At most so many repositories or environments are named where there is no such one.
const MOST_NAMED: usize = 10;

/// Which fleet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FleetSelection {
    /// The gitops repository; none: every repository.
    pub repository: Option<RepositoryName>,
    /// The environment; none: every environment.
    pub environment: Option<String>,
    /// How many of those that are not well are listed; none: all of them.
    pub limit: Option<usize>,
    /// How long it may take until Azure has answered, and each page of what is not well besides; none: as long as it takes.
    pub timeout: Option<Duration>,
}

/// Counts a fleet, and lists what is not well.
///
/// # Errors
/// Azure cannot be asked, or nothing follows the repository.
pub async fn fleet(context: &Context, selection: &FleetSelection) -> Result<FleetStatus, FleetError> {
    let timeout = selection.timeout.unwrap_or(NO_LIMIT);
    let deadline = Instant::now() + timeout;
    let azure = context.azure().patiently(timeout).client(None)?;
    context.tell(ProgressEvent::Waiting("Azure Resource Graph".to_owned()));
    let address =
        selection.repository.as_ref().map(|name| format!("https://{}/{name}", context.github().host()));
    let filter = address.as_deref().map(FleetFilter::of_repository).unwrap_or_default();
    let mut filter = FleetFilter { branch: selection.environment.clone(), ..filter };
    let query = GraphQuery::fleet_summary(&filter, GraphScope::Everything);
    let Ok(found) = timeout_at(deadline, azure.resource_graph(&query)).await else {
        return Err(FleetError::Silent { limit: timeout });
    };
    let summary = of_repository(found?.rows, address.as_deref());
    if summary.is_empty() {
        let known = timeout_at(deadline, known(&azure, selection, address.as_deref())).await;
        let credential = azure.credential_name().to_owned();
        let known = known.unwrap_or_default();
        return Err(FleetError::NothingFollows { credential, what: title(selection), known });
    }
    if selection.repository.is_some() {
        filter = FleetFilter { words: Vec::new(), urls: urls(&summary), ..filter };
    }
    let totals = GraphQuery::fleet_totals(&filter, GraphScope::Everything);
    let ((knowledge, mut unanswered), totals) = join(
        knowledge(context.github(), &summary, deadline),
        timeout_at(deadline, azure.resource_graph(&totals)),
    )
    .await;
    let mut silent =
        |what: &str, why: String| unanswered.push(Unanswered::of_azure(what, Why::NoAnswer(why)));
    let too_late = || format!("Azure did not answer within {}", seconds(timeout));
    let totals = match totals {
        Ok(Ok(totals)) => FleetTotals::read(&totals.rows),
        Ok(Err(error)) => {
            silent("how many clusters there are", error.brief());
            FleetTotals::default()
        }
        Err(_) => {
            silent("how many clusters there are", too_late());
            FleetTotals::default()
        }
    };
    let scope = FleetScope {
        repository: selection.repository.as_ref().map(RepositoryName::to_string),
        environment: selection.environment.clone(),
        credential: azure.credential_name().to_owned(),
    };
    let mut status = FleetStatus::new(scope, &summary, totals, &knowledge, azure.now());
    if status.not_well() > 0 || status.uncounted > 0 {
        let heads = heads(&knowledge, &summary);
        let listed = not_well(&azure, &filter, &heads, &knowledge, selection.limit);
        // Of a list of any length each page has its own time.
        let listed = match selection.limit {
            Some(_) => timeout_at(deadline, listed).await.map_err(|_| too_late()),
            None => Ok(listed.await),
        };
        match listed.map(|listed| listed.map_err(|error| error.brief())) {
            Ok(Ok((configurations, total))) => status = status.listing(configurations, total),
            Ok(Err(why)) | Err(why) => {
                let total = status.not_well();
                status = status.listing(Vec::new(), total);
                silent("which configurations are not well", why);
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
    // What GitHub tells may be worse than what the query went by.
    configurations.sort_by_key(|configuration| configuration.standing);
    configurations.truncate(limit.unwrap_or(usize::MAX));
    Ok((configurations, total))
}

/// What there is instead of what nothing follows: the environments of the repository, else repositories. Nothing where Azure
/// does not tell.
async fn known(azure: &Azure, selection: &FleetSelection, address: Option<&str>) -> Vec<String> {
    let names = async |filter: FleetFilter, is_wanted: &dyn Fn(&Value) -> bool, column: &str| {
        let query = GraphQuery::fleet_summary(&filter, GraphScope::Everything);
        let rows = azure.resource_graph(&query).await.map(|found| found.rows).unwrap_or_default();
        let names: BTreeSet<String> = rows
            .iter()
            .filter(|row| is_wanted(row))
            .filter_map(|row| row[column].as_str().filter(|name| !name.is_empty()).map(harmless))
            .collect();
        names.into_iter().take(MOST_NAMED).collect::<Vec<String>>()
    };
    let is_same = |row: &Value| {
        address.is_none_or(|address| row["url"].as_str().is_some_and(|url| is_same_repository(url, address)))
    };
    if selection.environment.is_some() {
        let filter = address.map(FleetFilter::of_repository).unwrap_or_default();
        let environments = names(filter, &is_same, "branch").await;
        if !environments.is_empty() {
            return environments
                .into_iter()
                .map(|name| format!("--environment {}", shell_word(&name)))
                .collect();
        }
    }
    if address.is_none() {
        return Vec::new();
    }
    let urls = names(FleetFilter::default(), &|_| true, "url").await;
    let project = |url: String| match RepositoryName::from_url(&url, github_host(address)) {
        Some(name) => format!("--project {}", name.to_string().trim_end_matches(GITOPS_SUFFIX)),
        None => url,
    };
    let projects: BTreeSet<String> = urls.into_iter().map(project).collect();
    projects.into_iter().collect()
}

/// The host of the configured GitHub, which the address was made of.
fn github_host(address: Option<&str>) -> &str {
    let host = address.and_then(|address| address.split('/').nth(2));
    host.unwrap_or_default()
}

/// `30 s`
fn seconds(time: Duration) -> String {
    format!("{} s", time.as_secs_f64())
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
