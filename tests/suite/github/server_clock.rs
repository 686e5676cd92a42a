//! What the clients learn of their servers' clocks.

use gitops_core::kubernetes::{Connection, Options};
use gitops_core::model::cluster::{Kind, Scope};
use gitops_core::wire::{Clock, ServerTime};
use jiff::fmt::rfc2822::DateTimePrinter;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::client::{name, with_client};
use crate::support::{Reply, Server};

const MINUTES: SignedDuration = SignedDuration::from_mins(5);
/// The resolution of `Date` and what a request takes on a busy machine.
const PRECISION: SignedDuration = SignedDuration::from_secs(2);

/// An answer of a server whose clock differs so much from this machine's.
fn dated(status: u16, offset: SignedDuration, body: &serde_json::Value) -> Reply {
    let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&(Timestamp::now() + offset));
    Reply::Whole(status, vec![("date", date.expect("a date"))], body.to_string())
}

fn assert_learned(learned: Option<SignedDuration>, offset: SignedDuration) {
    let learned = learned.expect("an answer was dated");
    assert!((learned - offset).abs() <= PRECISION, "{learned:#} for {offset:#}");
}

#[test]
fn github_tells_its_time_with_every_answer() {
    for (status, offset) in [(200, MINUTES), (200, -MINUTES), (404, MINUTES), (503, -MINUTES)] {
        let server = Server::start(move |_| dated(status, offset, &json!([])));
        let learned = with_client(&server, async |github| {
            assert_eq!(github.server_clock().offset(), None);
            let clone = github.clone();
            github.branches(&name()).await.ok();
            clone.server_clock().offset()
        });
        assert_learned(learned, offset);
    }
}

#[test]
fn only_the_configured_github_tells_its_time() {
    let elsewhere = Server::start(|_| dated(200, MINUTES, &json!([])));
    let location = format!("{}/log", elsewhere.url());
    let server = Server::start(move |_| {
        Reply::Whole(302, vec![("location", location.clone()), ("age", "0".to_owned())], String::new())
    });
    let mut options = super::client::options(&server, "");
    let folder = tempfile::TempDir::new().expect("a folder");
    let file = folder.path().join("roots.pem");
    std::fs::write(&file, format!("{}{}", server.authority(), elsewhere.authority())).expect("a file");
    options.transport.roots = gitops_core::wire::Roots::read(Some(&file)).expect("roots");
    let learned = super::client::with_client_of(options, async |github| {
        github.job_log(&name(), 1).await.expect("a log");
        github.server_clock().offset()
    });
    assert_eq!((learned, elsewhere.calls().len()), (None, 1));
}

#[test]
fn an_api_server_tells_its_time_with_every_answer() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let list = json!({"kind": "List", "apiVersion": "v1", "metadata": {}, "items": []});
    for (status, offset) in [(200, MINUTES), (200, -MINUTES), (403, MINUTES)] {
        let list = list.clone();
        let server = Server::start(move |_| dated(status, offset, &list));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(assert_connection_learns(&server.kubeconfig(), offset));
    }
}

async fn assert_connection_learns(kubeconfig: &str, offset: SignedDuration) {
    let folder = tempfile::TempDir::new().expect("a folder");
    let file = folder.path().join("kubeconfig");
    std::fs::write(&file, kubeconfig).expect("a file");
    let options = Options { kubeconfig: Some(file), ..Options::default() };
    let connection = Connection::open(options).await.expect("a connection");
    assert_eq!(connection.server_clock().offset(), None);
    connection.ask(&Scope::namespace(Kind::Pod, "dev-hello")).await;
    assert_learned(connection.server_clock().offset(), offset);
    let renewed = connection.renewed().await.expect("a connection");
    assert_learned(renewed.server_clock().offset(), offset);
}

/// Ages are taken at the server's time, so a laptop that is wrong by minutes sees the same ones.
#[test]
fn ages_do_not_depend_on_the_clock_of_this_machine() {
    let server = Server::start(|_| dated(200, -MINUTES, &json!([])));
    let created = Timestamp::now() - MINUTES - SignedDuration::from_secs(90);
    let offset = with_client(&server, async |github| {
        github.branches(&name()).await.expect("branches");
        github.server_clock().offset()
    });
    let time = ServerTime::decide(Clock::system().now(), false, offset);
    let age = time.now.duration_since(created);
    assert!((age - SignedDuration::from_secs(90)).abs() <= PRECISION, "{age:#}");
    let skew = time.skew.expect("five minutes are notable").to_string();
    assert!(skew.contains("ahead of the server's"), "{skew}");
}
