//! How each kind of source stands, and why it cannot be fetched.

use super::super::least::*;
use super::super::timeline::cluster;
use super::objects::*;
use gitops_core::model::cluster::{Answer, Kind, Scope};
use gitops_core::model::objects::SourceKind;
use gitops_core::model::verdict::{Reason, Standing};
use serde_json::{Value, json};

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
