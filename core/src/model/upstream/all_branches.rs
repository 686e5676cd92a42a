//! All branches that are asked about, each with its pipeline: from them come the questions, and what is told.

use super::branch_answers::BranchAnswers;
use super::pipeline_answers::PipelineAnswers;
use super::{Chain, FollowedBranch, GithubAnswers, GithubQuestion, GithubScope, PipelineFacts};

/// All branches that are asked about: those of a picture and those of the chains beyond it. What they share is made
/// once for all of them.
pub(super) struct AllBranches<'a> {
    answers: &'a GithubAnswers,
    pipelines: Vec<PipelineAnswers<'a>>,
    chains: Vec<Chain>,
    facts: Vec<Option<PipelineFacts>>,
    entries: Vec<BranchEntry>,
}

/// A branch, its pipeline, and its environment as GitHub's settings name it.
struct BranchEntry {
    followed: FollowedBranch,
    pipeline: usize,
    environment: String,
    is_elsewhere: bool,
}

impl<'a> AllBranches<'a> {
    pub(super) fn new(scope: &'a GithubScope, answers: &'a GithubAnswers) -> Self {
        let pipelines = PipelineAnswers::of_all(scope, answers);
        let chains: Vec<Chain> = pipelines.iter().map(|pipeline| pipeline.chain()).collect();
        let facts = pipelines.iter().zip(&chains).map(|(pipeline, chain)| pipeline.facts(chain)).collect();
        let elsewhere =
            pipelines.iter().zip(&chains).flat_map(|(pipeline, chain)| pipeline.branches_elsewhere(chain));
        let own = scope.branches.iter().cloned().map(|branch| (branch, false));
        let entries =
            own.chain(elsewhere.map(|branch| (branch, true))).filter_map(|(followed, is_elsewhere)| {
                let pipeline = pipelines.iter().position(|pipeline| pipeline.has(&followed))?;
                let environment = match is_elsewhere {
                    true => followed.environment.clone(),
                    false => pipelines[pipeline].environment_of(&followed),
                };
                Some(BranchEntry { followed, pipeline, environment, is_elsewhere })
            });
        let entries = entries.collect();
        Self { answers, pipelines, chains, facts, entries }
    }

    /// Each of them with the answers.
    pub(super) fn iter(&self) -> impl Iterator<Item = BranchAnswers<'_>> {
        self.entries.iter().map(|entry| BranchAnswers {
            followed: &entry.followed,
            environment: &entry.environment,
            is_elsewhere: entry.is_elsewhere,
            pipeline: self.pipelines[entry.pipeline],
            facts: self.facts[entry.pipeline].as_ref(),
            all: self,
            answers: self.answers,
        })
    }

    /// Everything that can be asked by now, answered or not; with guesses at names, or without.
    pub(super) fn questions(&self, with_guesses: bool) -> Vec<GithubQuestion> {
        let pipelines = self.pipelines.iter().zip(&self.chains).zip(&self.facts);
        let of_pipelines = pipelines.flat_map(|((pipeline, chain), facts)| {
            let with_guesses = with_guesses && !self.is_hidden(pipeline);
            pipeline.questions(chain, facts.as_ref().filter(|_| !self.is_hidden(pipeline)), with_guesses)
        });
        of_pipelines.chain(self.iter().flat_map(BranchAnswers::questions)).collect()
    }

    /// Whether a gitops repository of a pipeline is not there for this token.
    fn is_hidden(&self, pipeline: &PipelineAnswers<'_>) -> bool {
        self.iter().any(|branch| pipeline.has(branch.followed) && branch.is_hidden())
    }

    /// What is known of the pipelines. Of one that is hidden nothing is guessed, whatever was asked before that was known.
    pub(super) fn into_facts(self) -> Vec<PipelineFacts> {
        let hidden: Vec<bool> = self.pipelines.iter().map(|pipeline| self.is_hidden(pipeline)).collect();
        let facts = self.facts.into_iter().zip(hidden);
        let shown = facts.filter_map(|(facts, is_hidden)| {
            let mut facts = facts?;
            if is_hidden {
                facts.configs = None;
                facts.origins.configs = None;
            }
            Some(facts)
        });
        shown.collect()
    }

    /// The branches that no environment of the picture follows.
    pub(super) fn elsewhere(&self) -> Vec<FollowedBranch> {
        self.entries.iter().filter(|entry| entry.is_elsewhere).map(|entry| entry.followed.clone()).collect()
    }
}
