//! Logs that are followed over cuts: nothing is lost, nothing is doubled.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures::StreamExt;
use gitops_core::kubernetes::{Connection, LogError, LogOptions, Options};
use gitops_core::model::Failure;

use crate::support::{Reply, Server, refused};

const FOLLOWED: LogOptions = LogOptions { follow: true, tail_lines: None, previous: false };

async fn connect(server: &Server) -> Connection {
    let home = tempfile::TempDir::new().expect("a folder");
    let kubeconfig = home.path().join("kubeconfig");
    std::fs::write(&kubeconfig, server.kubeconfig()).expect("a kubeconfig");
    let options = Options { kubeconfig: Some(kubeconfig), ..Options::default() };
    Connection::open(options).await.expect("a connection")
}

fn whole(text: &str) -> Reply {
    Reply::Whole(200, vec![("content-type", "text/plain".to_owned())], text.to_owned())
}

/// The answers to one request after the other.
fn serve(replies: Vec<fn() -> Reply>) -> Server {
    let next = AtomicUsize::new(0);
    Server::start(move |_| {
        let index = next.fetch_add(1, Ordering::SeqCst);
        replies.get(index).map_or_else(|| refused(404), |reply| reply())
    })
}

async fn lines(server: &Server, options: LogOptions) -> Vec<Result<String, LogError>> {
    connect(server).await.logs("dev-hello", "e2e-1", "test", options).collect().await
}

#[tokio::test]
async fn a_log_goes_on_after_a_cut_where_it_was() {
    let server = serve(vec![
        || {
            Reply::Unfinished(
                "2026-01-01T00:00:00.1Z one\n2026-01-01T00:00:01.5Z two\n2026-01-01T00:00:01.5Z two\n2026-01-01T00:00:01.7Z thr",
            )
        },
        || Reply::Gone,
        || {
            whole(
                "2026-01-01T00:00:01.2Z between\n2026-01-01T00:00:01.5Z two\n2026-01-01T00:00:01.5Z two\n2026-01-01T00:00:01.7Z three\n2026-01-01T00:00:02Z \n2026-01-01T00:00:02Z last",
            )
        },
    ]);
    let connection = connect(&server).await;
    let mut log = connection.logs("dev-hello", "e2e-1", "test", FOLLOWED);
    for expected in ["one", "two", "two"] {
        assert_eq!(log.next().await, Some(Ok(expected.to_owned())));
    }
    server.cut();
    let rest: Vec<_> = log.map(|line| line.expect("a line")).collect().await;
    assert_eq!(rest, ["three", "", "last"]);
    let queries: Vec<String> = server.calls().into_iter().map(|call| call.query).collect();
    assert_eq!(queries[0], "container=test&timestamps=true&follow=true");
    let last = queries.last().expect("a request");
    assert_eq!(last, "container=test&timestamps=true&follow=true&sinceTime=2026-01-01T00%3A00%3A01Z");
}

#[tokio::test]
async fn a_log_that_the_server_refuses_ends_with_its_reason() {
    let server = serve(vec![]);
    let lines = lines(&server, FOLLOWED).await;
    let [Err(error)] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!((error.code(), error.exit().code()), ("LogRefused", 5));
    assert_eq!(error.to_string(), "no log of dev-hello/e2e-1/test: the API server answers 404: NotFound");
    assert_eq!(server.calls().len(), 1);
}

#[tokio::test]
async fn the_last_lines_and_those_before_a_restart_are_asked_for_once() {
    let server = serve(vec![|| whole("2026-01-01T00:00:00Z end\n")]);
    let options = LogOptions { follow: false, tail_lines: Some(3), previous: true };
    assert_eq!(lines(&server, options).await, [Ok("end".to_owned())]);
    assert_eq!(server.calls()[0].query, "container=test&timestamps=true&previous=true&tailLines=3");
}
