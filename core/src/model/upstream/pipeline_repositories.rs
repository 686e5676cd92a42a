//! The three repositories of a pipeline, as the answers tell them.
//!
//! Conventional names are asked about before the variables that verify them have answered. A guess that the variables
//! contradict is forgotten with everything that was asked about it.

use std::collections::BTreeMap;

use super::found_repository::{Found, by_convention, from_variable, named_repository};
use super::pipeline_answers::PipelineAnswers;
use super::{GithubAnswer, GithubQuestion, RepositoryOrigins};
use crate::model::contract::{CONFIGS_REPO, MANIFESTS_REPO, SRC_REPO};
use crate::model::github::RepositoryName;
use crate::model::pipeline::{Resolved, ResolvedFrom, Role, conventional, role};

/// How a pipeline was found.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Start<'a> {
    /// By the gitops repository that a cluster follows.
    Gitops(&'a RepositoryName),
    /// By one of its repositories, which was named.
    Named(&'a Resolved<RepositoryName>),
}

impl<'a> PipelineAnswers<'a> {
    pub(super) fn start_question(self) -> GithubQuestion {
        match self.start {
            Start::Gitops(gitops) => GithubQuestion::SourceVariable(gitops.clone()),
            Start::Named(named) => GithubQuestion::Variables(named.value.clone()),
        }
    }

    /// What a named repository is, what its variables name, and whether they answered.
    pub(super) fn named(self, repository: &RepositoryName) -> (Role, &'a BTreeMap<String, String>, bool) {
        static NONE: BTreeMap<String, String> = BTreeMap::new();
        let is_answered = self.answers.get(&self.start_question()).is_some();
        let variables = self.answers.variables(repository).unwrap_or(&NONE);
        (role(repository, variables), variables, is_answered)
    }

    pub(super) fn found_source(self) -> Option<Found> {
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

    pub(super) fn found_gitops(self) -> Option<Found> {
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
    pub(super) fn found_from(
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

    pub(super) fn found_configs(self) -> Option<Found> {
        let source = self.source()?;
        self.answers.get(&GithubQuestion::Variables(source.clone()))?;
        let named = self.answers.variables(&source).and_then(|all| named_repository(all, CONFIGS_REPO));
        from_variable(named, CONFIGS_REPO, &source)
            .or_else(|| by_convention(conventional(&source, Role::Source, Role::Configs)))
    }

    /// The three repositories with where their names came from, as far as they are known.
    pub(super) fn origins(self) -> RepositoryOrigins {
        let from = |found: Option<Found>| Some(found.filter(|found| found.is_verified)?.from);
        RepositoryOrigins {
            source: from(self.found_source()),
            configs: from(self.found_configs()),
            gitops: from(self.found_gitops()),
        }
    }
}
