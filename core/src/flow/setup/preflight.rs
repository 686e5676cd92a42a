//! Asks what is checked before anything is changed, all of it side by side. What the answers mean is decided in
//! [`crate::model::setup`].

use futures::future::join_all;
use futures::join;
use k8s_openapi::api::authorization::v1::{
    ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec,
};

use crate::azure::{Azure, AzureError, Extension};
use crate::flow::DeliveryCluster;
use crate::github::Github;
use crate::kubernetes::{Connection, DryRun, WriteTarget};
use crate::model::pipeline::Role;
use crate::model::setup::{AzureFacts, GithubFacts, SetupRequest};
use crate::model::{Failure, Unread};

/// The resource providers that are needed.
const PROVIDERS: [&str; 2] = ["Microsoft.Kubernetes", "Microsoft.KubernetesConfiguration"];

fn read<T, E: Failure>(answer: Result<T, E>) -> Result<T, Unread> {
    answer.map_err(|error| Unread::of(&error))
}

/// What GitHub says about the token, the organisation and what is left of an earlier project.
pub(super) async fn github_facts(github: &Github, request: &SetupRequest) -> GithubFacts {
    let login = request.project.organization();
    let package = format!("{0}/{0}", request.project.name());
    let branches = rules_of(request);
    let rules = join_all(branches.iter().map(async |(role, branch)| {
        let name = request.project.repository(*role);
        let rules = match github.branch_rules(name, branch).await {
            // A repository that is not there has no rules of its own; its organisation's are seen once it is.
            Err(error) if error.is_absent() => Ok(Vec::new()),
            answer => read(answer),
        };
        (format!("{name} {branch}"), rules)
    }));
    let (user, owner, organization, membership, policy, package, rules) = join!(
        github.user(),
        github.account(login),
        github.organization(login),
        github.membership(login),
        github.actions_policy(login),
        github.container_package(login, &package),
        rules,
    );
    GithubFacts {
        user: read(user),
        owner: read(owner),
        organization: read(organization),
        membership: read(membership),
        policy: read(policy),
        package: read(package),
        rules,
    }
}

/// The branches that get commits, or merges of workflows.
fn rules_of(request: &SetupRequest) -> Vec<(Role, String)> {
    let gitops = request.environments.iter().map(|environment| (Role::Gitops, environment.clone()));
    let configs = request.environments.iter().map(|environment| (Role::Configs, environment.clone()));
    gitops.chain(configs).collect()
}

/// What Azure and the cluster say about a cluster. `extension` is what was found of Flux on it.
pub(super) async fn azure_facts(
    azure: &Azure,
    cluster: &DeliveryCluster,
    namespaces: &[String],
    extension: Result<Option<&Extension>, &AzureError>,
) -> AzureFacts {
    let subscription = cluster.arc.subscription();
    let providers = join_all(PROVIDERS.map(async |provider| {
        (provider.to_owned(), read(azure.require_provider(subscription, provider).await))
    }));
    let (providers, connected, old_configuration, denied) = join!(
        providers,
        azure.connected_cluster(&cluster.arc),
        azure.old_configuration(&cluster.arc),
        denied(&cluster.connection, namespaces),
    );
    AzureFacts {
        providers,
        connected: read(connected),
        extension: match extension {
            Ok(extension) => Ok(extension.map(|extension| extension.provisioning.clone())),
            Err(error) => Err(Unread::of(error)),
        },
        old_configuration: read(old_configuration),
        denied,
    }
}

/// What may not be done in a cluster, of what is needed.
async fn denied(connection: &Connection, namespaces: &[String]) -> Result<Vec<String>, Unread> {
    let in_namespaces = namespaces.iter().map(|namespace| ("create", "secrets", Some(namespace.as_str())));
    let needed = [("create", "namespaces", None), ("patch", "namespaces", None)].into_iter();
    let reviews = join_all(needed.chain(in_namespaces).map(async |(verb, resource, namespace)| {
        let review = SelfSubjectAccessReview {
            spec: SelfSubjectAccessReviewSpec {
                resource_attributes: Some(ResourceAttributes {
                    verb: Some(verb.to_owned()),
                    resource: Some(resource.to_owned()),
                    namespace: namespace.map(str::to_owned),
                    ..ResourceAttributes::default()
                }),
                ..SelfSubjectAccessReviewSpec::default()
            },
            ..SelfSubjectAccessReview::default()
        };
        let target = WriteTarget::of::<SelfSubjectAccessReview>();
        let reviewed = connection.create(target, "", &review, DryRun::Off).await;
        let place = namespace.map(|namespace| format!(" -n {namespace}")).unwrap_or_default();
        let is_allowed = |review: SelfSubjectAccessReview| review.status.is_some_and(|status| status.allowed);
        read(reviewed).map(|review| (format!("{verb} {resource}{place}"), is_allowed(review)))
    }));
    let reviewed: Result<Vec<(String, bool)>, Unread> = reviews.await.into_iter().collect();
    Ok(reviewed?.into_iter().filter(|(_, is_allowed)| !is_allowed).map(|(need, _)| need).collect())
}
