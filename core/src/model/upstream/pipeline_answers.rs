//! What the answers say of one pipeline: its repositories, its chain of environments, and the runs that are told.
//!
//! Conventional names are asked about before the variables that verify them have answered. A guess that the variables
//! contradict is forgotten with everything that was asked about it.

use std::collections::BTreeMap;

use super::branch_answers::tracking_questions;
use super::chain::push_new;
use super::found_repository::{Found, by_convention, from_variable, named_repository};
use super::{
    Chain, FollowedBranch, FoundRevision, GithubAnswer, GithubAnswers, GithubQuestion, GithubScope,
    PipelineFacts, RepositoryOrigins, continuous_integration, deploy_runs,
};
use crate::model::contract::{
    CONFIGS_REPO, MANIFESTS_REPO, NEXT_ENVIRONMENT, SRC_REPO, START_ENVIRONMENT, namespace,
};
use crate::model::github::RepositoryName;
use crate::model::harmless;
use crate::model::pipeline::{
    ClusterRef, EnvironmentId, Hold, Resolved, ResolvedFrom, Role, conventional, role,
};

/// How a pipeline was found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start<'a> {
    /// By the gitops repository that a cluster follows.
    Gitops(&'a RepositoryName),
    /// By one of its repositories, which was named.
    Named(&'a Resolved<RepositoryName>),
}

/// One pipeline among all that are asked about, and the answers by now.
#[derive(Clone, Copy)]
pub(super) struct PipelineAnswers<'a> {
    start: Start<'a>,
    scope: &'a GithubScope,
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

    fn start_question(self) -> GithubQuestion {
        match self.start {
            Start::Gitops(gitops) => GithubQuestion::SourceVariable(gitops.clone()),
            Start::Named(named) => GithubQuestion::Variables(named.value.clone()),
        }
    }

    /// What a named repository is, what its variables name, and whether they answered.
    fn named(self, repository: &RepositoryName) -> (Role, &'a BTreeMap<String, String>, bool) {
        static NONE: BTreeMap<String, String> = BTreeMap::new();
        let is_answered = self.answers.get(&self.start_question()).is_some();
        let variables = self.answers.variables(repository).unwrap_or(&NONE);
        (role(repository, variables), variables, is_answered)
    }

    fn found_source(self) -> Option<Found> {
        match self.start {
            Start::Gitops(gitops) => {
                let answer = self.answers.get(&self.start_question());
                let named = match answer {
                    Some(GithubAnswer::Text(name)) => name.trim().parse().ok(),
                    _ => None,
                };
                let guess = || conventional(gitops, Role::Gitops, Role::Source);
                let found = from_variable(named, SRC_REPO, gitops).or_else(|| by_convention(guess()))?;
                Some(found.verified(answer.is_some()))
            }
            Start::Named(repository) => self.found_from(repository, Role::Source, SRC_REPO),
        }
    }

    fn found_gitops(self) -> Option<Found> {
        match self.start {
            Start::Gitops(gitops) => {
                let follower = self.scope.branches.iter().find(|branch| branch.repository == *gitops);
                let from = ResolvedFrom::Source(follower?.id.clone());
                Some(Resolved::new(gitops.clone(), from).into())
            }
            Start::Named(repository) => self.found_from(repository, Role::Gitops, MANIFESTS_REPO),
        }
    }

    /// A repository of a pipeline that was named by one of its repositories: that one, else what its variable names,
    /// else what it is called by convention.
    fn found_from(
        self,
        known: &Resolved<RepositoryName>,
        wanted: Role,
        variable: &'static str,
    ) -> Option<Found> {
        let (is, variables, is_answered) = self.named(&known.value);
        let found = match is == wanted {
            true => known.clone().into(),
            false => from_variable(named_repository(variables, variable), variable, &known.value)
                .or_else(|| by_convention(conventional(&known.value, is, wanted)))?,
        };
        Some(found.verified(is_answered))
    }

    /// The source repository: what variables say, else what convention says; `None` before the variables answered.
    pub(super) fn source(self) -> Option<RepositoryName> {
        self.found_source().filter(|found| found.is_verified).map(|found| found.repository)
    }

    /// The gitops repository, in the same way.
    pub(super) fn gitops(self) -> Option<RepositoryName> {
        self.found_gitops().filter(|found| found.is_verified).map(|found| found.repository)
    }

    /// The configs repository, in the same way.
    pub(super) fn configs(self) -> Option<RepositoryName> {
        self.found_configs().map(|found| found.repository)
    }

    fn found_configs(self) -> Option<Found> {
        let source = self.source()?;
        self.answers.get(&GithubQuestion::Variables(source.clone()))?;
        let named = self.answers.variables(&source).and_then(|all| named_repository(all, CONFIGS_REPO));
        from_variable(named, CONFIGS_REPO, &source)
            .or_else(|| by_convention(conventional(&source, Role::Source, Role::Configs)))
    }

    /// The three repositories with where their names came from, as far as they are known.
    fn origins(self) -> RepositoryOrigins {
        let from = |found: Option<Found>| Some(found.filter(|found| found.is_verified)?.from);
        RepositoryOrigins {
            source: from(self.found_source()),
            configs: from(self.found_configs()),
            gitops: from(self.found_gitops()),
        }
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

    /// The question which commit of a repository is asked for.
    fn revision_question(self, repository: &RepositoryName) -> Option<GithubQuestion> {
        let revision = self.scope.revision.clone()?;
        Some(GithubQuestion::Revision(repository.clone(), revision))
    }

    /// The commit that is asked for, in the source repository or else in the gitops repository.
    fn revision(self) -> Option<FoundRevision> {
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
    for run in deploy_runs::told_runs(facts) {
        if run.state.is_failure() {
            questions.push(GithubQuestion::jobs(source, run));
        } else if run.state.is_protected() {
            questions.push(GithubQuestion::PendingDeployments(source.clone(), run.id));
        }
    }
    questions
}
