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
