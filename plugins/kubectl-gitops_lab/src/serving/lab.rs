//! A running lab: what the command or a test holds in its hand.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine;
use bytes::Bytes;
use futures::StreamExt;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, WARNING};
use http::{Response, StatusCode};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Frame, Incoming};
use jiff::Timestamp;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::watch::Sender;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::certificate::Identity;
use super::journal::{Entry, Journal};
use super::replay::{ServingError, random};
use super::server::{Answering, Body, finished, header, response, serve, token};
use crate::api::{Follower, News};
use crate::kubernetes::{Cluster, Document, Reply, Request, Tokens, Watching};

/// Where requests are told.
const JOURNAL: &str = "/_lab/requests";
/// As whom a client wants to act.
const IMPERSONATE: HeaderName = HeaderName::from_static("impersonate-user");

/// How a lab is served.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    /// The port on 127.0.0.1; any free one when it is 0.
    pub port: u16,
}

/// A cluster in memory, served as a Kubernetes API until it is dropped. It is served by tasks of the runtime
/// that [`Lab::start`] was called in: a test that runs a program against it must not block that runtime.
#[derive(Debug)]
pub struct Lab {
    url: String,
    authority: String,
    tokens: Tokens,
    /// Ends the server with the lab.
    _tasks: JoinSet<()>,
}

impl Lab {
    /// Serves an empty cluster.
    pub async fn start(settings: Settings) -> Result<Self, ServingError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let identity = Identity::generate(&provider)?;
        let tokens = Tokens { admin: random(&provider)?, viewer: random(&provider)? };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, settings.port)).await?;
        let url = format!("https://{}", listener.local_addr()?);
        let cluster = Cluster::empty(tokens.clone(), identity.authority.clone(), Timestamp::now());
        let served = Arc::new(Served::new(cluster, tokens.admin.clone()));
        let mut tasks = JoinSet::new();
        tasks.spawn(serve(listener, TlsAcceptor::from(identity.server), served));
        Ok(Self { url, authority: identity.authority, tokens, _tasks: tasks })
    }

    /// `https://127.0.0.1:<port>`
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The bearer token of the administrator.
    pub fn token(&self) -> &str {
        &self.tokens.admin
    }

    /// The bearer token of somebody who is known and may do nothing.
    pub fn viewer_token(&self) -> &str {
        &self.tokens.viewer
    }

    /// The certificate authority to trust, PEM.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// A kubeconfig with the contexts `lab`, the current one, and `lab-viewer`. JSON, which is YAML.
    pub fn kubeconfig(&self) -> String {
        let authority = base64::engine::general_purpose::STANDARD.encode(&self.authority);
        let context = |name: &str| json!({"name": name, "context": {"cluster": "lab", "user": name, "namespace": "default"}});
        let kubeconfig = json!({
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{
                "name": "lab",
                "cluster": {"server": self.url, "certificate-authority-data": authority},
            }],
            "users": [
                {"name": "lab", "user": {"token": self.tokens.admin}},
                {"name": "lab-viewer", "user": {"token": self.tokens.viewer}},
            ],
            "contexts": [context("lab"), context("lab-viewer")],
            "current-context": "lab",
        });
        format!("{kubeconfig:#}\n")
    }
}

/// What requests are answered from.
struct Served {
    cluster: Arc<Mutex<Cluster>>,
    journal: Mutex<Journal>,
    /// The administrator's, who may read the journal.
    token: String,
    /// The version of the last write, which wakes watches.
    versions: Sender<usize>,
}

/// What a panic left behind is still the only cluster there is.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Versions are counted from 1 in one process: they fit.
fn position(version: u64) -> usize {
    usize::try_from(version).unwrap_or(usize::MAX)
}

impl Answering for Served {
    async fn answer(&self, request: http::Request<Incoming>) -> Response<Body> {
        let (head, body) = request.into_parts();
        let target = head.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
        let token = token(&head.headers);
        if head.uri.path() == JOURNAL && token.as_ref() == Some(&self.token) {
            return finished(
                StatusCode::OK,
                "application/json",
                locked(&self.journal).document().to_string(),
            );
        }
        let Ok(body) = body.collect().await else {
            return finished(StatusCode::BAD_REQUEST, "text/plain; charset=utf-8", "half a body\n");
        };
        let now = Timestamp::now();
        let request = Request {
            method: head.method.clone(),
            path: head.uri.path().to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            accept: header(&head.headers, ACCEPT),
            media: header(&head.headers, CONTENT_TYPE),
            token,
            impersonated: header(&head.headers, IMPERSONATE),
            body: body.to_bytes().to_vec(),
        };
        let reply = self.reply(&request, now);
        let response = self.told(reply);
        let entry = Entry {
            at: now.to_string(),
            method: head.method.to_string(),
            target,
            status: response.status().as_u16(),
        };
        locked(&self.journal).write(entry);
        response
    }
}

impl Served {
    fn new(cluster: Cluster, token: String) -> Self {
        let versions = Sender::new(position(cluster.version()));
        Self { cluster: Arc::new(Mutex::new(cluster)), journal: Mutex::default(), token, versions }
    }

    fn reply(&self, request: &Request, now: Timestamp) -> Reply {
        let (reply, version) = {
            let mut cluster = locked(&self.cluster);
            (cluster.answer(request, now), position(cluster.version()))
        };
        self.versions.send_if_modified(|last| {
            let is_newer = version > *last;
            *last = version.max(*last);
            is_newer
        });
        reply
    }

    fn told(&self, reply: Reply) -> Response<Body> {
        match reply {
            Reply::Text(status, text) => finished(status, "text/plain; charset=utf-8", text),
            Reply::Document(document) => told(&document),
            Reply::Watch(watching) => {
                let events = self.events(watching);
                let body = StreamBody::new(events.map(|lines| lines.map(Frame::data))).boxed_unsync();
                response(StatusCode::OK, "application/json", body)
            }
        }
    }

    fn events(
        &self,
        watching: Watching,
    ) -> impl futures::Stream<Item = Result<Bytes, std::convert::Infallible>> + Send + use<> {
        let cluster = Arc::clone(&self.cluster);
        let first = watching.first.clone();
        let (limit, cursor) = (watching.limit, position(watching.version));
        let bookmark = watching.bookmark_line(Timestamp::now);
        let watching = Mutex::new(watching);
        let news = move |range: std::ops::Range<usize>| {
            let (since, until) = (range.start as u64, range.end as u64);
            let told = locked(&cluster).news(&mut locked(&watching), since, until, Timestamp::now());
            match told {
                Ok(lines) => News::Lines(lines),
                Err(last) => News::Last(last),
            }
        };
        Follower { positions: self.versions.subscribe(), cursor, limit, first, news, bookmark }.stream()
    }
}

fn told(document: &Document) -> Response<Body> {
    let mut response = finished(document.status, document.media, document.value.to_string());
    for warning in &document.warnings {
        let text = warning.replace('\\', "\\\\").replace('"', "\\\"");
        if let Ok(value) = HeaderValue::from_str(&format!("299 - \"{text}\"")) {
            response.headers_mut().append(WARNING, value);
        }
    }
    if document.status == StatusCode::GATEWAY_TIMEOUT {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}
