//! Sources of each kind, and kustomizations built from them.

use super::super::least::*;
use gitops_core::model::objects::SourceKind;
use gitops_core::model::verdict::EnvironmentStatus;
use serde_json::{Value, json};

/// The kinds that a kustomization can be built from.
pub(super) const KINDS: [SourceKind; 4] =
    [SourceKind::GitRepository, SourceKind::OciRepository, SourceKind::Bucket, SourceKind::ExternalArtifact];

/// The revision that a source of a kind has stored.
pub(super) fn stored(kind: SourceKind) -> String {
    let digest = "7836c0bbaeffb1c1cd741006677533037a6314dfe0e90f085baa4ce555903eff";
    match kind {
        SourceKind::GitRepository => REVISION.to_owned(),
        SourceKind::OciRepository => format!("latest@sha256:{digest}"),
        _ => format!("sha256:{digest}"),
    }
}

/// A healthy source of a kind.
pub(super) fn source_of(kind: SourceKind) -> Value {
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
pub(super) fn built_from(kind: SourceKind) -> Value {
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
pub(super) fn new(kustomization: Value) -> Value {
    with(
        kustomization,
        &[("/status", json!({ "conditions": [condition("Ready", "False", "ArtifactFailed", 9)] }))],
    )
}

pub(super) fn failing(kind: SourceKind, reason: &str, message: &str) -> Value {
    let saying =
        |kind: &str, status: &str| with(condition(kind, status, reason, 90), &[("/message", json!(message))]);
    let conditions = match kind {
        SourceKind::ExternalArtifact => json!([saying("Ready", "False")]),
        _ => json!([saying("FetchFailed", "True"), saying("Ready", "False")]),
    };
    with(source_of(kind), &[("/status/conditions", conditions)])
}

pub(super) fn commands(environment: &EnvironmentStatus) -> Vec<&str> {
    environment.next.iter().map(|next| next.command.as_str()).collect()
}
