//! The statuses of commits.

use http::Method;
use serde_json::json;

use super::client::Github;
use super::error::GithubError;
use super::route::repository_route;
use crate::model::github::{CommitStatus, RepositoryName};
use crate::wire::retry::Repeat;

/// The most characters of a description; GitHub refuses longer ones.
const DESCRIPTION: usize = 140;

impl Github {
    /// Every status that a commit ever got, the newest first.
    pub async fn statuses(
        &self,
        name: &RepositoryName,
        commit: &str,
    ) -> Result<Vec<CommitStatus>, GithubError> {
        Ok(self
            .list(&repository_route(name, &["commits", commit, "statuses"]), None)
            .await?
            .iter()
            .map(CommitStatus::from_json)
            .collect())
    }

    /// Sets a status of a commit, unless the newest one of that context is the same: a commit takes a thousand of
    /// each context. A description that is too long is truncated.
    pub async fn set_status(
        &self,
        name: &RepositoryName,
        commit: &str,
        status: &CommitStatus,
    ) -> Result<(), GithubError> {
        let known = self.statuses(name, commit).await?;
        let newest = known.iter().find(|known| known.context.eq_ignore_ascii_case(&status.context));
        match newest.is_some_and(|newest| is_same_status(newest, status)) {
            true => Ok(()),
            false => self.post_status(name, commit, status).await,
        }
    }

    /// Sets a status of a commit whatever stands there. A description that is too long is truncated.
    ///
    /// # Errors
    /// GitHub does not take it.
    pub async fn post_status(
        &self,
        name: &RepositoryName,
        commit: &str,
        status: &CommitStatus,
    ) -> Result<(), GithubError> {
        let description = truncate(&status.description);
        let mut body = json!({
            "context": status.context,
            "state": status.state.as_str(),
            "description": description,
        });
        if let Some(url) = &status.url {
            body["target_url"] = json!(url);
        }
        // A repeated request leaves an equal status behind.
        let route = repository_route(name, &["statuses", commit]);
        self.write(Method::POST, &route, Some(&body), Repeat::Freely).await.map(drop)
    }
}

/// Whether setting a status would leave what stands there.
pub(crate) fn is_same_status(standing: &CommitStatus, status: &CommitStatus) -> bool {
    standing.state == status.state
        && standing.description == truncate(&status.description)
        && standing.url == status.url
}

fn truncate(text: &str) -> String {
    if text.chars().count() <= DESCRIPTION {
        return text.to_owned();
    }
    let mut truncated: String = text.chars().take(DESCRIPTION - 1).collect();
    truncated.push('…');
    truncated
}

#[cfg(test)]
mod tests {
    use super::truncate;

    #[test]
    fn a_description_fits() {
        assert_eq!(truncate("short"), "short");
        let truncated = truncate(&"ä".repeat(150));
        assert_eq!(truncated.chars().count(), 140);
        assert!(truncated.ends_with('…'));
    }
}
