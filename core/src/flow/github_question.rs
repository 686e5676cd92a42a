//! Sends one question to GitHub, and makes what came back the answer that is kept of it.

use crate::github::{Github, GithubError, Level};
use crate::model::Failure;
use crate::model::contract::SRC_REPO;
use crate::model::github::{Commit, CommitStatus};
use crate::model::upstream::{ConfigurationChanges, GithubAnswer, GithubQuestion};

/// The answer to a question. An error is an answer too.
pub(super) async fn answer_of(github: &Github, question: &GithubQuestion) -> GithubAnswer {
    match ask(github, question).await {
        Ok(answer) => answer,
        // An absence is what was asked for, except of what must be there.
        Err(error) if error.is_absent() && may_be_absent(question) => GithubAnswer::Absent,
        // Of a repository without commits.
        Err(GithubError::Conflict { .. }) if matches!(question, GithubQuestion::NewestCommit(_)) => {
            GithubAnswer::Absent
        }
        Err(error) => {
            tracing::info!("{question}: {error}; {}", error.hint().unwrap_or_default());
            unanswered(github, &error)
        }
    }
}

async fn ask(github: &Github, question: &GithubQuestion) -> Result<GithubAnswer, GithubError> {
    let commit = |commit: Option<Commit>| commit.map_or(GithubAnswer::Absent, GithubAnswer::Commit);
    let text = |text: Option<String>| text.map_or(GithubAnswer::Absent, GithubAnswer::Text);
    match question {
        GithubQuestion::SourceVariable(repository) => {
            github.variable(repository, Level::Repository, SRC_REPO).await.map(text)
        }
        GithubQuestion::Variables(repository) => {
            github.variables(repository, Level::Repository).await.map(GithubAnswer::Variables)
        }
        GithubQuestion::EnvironmentVariables { source, environment } => {
            github.variables(source, Level::Environment(environment)).await.map(GithubAnswer::Variables)
        }
        GithubQuestion::Runs(repository) => {
            github.newest_runs(repository).await.map(|runs| GithubAnswer::Runs(runs.into()))
        }
        GithubQuestion::Workflows(repository) => {
            github.workflows(repository).await.map(GithubAnswer::Workflows)
        }
        GithubQuestion::Jobs { repository, run, .. } => {
            github.jobs(repository, *run).await.map(GithubAnswer::Jobs)
        }
        GithubQuestion::PendingDeployments(repository, run) => {
            github.pending_deployments(repository, *run).await.map(GithubAnswer::PendingDeployments)
        }
        GithubQuestion::NewestCommit(repository) => github.newest_commit(repository).await.map(commit),
        GithubQuestion::Commit(repository, sha) => github.commit(repository, sha).await.map(commit),
        GithubQuestion::Revision(repository, revision) => {
            github.find_commit(repository, revision).await.map(commit)
        }
        GithubQuestion::PullRequest(repository, number) => {
            let pull = github.pull(repository, *number).await?;
            Ok(pull.map_or(GithubAnswer::Absent, |pull| GithubAnswer::PullRequest(Box::new(pull))))
        }
        GithubQuestion::ConfigurationChanges { configs, rendered, branch } => {
            let compared = github.compare(configs, rendered, branch).await?;
            Ok(GithubAnswer::ConfigurationChanges(ConfigurationChanges::of(&compared)))
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

/// Whether 404 answers the question: a list that is hidden, a commit that is gone and compares with nothing, a repository
/// without workflows or variables.
fn may_be_absent(question: &GithubQuestion) -> bool {
    !matches!(question, GithubQuestion::Repository(_) | GithubQuestion::Statuses(..))
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
