//! Sources of every kind, in every state that they can be in, and what follows from what they follow.

use gitops_core::model::cluster::{Answer, ClusterState, Kind, Scope};
use gitops_core::model::objects::SourceKind;
use gitops_core::model::pipeline::ClusterRef;
use gitops_core::model::upstream::followed_branches;
use gitops_core::model::verdict::{EnvironmentStatus, Reason, Selection, Standing, picture, wants};
use serde_json::{Value, json};

use super::least::*;
use super::timeline::{answers, cluster};

/// The kinds that a kustomization can be built from.
const KINDS: [SourceKind; 4] =
    [SourceKind::GitRepository, SourceKind::OciRepository, SourceKind::Bucket, SourceKind::ExternalArtifact];

/// The revision that a source of a kind has stored.
fn stored(kind: SourceKind) -> String {
    let digest = "7836c0bbaeffb1c1cd741006677533037a6314dfe0e90f085baa4ce555903eff";
    match kind {
        SourceKind::GitRepository => REVISION.to_owned(),
        SourceKind::OciRepository => format!("latest@sha256:{digest}"),
        _ => format!("sha256:{digest}"),
    }
}

/// A healthy source of a kind.
fn source_of(kind: SourceKind) -> Value {
    let spec = match kind {
        SourceKind::GitRepository => source()["spec"].clone(),
        SourceKind::OciRepository => {
            json!({ "url": "oci://registry.example/fleet/manifests", "ref": { "tag": "latest" }, "secretRef": { "name": "auth" } })
        }
        SourceKind::Bucket => {
            json!({ "endpoint": "minio.example:9000", "bucketName": "manifests", "secretRef": { "name": "auth" } })
        }
        _ => json!({ "sourceRef": { "kind": "ArtifactGenerator", "name": "fleet" } }),
    };
    let mut object = with(
        source(),
        &[("/kind", json!(kind.name())), ("/spec", spec), ("/status/artifact/revision", json!(stored(kind)))],
    );
    if kind == SourceKind::ExternalArtifact {
        object["status"].as_object_mut().expect("a status").remove("observedGeneration");
    }
    object
}

/// A kustomization that has applied what a source of a kind has.
fn built_from(kind: SourceKind) -> Value {
    with(
        kustomization(),
        &[
            ("/spec/sourceRef/kind", json!(kind.name())),
            ("/status/lastAppliedRevision", json!(stored(kind))),
            ("/status/lastAttemptedRevision", json!(stored(kind))),
        ],
    )
}

/// One that has applied nothing yet.
fn new(kustomization: Value) -> Value {
    with(
        kustomization,
        &[("/status", json!({ "conditions": [condition("Ready", "False", "ArtifactFailed", 9)] }))],
    )
}

fn failing(kind: SourceKind, reason: &str, message: &str) -> Value {
    let saying =
        |kind: &str, status: &str| with(condition(kind, status, reason, 90), &[("/message", json!(message))]);
    let conditions = match kind {
        SourceKind::ExternalArtifact => json!([saying("Ready", "False")]),
        _ => json!([saying("FetchFailed", "True"), saying("Ready", "False")]),
    };
    with(source_of(kind), &[("/status/conditions", conditions)])
}

fn commands(environment: &EnvironmentStatus) -> Vec<&str> {
    environment.next.iter().map(|next| next.command.as_str()).collect()
}

#[test]
fn every_kind_stands_as_its_fields_say() {
    for kind in KINDS {
        let is_git = kind == SourceKind::GitRepository;
        let healthy = source_of(kind);
        let created = ("/metadata/creationTimestamp", json!(ago(9)));
        let never = with(healthy.clone(), &[("/status", json!({})), created]);
        let suspended = with(healthy.clone(), &[("/spec/suspend", json!(true))]);
        let newer = with(
            healthy.clone(),
            &[("/status/artifact/revision", json!(if is_git { OLDER } else { "sha256:0" }))],
        );
        let unverified = with(
            healthy.clone(),
            &[("/status/conditions", json!([condition("SourceVerified", "False", "VerificationError", 90)]))],
        );
        let failed = failing(kind, "Failed", "");
        let (applied, fresh) = (built_from(kind), new(built_from(kind)));
        for (what, objects, standing, reason) in [
            ("healthy", vec![healthy, applied.clone()], Standing::Deployed, Reason::Applied),
            ("never fetched", vec![never, fresh.clone()], Standing::NotDeployed, Reason::SourceNotReady),
            ("failed", vec![failed.clone(), applied.clone()], Standing::Failed, Reason::FetchFailed),
            ("failed at first", vec![failed, fresh.clone()], Standing::NotDeployed, Reason::FetchFailed),
            (
                "refused",
                vec![unverified.clone(), applied.clone()],
                Standing::Failed,
                Reason::VerificationFailed,
            ),
            (
                "refused at first",
                vec![unverified, fresh.clone()],
                Standing::NotDeployed,
                Reason::VerificationFailed,
            ),
            ("suspended", vec![suspended, applied.clone()], Standing::Suspended, Reason::SourceSuspended),
            ("moved on", vec![newer, applied.clone()], Standing::Unknown, Reason::ControllerNotRunning),
            ("missing", vec![applied], Standing::Failed, Reason::SourceMissing),
            ("missing at first", vec![fresh], Standing::NotDeployed, Reason::SourceMissing),
        ] {
            if kind == SourceKind::ExternalArtifact && reason == Reason::SourceSuspended {
                continue; // It has no such field.
            }
            let environment = seen(&[objects.as_slice(), &[deployment()]].concat());
            let at = format!("{} {what}: {}", kind.name(), environment.message);
            assert_eq!((environment.standing, environment.reason), (standing, reason), "{at}");
            let is_named =
                environment.message.contains(kind.name()) || environment.message.contains("d61d370");
            assert!(
                is_named || standing == Standing::Deployed || reason == Reason::ControllerNotRunning,
                "{at}"
            );
        }
    }
}

#[test]
fn what_may_not_be_read_or_is_not_served_is_told_apart() {
    for kind in KINDS {
        for (answer, standing, reason) in [
            (Answer::Forbidden, Standing::Unknown, Reason::NotReadable),
            (Answer::silent("the server does not list any"), Standing::Unknown, Reason::NoAnswer),
            (Answer::Absent, Standing::Failed, Reason::SourceMissing),
        ] {
            let mut state = cluster(NAMESPACE, &[built_from(kind), deployment()]);
            for namespace in [NAMESPACE, "flux-system"] {
                state.replace(Scope::namespace(Kind::of_source(kind), namespace), answer.clone());
            }
            let environment = &judged(&state).environments[0];
            assert_stands(environment, standing, reason);
            let is_unserved =
                environment.message.contains(&format!("the server has no kind {}", kind.name()));
            assert_eq!(is_unserved, answer == Answer::Absent, "{}", environment.message);
        }
    }
}

#[test]
fn a_kind_that_nobody_knows_is_said_to_be_unknown() {
    let changed = with(kustomization(), &[("/spec/sourceRef/kind", json!("Tarball"))]);
    let environment = seen(&[changed, deployment()]);
    assert_stands(&environment, Standing::Unknown, Reason::SourceKindNotFollowed);
}

#[test]
fn sources_are_matched_by_kind_and_name() {
    let other = with(failing(SourceKind::Bucket, "Failed", ""), &[("/metadata/uid", json!("b"))]);
    let environment = seen(&[other, source(), kustomization(), deployment()]);
    assert_stands(&environment, Standing::Deployed, Reason::Applied);
    let environment = seen(&[source(), built_from(SourceKind::Bucket), deployment()]);
    assert_stands(&environment, Standing::Failed, Reason::SourceMissing);
}

#[test]
fn reasons_of_every_kind_are_told_with_what_mends_them() {
    let oci = SourceKind::OciRepository;
    for (kind, reason, message, expected, command) in [
        (
            SourceKind::GitRepository,
            "GitOperationFailed",
            "ssh: handshake failed: knownhosts: key mismatch",
            Reason::HostKeyRefused,
            "kubectl patch secret/auth -n dev-hello --type merge",
        ),
        (
            oci,
            "OCIArtifactPullFailed",
            "MANIFEST_UNKNOWN: manifest unknown",
            Reason::ReferenceNotFound,
            r#"{"spec":{"ref":{"tag":"<tag>"}}}"#,
        ),
        (
            oci,
            "OCIArtifactPullFailed",
            "UNAUTHORIZED: authentication required",
            Reason::TokenRejected,
            "create secret docker-registry auth -n dev-hello --docker-server=registry.example",
        ),
        (
            oci,
            "OCIArtifactPullFailed",
            "NAME_UNKNOWN: repository name not known",
            Reason::RepositoryNotFound,
            r#"{"spec":{"url":"<url>"}}"#,
        ),
        (
            oci,
            "AuthenticationFailed",
            "secrets \"auth\" not found",
            Reason::GitSecretMissing,
            "create secret docker-registry",
        ),
        (
            SourceKind::Bucket,
            "BucketOperationFailed",
            "Access Denied.",
            Reason::TokenRejected,
            "--from-literal=accesskey=",
        ),
        (
            SourceKind::Bucket,
            "BucketOperationFailed",
            "bucket 'manifests' not found",
            Reason::RepositoryNotFound,
            r#"{"spec":{"bucketName":"<bucket>"}}"#,
        ),
        (
            oci,
            "OCIArtifactPullFailed",
            "TOOMANYREQUESTS: rate limit",
            Reason::RateLimited,
            r#"{"spec":{"interval":"10m"}}"#,
        ),
        (
            oci,
            "OCIArtifactPullFailed",
            "proxyconnect tcp: connection refused",
            Reason::ProxyFailed,
            "kubectl get deployment/source-controller",
        ),
        (
            oci,
            "OCIArtifactPullFailed",
            "x509: unknown authority",
            Reason::CertificateRefused,
            "certSecretRef",
        ),
    ] {
        let environment = seen(&[failing(kind, reason, message), built_from(kind), deployment()]);
        assert_stands(&environment, Standing::Failed, expected);
        assert!(
            commands(&environment).iter().any(|line| line.contains(command)),
            "{:?}",
            commands(&environment)
        );
        let blank = seen(&[failing(kind, reason, ""), built_from(kind), deployment()]);
        assert_eq!(blank.standing, Standing::Failed, "messages decide no standing");
    }
}

#[test]
fn a_refused_signature_freezes_delivery_and_leaves_what_runs() {
    let verify = json!({ "provider": "cosign", "matchOIDCIdentity": [{ "issuer": "a", "subject": "b" }] });
    let refused = with(
        source_of(SourceKind::OciRepository),
        &[
            ("/spec/verify", verify),
            ("/status/conditions", json!([condition("SourceVerified", "False", "VerificationError", 3000)])),
        ],
    );
    let environment = seen(&[refused, built_from(SourceKind::OciRepository), deployment()]);
    assert_stands(&environment, Standing::Failed, Reason::VerificationFailed);
    assert!(
        environment.message.ends_with("; still running 7836c0b; new commits are blocked"),
        "{}",
        environment.message
    );
    assert_eq!(environment.since.expect("a beginning").time.to_string(), ago(3000));
    let lines = commands(&environment);
    assert!(lines[0].starts_with("kubectl describe ocirepository/hello-dev -n dev-hello"), "{lines:?}");
    assert!(lines[1].contains("matchOIDCIdentity"), "{lines:?}");
}

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

#[test]
fn a_suspension_does_not_hide_what_failed() {
    let suspended = |object: Value| with(object, &[("/spec/suspend", json!(true))]);
    let failed = json!([condition("Ready", "False", "BuildFailed", 90)]);
    let never = with(
        kustomization(),
        &[("/status/lastAppliedRevision", json!(null)), ("/status/conditions", failed)],
    );
    let unfetched = with(
        failing(SourceKind::GitRepository, "GitOperationFailed", ""),
        &[("/status/artifact", json!(null))],
    );
    for (objects, reason, told) in [
        (vec![source(), suspended(never)], Reason::KustomizationSuspended, Reason::BuildFailed),
        (
            vec![unfetched.clone(), suspended(new(kustomization()))],
            Reason::KustomizationSuspended,
            Reason::FetchFailed,
        ),
        (vec![suspended(unfetched), new(kustomization())], Reason::SourceSuspended, Reason::FetchFailed),
        (vec![suspended(new(kustomization()))], Reason::KustomizationSuspended, Reason::SourceMissing),
    ] {
        let environment = seen(&objects);
        assert_stands(&environment, Standing::Suspended, reason);
        assert!(environment.message.contains("nothing is applied yet"), "{}", environment.message);
        assert!(environment.remarks.iter().any(|remark| remark.reason == told), "{:?}", environment.remarks);
    }
}

/// The questions of each wave, given what a cluster answers.
fn waves(selection: &Selection, answers: impl Fn(&Scope) -> Answer) -> Vec<Vec<Scope>> {
    let mut state = ClusterState::new(ClusterRef::InCluster);
    let mut waves = Vec::new();
    loop {
        let wanted: Vec<Scope> =
            wants(&state, selection).into_iter().filter(|scope| !state.knows(scope)).collect();
        if wanted.is_empty() {
            return waves;
        }
        for scope in &wanted {
            state.replace(scope.clone(), answers(scope));
        }
        waves.push(wanted);
    }
}

#[test]
fn a_kind_is_asked_for_only_where_something_refers_to_it() {
    let others =
        [Kind::OciRepository, Kind::Bucket, Kind::HelmRepository, Kind::HelmChart, Kind::ExternalArtifact];
    for kind in KINDS {
        let home = answers(NAMESPACE, &[failing(kind, "Failed", ""), built_from(kind), deployment()]);
        let asked = waves(&Selection::Namespace(NAMESPACE.into()), |scope| {
            home.get(scope).cloned().unwrap_or(Answer::Objects(Vec::new()))
        });
        assert!(asked.len() <= 3, "{asked:?}");
        let all: Vec<&Scope> = asked.iter().flatten().collect();
        let own = Kind::of_source(kind);
        let count = |kind: Kind| all.iter().filter(|scope| scope.kind == kind).count();
        for other in others {
            assert_eq!(count(other), usize::from(other == own), "{other:?} for {}", kind.name());
        }
        assert_eq!(count(Kind::SourceEvent), 1, "{}", kind.name());
    }
}

#[test]
fn the_whole_cluster_is_asked_for_the_kinds_that_are_referred_to() {
    let kind = SourceKind::OciRepository;
    let objects = [source_of(kind), built_from(kind), deployment()];
    let asked = waves(&Selection::All, |scope| {
        let name = scope.kind.row().name;
        let of_kind = objects.iter().filter(|object| object["kind"] == name);
        Answer::Objects(of_kind.cloned().collect())
    });
    let all: Vec<&Scope> = asked.iter().flatten().collect();
    assert!(all.contains(&&Scope::cluster(Kind::OciRepository)), "{all:?}");
    assert!(!all.contains(&&Scope::cluster(Kind::Bucket)), "{all:?}");
}
