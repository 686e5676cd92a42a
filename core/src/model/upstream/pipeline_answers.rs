//! What the answers say of one pipeline: its chain of environments, and the runs that are told.

use std::collections::BTreeMap;

use super::branch_answers::tracking_questions;
use super::chain::push_new;
use super::found_repository::Found;
use super::pipeline_repositories::Start;
use super::{
    Chain, FollowedBranch, FoundRevision, GithubAnswers, GithubQuestion, GithubScope, PipelineFacts,
    continuous_integration, deploy_runs,
};
use crate::model::contract::{NEXT_ENVIRONMENT, START_ENVIRONMENT, namespace};
use crate::model::github::RepositoryName;
use crate::model::harmless;
use crate::model::pipeline::{ClusterRef, EnvironmentId, Hold};

/// One pipeline among all that are asked about, and the answers by now.
#[derive(Clone, Copy)]
pub(super) struct PipelineAnswers<'a> {
    pub(super) start: Start<'a>,
    pub(super) scope: &'a GithubScope,
    pub(super) answers: &'a GithubAnswers,
}

impl<'a> PipelineAnswers<'a> {
    /// The pipelines of a scope, each once.
    pub(super) fn of_all(scope: &'a GithubScope, answers: &'a GithubAnswers) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        let followed = scope.branches.iter().map(|branch| Start::Gitops(&branch.repository));
        for start in followed.chain(scope.repositories.iter().map(Start::Named)) {
            let pipeline = Self { start, scope, answers };
            let is_known = |other: &Self| {
                other.start == start
                    || other.found_gitops().map(|found| found.repository)
                        == pipeline.found_gitops().map(|found| found.repository)
            };
            if !all.iter().any(is_known) {
                all.push(pipeline);
            }
        }
        all
    }

    /// Everything that can be asked of the pipeline itself by now, answered or not; with guesses, or without. Without
    /// facts nothing but what it was found by.
    pub(super) fn questions(
        self,
        chain: &Chain,
        facts: Option<&PipelineFacts>,
        with_guesses: bool,
    ) -> Vec<GithubQuestion> {
        let is_asked = |found: &Found| with_guesses || facts.is_some() && found.is_verified;
        let mut questions = vec![self.start_question()];
        if let Some(gitops) = self.found_gitops().filter(is_asked) {
            questions.push(GithubQuestion::Runs(gitops.repository.clone()));
            questions.extend(self.revision_question(&gitops.repository));
        }
        if let Some(source) = self.found_source().filter(is_asked).map(|found| found.repository) {
            questions.push(GithubQuestion::Variables(source.clone()));
            questions.push(GithubQuestion::NewestCommit(source.clone()));
            questions.push(GithubQuestion::Runs(source.clone()));
            questions.extend(self.revision_question(&source));
            let environments = if self.scope.has_chain { chain.names.clone() } else { self.environments() };
            let variables = |name: &String| GithubQuestion::environment_variables(&source, name);
            questions.extend(environments.iter().map(variables));
            if let Some(FoundRevision::Gitops { repository, commit, .. }) =
                facts.and_then(|facts| facts.revision.as_ref())
            {
                questions.extend(tracking_questions(repository, commit));
            }
            questions.extend(facts.into_iter().flat_map(|facts| questions_about_runs(facts, &source)));
        }
        questions
    }

    /// Whether a branch is one of this pipeline's.
    pub(super) fn has(self, branch: &FollowedBranch) -> bool {
        self.found_gitops().is_some_and(|gitops| gitops.repository == branch.repository)
    }

    /// The environments that the picture has of the pipeline, each once.
    fn environments(self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for branch in self.scope.branches.iter().filter(|branch| self.has(branch)) {
            push_new(&mut names, &self.environment_of(branch));
        }
        names
    }

    /// The environment of GitHub's that a branch is of: by contract that of its name. Where no environment of a picture
    /// is called so and all that follow it have one name, it is that one.
    pub(super) fn environment_of(self, branch: &FollowedBranch) -> String {
        let same =
            |other: &&FollowedBranch| other.repository == branch.repository && other.branch == branch.branch;
        let mut others = self.scope.branches.iter().filter(same);
        let is_alone = others.all(|other| other.environment.eq_ignore_ascii_case(&branch.environment));
        if is_alone { branch.environment.clone() } else { branch.branch.clone() }
    }

    /// The environment after one, as far as is answered.
    pub(super) fn next(self, environment: &str) -> Option<String> {
        let source = self.found_source()?.repository;
        let name = self.answers.environment_variables(&source, environment)?.get(NEXT_ENVIRONMENT)?;
        Some(harmless(name.trim())).filter(|name| !name.is_empty())
    }

    /// The environments in the order of promotion, as far as is answered: the chain, then those of the picture that it
    /// does not have.
    pub(super) fn chain(self) -> Chain {
        let source = self.found_source().map(|found| found.repository);
        let variables = source.and_then(|source| self.answers.variables(&source));
        let first = variables.and_then(|variables| variables.get(START_ENVIRONMENT));
        let first = first.map(|name| harmless(name.trim())).filter(|name| !name.is_empty());
        let pictured = self.environments();
        let links: BTreeMap<&String, Option<String>> =
            pictured.iter().map(|name| (name, self.next(name))).collect();
        Chain::follow(first, &pictured, |name| {
            links.get(&name.to_owned()).cloned().unwrap_or_else(|| self.next(name))
        })
    }

    /// The branches of the chain that no environment of the picture follows.
    pub(super) fn branches_elsewhere(self, chain: &Chain) -> Vec<FollowedBranch> {
        let Some(repository) = self.found_gitops().map(|found| found.repository) else { return Vec::new() };
        if !self.scope.has_chain {
            return Vec::new();
        }
        let source = self.found_source().map(|found| found.repository);
        let project = source.as_ref().map_or(repository.name(), RepositoryName::name);
        let own: Vec<&FollowedBranch> =
            self.scope.branches.iter().filter(|branch| self.has(branch)).collect();
        let is_seen = |name: &String| {
            let namespace = namespace(name, project);
            own.iter().any(|branch| {
                branch.branch == *name || self.environment_of(branch).eq_ignore_ascii_case(name)
            }) || self.scope.at_hand.contains(&namespace)
        };
        let elsewhere = chain.names.iter().filter(|name| !is_seen(name)).cloned();
        elsewhere
            .map(|name| FollowedBranch {
                id: EnvironmentId::new(ClusterRef::NotKnown, namespace(&name, project)),
                repository: repository.clone(),
                branch: name.clone(),
                environment: name,
                fetched: None,
                applied: None,
            })
            .collect()
    }

    /// The hold on an environment.
    pub(super) fn hold(self, environment: &str) -> Option<Hold> {
        let variables = self.answers.environment_variables(&self.source()?, environment)?;
        Hold::read(variables.get(crate::model::contract::HOLD)?)
    }

    /// What is known of the pipeline; `None` before its repositories are.
    pub(super) fn facts(self, chain: &Chain) -> Option<PipelineFacts> {
        let (gitops, source) = (self.gitops()?, self.source());
        let answers = self.answers;
        let newest = source.clone().map(GithubQuestion::NewestCommit);
        let runs = |repository: &Option<RepositoryName>| {
            repository.as_ref().and_then(|repository| answers.runs(repository)).cloned()
        };
        let workflows = |repository: &Option<RepositoryName>| {
            repository.as_ref().and_then(|repository| answers.workflows(repository)).cloned()
        };
        let configs = self.configs();
        let gitops = Some(gitops);
        Some(PipelineFacts {
            host: self.scope.host.clone(),
            newest: newest.and_then(|question| answers.commit(&question)).cloned(),
            source_runs: runs(&source),
            gitops_runs: runs(&gitops),
            configs_runs: runs(&configs),
            source_workflows: workflows(&source),
            gitops_workflows: workflows(&gitops),
            jobs: answers.all_jobs(),
            pending: answers.all_pending_deployments(),
            chain: chain.clone(),
            revision: self.revision(),
            origins: self.origins(),
            gitops: gitops?,
            source,
            configs,
        })
    }
}

/// What is asked of the runs that are told.
fn questions_about_runs(facts: &PipelineFacts, source: &RepositoryName) -> Vec<GithubQuestion> {
    let mut questions = Vec::new();
    match continuous_integration::run(facts) {
        Some(run) if run.state.is_failure() => questions.push(GithubQuestion::jobs(source, run)),
        None if continuous_integration::may_be_missing(facts) => {
            questions.push(GithubQuestion::Workflows(source.clone()));
        }
        _ => {}
    }
    for run in deploy_runs::shown_runs(facts) {
        if run.state.is_failure() {
            questions.push(GithubQuestion::jobs(source, run));
        } else if run.state.is_protected() {
            questions.push(GithubQuestion::PendingDeployments(source.clone(), run.id));
        }
    }
    questions
}
