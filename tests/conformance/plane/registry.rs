//! A read-only OCI registry on loopback, as much of one as pulling takes: `/v2/`, manifests by tag and digest,
//! blobs. It speaks plain HTTP, which `spec.insecure` allows, and asks everybody for one user and password.
//!
//! Not a registry built from source like the other tools: nothing of a registry is under test here, only what
//! source-controller says of its answers.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::plane::{GIT_PASSWORD, GIT_USER};

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// What an artifact holds, by the media types that its makers give it.
#[derive(Clone, Copy)]
pub(crate) enum Content {
    /// What `flux push artifact` makes of a folder.
    Manifests,
    /// What `helm push` makes of a chart.
    Chart,
}

impl Content {
    /// The media types of the configuration and of the one layer.
    pub(crate) fn media_types(self) -> (&'static str, &'static str) {
        match self {
            Self::Manifests => {
                ("application/vnd.cncf.flux.config.v1+json", "application/vnd.cncf.flux.content.v1.tar+gzip")
            }
            Self::Chart => (
                "application/vnd.cncf.helm.config.v1+json",
                "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
            ),
        }
    }
}

/// What can be pulled. Keys are paths below `/v2/`; tags and digests of one manifest are two entries.
#[derive(Default)]
struct Shelves {
    manifests: BTreeMap<String, Bytes>,
    blobs: BTreeMap<String, Bytes>,
}

/// A running registry. Dropped, it is gone.
pub(crate) struct Registry {
    address: SocketAddr,
    shelves: Arc<Mutex<Shelves>>,
    task: JoinHandle<()>,
}

impl Registry {
    pub(crate) async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let shelves = Arc::<Mutex<Shelves>>::default();
        let router = Router::new().fallback(pull).with_state(Arc::clone(&shelves));
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                eprintln!("registry: {error}");
            }
        });
        Ok(Self { address, shelves, task })
    }

    /// Host and port, as they stand in an image's name.
    pub(crate) fn host(&self) -> String {
        self.address.to_string()
    }

    /// Publishes an artifact of one layer under a tag. Returns the digest of its manifest, in hexadecimal.
    pub(crate) fn publish(
        &self,
        repository: &str,
        tag: &str,
        content: Content,
        layer: Vec<u8>,
        notes: &Value,
    ) -> String {
        let (configuration_type, layer_type) = content.media_types();
        let mut shelves = self.shelves.lock().unwrap_or_else(PoisonError::into_inner);
        let mut keep = |media_type: &str, blob: Bytes| {
            let (digest, size) = (format!("sha256:{}", hexadecimal(&blob)), blob.len());
            shelves.blobs.insert(format!("{repository}/blobs/{digest}"), blob);
            json!({"mediaType": media_type, "digest": digest, "size": size})
        };
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": keep(configuration_type, Bytes::from_static(b"{}")),
            "layers": [keep(layer_type, layer.into())],
            "annotations": notes,
        });
        let manifest = Bytes::from(manifest.to_string());
        let digest = hexadecimal(&manifest);
        shelves.manifests.insert(format!("{repository}/manifests/{tag}"), manifest.clone());
        shelves.manifests.insert(format!("{repository}/manifests/sha256:{digest}"), manifest);
        digest
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The credentials of a registry as a Secret of type `kubernetes.io/dockerconfigjson` holds them.
pub(crate) fn docker_configuration(host: &str, password: &str) -> String {
    let account = STANDARD.encode(format!("{GIT_USER}:{password}"));
    json!({"auths": {host: {"username": GIT_USER, "password": password, "auth": account}}}).to_string()
}

/// Answers one request. hyper leaves the body out where the method is HEAD.
async fn pull(State(shelves): State<Arc<Mutex<Shelves>>>, uri: Uri, headers: HeaderMap) -> Response {
    let account = format!("Basic {}", STANDARD.encode(format!("{GIT_USER}:{GIT_PASSWORD}")));
    if headers.get(header::AUTHORIZATION).is_none_or(|given| given.as_bytes() != account.as_bytes()) {
        return refusal(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", "authentication required");
    }
    let path = uri.path().strip_prefix("/v2/").unwrap_or_default();
    if path.is_empty() {
        return answer(StatusCode::OK, "application/json", Bytes::from_static(b"{}"));
    }
    let shelves = shelves.lock().unwrap_or_else(PoisonError::into_inner);
    match (shelves.manifests.get(path), shelves.blobs.get(path)) {
        (Some(manifest), _) => answer(StatusCode::OK, MANIFEST, manifest.clone()),
        (None, Some(blob)) => answer(StatusCode::OK, "application/octet-stream", blob.clone()),
        (None, None) if path.contains("/manifests/") => {
            refusal(StatusCode::NOT_FOUND, "MANIFEST_UNKNOWN", "manifest unknown")
        }
        (None, None) => refusal(StatusCode::NOT_FOUND, "BLOB_UNKNOWN", "blob unknown to registry"),
    }
}

fn answer(status: StatusCode, media_type: &'static str, body: Bytes) -> Response {
    let digest = format!("sha256:{}", hexadecimal(&body));
    let response = Response::builder()
        .status(status)
        .header("Docker-Distribution-Api-Version", "registry/2.0")
        .header("Docker-Content-Digest", digest)
        .header(header::CONTENT_TYPE, media_type)
        .header(header::CONTENT_LENGTH, body.len())
        .header(header::WWW_AUTHENTICATE, "Basic realm=\"conformance\"");
    response.body(Body::from(body)).expect("the parts of an answer are valid")
}

fn refusal(status: StatusCode, code: &str, message: &str) -> Response {
    let body = json!({"errors": [{"code": code, "message": message, "detail": null}]});
    answer(status, "application/json", Bytes::from(body.to_string()))
}

/// The SHA-256 of bytes.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    digest(&SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
