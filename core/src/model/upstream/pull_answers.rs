//! What the answers say of the open pull requests to a branch.

use super::branch_answers::BranchAnswers;
use super::pull_requests::commit_of_branch;
use super::{GithubAnswer, GithubQuestion, PullFacts, Tracking};
use crate::model::contract::{TRACKING_CONFIG_COMMIT, TRACKING_SOURCE_COMMIT};
use crate::model::github::PullRequest;
use crate::model::{is_commit_hash, is_same_commit};

impl<'a> BranchAnswers<'a> {
    pub(super) fn pulls(self) -> &'a [PullRequest] {
        match self.answers.get(&self.pulls_question()) {
            Some(GithubAnswer::Pulls(pulls)) => pulls,
            _ => &[],
        }
    }

    /// The open pull requests, and of each that was asked about whether it can be merged.
    pub(super) fn detailed_pulls(self) -> Vec<PullRequest> {
        let detailed = |pull: &PullRequest| {
            let detail = match self.answers.get(&self.pull_question(pull)) {
                Some(GithubAnswer::PullRequest(detail)) if detail.head_commit == pull.head_commit => detail,
                _ => return pull.clone(),
            };
            PullRequest { mergeable: detail.mergeable, ..pull.clone() }
        };
        self.pulls().iter().map(detailed).collect()
    }

    fn pull_question(self, pull: &PullRequest) -> GithubQuestion {
        GithubQuestion::PullRequest(self.followed.repository.clone(), pull.number)
    }

    /// What is asked of an open pull request. One that no deployment of the flow made has no tracking to ask for.
    pub(super) fn pull_questions(self, pull: &PullRequest) -> Vec<GithubQuestion> {
        let repository = &self.followed.repository;
        let mut questions = vec![self.pull_question(pull)];
        if is_commit_hash(&pull.head_commit) {
            let file = |path| GithubQuestion::tracking_file(repository, &pull.head_commit, path);
            questions.push(file(TRACKING_CONFIG_COMMIT));
            if commit_of_branch(&pull.head).is_none() {
                questions.push(file(TRACKING_SOURCE_COMMIT));
            }
        }
        let tracking = self.pull_tracking(pull);
        questions.extend(self.configuration_question(tracking.config_commit));
        questions.extend(self.deployed_question(tracking.commit));
        questions
    }

    /// What a pull request was rendered from, as far as is answered.
    fn pull_tracking(self, pull: &PullRequest) -> Tracking {
        let tracking = self.answers.partial_tracking(&self.followed.repository, &pull.head_commit);
        let commit = commit_of_branch(&pull.head).map(str::to_owned).or(tracking.commit);
        Tracking { commit, ..tracking }
    }

    /// How far the deployed source commit is from another one.
    pub(super) fn deployed_question(self, commit: Option<String>) -> Option<GithubQuestion> {
        let (commit, deployed) = (commit?, self.tracked()?.commit?);
        let is_other = !is_same_commit(&commit, &deployed);
        is_other.then_some(GithubQuestion::comparison(&self.source()?, &commit, &deployed))
    }

    pub(super) fn pull_facts(self, pull: &PullRequest) -> PullFacts {
        let tracking = self.pull_tracking(pull);
        let configuration = self.configuration_question(tracking.config_commit.clone());
        let deployed = self.deployed_question(tracking.commit.clone());
        PullFacts {
            configuration: configuration
                .and_then(|question| self.answers.configuration_changes(&question))
                .cloned(),
            deployed: deployed.and_then(|question| match self.answers.get(&question)? {
                GithubAnswer::Distance(distance) => Some(*distance),
                _ => None,
            }),
            source_commit: tracking.commit,
            config_commit: tracking.config_commit,
        }
    }
}
