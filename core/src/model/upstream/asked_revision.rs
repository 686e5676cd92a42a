//! The commit that `--revision` asks for, as the answers of one pipeline's repositories tell it.

use super::pipeline_answers::PipelineAnswers;
use super::{FoundRevision, GithubAnswer, GithubQuestion, GithubScope};
use crate::model::github::RepositoryName;
use crate::model::is_same_commit;
use crate::model::verdict::{EnvironmentStatus, Picture, Reason, Standing, short};

impl PipelineAnswers<'_> {
    /// The question which commit of a repository is asked for.
    pub(super) fn revision_question(self, repository: &RepositoryName) -> Option<GithubQuestion> {
        let revision = self.scope.revision.clone()?;
        Some(GithubQuestion::Revision(repository.clone(), revision))
    }

    /// The commit that is asked for, in the source repository or else in the gitops repository.
    pub(super) fn revision(self) -> Option<FoundRevision> {
        self.scope.revision.as_ref()?;
        let (Some(source), Some(gitops)) = (self.source(), self.gitops()) else {
            return Some(FoundRevision::NotAnswered);
        };
        let answer = |repository: &RepositoryName| {
            let question = self.revision_question(repository)?;
            // Of a repository that is hidden no commit is seen.
            self.answers
                .get(&question)
                .filter(|answer| !matches!(answer, GithubAnswer::Absent) || !self.is_hidden(repository))
        };
        Some(match (answer(&source), answer(&gitops)) {
            (Some(GithubAnswer::Commit(commit)), _) => {
                FoundRevision::Source { repository: source, commit: commit.sha.clone() }
            }
            (_, Some(GithubAnswer::Commit(commit))) => {
                let tracking = self.answers.partial_tracking(&gitops, &commit.sha);
                FoundRevision::Gitops { repository: gitops, commit: commit.sha.clone(), tracking }
            }
            (Some(GithubAnswer::Absent), Some(GithubAnswer::Absent)) => {
                FoundRevision::Unknown { repositories: vec![source, gitops] }
            }
            _ => FoundRevision::NotAnswered,
        })
    }

    /// Whether nothing of a repository is there, so that it is hidden, or not there itself.
    fn is_hidden(self, repository: &RepositoryName) -> bool {
        let questions =
            [GithubQuestion::Variables(repository.clone()), GithubQuestion::Runs(repository.clone())];
        let mut answers = questions.iter().filter_map(|question| self.answers.get(question)).peekable();
        answers.peek().is_some() && answers.all(|answer| *answer == GithubAnswer::Absent)
    }
}

impl GithubScope {
    /// Has environments stand as not known where GitHub does not say which commit is asked for, and why. What a cluster
    /// itself says of that commit stays.
    pub fn mark_revision_unknown(
        &self,
        picture: &mut Picture,
        why: &str,
        is_known: impl Fn(&EnvironmentStatus) -> bool,
    ) {
        let Some(revision) = &self.revision else { return };
        for environment in &mut picture.environments {
            let branch = self.branches.iter().find(|branch| branch.id == environment.id);
            let mut own = branch.into_iter().flat_map(|branch| branch.applied.iter().chain(&branch.fetched));
            if is_known(environment) || own.any(|own| is_same_commit(own, revision)) {
                continue;
            }
            let message = format!("where {} stands is not known: {why}", short(revision));
            let name = environment.environment.clone();
            environment.replace_standing(&name, Standing::Unknown, Reason::NoAnswer, message);
            environment.remarks.sort();
        }
    }
}
