//! What of a source is followed, and which environment that names.

use super::super::least::*;
use super::super::timeline::cluster;
use super::objects::*;
use gitops_core::model::objects::SourceKind;
use gitops_core::model::upstream::followed_branches;
use gitops_core::model::verdict::{Reason, Selection, Standing, picture};
use serde_json::{Value, json};

#[test]
fn a_reference_that_outranks_the_branch_is_followed_and_told() {
    let named = |reference: Value| with(source(), &[("/spec/ref", reference)]);
    let ops = |field: &str| format!(r#"[{{"op":"remove","path":"/spec/ref/{field}"}}]"#);
    for (reference, followed, branch, patch) in [
        (json!({ "branch": "dev" }), None, Some("dev"), None),
        (
            json!({ "branch": "dev", "tag": "v3" }),
            Some("follows tag v3, which outranks branch dev"),
            None,
            Some(ops("tag")),
        ),
        (
            json!({ "branch": "dev", "semver": ">1" }),
            Some("follows range of versions >1"),
            None,
            Some(ops("semver")),
        ),
        (
            json!({ "branch": "dev", "commit": "46abddde3c053f4de5a3a05a44005d7fcd944816" }),
            Some("follows commit 46abddd"),
            None,
            Some(ops("commit")),
        ),
        (
            json!({ "branch": "dev", "name": "refs/pull/7/head" }),
            Some("follows reference refs/pull/7/head"),
            None,
            Some(ops("name")),
        ),
        (json!({ "name": "refs/heads/dev" }), None, Some("dev"), None),
        (json!({ "tag": "v3" }), None, None, None),
    ] {
        let environment = seen(&[named(reference.clone()), kustomization(), deployment()]);
        assert_stands(&environment, Standing::Deployed, Reason::Applied);
        let told: Vec<&str> = environment
            .remarks
            .iter()
            .filter(|remark| remark.reason == Reason::ReferenceIgnored)
            .map(|remark| remark.message.as_str())
            .collect();
        assert_eq!(told.len(), usize::from(followed.is_some()), "{reference}: {told:?}");
        assert!(followed.is_none_or(|followed| told[0].contains(followed)), "{reference}: {told:?}");
        let shown = environment.source.as_ref().expect("a source");
        assert_eq!(shown.branch.as_deref(), branch, "{reference}");
        let asked = followed_branches(
            &judged(&cluster(NAMESPACE, &[named(reference.clone()), kustomization(), deployment()])),
            "git.example",
        );
        assert_eq!(
            asked.len(),
            usize::from(branch.is_some()),
            "GitHub is asked for what is followed: {reference}"
        );
        let line = patch.map(|patch| {
            format!("kubectl patch gitrepository/hello-dev -n dev-hello --type json -p '{patch}'")
        });
        assert_eq!(commands(&environment), line.as_slice(), "{reference}");
    }
}

#[test]
fn documents_say_what_is_followed() {
    let shown = |object: Value, kind: SourceKind| {
        let environment = seen(&[object, built_from(kind), deployment()]);
        serde_json::to_value(environment.source).expect("a document")
    };
    let git = shown(
        with(source(), &[("/spec/ref", json!({ "tag": "v3", "branch": "dev" }))]),
        SourceKind::GitRepository,
    );
    assert_eq!(
        (&git["kind"], &git["name"], &git["tag"], &git["branch"]),
        (&json!("GitRepository"), &json!("hello-dev"), &json!("v3"), &json!(null))
    );
    let reference = json!({ "tag": "latest", "digest": "sha256:0" });
    let oci = shown(
        with(source_of(SourceKind::OciRepository), &[("/spec/ref", reference)]),
        SourceKind::OciRepository,
    );
    assert_eq!((&oci["digest"], oci.get("tag")), (&json!("sha256:0"), None));
    let bucket = shown(source_of(SourceKind::Bucket), SourceKind::Bucket);
    assert_eq!(bucket["url"], "minio.example:9000/manifests");
}

#[test]
fn a_branch_is_an_environment_only_where_the_namespace_agrees() {
    let named = |namespace: &str, source_name: &str, url: &str, branch: &str| {
        let place = json!(namespace);
        let source = with(
            source(),
            &[
                ("/metadata/name", json!(source_name)),
                ("/metadata/namespace", place.clone()),
                ("/spec/url", json!(url)),
                ("/spec/ref/branch", json!(branch)),
            ],
        );
        let inventory =
            json!({ "entries": [{ "id": format!("{namespace}_hello_apps_Deployment"), "v": "v1" }] });
        let changed = with(
            kustomization(),
            &[
                ("/metadata/name", json!("apps")),
                ("/metadata/namespace", place.clone()),
                ("/spec/sourceRef/name", json!(source_name)),
                ("/status/inventory", inventory),
            ],
        );
        let workload = with(deployment(), &[("/metadata/namespace", place)]);
        let state = cluster(namespace, &[source, changed, workload]);
        let environment =
            picture(&state, &Selection::Namespace(namespace.to_owned()), now()).environments.remove(0);
        (environment.environment, environment.project)
    };
    let fleet = "https://git.example/contoso/fleet";
    for (namespace, source_name, url, branch, expected) in [
        ("shop", "shop-config", fleet, "hotfix-ingress", ("shop", "shop")),
        ("billing", "flux-system", "ssh://git@git.example/deploy", "fluxcd", ("billing", "billing")),
        (
            "fabrikam-config",
            "fabrikam-apps",
            "https://git.example/apps/gitops",
            "gitops",
            ("fabrikam", "config"),
        ),
        ("portal", "portal", fleet, "master", ("portal", "portal")),
        ("portal", "portal-master", fleet, "master", ("portal", "portal")),
        ("shop", "shop", fleet, "release/1.2", ("shop", "shop")),
        ("dev-hello", "hello-dev", fleet, "dev", ("dev", "hello")),
        ("pre-prod-hello", "hello-pre-prod", fleet, "pre-prod", ("pre-prod", "hello")),
        (
            "pre-prod-hello",
            "apps",
            "https://git.example/contoso/hello-gitops.git",
            "pre-prod",
            ("pre-prod", "hello"),
        ),
        ("pre-prod-hello", "apps", fleet, "main", ("pre", "prod-hello")),
    ] {
        let (environment, project) = named(namespace, source_name, url, branch);
        assert_eq!((environment.as_str(), project.as_str()), expected, "{namespace} {source_name} {branch}");
    }
}
