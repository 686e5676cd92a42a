//! Sends one question to Azure, and makes what came back the answer that is kept of it.

use jiff::Timestamp;
use serde_json::Value;

use crate::azure::{Azure, AzureError, FleetFilter, GraphQuery, GraphScope};
use crate::model::compliance::{AzureAnswer, AzureQuestion, FollowedRepository, Follower, Followers};
use crate::model::{Failure, is_same_repository};

/// What came of a question.
pub(super) struct AzureReply {
    /// The answer. An error is an answer too.
    pub(super) answer: AzureAnswer,
    /// Until when Azure takes no more requests.
    pub(super) throttled_until: Option<Timestamp>,
    /// Why nothing could be sent: there is no token.
    pub(super) sign_in_failure: Option<String>,
    /// Whether there is none because no credential is configured.
    pub(super) is_unconfigured: bool,
}

/// Asks a question.
pub(super) async fn reply_to(azure: &Azure, question: &AzureQuestion) -> AzureReply {
    match ask(azure, question).await {
        Ok(answer) => {
            AzureReply { answer, throttled_until: None, sign_in_failure: None, is_unconfigured: false }
        }
        Err(error) => {
            tracing::info!("{question}: {error}; {}", error.hint().unwrap_or_default());
            let throttled_until = match &error {
                AzureError::Throttled { until, .. } => *until,
                _ => None,
            };
            let why = why_unanswered(&error);
            let is_unconfigured = matches!(&error, AzureError::SignIn(error) if error.is_unconfigured());
            let sign_in_failure = matches!(error, AzureError::SignIn(_)).then(|| why.clone());
            let answer = match error {
                AzureError::Unauthenticated { .. } | AzureError::Forbidden { .. } => {
                    AzureAnswer::Refused(why)
                }
                _ => AzureAnswer::Failed(why),
            };
            AzureReply { answer, throttled_until, sign_in_failure, is_unconfigured }
        }
    }
}

async fn ask(azure: &Azure, question: &AzureQuestion) -> Result<AzureAnswer, AzureError> {
    Ok(match question {
        AzureQuestion::Cluster(cluster) => {
            let found = azure.connected_cluster(cluster).await?;
            found.map_or(AzureAnswer::Absent, AzureAnswer::Cluster)
        }
        AzureQuestion::Configuration(cluster, name) => {
            let found = azure.flux_configuration(cluster, name).await?;
            found.map_or(AzureAnswer::Absent, |found| AzureAnswer::Configurations(vec![found]))
        }
        AzureQuestion::Configurations(cluster) => match azure.flux_configuration_list(cluster).await {
            Ok((found, 0)) => AzureAnswer::Configurations(found),
            Ok((found, _)) => AzureAnswer::SomeConfigurations(found),
            Err(error) if error.is_absent() => AzureAnswer::Absent,
            Err(error) => return Err(error),
        },
        AzureQuestion::Followers(repository) => AzureAnswer::Followers(followers(azure, repository).await?),
    })
}

/// What follows a repository: one by one where that is a page, else summed up.
async fn followers(azure: &Azure, repository: &FollowedRepository) -> Result<Followers, AzureError> {
    let filter = FleetFilter::of_repository(repository.address());
    let is_it = |row: &Value| {
        let url = row["url"].as_str();
        url.is_some_and(|url| is_same_repository(url, repository.address()))
    };
    let found = azure.resource_graph(&GraphQuery::fleet_members(&filter, GraphScope::Everything)).await?;
    let has_all = u64::try_from(found.rows.len()).is_ok_and(|rows| rows >= found.total);
    let rows = found.rows.iter().filter(|row| is_it(row)).filter_map(Follower::read).collect();
    if has_all {
        return Ok(Followers { rows, summary: None });
    }
    let found = azure.resource_graph(&GraphQuery::fleet_summary(&filter, GraphScope::Everything)).await?;
    let summary = found.rows.into_iter().filter(is_it).collect();
    Ok(Followers { rows, summary: Some(summary) })
}

/// What happened, in few words, with what to do about it.
fn why_unanswered(error: &AzureError) -> String {
    match error {
        AzureError::Throttled { until: Some(until), .. } => {
            format!("Azure takes no more requests until {}", until.strftime("%H:%M:%S UTC"))
        }
        error => {
            let hint = error.hint().map(|hint| format!("; {hint}")).unwrap_or_default();
            // Azure's sentences end with a full stop.
            format!("{}{hint}", error.brief().trim_end_matches('.'))
        }
    }
}
