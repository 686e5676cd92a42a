//! The commit that `--revision` asks for, as the answers of one pipeline's repositories tell it.

use super::pipeline_answers::PipelineAnswers;
use super::{FoundRevision, GithubAnswer, GithubQuestion};
use crate::model::github::RepositoryName;

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
        let answer = |repository| {
            let question = self.revision_question(repository)?;
            self.answers.get(&question)
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
}
