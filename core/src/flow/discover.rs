//! Finds a pipeline from what is at hand: a namespace, a project, the repository that a workflow or a checkout
//! belongs to.
//!
//! The conventional source repository is asked at once and verified after, so that where names follow the
//! convention GitHub answers twice in a row and no more.

use std::collections::BTreeMap;

use futures::future::try_join_all;

use super::context::Context;
use super::discover_error::DiscoverError;
use super::selector::EnvironmentSelector;
use super::status::observe_first;
use crate::github::{Github, GithubError, Level};
use crate::model::contract::{CONFIGS_REPO, MANIFESTS_REPO, NEXT_ENVIRONMENT, SRC_REPO, START_ENVIRONMENT};
use crate::model::github::RepositoryName;
use crate::model::pipeline::{
    DeploymentTarget, Environment, EnvironmentId, Pipeline, Resolved, ResolvedFrom, Role, chain,
    conventional, role,
};
use crate::model::{Failure, harmless};

/// What a pipeline is found from.
#[derive(Clone, Debug)]
pub enum PipelineStart {
    /// A namespace of a cluster that the pipeline deploys to.
    Namespace(EnvironmentSelector),
    /// One of its repositories, whichever it is.
    Repository(Resolved<RepositoryName>),
}

/// Finds the pipeline that `start` belongs to. Found from a namespace, it also has what runs there.
///
/// # Errors
/// GitHub or the cluster does not say enough.
pub async fn discover(context: &Context, start: &PipelineStart) -> Result<Pipeline, Box<dyn Failure>> {
    match start {
        PipelineStart::Repository(repository) => {
            let github = context.open_github().await?;
            Ok(of_repository(&github, repository.clone()).await?)
        }
        PipelineStart::Namespace(selector) => {
            let deployed = deployed(context, selector).await?;
            let github = context.open_github().await?;
            let mut pipeline = of_repository(&github, deployed.gitops.clone()).await?;
            deployed.add_to(&mut pipeline);
            Ok(pipeline)
        }
    }
}

/// What a cluster says of the pipeline that deploys to a namespace.
pub(super) struct Deployed {
    pub(super) gitops: Resolved<RepositoryName>,
    environment: String,
    id: EnvironmentId,
    targets: Vec<DeploymentTarget>,
}

impl Deployed {
    /// Adds what runs to its environment; one that the chain does not have comes at its end.
    fn add_to(self, pipeline: &mut Pipeline) {
        let is_it = |environment: &Environment| environment.name.eq_ignore_ascii_case(&self.environment);
        let place = pipeline.chain.iter().position(is_it).unwrap_or_else(|| {
            pipeline.chain.push(Environment::named(&self.environment));
            pipeline.chain.len() - 1
        });
        pipeline.chain[place].deployments.push(self.id);
        pipeline.chain[place].targets.extend(self.targets);
    }
}

/// What deploys to the first of the selected environments.
pub(super) async fn deployed(
    context: &Context,
    selector: &EnvironmentSelector,
) -> Result<Deployed, Box<dyn Failure>> {
    let observed = observe_first(context, selector).await?;
    let environments = observed.picture(context)?.environments;
    let Some(environment) = environments.into_iter().next() else {
        let (flags, context) = (observed.connection.flags(), observed.connection.cluster().clone());
        return Err(flags.add_to_failure(DiscoverError::NothingDeployed { context }));
    };
    let (id, host) = (environment.id, context.github().host());
    let url = environment.source.map(|source| source.url);
    let repository = url.as_deref().and_then(|url| RepositoryName::from_url(url, host));
    let Some(repository) = repository else {
        let (namespace, host) = (id.namespace, host.to_owned());
        return Err(DiscoverError::OtherHost { namespace, host, url }.into());
    };
    let facts = observed.state.facts();
    let kustomizations = environment.kustomizations.iter();
    let targets = kustomizations
        .filter_map(|delivery| facts.kustomization(&delivery.namespace, &delivery.name))
        .map(|kustomization| DeploymentTarget::new(&kustomization.object.path, id.cluster.clone()));
    let gitops = Resolved { value: repository, from: ResolvedFrom::Source(id.clone()) };
    Ok(Deployed { gitops, environment: environment.environment, targets: targets.collect(), id })
}

pub(super) type Variables = BTreeMap<String, String>;

/// What GitHub says of a source repository.
struct SourceAnswers {
    variables: Variables,
    environments: Vec<String>,
}

/// The pipeline of one of its repositories.
pub(super) async fn of_repository(
    github: &Github,
    start: Resolved<RepositoryName>,
) -> Result<Pipeline, DiscoverError> {
    let repository = &start.value;
    let guessed_role = role(repository, &Variables::new());
    let guess = conventional(repository, guessed_role, Role::Source).filter(|guess| guess != repository);
    let guessing = async {
        match &guess {
            Some(guess) => Some(source_answers(github, guess).await),
            None => None,
        }
    };
    let (own, guessed) = futures::join!(variables(github, repository), guessing);
    let own = own?;
    let is = role(repository, &own);
    let source = source_repository(&start, is, &own)?;
    let answers = match guessed {
        Some(answers) if guess.as_ref() == Some(&source.value) => answers?,
        _ => source_answers(github, &source.value).await?,
    };
    let named = |name| named_repository(&source.value, name, &answers.variables);
    let other = |wanted| -> Option<Resolved<RepositoryName>> {
        if is == wanted {
            return Some(start.clone());
        }
        let name = conventional(&source.value, Role::Source, wanted)?;
        Some(Resolved { value: name, from: ResolvedFrom::Convention })
    };
    let missing = || DiscoverError::NoSource { repository: source.value.clone() };
    let configs = named(CONFIGS_REPO)?.or_else(|| other(Role::Configs)).ok_or_else(missing)?;
    let gitops = named(MANIFESTS_REPO)?.or_else(|| other(Role::Gitops)).ok_or_else(missing)?;
    let chain = environments(github, &source.value, &answers).await?;
    Ok(Pipeline { source, configs, gitops, chain })
}

/// The source repository of the one that is known.
pub(super) fn source_repository(
    known: &Resolved<RepositoryName>,
    is: Role,
    variables: &Variables,
) -> Result<Resolved<RepositoryName>, DiscoverError> {
    if is == Role::Source {
        return Ok(known.clone());
    }
    if let Some(named) = named_repository(&known.value, SRC_REPO, variables)? {
        return Ok(named);
    }
    let name = conventional(&known.value, is, Role::Source);
    let name = name.ok_or_else(|| DiscoverError::NoSource { repository: known.value.clone() })?;
    Ok(Resolved { value: name, from: ResolvedFrom::Convention })
}

/// The repository that a variable names, where it is set.
pub(super) fn named_repository(
    repository: &RepositoryName,
    name: &'static str,
    variables: &Variables,
) -> Result<Option<Resolved<RepositoryName>>, DiscoverError> {
    let Some(value) = variables.get(name).map(|value| value.trim()).filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    let from = ResolvedFrom::Variable { name, repository: repository.clone() };
    match value.parse() {
        Ok(value) => Ok(Some(Resolved { value, from })),
        Err(_) => {
            let (repository, value) = (repository.clone(), harmless(value));
            Err(DiscoverError::VariableInvalid { name, repository, value })
        }
    }
}

async fn source_answers(github: &Github, source: &RepositoryName) -> Result<SourceAnswers, DiscoverError> {
    let (variables, environments) = futures::join!(variables(github, source), github.environments(source));
    let environments =
        environments.or_else(|error| if error.is_absent() { Ok(Vec::new()) } else { Err(error) })?;
    let environments = environments.into_iter().map(|environment| environment.name).collect();
    Ok(SourceAnswers { variables: variables?, environments })
}

/// The variables of a repository. One that is not there, or not for this token, is told from one without any.
async fn variables(github: &Github, repository: &RepositoryName) -> Result<Variables, DiscoverError> {
    match github.variables(repository, Level::Repository).await {
        Ok(variables) => Ok(variables),
        Err(error) if error.is_absent() => {
            github.require_repository(repository).await?;
            Ok(Variables::new())
        }
        Err(error) => Err(error.into()),
    }
}

async fn environments(
    github: &Github,
    source: &RepositoryName,
    answers: &SourceAnswers,
) -> Result<Vec<Environment>, DiscoverError> {
    let Some(start) = answers.variables.get(START_ENVIRONMENT) else { return Ok(Vec::new()) };
    let links = answers.environments.iter().map(|name| async move {
        let next = github.variable(source, Level::Environment(name), NEXT_ENVIRONMENT).await?;
        Ok::<_, GithubError>(next.map(|next| (name.clone(), harmless(next.trim()))))
    });
    let next: BTreeMap<String, String> = try_join_all(links).await?.into_iter().flatten().collect();
    let names = chain(harmless(start.trim()).as_str(), &next)
        .map_err(|error| DiscoverError::Chain { source_repository: source.clone(), source: error })?;
    Ok(names.into_iter().map(Environment::named).collect())
}
