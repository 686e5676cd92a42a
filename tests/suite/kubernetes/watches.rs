//! Watches over HTTP/2, as API servers serve them: what ends them, what they survive, and what they tell.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures::StreamExt;
use futures::stream::BoxStream;
use gitops_core::kubernetes::{Change, Connection, Options};
use gitops_core::model::cluster::{Answer, Kind, Scope};
use hyper::Version;
use serde_json::{Value, json};

use super::certificates::{Certificate, authority_params, data, params};
use super::comparison::kubeconfig;
use super::proxy_server::{Behaviour, ProxyServer};
use crate::support::{Call, Reply, Server, refused};

fn pod(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "dev-hello", "resourceVersion": "8"}})
}

fn event(kind: &str, object: &Value) -> Value {
    json!({"type": kind, "object": object})
}

fn expired() -> Value {
    let status = json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": "too old", "reason": "Expired", "code": 410});
    event("ERROR", &status)
}

fn list(pods: &[&str], next: Option<&str>) -> Reply {
    let items: Vec<Value> = pods.iter().map(|name| pod(name)).collect();
    let metadata = json!({"resourceVersion": "7", "continue": next});
    Reply::Json(200, json!({"kind": "PodList", "apiVersion": "v1", "metadata": metadata, "items": items}))
}

fn scope() -> Scope {
    Scope::namespace(Kind::Pod, "dev-hello")
}

async fn open(kubeconfig: &str) -> Connection {
    let folder = tempfile::TempDir::new().expect("a folder");
    let file = folder.path().join("kubeconfig");
    std::fs::write(&file, kubeconfig).expect("a file");
    Connection::open(Options { kubeconfig: Some(file), ..Options::default() }).await.expect("a connection")
}

/// A change in short: `all a b`, `put a`, `gone a`, or the refusal.
async fn next(changes: &mut BoxStream<'static, Change>) -> String {
    let name = |object: &Value| object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
    match changes.next().await.expect("a watch has no end") {
        Change::All(objects) => format!("all {}", objects.iter().map(name).collect::<Vec<_>>().join(" ")),
        Change::Put(object) => format!("put {}", name(&object)),
        Change::Gone(object) => format!("gone {}", name(&object)),
        Change::Refused(Answer::Silent(why)) => why,
        Change::Refused(answer) => format!("{answer:?}"),
    }
}

fn count(server: &Server, is_watch: bool) -> usize {
    server.calls().iter().filter(|call| call.is_watch() == is_watch).count()
}

/// A server that answers lists and watches by their number, from 0.
fn scripted(
    lists: impl Fn(usize, &Call) -> Reply + Send + Sync + 'static,
    watches: impl Fn(usize) -> Reply + Send + Sync + 'static,
) -> Server {
    let counts = [AtomicUsize::new(0), AtomicUsize::new(0)];
    Server::start(move |call| match call.is_watch() {
        false => lists(counts[0].fetch_add(1, Ordering::SeqCst), call),
        true => watches(counts[1].fetch_add(1, Ordering::SeqCst)),
    })
}

#[tokio::test]
async fn list_and_watch_share_one_http2_connection() {
    let server = scripted(
        |_, _| list(&["a"], None),
        |_| Reply::Events(vec![event("ADDED", &pod("b")), event("DELETED", &pod("a"))]),
    );
    let mut changes = open(&server.kubeconfig()).await.watch(&scope());
    assert_eq!(
        [next(&mut changes).await, next(&mut changes).await, next(&mut changes).await],
        ["all a", "put b", "gone a"]
    );
    assert!(server.calls().iter().all(|call| call.version == Version::HTTP_2), "{:?}", server.calls());
    assert_eq!(server.handshakes(), 1);
}

#[tokio::test]
async fn a_watch_that_is_too_old_lists_anew_and_says_nothing_of_it() {
    let server = scripted(
        |number, _| list(if number == 0 { &["a"] } else { &["a", "b"] }, None),
        |number| if number == 0 { Reply::Ended(vec![expired()]) } else { Reply::Events(Vec::new()) },
    );
    let mut changes = open(&server.kubeconfig()).await.watch(&scope());
    assert_eq!([next(&mut changes).await, next(&mut changes).await], ["all a", "all a b"]);
    assert!(server.calls().iter().all(|call| call.version == Version::HTTP_2));
}

#[tokio::test]
async fn a_watch_that_ends_goes_on_where_it_was() {
    let server = scripted(
        |_, _| list(&["a"], None),
        |number| match number {
            0 => Reply::Ended(vec![event("ADDED", &pod("b"))]),
            _ => Reply::Events(vec![event("ADDED", &pod("c"))]),
        },
    );
    let mut changes = open(&server.kubeconfig()).await.watch(&scope());
    assert_eq!(
        [next(&mut changes).await, next(&mut changes).await, next(&mut changes).await],
        ["all a", "put b", "put c"]
    );
    assert_eq!((count(&server, false), count(&server, true)), (1, 2));
    let resumed = server.calls().into_iter().rfind(Call::is_watch).expect("a watch");
    assert!(resumed.query.contains("resourceVersion=8"), "{}", resumed.query);
}

#[tokio::test]
async fn a_410_in_the_middle_of_a_list_lists_anew() {
    let pages = |number, call: &Call| match number {
        0 => list(&["a"], Some("next")),
        1 if call.query.contains("continue=next") => refused(410),
        1 => Reply::Json(500, json!("the second page was to be asked for")),
        _ => list(&["a", "b"], None),
    };
    let server = scripted(pages, |_| Reply::Events(Vec::new()));
    let mut changes = open(&server.kubeconfig()).await.watch(&scope());
    assert_eq!(next(&mut changes).await, "all a b");

    let server = scripted(pages, |_| Reply::Hang);
    let Answer::Objects(pods) = open(&server.kubeconfig()).await.ask(&scope()).await else { panic!("pods") };
    assert_eq!(pods.len(), 2, "none twice, none missing");
    assert_eq!(count(&server, false), 3);
}

#[tokio::test]
async fn what_does_not_mend_is_told_by_what_it_is() {
    for (code, expected) in [(401, "Unauthenticated"), (403, "Forbidden"), (404, "Absent")] {
        let server = scripted(move |_, _| refused(code), |_| Reply::Hang);
        let mut changes = open(&server.kubeconfig()).await.watch(&scope());
        assert_eq!(next(&mut changes).await, expected, "{code}");
        let server = scripted(|_, _| list(&[], None), move |_| refused(code));
        let mut changes = open(&server.kubeconfig()).await.watch(&scope());
        assert_eq!([next(&mut changes).await, next(&mut changes).await], ["all ", expected], "{code}");
    }
    let server = scripted(|_, _| refused(410), |_| Reply::Hang);
    let mut changes = open(&server.kubeconfig()).await.watch(&scope());
    assert!(next(&mut changes).await.contains("410"), "the second 410 in a row is told");
    let server = scripted(|_, _| list(&[], None), |_| Reply::Cut);
    let mut changes = open(&server.kubeconfig()).await.watch(&scope());
    assert_eq!([next(&mut changes).await, next(&mut changes).await], ["all ", "the connection was cut"]);
}

#[tokio::test]
async fn a_watch_goes_through_a_tunnel() {
    let authority = Certificate::self_signed(authority_params(&[]));
    let certificate = authority.sign(params(&["api.test.invalid"]));
    let server =
        Server::start_with(certificate.server_config(), authority.pem(), |call| match call.is_watch() {
            false => list(&["a"], None),
            true => Reply::Events(vec![event("ADDED", &pod("b"))]),
        });
    let proxy = ProxyServer::start(Behaviour::Tunnel, server.url().trim_start_matches("https://"), None);
    let cluster = json!({
        "server": "https://api.test.invalid:6443", "certificate-authority-data": data(&authority.pem()),
        "proxy-url": format!("http://{}", proxy.address()),
    });
    let connection = open(&kubeconfig(&cluster, &json!({"token": "t0ken"})).to_string()).await;
    let mut changes = connection.watch(&scope());
    assert_eq!([next(&mut changes).await, next(&mut changes).await], ["all a", "put b"]);
    // The tunnel is cut: another is made, and the watch goes on in it.
    server.cut();
    let resumed = next(&mut changes).await;
    let resumed = if resumed == "the connection was cut" { next(&mut changes).await } else { resumed };
    assert_eq!(resumed, "put b");
    assert_eq!(proxy.take_asked().len(), 2);
    assert!(server.calls().iter().all(|call| call.version == Version::HTTP_2));
}
