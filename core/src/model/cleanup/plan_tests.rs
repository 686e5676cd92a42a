//! Tables of cases: from an inventory to a plan.

use serde_json::{Value, json};

use super::*;
use crate::model::azure::{ArcCluster, Connectivity, FluxConfiguration};
use crate::model::github::{Repository, TokenScopes};
use crate::model::objects::{Kustomization, Namespace, Source, SourceKind};
use crate::model::pipeline::{Project, Role};
use crate::model::plan::{Action, PlanStep};

const CLUSTER: &str =
    "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Kubernetes/connectedClusters/edge-1";
const GITOPS: &str = "https://github.com/contoso/hello-gitops";

fn configuration(cluster: &str, name: &str, url: &str, branch: &str) -> FluxConfiguration {
    let document = json!({
        "id": format!("{cluster}/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/{name}"),
        "properties": {
            "namespace": "flux-system",
            "gitRepository": {"url": url, "repositoryRef": {"branch": branch}},
            "kustomizations": {name: {"path": "hello", "prune": true}},
            "complianceState": "Compliant",
        },
    });
    FluxConfiguration::read(&document).expect("a configuration")
}

fn source(name: &str, url: &str, branch: &str) -> Source {
    let object = json!({
        "metadata": {"name": name, "namespace": "flux-system", "labels": {"clusterconfig.azure.com/name": name}},
        "spec": {"url": url, "ref": {"branch": branch}, "secretRef": {"name": format!("{name}-auth")}},
    });
    Source::read(SourceKind::GitRepository, &object)
}

fn kustomization(name: &str, source: &str, inventory: &[&str]) -> Kustomization {
    let entries: Vec<Value> = inventory.iter().map(|id| json!({"id": id, "v": "v1"})).collect();
    Kustomization::read(&json!({
        "metadata": {"name": name, "namespace": "flux-system"},
        "spec": {"sourceRef": {"kind": "GitRepository", "name": source}, "prune": true},
        "status": {"inventory": {"entries": entries}},
    }))
}

fn namespace(name: &str, labels: Value, environment: Option<&str>) -> CandidateNamespace {
    CandidateNamespace {
        namespace: Namespace::read(&json!({"metadata": {"name": name, "uid": "u", "labels": labels}})),
        environment: environment.map(str::to_owned),
        content: None,
    }
}

fn repository(role: Role, variables: &[(&str, &str)]) -> CleanupRepository {
    let name = project().repository(role).clone();
    let document = json!({
        "full_name": name.to_string(), "private": true, "permissions": {"admin": true, "push": true},
        "html_url": format!("https://github.com/{name}"),
    });
    let repository = Repository::from_json(&document).expect("a repository");
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    CleanupRepository {
        role,
        name,
        present: Some(PresentRepository { repository, variables: Ok(variables) }),
    }
}

fn project() -> Project {
    Project::new("contoso", "hello").expect("a project")
}

/// The project as set-up leaves it, with environment dev.
fn inventory() -> CleanupInventory {
    let flux = ClusterFlux {
        sources: vec![source("hello-dev", GITOPS, "dev")],
        kustomizations: vec![kustomization(
            "hello-dev-hello-dev",
            "hello-dev",
            &["dev-hello_hello_apps_Deployment"],
        )],
        namespaces: vec![namespace("dev-hello", json!({"gitops.dev/project": "hello"}), Some("dev"))],
    };
    CleanupInventory {
        project: project(),
        address: GITOPS.to_owned(),
        environments: vec!["dev".to_owned()],
        is_limited: false,
        clusters: vec![CleanupCluster {
            arc: ArcCluster::from_id(CLUSTER).expect("a cluster"),
            connectivity: Some(Connectivity::Connected),
            configurations: vec![configuration(CLUSTER, "hello-dev", GITOPS, "dev")],
            flux: Some(flux),
        }],
        followers: OtherFollowers::Known(Vec::new()),
        repositories: vec![
            repository(Role::Source, &[("MANIFESTS_REPO", "contoso/hello-gitops")]),
            repository(Role::Configs, &[("SRC_REPO", "Contoso/Hello")]),
            repository(Role::Gitops, &[("SRC_REPO", "contoso/hello")]),
        ],
        scopes: TokenScopes::default(),
        packages_page: "https://packages".to_owned(),
        tokens_page: "https://tokens".to_owned(),
        service_principal: None,
    }
}

fn options() -> CleanupOptions {
    CleanupOptions { command: "cleanup".to_owned(), ..CleanupOptions::default() }
}

fn step(inventory: &CleanupInventory, options: &CleanupOptions, name: &str) -> PlanStep {
    let plan = cleanup_plan(inventory, options).plan;
    let steps = plan.steps.iter().find(|step| step.name == name);
    steps.unwrap_or_else(|| panic!("{name}: {:?}", plan.steps)).clone()
}

#[test]
fn what_is_the_projects_goes_in_an_order_that_can_be_gone_on_with() {
    let planned = cleanup_plan(&inventory(), &options());
    let deleted: Vec<&str> = planned
        .plan
        .steps
        .iter()
        .filter(|step| step.action == Action::Delete)
        .map(|step| step.name.as_str())
        .collect();
    let expected = [
        "FluxConfiguration edge-1/hello-dev",
        "Namespace edge-1/dev-hello",
        "Repository contoso/hello-configs",
        "Repository contoso/hello-gitops",
        "Repository contoso/hello",
    ];
    assert_eq!(deleted, expected);
    assert_eq!(planned.targets.len(), expected.len(), "each has a target");
    let after = |name: &str| step(&inventory(), &options(), name).after;
    assert_eq!(after(expected[1]), expected[..1]);
    assert_eq!(after(expected[2]), expected[..2]);
    assert_eq!(after(expected[4]), expected[..4]);
}

/// D30: names are compared whole.
#[test]
fn what_begins_with_the_projects_names_is_no_step() {
    let mut inventory = inventory();
    let other = "https://github.com/contoso/hello-gitops2";
    inventory.clusters[0].configurations.push(configuration(CLUSTER, "hello-dev2", other, "dev2"));
    let plan = cleanup_plan(&inventory, &options()).plan;
    assert!(plan.steps.iter().all(|step| !step.name.contains("dev2")), "{:?}", plan.steps);
}

#[test]
fn what_is_silent_is_blocked_and_forced_where_that_is_wanted() {
    let name = "FluxConfiguration edge-1/hello-dev";
    for (state, is_blocked) in [
        (Connectivity::Connected, false),
        (Connectivity::Connecting, false),
        (Connectivity::Offline, true),
        (Connectivity::Expired, true),
        (Connectivity::AgentNotInstalled, true),
    ] {
        let mut inventory = inventory();
        inventory.clusters[0].connectivity = Some(state.clone());
        let planned = step(&inventory, &options(), name);
        assert_eq!(planned.action == Action::Blocked, is_blocked, "{state}");
        let remedy = is_blocked.then(|| "cleanup --force-delete".to_owned());
        assert_eq!(planned.remedy, remedy, "{state}");
        let forced = CleanupOptions { is_delete_forced: true, ..options() };
        assert_eq!(step(&inventory, &forced, name).action, Action::Delete, "{state}");
        let left = step(&inventory, &forced, "Flux objects of edge-1/hello-dev");
        assert_eq!((left.action, left.after.as_slice()), (Action::Delete, &[name.to_owned()][..]));
    }
}

#[test]
fn what_nobody_reaches_is_named_and_blocked() {
    let mut inventory = inventory();
    inventory.clusters[0].flux = None;
    let forced = CleanupOptions { is_delete_forced: true, ..options() };
    for name in ["Flux objects of edge-1/hello-dev", "Namespaces of edge-1"] {
        let step = step(&inventory, &forced, name);
        assert!(
            step.action == Action::Blocked && step.exists.contains("is not reached from here"),
            "{step:?}"
        );
    }
}

#[test]
fn who_else_follows_keeps_the_repositories() {
    let gitops = "Repository contoso/hello-gitops";
    let other = CLUSTER.replace("edge-1", "edge-2");
    let follower = FollowingConfiguration {
        configuration: configuration(&other, "hello-dev", "git@github.com:contoso/hello-gitops.git", "dev"),
        connectivity: Some(Connectivity::Connected),
    };
    let mut inventory = inventory();
    inventory.followers = OtherFollowers::Known(vec![follower]);
    let refused = step(&inventory, &options(), gitops);
    assert_eq!(refused.action, Action::Blocked);
    assert_eq!(
        refused.exists,
        "FluxConfiguration edge-2/hello-dev would lose the repository that it follows"
    );
    assert_eq!(refused.remedy.as_deref(), Some("cleanup --all-clusters"));
    let all = CleanupOptions { has_all_clusters: true, ..options() };
    assert_eq!(step(&inventory, &all, gitops).action, Action::Delete);
    assert!(step(&inventory, &all, gitops).after.contains(&"FluxConfiguration edge-2/hello-dev".to_owned()));
    let stays = step(&inventory, &all, "Namespace edge-2/dev-hello");
    assert_eq!(stays.remedy.as_deref(), Some("cleanup --cluster 'rg/edge-2@<context>'"));
    let keeping = CleanupOptions { keeps_workloads: true, ..all };
    assert_eq!(step(&inventory, &keeping, "FluxConfiguration edge-2/hello-dev").action, Action::Blocked);
    inventory.followers = OtherFollowers::NotTold("no rights".to_owned());
    let refused = step(&inventory, &options(), gitops);
    assert_eq!(refused.exists, "whether other clusters follow it is not known: no rights");
}

#[test]
fn a_token_without_the_right_is_told_before_anything_is_deleted() {
    let mut inventory = inventory();
    inventory.scopes = TokenScopes::from_header(Some("repo"));
    let refused = step(&inventory, &options(), "Repository contoso/hello");
    assert_eq!(refused.remedy.as_deref(), Some("gh auth refresh -s delete_repo"));
    inventory.scopes = TokenScopes::from_header(Some("repo, delete_repo"));
    if let Some(present) = &mut inventory.repositories[0].present {
        present.repository.may_administer = false;
    }
    let refused = step(&inventory, &options(), "Repository contoso/hello");
    assert_eq!(refused.remedy.as_deref(), Some("gh api repos/contoso/hello --jq .permissions"));
}

#[test]
fn a_repository_is_the_projects_by_the_variables_that_join_it() {
    let joined = |role, variables: &[(&str, &str)]| {
        let repository = repository(role, variables);
        looks_like_role(&project(), role, &repository.present.expect("it is there"))
    };
    assert_eq!(joined(Role::Source, &[("CONFIGS_REPO", "contoso/hello-configs")]), Ok(()));
    assert_eq!(joined(Role::Gitops, &[("SRC_REPO", " Contoso/Hello ")]), Ok(()));
    for (role, variables, why) in [
        (Role::Gitops, &[][..], "it has no variable SRC_REPO"),
        (Role::Source, &[("OTHER", "x")][..], "it has no variable MANIFESTS_REPO or CONFIGS_REPO"),
        (
            Role::Configs,
            &[("SRC_REPO", "contoso/hello"), ("MANIFESTS_REPO", "contoso/other")][..],
            "its variable MANIFESTS_REPO names contoso/other, and not contoso/hello-gitops",
        ),
        (
            Role::Gitops,
            &[("SRC_REPO", "nonsense")][..],
            "its variable SRC_REPO names nonsense, and not contoso/hello",
        ),
    ] {
        assert_eq!(joined(role, variables), Err(why.to_owned()));
    }
}

fn object(kind: &str, name: &str, metadata: Value) -> ContentObject {
    let mut metadata = metadata;
    metadata["name"] = json!(name);
    let meta = crate::model::objects::Meta::read(&json!({ "metadata": metadata }));
    ContentObject { kind: kind.to_owned(), meta, ..ContentObject::default() }
}

#[test]
fn a_namespace_without_labels_is_the_projects_by_what_is_in_it() {
    let name = "Namespace edge-1/dev-hello";
    let owner = json!({"labels": {"kustomize.toolkit.fluxcd.io/name": "hello-dev-hello-dev"}});
    let own = vec![
        object("ServiceAccount", "default", json!({})),
        object("ConfigMap", "kube-root-ca.crt", json!({})),
        object("Secret", "cr-secret", json!({})),
        object("Deployment", "hello", owner),
        object("ReplicaSet", "hello-1", json!({"ownerReferences": [{"kind": "Deployment", "uid": "u"}]})),
        object("Job", "e2e-test", json!({"labels": {"test-type": "e2e"}})),
    ];
    let foreign = |object: ContentObject| [own.clone(), vec![object]].concat();
    let of_dev2 = json!({"labels": {"kustomize.toolkit.fluxcd.io/name": "hello-dev2-hello-dev2"}});
    for (objects, blocked) in [
        (own.clone(), None),
        (foreign(object("ConfigMap", "precious", json!({}))), Some("ConfigMap precious")),
        (foreign(object("ServiceAccount", "other", json!({}))), Some("ServiceAccount other")),
        (foreign(object("Deployment", "hello", of_dev2)), Some("Deployment hello")),
    ] {
        let mut inventory = inventory();
        let flux = inventory.clusters[0].flux.as_mut().expect("it is reached");
        flux.kustomizations.clear();
        let content = NamespaceContent { objects, ..NamespaceContent::default() };
        flux.namespaces = vec![CandidateNamespace {
            content: Some(content),
            ..namespace("dev-hello", json!({}), Some("dev"))
        }];
        let planned = step(&inventory, &options(), name);
        assert_eq!(planned.action == Action::Blocked, blocked.is_some(), "{planned:?}");
        assert!(blocked.is_none_or(|blocked| planned.exists.ends_with(blocked)), "{planned:?}");
        let forced = CleanupOptions { is_forced: true, ..options() };
        assert_eq!(step(&inventory, &forced, name).action, Action::Delete);
    }
}

#[test]
fn a_namespace_of_the_cluster_itself_is_deleted_under_no_flag() {
    for name in ["default", "kube-system", "flux-system", "azure-arc"] {
        let mut inventory = inventory();
        let flux = inventory.clusters[0].flux.as_mut().expect("it is reached");
        flux.namespaces = vec![namespace(name, json!({"gitops.dev/project": "hello"}), Some("dev"))];
        let forced = CleanupOptions { is_forced: true, ..options() };
        assert_eq!(step(&inventory, &forced, &format!("Namespace edge-1/{name}")).action, Action::Blocked);
    }
}

#[test]
fn what_azure_forgot_is_found_by_what_it_follows() {
    let mut inventory = inventory();
    inventory.clusters[0].configurations.clear();
    let planned = cleanup_plan(&inventory, &options());
    let Some(CleanupTarget::FluxObjects(target)) = planned.targets.get("Flux objects of edge-1/hello-dev")
    else {
        panic!("{:?}", planned.targets);
    };
    let named = |name: &str| vec![ObjectName { namespace: "flux-system".to_owned(), name: name.to_owned() }];
    assert_eq!(target.kustomizations, named("hello-dev-hello-dev"));
    assert_eq!((&target.sources, &target.secrets), (&named("hello-dev"), &named("hello-dev-auth")));
}

#[test]
fn two_clusters_of_one_name_are_told_apart_by_their_groups() {
    let mut inventory = inventory();
    let mut other = inventory.clusters[0].clone();
    other.arc = ArcCluster::from_id(&CLUSTER.replace("/rg/", "/rg-2/")).expect("a cluster");
    inventory.clusters.push(other);
    let places: Vec<String> =
        inventory.clusters.iter().map(|cluster| inventory.place(&cluster.arc)).collect();
    assert_eq!(places, ["rg/edge-1", "rg-2/edge-1"]);
}
