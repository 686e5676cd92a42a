//! What is planned for what exists.

use std::collections::BTreeMap;

use serde_json::json;

use super::samples::{repository, request};
use super::{ObservedArcCluster, ObservedNamespace, ObservedSetup, SetupPlan, SetupRequest, plan};
use crate::model::azure::FluxConfiguration;
use crate::model::pipeline::Role;
use crate::model::plan::{Action, PlanStep};

fn step<'a>(plan: &'a SetupPlan, name: &str) -> &'a PlanStep {
    plan.plan.steps.iter().find(|step| step.name == name).unwrap_or_else(|| panic!("no step {name}"))
}

fn planned(observed: &ObservedSetup, name: &str) -> (Action, String, String) {
    let plan = plan(&request(), observed);
    let step = step(&plan, name);
    (step.action, step.exists.clone(), step.change.clone())
}

fn with_repository(change: impl FnOnce(&mut super::ObservedRepository)) -> ObservedSetup {
    let mut gitops = repository("contoso/hello-gitops");
    change(&mut gitops);
    ObservedSetup { repositories: [(Role::Gitops, gitops)].into(), ..ObservedSetup::default() }
}

fn with_cluster(cluster: ObservedArcCluster) -> ObservedSetup {
    ObservedSetup { clusters: vec![cluster], ..ObservedSetup::default() }
}

#[test]
fn every_step_that_writes_says_what_and_waits_for_what_it_needs() {
    let plan = plan(&request(), &ObservedSetup::default());
    let names: Vec<&str> = plan.plan.steps.iter().map(|step| step.name.as_str()).collect();
    let mut unique = names.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), names.len(), "names are keys: {names:?}");
    for step in &plan.plan.steps {
        assert_eq!(step.action.is_write(), plan.writes.contains_key(&step.name), "{}", step.name);
        assert!(step.after.iter().all(|before| names.contains(&before.as_str())), "{step:?}");
        assert!(!step.change.is_empty(), "{step:?}");
    }
    assert_eq!(step(&plan, "pull request GitOps CD setup").after, ["branch feature/cd-setup of source"]);
    let configuration = step(&plan, "Flux configuration hello-dev of edge-1");
    assert_eq!(configuration.change, "applies hello of branch dev, fetched every 10 s");
}

#[test]
fn a_repository_that_cannot_be_brought_to_what_is_wanted_stops_its_step() {
    let name = "repository gitops";
    assert_eq!(planned(&with_repository(|_| ()), name).0, Action::Keep);
    let archived = with_repository(|found| found.repository.is_archived = true);
    assert_eq!(planned(&archived, name).0, Action::Blocked);
    let differs = |may_administer| {
        with_repository(|found| {
            found.repository.may_administer = may_administer;
            found.repository.merge_messages.insert("merge_commit_message".to_owned(), "PR_BODY".to_owned());
        })
    };
    let (action, _, change) = planned(&differs(true), name);
    // GitHub takes a title and its message together.
    assert_eq!((action, change.as_str()), (Action::Change, "merge_commit_message, merge_commit_title"));
    let (action, why, _) = planned(&differs(false), name);
    assert!(action == Action::Blocked && why.contains("this token may not change settings"), "{why}");
}

#[test]
fn a_namespace_of_another_project_is_not_taken() {
    let name = "namespace dev-hello of edge-1";
    let labelled = |labels: &[(&str, &str)], is_terminating| {
        let labels = labels.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect();
        let found = ObservedNamespace { labels, is_terminating, has_pull_secret: false };
        with_cluster(ObservedArcCluster {
            namespaces: [("dev-hello".to_owned(), found)].into(),
            ..ObservedArcCluster::default()
        })
    };
    let own = [("gitops.dev/project", "hello"), ("gitops.dev/environment", "dev")];
    assert_eq!(planned(&labelled(&own, false), name).0, Action::Keep);
    assert_eq!(planned(&labelled(&[], false), name).0, Action::Change, "nobody's is taken");
    let (action, why, _) = planned(&labelled(&[("gitops.dev/project", "other")], false), name);
    assert!(action == Action::Blocked && why.contains("it is another's"), "{why}");
    let (action, why, _) = planned(&labelled(&own, true), name);
    assert!(action == Action::Blocked && why.contains("being deleted"), "{why}");
}

fn configuration(properties: &serde_json::Value) -> ObservedSetup {
    let id = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Kubernetes/connectedClusters/edge-1/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/hello-dev";
    let found =
        FluxConfiguration::read(&json!({"id": id, "properties": properties})).expect("a configuration");
    with_cluster(ObservedArcCluster {
        has_flux: true,
        configurations: BTreeMap::from([("hello-dev".to_owned(), found)]),
        ..ObservedArcCluster::default()
    })
}

#[test]
fn a_configuration_is_brought_to_what_is_wanted_and_anothers_is_left_alone() {
    let name = "Flux configuration hello-dev of edge-1";
    let with = |url: &str, branch: &str, interval: i64, kustomization: serde_json::Value| {
        configuration(&json!({
            "namespace": "flux-system",
            "gitRepository": {
                "url": url, "repositoryRef": {"branch": branch}, "syncIntervalInSeconds": interval,
            },
            "kustomizations": {"hello-dev": kustomization},
        }))
    };
    let url = "https://github.com/contoso/hello-gitops";
    let wanted = json!({"path": "./hello", "prune": true, "wait": true});
    assert_eq!(planned(&with(url, "dev", 10, wanted.clone()), name).0, Action::Keep);
    // D2: the same repository, spelt otherwise.
    let respelt = "https://GitHub.com/Contoso/hello-gitops.git/";
    assert_eq!(
        planned(&with(respelt, "dev", 600, wanted.clone()), name).0,
        Action::Keep,
        "a longer one stays"
    );
    let (action, _, change) = planned(&with(url, "dev", 10, json!({"path": "hello"})), name);
    assert_eq!((action, change.as_str()), (Action::Change, "prunes"));
    for (url, branch, expected) in [
        (
            "https://github.com/fabrikam/hello-gitops",
            "dev",
            "it follows https://github.com/fabrikam/hello-gitops",
        ),
        (url, "main", "it follows main, and not branch dev"),
    ] {
        let (action, why, _) = planned(&with(url, branch, 10, wanted.clone()), name);
        assert!(action == Action::Blocked && why == expected, "{why}");
    }
}

#[test]
fn clusters_that_join_slow_the_fetches_of_all() {
    let request = SetupRequest::clone(&request());
    let observed = ObservedSetup { other_configurations: 98, ..ObservedSetup::default() };
    let plan = plan(&request, &observed);
    let configuration = step(&plan, "Flux configuration hello-qa of edge-1");
    assert_eq!(configuration.change, "applies hello of branch qa, fetched every 20 s");
}
