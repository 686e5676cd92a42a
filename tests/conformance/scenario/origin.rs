//! Where a kustomization's manifests come from: the source object and its Secret, by kind.

use std::net::{Ipv4Addr, TcpListener};

use serde_json::{Value, json};

use crate::plane::registry::docker_configuration;
use crate::plane::{GIT_USER, Plane, flux};

/// A kind of source.
#[derive(Clone, Copy)]
pub(crate) enum Origin {
    Git,
    /// An artifact in the registry, under a tag.
    Artifact {
        tag: &'static str,
    },
    /// A bucket of an object store where nobody listens.
    UnreachableBucket,
}

impl Origin {
    /// As kubectl names it.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Git => flux::GIT,
            Self::Artifact { .. } => flux::OCI,
            Self::UnreachableBucket => flux::BUCKET,
        }
    }

    /// The source, without metadata and without the reference to its Secret.
    pub(crate) fn source(self, url: &str, branch: &str) -> Value {
        let (kind, spec) = match self {
            Self::Git => ("GitRepository", json!({"url": url, "ref": {"branch": branch}})),
            Self::Artifact { tag } => {
                ("OCIRepository", json!({"url": url, "ref": {"tag": tag}, "insecure": true}))
            }
            Self::UnreachableBucket => {
                let endpoint = format!("127.0.0.1:{}", unused_port());
                ("Bucket", json!({"endpoint": endpoint, "bucketName": "manifests", "insecure": true}))
            }
        };
        let mut source = json!({"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": kind, "spec": spec});
        source["spec"]["interval"] = "3s".into();
        source
    }

    /// What the source signs in with.
    pub(crate) fn secret(self, plane: &Plane, name: &str, namespace: &str, password: &str) -> Value {
        let metadata = json!({"name": name, "namespace": namespace});
        let mut secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": metadata});
        secret["stringData"] = match self {
            Self::Git => {
                json!({"username": GIT_USER, "password": password, "ca.crt": plane.git.authority()})
            }
            Self::Artifact { .. } => {
                secret["type"] = "kubernetes.io/dockerconfigjson".into();
                json!({".dockerconfigjson": docker_configuration(&plane.registry.host(), password)})
            }
            Self::UnreachableBucket => json!({"accesskey": GIT_USER, "secretkey": password}),
        };
        secret
    }
}

/// A port that was free a moment ago. Where none can be had, the discard port, where nobody listens either.
pub(crate) fn unused_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map_or(9, |address| address.port())
}
