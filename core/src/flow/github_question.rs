//! Sends one question to GitHub, and makes what came back the answer that is kept of it.

use crate::github::{Github, GithubError, Level};
use crate::model::Failure;
use crate::model::contract::{NEXT_ENVIRONMENT, SRC_REPO};
use crate::model::github::CommitStatus;
use crate::model::upstream::{GithubAnswer, GithubQuestion};

/// The answer to a question. An error is an answer too.
pub(super) async fn answer_of(github: &Github, question: &GithubQuestion) -> GithubAnswer {
    match ask(github, question).await {
        Ok(answer) => answer,
        // An absence is what was asked for, except of what must be there.
        Err(error) if error.is_absent() && may_be_absent(question) => GithubAnswer::Absent,
        Err(error) => {
            tracing::info!("{question}: {error}; {}", error.hint().unwrap_or_default());
            unanswered(github, &error)
        }
    }
}

async fn ask(github: &Github, question: &GithubQuestion) -> Result<GithubAnswer, GithubError> {
    let text = |text: Option<String>| text.map_or(GithubAnswer::Absent, GithubAnswer::Text);
    match question {
        GithubQuestion::SourceVariable(repository) => {
            github.variable(repository, Level::Repository, SRC_REPO).await.map(text)
        }
        GithubQuestion::NextVariable { source, environment } => {
            github.variable(source, Level::Environment(environment), NEXT_ENVIRONMENT).await.map(text)
        }
        GithubQuestion::Head(repository, branch) => github.head(repository, branch).await.map(text),
        GithubQuestion::Pulls(repository, branch) => {
            github.pulls(repository, branch, true).await.map(GithubAnswer::Pulls)
        }
        GithubQuestion::TrackingFile { repository, commit, path } => {
            github.file(repository, path, commit).await.map(text)
        }
        GithubQuestion::Comparison { repository, base, head } => {
            let compared = github.compare(repository, base, head).await?;
            Ok(GithubAnswer::Distance(compared.into()))
        }
        GithubQuestion::Statuses(source, commit) => {
            let all = github.statuses(source, commit).await?;
            Ok(GithubAnswer::Statuses(CommitStatus::newest(&all).into_iter().cloned().collect()))
        }
        GithubQuestion::Repository(repository) => {
            github.require_repository(repository).await.map(|_| GithubAnswer::Present)
        }
    }
}

/// Whether 404 answers the question: a list that is hidden, a commit that is gone and compares with nothing.
fn may_be_absent(question: &GithubQuestion) -> bool {
    matches!(question, GithubQuestion::Pulls(..) | GithubQuestion::Comparison { .. })
}

fn unanswered(github: &Github, error: &GithubError) -> GithubAnswer {
    match error {
        GithubError::RateLimited { until, is_secondary, .. } => GithubAnswer::RateLimited {
            until: until.or_else(|| github.reached_limit().map(|limit| limit.until)),
            is_secondary: *is_secondary,
        },
        GithubError::Unauthenticated { .. } | GithubError::Forbidden { .. } => {
            GithubAnswer::Refused(error.brief())
        }
        _ => GithubAnswer::Failed(error.brief()),
    }
}
