//! Puts together what the three worlds have of a project.

use futures::future::try_join_all;
use futures::stream::{self, StreamExt};

use super::cluster_inventory::{NamedCluster, cluster_inventory, named_clusters};
use super::github_inventory::{GithubInventory, github_inventory};
use super::request::CleanupRequest;
use crate::azure::{Azure, AzureError, GraphQuery, GraphScope};
use crate::flow::context::Context;
use crate::github::Github;
use crate::model::azure::{ArcCluster, FluxConfiguration};
use crate::model::cleanup::{
    CandidateNamespace, CleanupInventory, FollowingConfiguration, OtherFollowers, needs_content,
};
use crate::model::contract::{ENVIRONMENT_LABEL, PROJECT_LABEL};
use crate::model::github::TokenScopes;
use crate::model::pipeline::Project;
use crate::model::{Failure, ProgressEvent, is_same_repository};

/// Followers are looked at one by one, so many at once.
const SIDE_BY_SIDE: usize = 8;
/// The most followers that are looked at one by one: of more, the list is taken at its word.
const MOST_CONFIRMED: usize = 100;

/// What exists, and the ways to where it is.
pub(super) struct TakenInventory {
    pub(super) inventory: CleanupInventory,
    pub(super) github: Option<Github>,
    pub(super) clusters: Vec<NamedCluster>,
}

pub(super) async fn take_inventory(
    context: &Context,
    request: &CleanupRequest,
) -> Result<TakenInventory, Box<dyn Failure>> {
    let project = &request.project;
    let github = match request.needs_no_github() {
        true => None,
        false => Some(context.open_github().await?),
    };
    context.tell(ProgressEvent::Waiting("what exists of the project".to_owned()));
    let of_github = async {
        match &github {
            Some(github) => github_inventory(github, project).await.map(Some),
            None => Ok(None),
        }
    };
    let of_clusters = async {
        let clusters = named_clusters(context, request).await?;
        let found = try_join_all(clusters.iter().map(cluster_inventory)).await?;
        Ok::<_, Box<dyn Failure>>((clusters, found))
    };
    let (of_github, (named, clusters)) = futures::try_join!(of_github, of_clusters)?;
    let host = context.github().host();
    let address = format!("https://{host}/{}", project.gitops);
    let followers = match named.first() {
        Some(first) => other_followers(&first.azure, project, &address, &named).await,
        None => OtherFollowers::Known(Vec::new()),
    };
    let packages_page = packages_page(host, project, of_github.as_ref());
    let (repositories, scopes, chain) = match of_github {
        Some(found) => (found.repositories, found.scopes, found.chain),
        None => (Vec::new(), TokenScopes::default(), Vec::new()),
    };
    let mut inventory = CleanupInventory {
        project: project.clone(),
        address,
        environments: request.environments.clone(),
        is_limited: !request.environments.is_empty(),
        clusters,
        followers,
        repositories,
        scopes,
        packages_page,
        tokens_page: format!("https://{host}/settings/tokens"),
        service_principal: context.azure().service_principal_client(),
    };
    if !inventory.is_limited {
        inventory.environments = found_environments(&inventory, chain);
    }
    choose_namespaces(&mut inventory);
    look_into_namespaces(&mut inventory, &named).await;
    Ok(TakenInventory { inventory, github, clusters: named })
}

/// The environments of the chain, those that configurations follow and those that labels name.
fn found_environments(inventory: &CleanupInventory, chain: Vec<String>) -> Vec<String> {
    let configurations = inventory.clusters.iter().flat_map(|cluster| &cluster.configurations);
    let followed = configurations
        .filter(|configuration| inventory.follows(configuration))
        .filter_map(|configuration| configuration.branch.clone());
    let flux = || inventory.clusters.iter().filter_map(|cluster| cluster.flux.as_ref());
    let left = flux()
        .flat_map(|flux| &flux.sources)
        .filter(|source| is_same_repository(&source.url, &inventory.address))
        .filter_map(|source| source.branch().map(str::to_owned));
    let labelled = flux().flat_map(|flux| &flux.namespaces).filter_map(|candidate| {
        let labels = &candidate.namespace.meta.labels;
        let is_own = labels.get(PROJECT_LABEL).is_some_and(|project| project == inventory.project.name());
        labels.get(ENVIRONMENT_LABEL).filter(|_| is_own).cloned()
    });
    let mut environments: Vec<String> = Vec::new();
    for environment in chain.into_iter().chain(followed).chain(left).chain(labelled) {
        if !environments.iter().any(|known| known.eq_ignore_ascii_case(&environment)) {
            environments.push(environment);
        }
    }
    environments
}

/// Leaves those namespaces that bear the project's label, or the name of one of its environments: whole, for `dev2` is
/// another than `dev`.
fn choose_namespaces(inventory: &mut CleanupInventory) {
    let (project, environments) = (inventory.project.clone(), inventory.environments.clone());
    let environment_of = |candidate: &CandidateNamespace| {
        let meta = &candidate.namespace.meta;
        let by_name =
            environments.iter().find(|environment| project.namespace(environment) == meta.name).cloned();
        let is_labelled = meta.labels.get(PROJECT_LABEL).is_some_and(|label| label == project.name());
        let by_label = meta.labels.get(ENVIRONMENT_LABEL).filter(|_| is_labelled).cloned();
        (by_name.is_some() || is_labelled, by_label.or(by_name))
    };
    for flux in inventory.clusters.iter_mut().filter_map(|cluster| cluster.flux.as_mut()) {
        flux.namespaces.retain_mut(|candidate| {
            let (is_candidate, environment) = environment_of(candidate);
            candidate.environment = environment;
            is_candidate
        });
    }
}

/// Looks into the namespaces that nothing else tells the owner of.
async fn look_into_namespaces(inventory: &mut CleanupInventory, named: &[NamedCluster]) {
    let mut looked = Vec::new();
    for (place, (cluster, world)) in inventory.clusters.iter().zip(named).enumerate() {
        let (Some(flux), Some(connection)) = (&cluster.flux, &world.connection) else { continue };
        for (index, candidate) in flux.namespaces.iter().enumerate() {
            if needs_content(inventory, flux, candidate) {
                // What cannot be looked at stays unknown, and the namespace where it is.
                let content = connection.namespace_content(&candidate.namespace.meta.name).await.ok();
                looked.push((place, index, content));
            }
        }
    }
    for (place, index, content) in looked {
        if let Some(flux) = inventory.clusters[place].flux.as_mut() {
            flux.namespaces[index].content = content;
        }
    }
}

/// The page with the packages of the project: their list is not read, because it takes a scope that deleting does not.
fn packages_page(host: &str, project: &Project, found: Option<&GithubInventory>) -> String {
    let (owner, name) = (project.organization(), project.name());
    match found.is_some_and(|found| !found.is_organization) {
        true => format!("https://{host}/{owner}?tab=packages&repo_name={name}"),
        false => format!("https://{host}/orgs/{owner}/packages?repo_name={name}"),
    }
}

/// The configurations of other clusters that follow the gitops repository. Resource Graph lags behind: each is looked at
/// in Resource Manager, and one that is gone there is none.
async fn other_followers(
    azure: &Azure,
    project: &Project,
    address: &str,
    named: &[NamedCluster],
) -> OtherFollowers {
    let query = GraphQuery::flux_configurations(Some(&project.gitops.to_string()), GraphScope::Everything);
    let found = match azure.resource_graph(&query).await {
        Ok(found) if found.is_truncated => {
            return OtherFollowers::NotTold("Azure does not list all of them".to_owned());
        }
        Ok(found) => found.rows,
        Err(error) => return OtherFollowers::NotTold(error.to_string()),
    };
    let is_named = |arc: &ArcCluster| named.iter().any(|cluster| cluster.arc == *arc);
    let others: Vec<FluxConfiguration> = found
        .iter()
        .filter_map(FluxConfiguration::read)
        .filter(|row| is_same_repository(&row.url, address) && !is_named(&row.cluster))
        .collect();
    let is_confirmed = others.len() <= MOST_CONFIRMED;
    let confirmed = others.into_iter().map(|row| async move {
        if !is_confirmed {
            return Ok(Some(FollowingConfiguration { configuration: row, connectivity: None }));
        }
        confirmed(azure, row).await
    });
    let confirmed: Vec<Result<_, AzureError>> =
        stream::iter(confirmed).buffered(SIDE_BY_SIDE).collect().await;
    match confirmed.into_iter().collect::<Result<Vec<_>, _>>() {
        Ok(followers) => OtherFollowers::Known(
            followers
                .into_iter()
                .flatten()
                .filter(|follower| is_same_repository(&follower.configuration.url, address))
                .collect(),
        ),
        Err(error) => OtherFollowers::NotTold(error.to_string()),
    }
}

async fn confirmed(
    azure: &Azure,
    row: FluxConfiguration,
) -> Result<Option<FollowingConfiguration>, AzureError> {
    let Some(configuration) = azure.flux_configuration(&row.cluster, &row.name).await? else {
        return Ok(None);
    };
    let connected = azure.connected_cluster(&row.cluster).await?;
    let connectivity = connected.and_then(|connected| connected.connectivity);
    Ok(Some(FollowingConfiguration { configuration, connectivity }))
}
