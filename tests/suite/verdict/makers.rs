//! To make a namespace is not to deliver to it.

use gitops_core::model::cluster::{Answer, Kind, Scope};
use gitops_core::model::verdict::{Picture, Reason, Selection, Standing, picture};
use serde_json::{Value, json};

use super::least::*;
use super::timeline::cluster;

/// A Kustomization `flux-system/infra` that made the namespace, with what else it applied.
fn maker(others: &[&str]) -> Value {
    let entries = ["_dev-hello__Namespace"].iter().chain(others);
    let entries: Vec<Value> = entries.map(|entry| json!({ "id": entry, "v": "v1" })).collect();
    with(
        kustomization(),
        &[
            ("/metadata/name", json!("infra")),
            ("/metadata/uid", json!("i")),
            ("/status/inventory", json!({ "entries": entries })),
        ],
    )
}

fn judged_with(objects: &[Value], selection: &Selection) -> Picture {
    let mut answers = cluster(NAMESPACE, objects);
    let labels = json!({ "kustomize.toolkit.fluxcd.io/name": "infra", "kustomize.toolkit.fluxcd.io/namespace": NAMESPACE });
    let itself = json!({ "kind": "Namespace", "metadata": { "name": NAMESPACE, "labels": labels }, "status": { "phase": "Active" } });
    answers.replace(Scope::object(Kind::Namespace, "", NAMESPACE), Answer::Objects(vec![itself]));
    picture(&answers, selection, now())
}

fn named() -> Selection {
    Selection::Namespace(NAMESPACE.into())
}

/// The maker's objects are kept in another namespace, where its source is too.
fn elsewhere(object: Value) -> Value {
    with(object, &[("/metadata/namespace", json!("infra"))])
}

#[test]
fn what_made_the_namespace_alone_does_not_deliver_to_it() {
    let maker = elsewhere(maker(&["infra_settings__ConfigMap"]));
    let labels = json!({ "kustomize.toolkit.fluxcd.io/name": "infra", "kustomize.toolkit.fluxcd.io/namespace": "infra" });
    let itself = json!({ "kind": "Namespace", "metadata": { "name": NAMESPACE, "labels": labels }, "status": { "phase": "Active" } });
    let of = |others: &[Value], selection: &Selection| {
        let mut answers = cluster(NAMESPACE, &[]);
        let kustomizations = [std::slice::from_ref(&maker), others].concat();
        answers.replace(Scope::namespace(Kind::Kustomization, "infra"), Answer::Objects(kustomizations));
        answers.replace(Scope::object(Kind::Namespace, "", NAMESPACE), Answer::Objects(vec![itself.clone()]));
        picture(&answers, selection, now())
    };
    let empty = of(&[], &named());
    assert_stands(&empty.environments[0], Standing::NotDeployed, Reason::KustomizationMissing);
    let message = &empty.environments[0].message;
    assert!(
        message.starts_with("Kustomization infra/infra made namespace dev-hello and applies nothing in it"),
        "{message}"
    );
    assert!(empty.followed.iter().all(|followed| followed.namespace != NAMESPACE));
    let is_there =
        |environment: &gitops_core::model::verdict::EnvironmentStatus| environment.id.namespace == NAMESPACE;
    assert!(!of(&[], &Selection::All).environments.iter().any(is_there), "nobody asked about it");
    let namesake = with(
        elsewhere(kustomization()),
        &[
            ("/metadata/name", json!(NAMESPACE)),
            ("/spec/suspend", json!(true)),
            ("/spec/sourceRef", json!({ "kind": "GitRepository", "name": "other" })),
            ("/status", json!({})),
        ],
    );
    let suspended = of(&[namesake], &named());
    assert_stands(&suspended.environments[0], Standing::Suspended, Reason::KustomizationSuspended);
}

#[test]
fn what_applies_something_in_the_namespace_it_made_delivers_to_it() {
    let objects = [source(), maker(&["dev-hello_settings__ConfigMap"])];
    let environment = &judged_with(&objects, &named()).environments[0];
    assert_stands(environment, Standing::Deployed, Reason::Applied);
}

/// Labels of a Kustomization that was deleted and left its objects.
fn labels_of_deleted() -> Value {
    json!({ "kustomize.toolkit.fluxcd.io/name": "old", "kustomize.toolkit.fluxcd.io/namespace": NAMESPACE })
}

#[test]
fn a_missing_maker_of_the_namespace_takes_nothing_from_what_others_deliver() {
    let mut answers = cluster(NAMESPACE, &[source(), kustomization(), deployment()]);
    let itself =
        json!({ "kind": "Namespace", "metadata": { "name": NAMESPACE, "labels": labels_of_deleted() } });
    answers.replace(Scope::object(Kind::Namespace, "", NAMESPACE), Answer::Objects(vec![itself]));
    let environment = &picture(&answers, &named(), now()).environments[0];
    assert_stands(environment, Standing::Deployed, Reason::Applied);
    assert!(environment.remarks.is_empty(), "{:?}", environment.remarks);
}

#[test]
fn what_a_deleted_kustomization_left_is_a_remark_beside_what_others_deliver() {
    let labelled = |name: &str| {
        let labels = ("/metadata/labels", labels_of_deleted());
        with(deployment(), &[labels, ("/metadata/name", json!(name)), ("/metadata/uid", json!(name))])
    };
    let environment = seen(&[source(), kustomization(), labelled("hello"), labelled("left")]);
    assert_stands(&environment, Standing::Deployed, Reason::Applied);
    let said: Vec<&str> = environment.remarks.iter().map(|remark| remark.message.as_str()).collect();
    let left = "Deployment dev-hello/left is kept by nobody: Kustomization dev-hello/old, which made it, is not there";
    assert_eq!(said, [left], "the inventory keeps hello, whatever its label says");
    let alone = seen(&[labelled("left")]);
    assert_stands(&alone, Standing::NotDeployed, Reason::KustomizationMissing);
}
