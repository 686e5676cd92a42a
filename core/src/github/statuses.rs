//! The statuses of commits.

use http::Method;
use serde_json::json;

use super::connect::Github;
use super::error::GithubError;
use super::route::of;
use crate::model::github::{CommitStatus, RepositoryName};
use crate::wire::retry::Repeat;

/// Longer ones are refused.
const DESCRIPTION: usize = 140;

impl Github {
    /// Every status that a commit ever got, the newest first.
    pub async fn statuses(
        &self,
        name: &RepositoryName,
        commit: &str,
    ) -> Result<Vec<CommitStatus>, GithubError> {
        Ok(self
            .list(&of(name, &["commits", commit, "statuses"]), None)
            .await?
            .iter()
            .map(CommitStatus::read)
            .collect())
    }

    /// Says something of a commit, unless the newest status of that context already says it: a commit takes a
    /// thousand of each context. What is too long is cut.
    pub async fn set_status(
        &self,
        name: &RepositoryName,
        commit: &str,
        status: &CommitStatus,
    ) -> Result<(), GithubError> {
        let description = cut(&status.description);
        let known = self.statuses(name, commit).await?;
        let newest = known.iter().find(|known| known.context.eq_ignore_ascii_case(&status.context));
        let is_said = newest.is_some_and(|newest| {
            newest.state == status.state && newest.description == description && newest.url == status.url
        });
        if is_said {
            return Ok(());
        }
        let mut body = json!({
            "context": status.context,
            "state": status.state.as_str(),
            "description": description,
        });
        if let Some(url) = &status.url {
            body["target_url"] = json!(url);
        }
        // A second one would say the same.
        let route = of(name, &["statuses", commit]);
        self.write(Method::POST, &route, Some(&body), Repeat::Freely).await.map(drop)
    }
}

fn cut(text: &str) -> String {
    if text.chars().count() <= DESCRIPTION {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(DESCRIPTION - 1).collect();
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_description_fits() {
        assert_eq!(cut("short"), "short");
        let cut = cut(&"ä".repeat(150));
        assert_eq!(cut.chars().count(), 140);
        assert!(cut.ends_with('…'));
    }
}
