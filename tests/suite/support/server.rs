//! An API server over HTTPS on loopback whose every answer a test decides: it can refuse, hang, cut the
//! connection and stream a watch. It keeps a list of what it was asked.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::body::{Body, Bytes};
use futures::StreamExt;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::{Value, json};

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub method: String,
    pub path: String,
    pub query: String,
    pub token: String,
    /// Where it was sent, as the asker says: `https://host:port`.
    pub host: String,
    /// The revision that the asker has already.
    pub known: String,
    /// The forms of answer that the asker takes.
    pub accept: String,
    pub body: String,
    /// The version of HTTP that it came over.
    pub version: hyper::Version,
}

impl Call {
    pub(crate) fn is_watch(&self) -> bool {
        self.query.split('&').any(|pair| matches!(pair, "watch=1" | "watch=true"))
    }
}

/// What a test answers.
pub(crate) enum Reply {
    /// A status and a document.
    Json(u16, Value),
    /// A watch: these events, then silence.
    Events(Vec<Value>),
    /// A watch that ends after these events.
    Ended(Vec<Value>),
    /// Nothing, ever.
    Hang,
    /// The connection is cut in the middle of the answer.
    Cut,
    /// This text, then silence.
    Unfinished(&'static str),
    /// The connection is cut before the answer.
    Gone,
    /// A status, headers and a body.
    Whole(u16, Vec<(&'static str, String)>, String),
}

/// The names of every server: its address, and those that a test leads to it through a proxy.
const NAMES: [&str; 3] = ["127.0.0.1", "api.github.com", "elsewhere.example"];

type Handler = dyn Fn(&Call) -> Reply + Send + Sync;

/// A running server; it stops when it is dropped.
pub(crate) struct Server {
    address: String,
    authority: String,
    calls: Arc<Mutex<Vec<Call>>>,
    /// How many TLS handshakes there were.
    handshakes: Arc<AtomicUsize>,
    /// Counts up to cut every connection; dropped, it ends the server.
    cuts: tokio::sync::watch::Sender<usize>,
}

impl Server {
    /// With a certificate that is its own authority, without being one by its extensions.
    pub(crate) fn start(handler: impl Fn(&Call) -> Reply + Send + Sync + 'static) -> Self {
        let names = NAMES.map(str::to_owned).to_vec();
        let key = rcgen::generate_simple_self_signed(names).expect("certificate");
        let private = rustls::pki_types::PrivatePkcs8KeyDer::from(key.signing_key.serialize_der());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![key.cert.der().clone()], private.into())
            .expect("key");
        Self::start_with(config, key.cert.pem(), handler)
    }

    /// With its own settings of TLS and the authority that its kubeconfigs name. It offers HTTP/2, as API servers do.
    pub(crate) fn start_with(
        mut config: rustls::ServerConfig,
        authority: String,
        handler: impl Fn(&Call) -> Reply + Send + Sync + 'static,
    ) -> Self {
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("port");
        listener.set_nonblocking(true).expect("not blocking");
        let address = listener.local_addr().expect("address").to_string();
        let calls = Arc::new(Mutex::new(Vec::new()));
        let handshakes = Arc::new(AtomicUsize::new(0));
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
        let (cuts, cut) = tokio::sync::watch::channel(0);
        let serving = accept(listener, acceptor, Arc::new(handler), calls.clone(), handshakes.clone(), cut);
        std::thread::spawn(move || runtime.block_on(serving));
        Self { address, authority, calls, handshakes, cuts }
    }

    /// Cuts every connection.
    pub(crate) fn cut(&self) {
        self.cuts.send_modify(|count| *count += 1);
    }

    /// Every request so far.
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls.lock().expect("calls").clone()
    }

    /// How many TLS handshakes it made.
    pub(crate) fn handshakes(&self) -> usize {
        self.handshakes.load(Ordering::SeqCst)
    }

    /// A kubeconfig for it, with a token.
    pub(crate) fn kubeconfig(&self) -> String {
        kubeconfig(&self.address, &json!({ "token": "t0ken" }), &self.authority)
    }

    /// A kubeconfig with other credentials.
    pub(crate) fn kubeconfig_with(&self, user: &Value) -> String {
        kubeconfig(&self.address, user, &self.authority)
    }

    /// A kubeconfig that trusts another authority.
    pub(crate) fn kubeconfig_of_another(&self) -> String {
        let other = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).expect("certificate");
        kubeconfig(&self.address, &json!({ "token": "t0ken" }), &other.cert.pem())
    }

    /// Its address, without a slash at its end.
    pub(crate) fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    /// The certificate, which is its own authority.
    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }
}

fn kubeconfig(address: &str, user: &Value, authority: &str) -> String {
    let folder = tempfile::TempDir::new().expect("folder").keep();
    let file = folder.join("ca.pem");
    std::fs::write(&file, authority).expect("authority");
    json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "test",
        "clusters": [{ "name": "c", "cluster": { "server": format!("https://{address}"), "certificate-authority": file } }],
        "users": [{ "name": "u", "user": user }],
        "contexts": [{ "name": "test", "context": { "cluster": "c", "user": "u", "namespace": "dev-hello" } }],
    })
    .to_string()
}

async fn accept(
    listener: std::net::TcpListener,
    acceptor: tokio_rustls::TlsAcceptor,
    handler: Arc<Handler>,
    calls: Arc<Mutex<Vec<Call>>>,
    handshakes: Arc<AtomicUsize>,
    mut cut: tokio::sync::watch::Receiver<usize>,
) {
    let listener = tokio::net::TcpListener::from_std(listener).expect("listener");
    loop {
        let socket = tokio::select! {
            accepted = listener.accept() => accepted,
            changed = cut.changed() => if changed.is_err() { return } else { continue },
        };
        let Ok((socket, _)) = socket else { return };
        let (acceptor, handler, calls, mut cut) =
            (acceptor.clone(), handler.clone(), calls.clone(), cut.clone());
        let handshakes = handshakes.clone();
        tokio::spawn(async move {
            let Ok(stream) = acceptor.accept(socket).await else {
                return;
            };
            handshakes.fetch_add(1, Ordering::SeqCst);
            let service =
                hyper::service::service_fn(move |request| answer(request, handler.clone(), calls.clone()));
            let connections = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
            let connection = connections.serve_connection(TokioIo::new(stream), service);
            tokio::select! {
                _ = connection => {}
                _ = cut.changed() => {}
            }
        });
    }
}

async fn answer(
    request: Request<hyper::body::Incoming>,
    handler: Arc<Handler>,
    calls: Arc<Mutex<Vec<Call>>>,
) -> Result<Response<Body>, std::io::Error> {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(Body::new(body), usize::MAX).await.unwrap_or_default();
    let header =
        |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let call = Call {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        token: header("authorization").trim_start_matches("Bearer ").to_owned(),
        host: format!("https://{}", head.uri.authority().map_or(header("host"), |host| host.as_str())),
        known: header("if-none-match").to_owned(),
        accept: header("accept").to_owned(),
        body: String::from_utf8_lossy(&body).into_owned(),
        version: head.version,
    };
    calls.lock().expect("calls").push(call.clone());
    let json = Response::builder().header("content-type", "application/json");
    let lines = |events: Vec<Value>| -> Vec<Result<Bytes, std::io::Error>> {
        events.into_iter().map(|event| Ok(Bytes::from(format!("{event}\n")))).collect()
    };
    let response = match handler(&call) {
        Reply::Json(status, document) => json.status(status).body(Body::from(document.to_string())),
        Reply::Ended(events) => json.body(Body::from_stream(futures::stream::iter(lines(events)))),
        Reply::Events(events) => {
            let silence = futures::stream::pending();
            json.body(Body::from_stream(futures::stream::iter(lines(events)).chain(silence)))
        }
        Reply::Hang => std::future::pending().await,
        Reply::Gone => return Err(std::io::Error::other("cut")),
        Reply::Whole(status, headers, body) => {
            let response = Response::builder().status(status);
            let add = |response: axum::http::response::Builder, (name, value): (&str, String)| {
                response.header(name, value)
            };
            headers.into_iter().fold(response, add).body(Body::from(body))
        }
        Reply::Unfinished(text) => {
            let beginning =
                futures::stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(text.as_bytes()))]);
            json.body(Body::from_stream(beginning.chain(futures::stream::pending())))
        }
        Reply::Cut => {
            let half = vec![Ok(Bytes::from_static(b"{\"kind\":")), Err(std::io::Error::other("cut"))];
            json.body(Body::from_stream(futures::stream::iter(half)))
        }
    };
    Ok(response.expect("a response"))
}

/// Objects as an API server lists them: those whose kind and namespace the path names.
pub(crate) fn listed(objects: &[Value], call: &Call) -> Reply {
    let words: Vec<&str> = call.path.split('/').collect();
    let plural_of = |object: &Value| match object["kind"].as_str() {
        Some("GitRepository") => "gitrepositories".to_owned(),
        Some(kind) => format!("{}s", kind.to_lowercase()),
        None => String::new(),
    };
    if let ["", "api", "v1", "namespaces", name] = words[..] {
        return Reply::Json(
            200,
            json!({ "kind": "Namespace", "metadata": { "name": name }, "status": { "phase": "Active" } }),
        );
    }
    if call.path.contains("/configmaps/") || call.path.ends_with("/log") {
        return refused(404);
    }
    if call.is_watch() {
        return Reply::Events(Vec::new());
    }
    let namespace =
        words.iter().position(|word| *word == "namespaces").and_then(|at| words.get(at + 1)).copied();
    let plural = words[words.len() - 1];
    let of = |object: &&Value| {
        plural_of(object) == plural && namespace.is_none_or(|one| object["metadata"]["namespace"] == one)
    };
    let items: Vec<&Value> = objects.iter().filter(of).collect();
    Reply::Json(
        200,
        json!({ "kind": "List", "apiVersion": "v1", "metadata": { "resourceVersion": "7" }, "items": items }),
    )
}

/// A refusal as an API server words it.
pub(crate) fn refused(code: u16) -> Reply {
    let reason = match code {
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        410 => "Expired",
        _ => "InternalError",
    };
    let document = json!({ "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": reason, "reason": reason, "code": code });
    Reply::Json(code, document)
}
