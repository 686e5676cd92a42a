//! The pipelines of a picture for documents: what GitHub told of them, and where it told nothing what the clusters know by
//! themselves. Made when every world has been asked: which part of an environment is at hand is known then.

use super::{PipelineFacts, Upstreams};
use crate::model::github::RepositoryName;
use crate::model::pipeline::{ChainEnvironment, ClusterRef, PipelineView, RepositoryView, ResolvedFrom};
use crate::model::verdict::{EnvironmentStatus, Picture};
use crate::model::{World, without_url_users};

/// The pipelines that GitHub told of, without what is deployed.
pub(super) fn views(upstreams: &Upstreams) -> Vec<PipelineView> {
    upstreams.pipelines.iter().map(view).collect()
}

fn view(facts: &PipelineFacts) -> PipelineView {
    let PipelineFacts { source, configs, gitops, origins, chain, .. } = facts;
    let repository = |name: Option<&RepositoryName>, from: &Option<ResolvedFrom>| {
        Some(RepositoryView::new(name?.to_string(), from.as_ref()?))
    };
    PipelineView {
        project: source.as_ref().unwrap_or(gitops).name().to_owned(),
        source: repository(source.as_ref(), &origins.source),
        configs: repository(configs.as_ref(), &origins.configs),
        gitops: repository(Some(gitops), &origins.gitops),
        chain: chain.names.iter().map(ChainEnvironment::named).collect(),
    }
}

/// Adds to a picture the pipelines that its environments belong to, and to each of them where its environments are.
/// `host` is GitHub's.
pub fn add_pipelines(picture: &mut Picture, host: &str) {
    let mut pipelines = std::mem::take(&mut picture.pipelines);
    for environment in &picture.environments {
        let gitops = gitops_repository(environment, host);
        let is_own = |pipeline: &PipelineView| match (&gitops, &pipeline.gitops) {
            (Some(gitops), Some(known)) => known.repository.eq_ignore_ascii_case(&gitops.repository),
            (None, None) => pipeline.project == environment.project,
            _ => false,
        };
        let place = pipelines.iter().position(is_own).unwrap_or_else(|| {
            let project = environment.project.clone();
            pipelines.push(PipelineView { project, gitops, ..PipelineView::default() });
            pipelines.len() - 1
        });
        add_environment(&mut pipelines[place].chain, environment);
    }
    picture.pipelines = pipelines;
}

/// The repository that an environment follows: on GitHub its name, elsewhere its address.
fn gitops_repository(environment: &EnvironmentStatus, host: &str) -> Option<RepositoryView> {
    let url = &environment.source.as_ref()?.url;
    let name = match RepositoryName::from_url(url, host) {
        Some(name) => name.to_string(),
        None => without_url_users(url),
    };
    Some(RepositoryView::new(name, &ResolvedFrom::Source(environment.id.clone())))
}

fn add_environment(chain: &mut Vec<ChainEnvironment>, environment: &EnvironmentStatus) {
    let branch = environment.source.as_ref().and_then(|source| source.branch.as_deref());
    let position = |name: &str| chain.iter().position(|known| known.environment.eq_ignore_ascii_case(name));
    let place = position(&environment.environment).or_else(|| position(branch?)).unwrap_or_else(|| {
        chain.push(ChainEnvironment::named(&environment.environment));
        chain.len() - 1
    });
    let known = &mut chain[place];
    if environment.id.cluster != ClusterRef::NotKnown {
        known.deployments.push(environment.id.clone());
    }
    known.worlds.extend(worlds(environment));
    known.worlds.sort();
    known.worlds.dedup();
}

/// The worlds that told something of an environment.
fn worlds(environment: &EnvironmentStatus) -> impl Iterator<Item = World> {
    let is_in_azure = matches!(environment.id.cluster, ClusterRef::Arc(_))
        || environment.compliance.as_ref().is_some_and(|compliance| compliance.state.is_some());
    let told = [
        (World::Cluster, environment.id.cluster.is_at_hand()),
        (World::Github, environment.github.is_some()),
        (World::Azure, is_in_azure),
    ];
    told.into_iter().filter(|(_, is_told)| *is_told).map(|(world, _)| world)
}
