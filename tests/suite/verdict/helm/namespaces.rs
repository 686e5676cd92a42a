//! Where a Helm release delivers, and who may read it.

use super::super::least::*;
use super::objects::*;
use gitops_core::model::verdict::{Reason, Standing};
use serde_json::json;

#[test]
fn a_release_installs_into_the_namespace_that_it_targets() {
    let elsewhere = with(
        release(),
        &[
            ("/spec/targetNamespace", json!(NAMESPACE)),
            ("/metadata/namespace", json!("flux-system")),
            ("/status/conditions", gave_up("RetriesExceeded")),
        ],
    );
    let mut cluster = crate::verdict::timeline::cluster(NAMESPACE, &[deployment()]);
    let scope = gitops_core::model::cluster::Scope::namespace(
        gitops_core::model::cluster::Kind::HelmRelease,
        "flux-system",
    );
    cluster.replace(scope, gitops_core::model::cluster::Answer::Objects(vec![elsewhere]));
    let picture = judged(&cluster);
    assert_eq!(picture.environments.len(), 1);
    let environment = &picture.environments[0];
    assert_eq!(environment.id.namespace, NAMESPACE);
    assert_stands(environment, Standing::Failed, Reason::Stalled);
    let reset = environment.next.iter().find(|step| step.command.contains("--reset"));
    assert_eq!(
        reset.map(|step| step.command.as_str()),
        Some("flux reconcile helmrelease runner -n flux-system --reset")
    );
}

#[test]
fn who_may_read_a_release_and_not_its_kustomization_reads_of_the_release() {
    use gitops_core::model::cluster::{Answer, Kind, Scope};
    let labels = json!({ "kustomize.toolkit.fluxcd.io/name": "apps", "kustomize.toolkit.fluxcd.io/namespace": "flux-system" });
    let release = with(
        trying(gave_up("RetriesExceeded"), json!([failed(), before()]), &[]),
        &[("/metadata/labels", labels)],
    );
    let mut cluster = crate::verdict::timeline::cluster(NAMESPACE, &[release, deployment()]);
    for kind in [Kind::Kustomization, Kind::GitRepository, Kind::HelmRelease] {
        cluster.replace(Scope::namespace(kind, "flux-system"), Answer::Forbidden);
    }
    let picture = judged(&cluster);
    assert_stands(&picture.environments[0], Standing::Failed, Reason::Stalled);
    assert_eq!(picture.environments[0].ready.to_string(), "1/1");
}

#[test]
fn who_may_not_read_releases_is_not_told_that_nothing_deploys() {
    use gitops_core::model::cluster::{Answer, Kind, Scope};
    for place in [NAMESPACE, "flux-system"] {
        let mut cluster = crate::verdict::timeline::cluster(NAMESPACE, &[deployment()]);
        cluster.replace(Scope::namespace(Kind::HelmRelease, place), Answer::Forbidden);
        let picture = judged(&cluster);
        assert_eq!(picture.environments.len(), 1, "{place}");
        assert_stands(&picture.environments[0], Standing::Unknown, Reason::NotReadable);
        assert!(
            picture.environments[0].message.contains("helmreleases"),
            "{}",
            picture.environments[0].message
        );
    }
}

#[test]
fn a_release_delivers_to_every_namespace_that_it_has_workloads_in() {
    use gitops_core::model::cluster::{Answer, Kind, Scope};
    use gitops_core::model::verdict::{Selection, wants};
    let labels =
        json!({ "helm.toolkit.fluxcd.io/name": "runner", "helm.toolkit.fluxcd.io/namespace": "apps" });
    let workload = with(deployment(), &[("/metadata/labels", labels)]);
    let mut cluster = crate::verdict::timeline::cluster(NAMESPACE, &[workload]);
    let asked = wants(&cluster, &Selection::Namespace(NAMESPACE.into()));
    let of_apps = Scope::namespace(Kind::HelmRelease, "apps");
    assert!(asked.contains(&of_apps), "the label says where the release is");
    for inventory in
        [json!(null), json!({ "entries": [{ "id": "dev-hello_hello_apps_Deployment", "v": "v1" }] })]
    {
        let kept = [("/metadata/namespace", json!("apps")), ("/status/inventory", inventory)];
        cluster.replace(of_apps.clone(), Answer::Objects(vec![with(release(), &kept)]));
        let environment = &judged(&cluster).environments[0];
        assert_stands(environment, Standing::Deployed, Reason::Applied);
        assert_eq!(environment.ready.to_string(), "1/1");
    }
}
